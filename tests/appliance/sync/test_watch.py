"""The watch over days: what is tried, why, and how often, with every clock and network there is."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock, SystemClock
from appliance.config import BoxConfig, BoxSection, HubSection
from appliance.snapshot.installed import COPIES
from appliance.sync.link import LinkReader
from appliance.sync.pace import read_pace
from appliance.sync.triggers import Reason
from appliance.sync.update import sync
from appliance.sync.watch import SyncWatch
from tests.appliance.snapshot.town import BOX, Town
from tests.simulators.hub import Hub

LOOK = timedelta(seconds=5)
UP = "Iface\n" + "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"


class Line:
    """The kernel's files about the network, to be pulled and plugged."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._file = folder / "route"
        self.reader = LinkReader("", folder, folder)
        self.plug()

    def plug(self) -> None:
        self._file.write_text(UP)

    def pull(self) -> None:
        self._file.write_text("Iface\n")


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path / "net")


@pytest.fixture
def config(tmp_path: Path) -> BoxConfig:
    box = BoxSection(id=BOX, name="Solgården", state_dir=tmp_path / "state")
    return BoxConfig(box=box, hub=HubSection(url="http://127.0.0.1:9", usb_dir=tmp_path / "usb"))


@pytest.fixture
def started(config: BoxConfig, clock: HeldClock, line: Line) -> Callable[[], SyncWatch]:
    return lambda: SyncWatch(config, clock, lambda: 0.5, line.reader)


def run(
    watch: SyncWatch, clock: HeldClock, duration: timedelta, *, is_good: bool = True
) -> list[tuple[Reason, float]]:
    """Look every five seconds; return what was begun and how many seconds after the start."""
    begun = []
    started = clock.monotonic()
    while clock.monotonic() - started < duration.total_seconds():
        reason = watch.due()
        if reason is not None:
            begun.append((reason, clock.monotonic() - started))
            watch.begin(reason)
            watch.end(reason, is_good=is_good)
        clock.move(LOOK)
    return begun


def test_a_day_without_trouble_is_a_start_and_a_turn_every_quarter_of_an_hour(
    started: Callable[[], SyncWatch], clock: HeldClock
):
    begun = run(started(), clock, timedelta(hours=24))

    assert begun[0][0] is Reason.START
    assert {reason for reason, _ in begun[1:]} == {Reason.SCHEDULE}
    assert len(begun) == 96


def test_a_day_without_a_hub_is_tried_ever_more_seldom_but_never_given_up(
    started: Callable[[], SyncWatch], clock: HeldClock
):
    begun = run(started(), clock, timedelta(hours=24), is_good=False)
    gaps = [later - earlier for (_, earlier), (_, later) in itertools.pairwise(begun)]

    assert {reason for reason, _ in begun[1:]} == {Reason.RETRY}
    assert gaps[:3] == [60, 90, 180]
    assert gaps[-1] == max(gaps) == 1350
    assert 60 < len(begun) < 80


def test_the_first_good_try_ends_the_waiting(
    started: Callable[[], SyncWatch], clock: HeldClock, config: BoxConfig
):
    watch = started()
    run(watch, clock, timedelta(hours=5), is_good=False)
    run(watch, clock, timedelta(hours=1))

    pace = read_pace(config.box.state_dir)
    assert pace is not None
    assert pace.failures == 0


@pytest.mark.parametrize("step", [timedelta(days=-400), timedelta(days=400), timedelta(hours=-1)])
def test_a_step_of_the_clock_loses_no_turn(
    started: Callable[[], SyncWatch], clock: HeldClock, step: timedelta
):
    watch = started()
    run(watch, clock, timedelta(hours=1))
    clock.at += step
    begun = run(watch, clock, timedelta(hours=1))

    assert [reason for reason, _ in begun] == [Reason.SCHEDULE] * 4


def test_a_program_that_dies_in_every_sync_waits_longer_each_time(
    started: Callable[[], SyncWatch], clock: HeldClock
):
    began = clock.monotonic()
    tries = 0
    while clock.monotonic() - began < 24 * 3600:
        watch = started()
        while (reason := watch.due()) is None:
            clock.move(LOOK)
        watch.begin(reason)
        tries += 1
        clock.move(timedelta(seconds=2))  # it died, and is started again

    assert 60 < tries < 80


