"""Run the box's timetable: fetch the newest snapshot, again and again.

The only importer of APScheduler. Talks to the network and to the keeper's socket; holds no key
and never sees a record. Started by `nodboks worker`; stops on SIGTERM.
"""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.errors import NodboksError
from appliance.notify import notify_ready
from appliance.sync.update import sync
from appliance.vault.keeper_client import KeeperClient

log = logging.getLogger("nodboks.worker")

_WATCH_EVERY_S = 15.0
# NTP slews small differences; only a real step may move the timetable.
_STEP = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable."""

    name: str
    every: timedelta
    run: Callable[[], None]


def timetable(config: BoxConfig, clock: Clock) -> tuple[Job, ...]:
    """List what the worker does, and how often."""
    return (
        Job("sync", timedelta(minutes=config.hub.cadence_min), lambda: fetch(config, clock)),
    )  # fmt: skip


def fetch(config: BoxConfig, clock: Clock) -> None:
    """Fetch and install the newest snapshot, then ask the keeper to open it.

    A failure is logged with its code; the installed snapshot stays and the next turn tries again.
    """
    try:
        outcome = sync(config, clock)
        log.info("sync: %s", outcome)
        KeeperClient(config.keeper_socket).refresh()
    except NodboksError as error:
        log.warning("sync: %s %s", error.code, error.detail)


def has_stepped(before: tuple[datetime, float], after: tuple[datetime, float]) -> bool:
    """Tell whether the wall clock moved differently from the monotonic clock in between.

    Each side is (wall time, monotonic seconds) read together.
    """
    wall = after[0] - before[0]
    steady = timedelta(seconds=after[1] - before[1])
    return abs(wall - steady) > _STEP


def run_worker(config: BoxConfig, clock: Clock) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    scheduler = new_scheduler()
    jobs = timetable(config, clock)
    schedule_all(scheduler, jobs, clock)
    scheduler.start()
    notify_ready()
    try:
        _watch_clock(scheduler, jobs, clock, stop)
    finally:
        scheduler.shutdown(wait=False)


def new_scheduler() -> BackgroundScheduler:
    """Return a scheduler whose jobs run late, once, after sleep or a clock step; never dropped."""
    return BackgroundScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True}
    )


def schedule_all(scheduler: BackgroundScheduler, jobs: tuple[Job, ...], clock: Clock) -> None:
    """Put every job on the timetable, the first turn at once."""
    for job in jobs:
        scheduler.add_job(
            job.run,
            IntervalTrigger(seconds=int(job.every.total_seconds()), timezone="UTC"),
            id=job.name,
            next_run_time=clock.now(),
            replace_existing=True,
            max_instances=1,
        )


def _watch_clock(
    scheduler: BackgroundScheduler, jobs: tuple[Job, ...], clock: Clock, stop: threading.Event
) -> None:
    """Reschedule everything when somebody sets the clock.

    Measured: after a step back, APScheduler silently waits for the old wall time to come again.
    """
    seen = (clock.now(), clock.monotonic())
    while not stop.wait(_WATCH_EVERY_S):
        now = (clock.now(), clock.monotonic())
        if has_stepped(seen, now):
            log.warning("the clock was set; the timetable starts afresh")
            schedule_all(scheduler, jobs, clock)
        seen = now
