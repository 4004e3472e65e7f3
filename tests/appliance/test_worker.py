import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from appliance.config import parse_config
from appliance.worker import Job, fetch, has_stepped, new_scheduler, schedule_all, timetable

BASE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path):
    raw = {
        "box": {"id": "boks-1", "name": "Test", "state_dir": "state", "ram_dir": "ram"},
        "hub": {"url": "http://127.0.0.1:9", "cadence_min": 15, "timeout_s": 1},
    }
    return parse_config(raw, "box.toml", tmp_path)


def test_the_timetable_fetches_as_often_as_the_settings_say(config, clock):
    (job,) = timetable(config, clock)

    assert (job.name, job.every) == ("sync", timedelta(minutes=15))


def test_a_clock_that_only_runs_has_not_stepped():
    later = (BASE + timedelta(seconds=15.4), 115.0)

    assert not has_stepped((BASE, 100.0), later)


@pytest.mark.parametrize("step", [timedelta(days=20), timedelta(days=-400), timedelta(seconds=-75)])
def test_a_clock_that_was_set_has_stepped(step):
    assert has_stepped((BASE, 100.0), (BASE + timedelta(seconds=15) + step, 115.0))


def test_a_dead_hub_is_logged_by_its_code_and_does_not_stop_the_worker(config, clock, caplog):
    state = config.box.state_dir
    (state / "trust").mkdir(parents=True)

    fetch(config, clock)

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
        assert ran.acquire(timeout=5)
        schedule_all(scheduler, (job,), clock)
        assert ran.acquire(timeout=5)
    finally:
        scheduler.shutdown()


@pytest.mark.slow
def test_the_worker_stops_cleanly_when_asked(tmp_path):
    settings = tmp_path / "box.toml"
    settings.write_text(
        '[box]\nid = "boks-1"\nname = "Test"\nstate_dir = "state"\nram_dir = "ram"\n'
        '[hub]\nurl = "http://127.0.0.1:9"\ntimeout_s = 1\n'
    )
    command = [sys.executable, "-m", "appliance", "worker", "--config", str(settings)]

    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    time.sleep(2.5)
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=20)

    assert process.returncode == 0
    assert "sync: N-" in log
    assert "Traceback" not in log