def test_a_machine_that_starts_over_tries_again_within_minutes(
    started: Callable[[], SyncWatch], clock: HeldClock
):
    run(started(), clock, timedelta(hours=24), is_good=False)
    clock.ticks_s = 0.0

    begun = run(started(), clock, timedelta(minutes=5))

    assert begun[0] == (Reason.RETRY, 180)


def test_the_network_coming_up_is_a_reason_at_once_and_coming_and_going_is_not_a_storm(
    started: Callable[[], SyncWatch], clock: HeldClock, line: Line
):
    watch = started()
    run(watch, clock, timedelta(hours=12), is_good=False)
    line.pull()
    run(watch, clock, timedelta(minutes=2), is_good=False)
    line.plug()
    begun = run(watch, clock, timedelta(minutes=2))

    assert begun[0][0] is Reason.LINK_UP
    assert begun[0][1] <= 65
    flaps = []
    for _ in range(100):
        line.pull()
        flaps += run(watch, clock, timedelta(seconds=5))
        line.plug()
        flaps += run(watch, clock, timedelta(seconds=70))
    assert len(flaps) <= 101


def test_a_line_that_went_again_before_its_turn_is_no_reason(
    started: Callable[[], SyncWatch], clock: HeldClock, line: Line
):
    watch = started()
    run(watch, clock, timedelta(minutes=5))
    line.pull()
    run(watch, clock, timedelta(seconds=10))
    line.plug()
    watch.due()
    line.pull()

    assert run(watch, clock, timedelta(minutes=5)) == []


def test_a_stick_is_a_reason_of_its_own_and_says_nothing_about_the_hub(
    started: Callable[[], SyncWatch], clock: HeldClock, config: BoxConfig
):
    watch = started()
    run(watch, clock, timedelta(minutes=10), is_good=False)
    before = read_pace(config.box.state_dir)
    metadata = config.hub.usb_dir / "boxes" / BOX / "metadata"  # type: ignore[operator]
    metadata.mkdir(parents=True)
    (metadata / "timestamp.json").write_bytes(b"{}")

    reason = watch.due()
    assert reason is Reason.STICK
    watch.begin(reason)
    watch.end(reason, is_good=True)

    assert watch.due() is not Reason.STICK
    assert read_pace(config.box.state_dir) == before


def test_nothing_is_due_while_a_sync_runs(started: Callable[[], SyncWatch], clock: HeldClock):
    watch = started()
    clock.move(timedelta(minutes=2))
    watch.begin(Reason.START)
    clock.move(timedelta(days=2))

    assert watch.due() is None
    watch.end(Reason.START, is_good=False)
    assert watch.due() is Reason.RETRY


def test_old_data_is_asked_for_every_quarter_of_an_hour_by_a_nightly_box(
    town: Town, hub: Hub, tmp_path: Path, line: Line
):
    clock = HeldClock(SystemClock().now())
    town.publish()
    config = town.config(hub.url, tmp_path / "state")
    config = BoxConfig(box=config.box, hub=HubSection(url=hub.url, cadence_min=1440))
    sync(config, clock)
    watch = SyncWatch(config, clock, lambda: 0.5, line.reader)

    fresh = run(watch, clock, timedelta(hours=12))
    run(watch, clock, timedelta(hours=12))
    old = run(watch, clock, timedelta(hours=1))

    assert [reason for reason, _ in fresh] == [Reason.START]
    assert [reason for reason, _ in old] == [Reason.OLD_DATA] * 4


def test_a_disk_that_refuses_does_not_keep_the_box_from_trying(
    started: Callable[[], SyncWatch], clock: HeldClock, config: BoxConfig
):
    state_dir = config.box.state_dir
    (state_dir / "sync-pace.json").mkdir(parents=True)
    (state_dir / "objects" / "no file").mkdir(parents=True)
    for name in COPIES:
        (state_dir / name).write_bytes(b"damaged")

    begun = run(started(), clock, timedelta(hours=1))

    assert len(begun) >= 4
