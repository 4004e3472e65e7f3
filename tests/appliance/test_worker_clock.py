"""Whatever the clocks do, the timetable goes on: a real worker, its system clock stepped."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.box_clock.note import ClockNote, write_note
from appliance.clock import SystemClock
from appliance.config import to_toml
from tests.simulators.stepping_clock import stepping_clock

pytestmark = pytest.mark.slow  # seconds, not milliseconds

CHILD = Path(__file__).parent / "worker_child.py"
YEARS = timedelta(days=3 * 365)
SINCE_1970 = SystemClock().now() - SystemClock().now().replace(year=1970, month=1, day=2)


@contextmanager
def worker_running(folder, **environment):
    """Run a worker that uploads as soon as it starts and whenever the clock was stepped."""
    box = {"id": "boks-1", "name": "Test", "state_dir": folder / "state", "ram_dir": folder}
    hub = {"url": "http://127.0.0.1:9", "timeout_s": 1, "upload": True}
    settings, log = folder / "box.toml", folder / "worker.log"
    settings.write_text(to_toml({"box": box, "hub": hub}), encoding="utf-8")
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, str(CHILD), str(settings)],
            stderr=sink,
            env={**os.environ, **environment, "PYTHONPATH": str(Path.cwd())},
        )
    try:
        yield log
    finally:
        process.terminate()
        process.wait(90)


def wait_for_uploads(log, number, within_s=120.0):
    deadline = time.monotonic() + within_s
    while (text := log.read_text()).count("upload: 0 files") < number:
        assert time.monotonic() < deadline, text
        time.sleep(0.05)


def set_by_hand(ram_dir, off):
    clock = SystemClock()
    offset_s = (clock.now() + off).timestamp() - clock.monotonic()
    write_note(ram_dir, ClockNote(set_offset_s=offset_s))


@pytest.mark.parametrize("off", [YEARS, timedelta(days=-400)])
def test_jobs_do_not_sleep_until_the_year_a_person_has_set(tmp_path, off):
    set_by_hand(tmp_path, off)

    years = {(SystemClock().now() + off).year}
    with worker_running(tmp_path) as log:
        wait_for_uploads(log, 1)
    years.add((SystemClock().now() + off).year)  # another one on New Year's Eve

    assert any(f"the box's clock shows {year}" in log.read_text() for year in years)


@pytest.mark.parametrize("off", [-SINCE_1970, timedelta(days=20), YEARS])
def test_timetable_starts_afresh_when_the_system_clock_steps_there_and_back(tmp_path, off):
    system = stepping_clock(tmp_path)

    with worker_running(tmp_path, **system.environment) as log:
        wait_for_uploads(log, 1)
        system.step(off)
        wait_for_uploads(log, 2)
        system.step(timedelta(0))
        wait_for_uploads(log, 3)

    assert log.read_text().count("the clock was set") == 2


def test_person_and_system_may_be_years_apart_and_the_jobs_still_run(tmp_path):
    system = stepping_clock(tmp_path, -SINCE_1970)
    set_by_hand(tmp_path, YEARS)

    with worker_running(tmp_path, **system.environment) as log:
        wait_for_uploads(log, 1)
        system.step(YEARS)
        wait_for_uploads(log, 2)

    assert log.read_text().count("the clock was set") == 1
