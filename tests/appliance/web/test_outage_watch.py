"""What the box does by itself: begin where it may, note the first paper, stop nobody."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.config import BoxConfig, BoxSection, HubSection
from appliance.outage.events import Kind
from appliance.outage.journal import Beginning, OutageJournal
from appliance.outage.probe_status import NAME, Probed, ProbeStatus, Seen, write_probes
from appliance.outage.report_shelf import ReportShelf
from appliance.outage.suspicion import NOTHING_SEEN, Suspicion, Verdict
from appliance.plan.shipped import shipped_plan
from appliance.printing.jobs import Job, Part, Sheet, new_job
from appliance.printing.orders import Order
from appliance.records.terms import UnitId
from appliance.web.outage_watch import OutageWatch, SuspicionReader
from printers.models import JobStage


@pytest.fixture
def journal(tmp_path: Path, clock: HeldClock) -> OutageJournal:
    return OutageJournal(tmp_path / "outage", clock, "aaaa1111")


def down(clock: HeldClock) -> Suspicion:
    since = clock.now() - timedelta(minutes=7)
    return Suspicion(Verdict.DOWN, since, 420.0, (Probed.HUB, Probed.CARE_SYSTEM))


def watch(
    journal: OutageJournal, suspicion: Suspicion, start: str = "auto", jobs: tuple[Job, ...] = ()
) -> OutageWatch:
    shelf = ReportShelf(journal._folder, shipped_plan())
    return OutageWatch(journal, lambda: suspicion, lambda: jobs, shelf, start)


def test_by_itself_the_box_begins_nothing(journal: OutageJournal, clock: HeldClock) -> None:
    watch(journal, down(clock), "suggest").look()

    assert not journal.outage().is_on


def test_where_it_may_the_box_begins_what_it_sees_from_when_it_saw_it(
    journal: OutageJournal, clock: HeldClock
) -> None:
    watch(journal, down(clock)).look()

    outage = journal.outage()
    assert outage.is_on
    assert outage.start is not None
    assert outage.start.what.by == ""
    assert outage.down == ("Kommunens server", "Omsorgssystemet")
    assert journal.lapse().lasted.time == timedelta(minutes=7)


@pytest.mark.parametrize("verdict", [Verdict.WORKS, Verdict.DOUBTFUL, Verdict.UNKNOWN])
def test_a_doubt_begins_nothing(journal: OutageJournal, clock: HeldClock, verdict: Verdict) -> None:
    watch(journal, replace(down(clock), verdict=verdict)).look()

    assert not journal.outage().is_on


def test_what_a_person_ended_the_box_does_not_begin_again(
    tmp_path: Path, journal: OutageJournal, clock: HeldClock
) -> None:
    seen = down(clock)
    watch(journal, seen).look()
    journal.end("AB")

    watch(journal, seen).look()
    again = OutageJournal(tmp_path / "outage", clock, "aaaa1111")
    watch(again, seen).look()

    assert not again.outage().is_on


def test_the_next_time_it_goes_down_is_another_outage(
    journal: OutageJournal, clock: HeldClock
) -> None:
    first = down(clock)
    watch(journal, first).look()
    journal.end("AB")
    assert first.since is not None

    watch(journal, replace(first, since=first.since + timedelta(hours=5))).look()

    assert journal.outage().is_on
    assert len(journal.kept()) == 2


def test_a_real_outage_ends_a_drill(journal: OutageJournal, clock: HeldClock) -> None:
    journal.begin(Beginning("AB", is_drill=True))

    watch(journal, down(clock)).look()

    assert journal.outage().is_on
    assert not journal.outage().is_drill


def printed(clock: HeldClock, pages_out: int) -> Job:
    job = new_job(Order("pack", UnitId("u-syd")), clock.now())
    sheets = (Sheet("100-00001", "pack_cover", 2),)
    return replace(job, parts=(Part(1, sheets, stage=JobStage.PRINTING, sides_out=pages_out),))


def test_the_first_paper_is_noted_once(journal: OutageJournal, clock: HeldClock) -> None:
    earlier = printed(clock, 2)
    clock.move(timedelta(minutes=1))
    journal.begin(Beginning("AB", is_drill=True))
    clock.move(timedelta(minutes=2))
    nothing_yet = (earlier, printed(clock, 0))

    watch(journal, NOTHING_SEEN, jobs=nothing_yet).look()
    assert journal.outage().paper is None
    for _ in range(3):
        watch(journal, NOTHING_SEEN, jobs=(*nothing_yet, printed(clock, 1))).look()

    assert [each.kind for each in journal.outage().events] == [Kind.START, Kind.PAPER]


def test_a_disk_that_refuses_stops_nothing(
    journal: OutageJournal, clock: HeldClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "outage" / "0001.jsonl").mkdir(parents=True)

    watch(journal, down(clock)).look()

    assert caplog.text.count("N-500") == 2


def config(folder: Path) -> BoxConfig:
    return BoxConfig(BoxSection("boks-1", "Test", state_dir=folder), HubSection("http://hub"))


def test_the_probes_file_is_read_when_it_is_a_new_one(tmp_path: Path, clock: HeldClock) -> None:
    reader = SuspicionReader(config(tmp_path), clock)
    assert reader.now() == NOTHING_SEEN

    write_probes(tmp_path, ProbeStatus(0.0, (Seen(Probed.HUB, False, clock.now(), 0.0),)))
    assert reader.now().verdict is Verdict.DOUBTFUL
    clock.ticks_s = 300

    assert reader.now().verdict is Verdict.DOWN
    (tmp_path / NAME).unlink()
    assert reader.now() == NOTHING_SEEN
