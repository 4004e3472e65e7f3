from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from appliance.certificates.chain import chain_for
from appliance.certificates.request import Request
from appliance.clock import SystemClock
from appliance.errors import CertificateError
from provisioning.certificates.authority import Authority, load_authority, sign
from tests.simulators.screen_certificates import NAME, Leaf, ScreenAuthority, any_key

NOW = SystemClock().now().replace(microsecond=0)


def pem_of(key: object, passphrase: bytes = b"") -> bytes:
    locked = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)  # type: ignore[attr-defined]
    return made


def never_asked() -> str:
    raise AssertionError("it has no passphrase")


def loaded(authority: ScreenAuthority, *, with_root: bool = True) -> Authority:
    certificates = authority.pem(authority.intermediate)
    certificates += authority.pem(authority.root) if with_root else b""
    return load_authority(certificates, pem_of(authority.key), never_asked)


def test_what_is_signed_is_what_phones_want(authority: ScreenAuthority, asked: Request) -> None:
    chain = chain_for(sign(asked, loaded(authority), NOW, 90), asked, (NAME,))

    first, between = x509.load_pem_x509_certificates(chain.pem)
    use = first.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert list(use) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert (names.critical, first.subject.rdns) == (True, [])
    assert chain.ends - chain.begins == timedelta(days=90)
    assert first.serial_number.bit_length() > 64
    assert between == authority.intermediate  # the root stays at home: phones have it


@pytest.mark.parametrize("key_id", [b"", b"\x01its own name for its key"])
def test_signed_certificate_points_at_the_authority_as_that_names_its_key(
    asked: Request, key_id: bytes
) -> None:
    authority = ScreenAuthority(key_id=key_id)
    first = x509.load_pem_x509_certificate(sign(asked, loaded(authority), NOW, 90))

    pointed = first.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    by_key = x509.SubjectKeyIdentifier.from_public_key(authority.key.public_key())
    assert pointed.key_identifier == (key_id or by_key.digest)


def test_serial_numbers_are_drawn_anew(authority: ScreenAuthority, asked: Request) -> None:
    made = [sign(asked, loaded(authority), NOW, 90) for _ in range(2)]

    first, second = (x509.load_pem_x509_certificate(one).serial_number for one in made)
    assert first != second


def test_root_may_sign_by_itself(authority: ScreenAuthority, asked: Request) -> None:
    root = load_authority(authority.pem(authority.root), pem_of(authority.root_key), never_asked)

    assert sign(asked, root, NOW, 90).count(b"BEGIN CERTIFICATE") == 1


def test_no_certificate_outlives_what_phones_take(
    authority: ScreenAuthority, asked: Request
) -> None:
    chain = chain_for(sign(asked, loaded(authority), NOW, 4000), asked, (NAME,))

    assert chain.ends - chain.begins == timedelta(days=398)


def test_no_certificate_outlives_the_authority(authority: ScreenAuthority, asked: Request) -> None:
    with pytest.raises(CertificateError, match="the authority itself runs out"):
        sign(asked, loaded(authority), NOW + timedelta(days=3600), 90)


def test_key_with_a_passphrase_is_opened_with_it(authority: ScreenAuthority) -> None:
    locked = pem_of(authority.key, b"hemmeligt")
    certificate = authority.pem(authority.intermediate)

    assert load_authority(certificate, locked, lambda: "hemmeligt").key
    with pytest.raises(CertificateError, match="--ca-key cannot be opened") as caught:
        load_authority(certificate, locked, lambda: "forkert")
    assert caught.value.__cause__ is None


def test_rsa_signs_as_well(asked: Request) -> None:
    authority = ScreenAuthority()
    authority.key = rsa.generate_private_key(65537, 2048)  # type: ignore[assignment]
    authority.intermediate = authority._authority(authority.name, authority.key)

    assert chain_for(sign(asked, loaded(authority), NOW, 90), asked, (NAME,)).names == (NAME,)


def test_what_is_no_authority_signs_nothing(authority: ScreenAuthority) -> None:
    key, certificate = pem_of(authority.key), authority.pem(authority.intermediate)
    without_constraints = ScreenAuthority()
    plain = authority.leaf(any_key(), Leaf())
    for given, message in (
        ((b"rubbish", key), "--ca-cert holds no certificate"),
        ((plain, key), "no authority's"),
        ((certificate, pem_of(without_constraints.key)), "do not belong together"),
        ((certificate, b"rubbish"), "--ca-key cannot be opened"),
        ((certificate, pem_of(ed25519.Ed25519PrivateKey.generate())), "use ECDSA or RSA"),
    ):
        with pytest.raises(CertificateError, match=message):
            load_authority(*given, never_asked)


def test_certificate_that_does_not_say_it_is_an_authority_is_none(
    authority: ScreenAuthority,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    silent = (
        authority._builder(authority.name, authority.name, key.public_key())
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )

    with pytest.raises(CertificateError, match="no authority's"):
        load_authority(authority.pem(silent), pem_of(key), never_asked)
