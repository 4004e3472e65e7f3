from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.certificates.chain import Chain
from appliance.certificates.own_key import make_request
from appliance.certificates.request import Request
from appliance.clock import HeldClock
from appliance.errors import CertificateError
from provisioning.certificates.shelf import Delivery, Shelf
from provisioning.fleet import FleetBox
from tests.simulators.screen_certificates import (
    NAME,
    OTHER_NAME,
    Leaf,
    ScreenAuthority,
    any_key,
    key_of,
)


@dataclass
class Kept:
    """The shelf of a hub whose one box has asked, and who signs."""

    folder: Path
    box: FleetBox
    asked: Request
    authority: ScreenAuthority
    clock: HeldClock

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.folder / "certificates")

    def made(self, leaf: Leaf | None = None) -> bytes:
        leaf = replace(leaf or Leaf(days=90), now=self.clock.now())
        return self.authority.chain(key_of(self.asked.pem), leaf)

    def accept(self, content: bytes) -> Chain:
        return self.shelf.accept(self.box, content, self.clock.now())

    def delivery(self) -> Delivery:
        return self.shelf.delivery(self.box, self.clock.now())


@pytest.fixture
def kept(
    tmp_path: Path,
    solgaarden: FleetBox,
    asked: Request,
    authority: ScreenAuthority,
    clock: HeldClock,
) -> Kept:
    made = Kept(tmp_path, solgaarden, asked, authority, clock)
    made.shelf.keep_request(solgaarden, asked.pem)
    return made


def test_good_certificate_is_taken_in_and_sent(kept: Kept) -> None:
    content = kept.made()

    chain = kept.accept(content)

    assert chain.names == (NAME,)
    assert kept.delivery() == Delivery(content, "")


def test_captured_box_cannot_ask_for_another_s_name(kept: Kept) -> None:
    greedy = make_request(kept.folder / "captured", (NAME, OTHER_NAME))

    with pytest.raises(CertificateError, match=f"asks for {OTHER_NAME}, which is not in tls_names"):
        kept.shelf.keep_request(kept.box, greedy.pem)


def test_request_kept_before_its_name_was_taken_away_is_refused(kept: Kept) -> None:
    kept.box = replace(kept.box, tls_names=(OTHER_NAME,))

    with pytest.raises(CertificateError, match="not in tls_names"):
        kept.accept(kept.made())


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        (Leaf(days=-1, age_days=90), "ran out on 2026-11-22"),
        (Leaf(age_days=-3), "begins on 2026-11-26"),
        (Leaf(names=(OTHER_NAME,)), f"not for {NAME}"),
        (Leaf(names=(NAME, OTHER_NAME)), f"also for {OTHER_NAME}"),
    ],
)
def test_certificate_that_is_not_this_box_s_or_not_of_today_is_refused(
    kept: Kept, leaf: Leaf, message: str
) -> None:
    with pytest.raises(CertificateError, match=message):
        kept.accept(kept.made(leaf))

    assert kept.delivery().pem == b""


def test_certificate_that_lacks_a_name_the_box_asked_for_is_refused(kept: Kept) -> None:
    kept.box = replace(kept.box, tls_names=(NAME, OTHER_NAME))
    kept.asked = make_request(kept.folder / "both", (NAME, OTHER_NAME))
    kept.shelf.keep_request(kept.box, kept.asked.pem)

    with pytest.raises(CertificateError, match=f"lacks {OTHER_NAME}"):
        kept.accept(kept.made())


def test_certificate_for_another_key_than_was_asked_with_is_refused(kept: Kept) -> None:
    content = kept.made()
    kept.accept(content)

    with pytest.raises(CertificateError, match="another key"):
        kept.accept(kept.authority.chain(any_key()))

    assert kept.delivery().pem == content


def test_box_that_asks_with_another_key_is_noticed(kept: Kept) -> None:
    anew = make_request(kept.folder / "enrolled-anew", (NAME,))

    assert not kept.shelf.keep_request(kept.box, kept.asked.pem)
    assert kept.shelf.keep_request(kept.box, anew.pem)


@pytest.mark.parametrize(
    ("days", "warning"),
    [
        (31, ""),
        (30, "certificate: it runs out in 30 days (CERTIFICATES.md)"),
        (2, "certificate: it runs out in 2 days (CERTIFICATES.md)"),
        (-1, "certificate: it has run out; http goes on (CERTIFICATES.md)"),
    ],
)
def test_the_night_warns_thirty_days_before_the_end_and_sends_it_all_the_same(
    kept: Kept, days: int, warning: str
) -> None:
    content = kept.made()
    kept.accept(content)
    kept.clock.move(timedelta(days=90 - days))

    assert kept.delivery() == Delivery(content, warning)


def test_whatever_is_wrong_is_a_warning_and_nothing_is_sent(kept: Kept) -> None:
    folder = kept.folder / "certificates"
    assert "there is none yet" in kept.delivery().warning

    content = kept.made()
    kept.accept(content)
    (folder / "boks-a.pem").write_bytes(content[:-200])
    assert "cut short" in kept.delivery().warning

    (folder / "boks-a.csr").unlink()
    damaged = kept.delivery()
    assert damaged.pem == b""
    assert "give --request the first time" in damaged.warning


def test_box_without_a_name_is_sent_none_and_nobody_is_warned(kept: Kept) -> None:
    kept.accept(kept.made())
    kept.box = replace(kept.box, tls_names=())

    assert kept.delivery() == Delivery(b"", "")
