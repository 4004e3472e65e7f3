import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.beacon.others import Others
from appliance.clock import SystemClock
from appliance.config import PrinterSection, VaultSection, parse_config, to_toml
from appliance.line_status import read_status
from appliance.outage.probe_status import read_probes
from appliance.outage_settings import OutageSection
from appliance.sync.pace import Pace, read_pace, write_pace
from appliance.sync.triggers import Reason
from appliance.worker import Job, fetch, has_stepped, new_scheduler, schedule_all, send, timetable
from tests.appliance.snapshot.town import BOX, Town
from tests.waiting import eventually

BASE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path):
    raw = {
        "box": {"id": "boks-1", "name": "Test", "state_dir": "state", "ram_dir": "ram"},
        "hub": {"url": "http://127.0.0.1:9", "cadence_min": 15, "timeout_s": 1},
    }
    return parse_config(raw, "box.toml", tmp_path)


def test_box_that_only_people_open_and_that_sends_nothing_has_an_empty_timetable(config, clock):
    assert timetable(replace(config, vault=VaultSection(boot="locked")), clock) == ()


def test_box_looks_from_the_start_whether_the_hub_should_open_it(config, clock):
    (job,) = timetable(config, clock)

    assert (job.every, job.first) == (timedelta(seconds=10), timedelta(0))


def test_a_box_that_is_told_what_to_watch_looks_for_an_outage(config, clock, caplog):
    outage = OutageSection(care_system="http://127.0.0.1:9/", probe_every_s=30)
    job = timetable(replace(config, outage=outage), clock)[-1]

    with caplog.at_level("DEBUG", "nodboks.worker"):
        job.run()

    assert (job.name, job.every) == ("look for an outage", timedelta(seconds=30))
    assert "care_system" in caplog.text
    assert read_probes(config.box.state_dir) is not None


def test_a_box_with_a_beacon_learns_of_the_others_each_minute(config, clock):
    locked = replace(config, vault=VaultSection(boot="locked"))
    others = Others(config.box.state_dir)
    (job,) = timetable(locked, clock, others)

    job.run()

    assert (job.name, job.every) == ("learn of the other boxes", timedelta(minutes=1))
    assert others.known.neighbours == ()


def test_a_box_that_prints_on_paper_has_a_test_page_on_its_timetable(config, clock):
    locked = replace(config, vault=VaultSection(boot="locked"))
    (job,) = timetable(replace(locked, printer=PrinterSection(kind="cups")), clock)
    never = PrinterSection(kind="cups", test_day="never")

    assert (job.name, job.every) == ("test page", timedelta(minutes=1))
    assert timetable(replace(locked, printer=never), clock) == ()


def test_a_test_page_whose_print_service_is_dead_does_not_stop_the_worker(config, clock, caplog):
    # 10.00 on a Tuesday, Danish time.
    clock.at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    paper = PrinterSection(kind="cups", cups_socket=config.box.state_dir / "none.sock")
    job = timetable(replace(config, printer=paper), clock)[-1]

    job.run()

    assert caplog.records[-1].getMessage().startswith("test page: N-80")


def test_uploads_come_round_after_the_first_fetch_and_not_all_boxes_at_once(config, clock):
    firsts = set()
    for number in range(3):
        box, hub = replace(config.box, id=f"boks-{number}"), replace(config.hub, upload=True)
        job = timetable(replace(config, box=box, hub=hub), clock)[-1]
        firsts.add(job.first)

    assert (job.name, job.every) == ("upload", timedelta(minutes=15))
    assert len(firsts) == 3
    assert all(timedelta(minutes=2) <= first < timedelta(minutes=4) for first in firsts)


def test_a_hub_that_takes_nothing_is_logged_and_does_not_stop_the_worker(config, clock, caplog):
    log_folder = config.box.state_dir / "outbox" / "log"
    log_folder.mkdir(parents=True)
    (log_folder / "000001.log").write_bytes(b"line")

    send(config, clock)

    assert [record.getMessage()[:15] for record in caplog.records] == ["upload: N-301 h"]


def test_an_upload_is_logged_by_its_number_of_files(config, clock, caplog):
    with caplog.at_level("INFO"):
        send(config, clock)

    assert [record.getMessage() for record in caplog.records] == ["upload: 0 files"]


