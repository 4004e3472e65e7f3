from datetime import UTC, datetime, timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.certificates.chain import LARGEST_CHAIN, Chain, chain_for, is_worse, read_chain
from appliance.certificates.request import Request
from appliance.errors import CertificateError
from tests.simulators.certificates import private_pem
from tests.simulators.screen_certificates import (
    NAME,
    OTHER_NAME,
    Leaf,
    ScreenAuthority,
    any_key,
    key_of,
)

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def made(authority: ScreenAuthority, request: Request, leaf: Leaf | None = None) -> bytes:
    return authority.chain(key_of(request.pem), leaf)


def test_good_chain_says_for_whom_by_whom_and_until_when(
    authority: ScreenAuthority, request_made: Request
) -> None:
    content = made(authority, request_made, Leaf(now=NOW, days=90))

    chain = chain_for(content, request_made, (OTHER_NAME, NAME))

    assert chain.names == (NAME,)
    assert chain.covered((OTHER_NAME, NAME)) == (NAME,)
    assert chain.issuer == "CN=Prøvekøbing Kommune"
    assert chain.ends == NOW + timedelta(days=90)
    assert chain.pem == content


def test_what_stands_between_the_certificates_goes_no_further(
    authority: ScreenAuthority, request_made: Request
) -> None:
    content = made(authority, request_made)

    chain = read_chain(b"Bag Attributes\n  friendlyName: x\n" + content)

    assert chain.pem == content


def test_certificate_of_another_box_is_refused(
    authority: ScreenAuthority, request_made: Request
) -> None:
    with pytest.raises(CertificateError, match="another key than this box's"):
        chain_for(authority.chain(any_key()), request_made, (NAME,))


@pytest.mark.parametrize("names", [(OTHER_NAME,), ("*.kommune.dk",), ()])
def test_certificate_for_other_names_is_refused(
    authority: ScreenAuthority, request_made: Request, names: tuple[str, ...]
) -> None:
    with pytest.raises(CertificateError, match=f"not for {NAME}"):
        chain_for(made(authority, request_made, Leaf(names=names)), request_made, (NAME,))


def test_dates_alone_refuse_nothing(authority: ScreenAuthority, request_made: Request) -> None:
    old = made(authority, request_made, Leaf(now=datetime(2001, 1, 1, tzinfo=UTC)))

    assert chain_for(old, request_made, (NAME,)).covered((NAME,))


@pytest.mark.parametrize("leaf", [Leaf(use=None), Leaf(is_authority=None)])
def test_use_need_not_be_stated(
    authority: ScreenAuthority, request_made: Request, leaf: Leaf
) -> None:
    assert read_chain(made(authority, request_made, leaf)).names == (NAME,)


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        (Leaf(use=ExtendedKeyUsageOID.CLIENT_AUTH), "not for a server"),
        (Leaf(is_authority=True), "an authority's, not the box's"),
    ],
)
def test_certificate_no_phone_would_take_is_refused(
    authority: ScreenAuthority, request_made: Request, leaf: Leaf, message: str
) -> None:
    with pytest.raises(CertificateError, match=message):
        read_chain(made(authority, request_made, leaf))


def test_chain_out_of_order_or_of_strangers_is_refused(
    authority: ScreenAuthority, request_made: Request
) -> None:
    first = authority.leaf(key_of(request_made.pem), Leaf())
    root, between = authority.pem(authority.root), authority.pem(authority.intermediate)
    stranger = authority.pem(ScreenAuthority().intermediate)

    assert read_chain(first + between + root).names == (NAME,)
    for content in (first + root + between, first + stranger):
        with pytest.raises(CertificateError, match="not in order"):
            read_chain(content)


@pytest.mark.parametrize("content", [b"", b"rubbish", b"-----BEGIN CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(CertificateError, match="no certificate"):
        read_chain(content)


@pytest.mark.parametrize("end", [-1, -30, -200])
def test_chain_that_stops_half_way_is_refused(
    authority: ScreenAuthority, request_made: Request, end: int
) -> None:
    content = made(authority, request_made).strip()

    with pytest.raises(CertificateError, match="cut short"):
        read_chain(content[:end])


def test_what_is_far_too_large_is_not_even_read(
    authority: ScreenAuthority, request_made: Request
) -> None:
    between = authority.pem(authority.intermediate)

    with pytest.raises(CertificateError, match="at most"):
        read_chain(b"x" * (LARGEST_CHAIN + 1))
    with pytest.raises(CertificateError, match="10 certificates in one chain"):
        read_chain(authority.leaf(key_of(request_made.pem), Leaf()) + between * 9)


def test_key_that_lies_beside_the_certificate_by_mistake_is_refused(
    authority: ScreenAuthority, request_made: Request
) -> None:
    with pytest.raises(CertificateError, match="private key beside"):
        read_chain(made(authority, request_made) + private_pem(authority.key))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_fuzz_flipped_byte_is_refused_or_harmless(
    authority: ScreenAuthority, request_made: Request, at: int, value: int
) -> None:
    content = bytearray(made(authority, request_made))
    content[at % len(content)] = value

    try:
        chain = chain_for(bytes(content), request_made, (NAME,))
    except CertificateError:
        return

    assert chain.public_key == request_made.public_key


@pytest.mark.parametrize(
    ("offered", "installed", "worse"),
    [
        (30, 300, False),  # from a year's certificate to ACME's: the last signed counts
        (300, 30, False),
        (-1, 30, True),  # the hub forgot to renew
        (-20, -10, True),  # or this box's clock is years ahead: the later one
        (-10, -20, False),
    ],
)
def test_of_two_that_seem_to_have_run_out_the_later_stays(
    authority: ScreenAuthority, *, offered: int, installed: int, worse: bool
) -> None:
    def until(days: int) -> Chain:
        leaf = Leaf(now=NOW, days=days, age_days=400)
        return read_chain(authority.chain(any_key(), leaf))

    assert is_worse(until(offered), until(installed), NOW) is worse
