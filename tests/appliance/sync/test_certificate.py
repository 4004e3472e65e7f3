"""The certificate of the screens comes with the sync, and never at the cost of the records."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.certificates.chain import LARGEST_CHAIN
from appliance.certificates.kept import chain_path
from appliance.certificates.own_key import KEY, make_request
from appliance.certificates.request import REQUEST, tls_folder
from appliance.clock import HeldClock, SystemClock
from appliance.config import TlsSection
from appliance.sync.stick import StickSource
from appliance.sync.update import SyncOutcome, SyncResult, sync
from tests.appliance.snapshot.town import Night
from tests.appliance.sync.conftest import Box
from tests.simulators.hub import Cut, Hub, Refuse, Replace
from tests.simulators.screen_certificates import (
    NAME,
    OTHER_NAME,
    Leaf,
    ScreenAuthority,
    any_key,
    key_of,
)

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@dataclass
class Screens:
    """A box that has asked for a certificate, and who signs."""

    box: Box
    authority: ScreenAuthority
    key: object

    @property
    def path(self) -> Path:
        return chain_path(self.box.state_dir)

    def chain(self, leaf: Leaf | None = None) -> bytes:
        return self.authority.chain(self.key, leaf)

    def publish(self, chain: bytes) -> None:
        self.box.town.publish(Night(certificate=chain))

    def installed(self) -> bytes:
        return self.path.read_bytes() if self.path.exists() else b""


@pytest.fixture
def screens(box: Box) -> Screens:
    box.config = replace(box.config, tls=TlsSection(names=(NAME,)))
    made = make_request(box.state_dir, (NAME,))
    return Screens(box, ScreenAuthority(), key_of(made.pem))


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, "nodboks.sync"):
        yield caplog


def test_certificate_comes_with_the_next_sync_for_all_to_read(screens: Screens) -> None:
    chain = screens.chain()
    screens.publish(chain)

    screens.box.sync()

    assert screens.installed() == chain
    assert screens.path.stat().st_mode & 0o777 == 0o644
    assert screens.box.version() == 1


def test_what_is_here_already_is_not_fetched_again(screens: Screens, hub: Hub) -> None:
    chain = screens.chain()
    for _ in range(2):
        screens.publish(chain)
        screens.box.sync()

    assert len([path for path in hub.requests if path.endswith(".tls.pem")]) == 1


def test_renewed_certificate_replaces_the_old_one(screens: Screens) -> None:
    for days in (365, 90):  # a shorter one, too: what was signed last counts
        chain = screens.chain(Leaf(days=days))
        screens.publish(chain)
        screens.box.sync()

        assert screens.installed() == chain


def test_private_key_is_needed_for_none_of_it(screens: Screens) -> None:
    (tls_folder(screens.box.state_dir) / KEY).unlink()
    chain = screens.chain()
    screens.publish(chain)

    screens.box.sync()

    assert screens.installed() == chain


@pytest.mark.parametrize("kind", ["foreign key", "foreign name", "rubbish", "cut", "huge"])
def test_what_is_not_for_this_box_is_refused_and_the_records_come_all_the_same(
    screens: Screens, said: pytest.LogCaptureFixture, kind: str
) -> None:
    good = screens.chain()
    screens.publish(good)
    screens.box.sync()
    bad = {
        "foreign key": screens.authority.chain(any_key()),
        "foreign name": screens.chain(Leaf(names=(OTHER_NAME,))),
        "rubbish": b"rubbish",
        "cut": screens.chain()[:-100],
        "huge": b"x" * (LARGEST_CHAIN + 1),
    }
    screens.publish(bad[kind])

    outcome = screens.box.sync()

    assert outcome == SyncOutcome(SyncResult.INSTALLED, 2)
    assert screens.installed() == good
    assert "certificate: N-102" in said.text


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Refuse(404), "N-302"), (Refuse(403), "N-304"), (Cut(10), "N-303"), (Replace(b"x"), "N-202")],
)
def test_certificate_that_does_not_arrive_is_tried_again_at_the_next_sync(
    screens: Screens, hub: Hub, said: pytest.LogCaptureFixture, fault: object, code: str
) -> None:
    hub.faults["tls.pem"] = fault  # type: ignore[assignment]
    chain = screens.chain()
    screens.publish(chain)

    first = screens.box.sync()
    hub.faults.clear()
    second = screens.box.sync()

    assert (first.result, second.result) == (SyncResult.INSTALLED, SyncResult.ALREADY_NEWEST)
    assert f"certificate: {code}" in said.text
    assert screens.installed() == chain


def test_certificate_that_has_run_out_does_not_replace_one_that_lasts(screens: Screens) -> None:
    good = screens.chain(Leaf(days=30))
    for chain in (good, screens.chain(Leaf(days=-1, age_days=90))):
        screens.publish(chain)
        screens.box.sync()

    assert screens.installed() == good


def test_box_whose_clock_is_years_off_keeps_the_later_and_refuses_nothing_for_its_dates(
    screens: Screens,
) -> None:
    last = SystemClock().now()
    ahead = HeldClock(last + timedelta(days=3 * 365))
    later, earlier = screens.chain(Leaf(days=300)), screens.chain(Leaf(days=30))
    for chain, expected in ((earlier, earlier), (later, later), (earlier, later)):
        screens.publish(chain)
        sync(screens.box.config, ahead)

        assert screens.installed() == expected


def test_anything_that_fits_is_better_than_a_damaged_one(screens: Screens) -> None:
    old = screens.chain(Leaf(days=-1, age_days=90))
    screens.path.write_bytes(b"damaged")
    screens.publish(old)

    screens.box.sync()

    assert screens.installed() == old


def test_box_that_never_asked_says_so_and_installs_the_records(
    screens: Screens, said: pytest.LogCaptureFixture
) -> None:
    (tls_folder(screens.box.state_dir) / REQUEST).unlink()
    screens.publish(screens.chain())

    screens.box.sync()

    assert "run nodboks certificate request" in said.text
    assert screens.box.version() == 1


@pytest.mark.parametrize("tls", [TlsSection(mode="off", names=(NAME,)), TlsSection()])
def test_box_without_https_fetches_no_certificate(
    screens: Screens, hub: Hub, tls: TlsSection
) -> None:
    screens.box.config = replace(screens.box.config, tls=tls)
    screens.publish(screens.chain())

    screens.box.sync()

    assert not [path for path in hub.requests if "tls.pem" in path]
    assert screens.box.version() == 1


def test_stick_brings_it_as_well(screens: Screens) -> None:
    chain = screens.chain()
    screens.publish(chain)

    sync(screens.box.config, SystemClock(), StickSource(screens.box.town.public))

    assert screens.installed() == chain


def test_disk_that_refuses_the_certificate_still_has_the_records(
    screens: Screens, said: pytest.LogCaptureFixture
) -> None:
    screens.publish(screens.chain())
    screens.path.mkdir()

    screens.box.sync()

    assert "certificate: N-500" in said.text
    assert screens.box.version() == 1