def test_a_clock_that_only_runs_has_not_stepped():
    later = (BASE + timedelta(seconds=15.4), 115.0)

    assert not has_stepped((BASE, 100.0), later)


@pytest.mark.parametrize("step", [timedelta(days=20), timedelta(days=-400), timedelta(seconds=-75)])
def test_a_clock_that_was_set_has_stepped(step):
    assert has_stepped((BASE, 100.0), (BASE + timedelta(seconds=15) + step, 115.0))


def test_a_dead_hub_is_logged_by_its_code_and_does_not_stop_the_worker(config, clock, caplog):
    state = config.box.state_dir
    (state / "trust").mkdir(parents=True)

    assert not fetch(config, clock, Reason.SCHEDULE)

    (line,) = [record.getMessage() for record in caplog.records if record.name == "nodboks.worker"]
    assert line.startswith("sync: N-")


def test_a_rescheduled_job_runs_at_once_even_if_the_clock_went_back_a_year(clock):
    ran = threading.Semaphore(0)
    scheduler = new_scheduler()
    job = Job("sync", timedelta(hours=10), ran.release)
    clock.at = BASE - timedelta(days=365)

    schedule_all(scheduler, (job,), clock)
    scheduler.start()

    try:
        assert ran.acquire(timeout=90)
        schedule_all(scheduler, (job,), clock)
        assert ran.acquire(timeout=90)
    finally:
        scheduler.shutdown()


def settings_of(town, tmp_path, url, **hub):
    """Enrol a box and write its settings; it is the first in line, so that it starts at once."""
    state = tmp_path / "state"
    town.config(url, state)
    path = tmp_path / "box.toml"
    box = {"id": BOX, "name": "Test", "state_dir": state, "ram_dir": tmp_path / "ram"}
    path.write_text(to_toml({"box": box, "hub": {"url": url, "timeout_s": 1, **hub}}))
    return path, state


@dataclass(frozen=True)
class RunningWorker:
    """A real worker and the file it logs to."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def until_it_says(self, words):
        eventually(lambda: words in self.log.read_text())


@contextmanager
def worker_running(settings):
    """Run a worker, and ask it to stop."""
    command = [sys.executable, "-m", "appliance", "worker", "--config", str(settings)]
    log = settings.with_name("worker.log")
    with log.open("wb") as sink:
        process = subprocess.Popen(command, stderr=sink)
    try:
        yield RunningWorker(process, log)
    finally:
        process.terminate()
        process.wait(120)


@pytest.mark.slow
def test_the_worker_takes_a_stick_that_appears_and_stops_cleanly_when_asked(tmp_path):
    town = Town(tmp_path / "town")
    town.publish()
    usb = tmp_path / "usb"
    settings, _ = settings_of(town, tmp_path, "http://127.0.0.1:9", usb_dir=usb)
    shutil.copytree(town.public, tmp_path / "usb, not in yet")

    with worker_running(settings) as worker:
        worker.until_it_says("sync: N-301")  # the hub that is not there
        (tmp_path / "usb, not in yet").rename(usb)
        worker.until_it_says("keeper: N-406")  # who would open what was installed
    log = worker.log.read_text()

    assert worker.process.returncode == 0
    assert "sync begins: a USB stick came" in log
    assert "sync: installed (version 1)" in log
    assert "keeper: N-406" in log
    assert "Traceback" not in log


@pytest.mark.slow
def test_a_worker_that_fails_notes_it_and_waits(tmp_path):
    town = Town(tmp_path / "town")
    settings, state = settings_of(town, tmp_path, "http://127.0.0.1:9")
    write_pace(state, Pace(1, SystemClock().now(), SystemClock().monotonic() - 60))

    with worker_running(settings) as worker:
        eventually(lambda: read_status(state))
        eventually(lambda: read_pace(state).failures == 2)
    log = worker.log.read_text()

    pace = read_pace(state)
    assert worker.process.returncode == 0
    assert pace is not None
    assert pace.failures == 2
    assert log.count("sync begins: the last try failed") == 1
    assert "sync: N-301" in log
