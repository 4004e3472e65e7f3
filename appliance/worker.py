"""Run the box's timetable, and fetch the newest snapshot whenever it is time.

The only importer of APScheduler. When to fetch is decided by `sync.watch`, which is asked every few
seconds and measures by a clock nobody can set; the timetable is for what simply comes round. Talks
to the network, the other boxes, the printer and the keeper's socket; holds no key and never sees a
record. Started by `nodboks worker`; stops on SIGTERM.
"""

import logging
import secrets
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from appliance.beacon.heard import heard_path
from appliance.beacon.others import Others
from appliance.beacon.post import BeaconPost, Self
from appliance.clock import Clock, JudgedClock, SystemClock
from appliance.config import BOOT_BY_HUB, NO_TEST, PRINTS_ON_PAPER, BoxConfig
from appliance.errors import NodboksError
from appliance.notify import notify_ready
from appliance.outage.journal import box_journal
from appliance.outage.own_word import OwnWord
from appliance.outage.probes import ProbeWatch, probes_of
from appliance.paper.output import printer_from
from appliance.plan.shipped import plan_in_force
from appliance.printing.printer_test import PrinterTester
from appliance.sync.pace import share_of
from appliance.sync.stick import StickSource
from appliance.sync.triggers import Reason
from appliance.sync.update import sync
from appliance.sync.upload import upload
from appliance.sync.watch import SyncWatch
from appliance.vault.hub_opening import HubOpening
from appliance.vault.keeper_client import KeeperClient

log = logging.getLogger("nodboks.worker")

_LOOK_EVERY_S = 5.0
_OPEN_EVERY = timedelta(seconds=10)  # a look at the socket; the hub is asked only while locked
_UPLOAD_SPREAD_S = 120.0
_LEARN_EVERY = timedelta(minutes=1)  # a look at two small files; a name server is asked, if any
# A look at one small file; while a page is on its way, a look at the printer.
_TEST_PAGE_EVERY = timedelta(minutes=1)
# NTP slews small differences; only a real step may move the timetable.
_STEP = timedelta(seconds=60)
_LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable; `first` is how long after the start its first turn is."""

    name: str
    every: timedelta
    run: Callable[[], None]
    first: timedelta = timedelta(0)


def timetable(
    config: BoxConfig, clock: JudgedClock, others: Others | None = None
) -> tuple[Job, ...]:
    """List what comes round, and how often; `others` are there where the beacon is on."""
    hub, jobs = config.hub, []
    if others is not None:
        jobs.append(Job("learn of the other boxes", _LEARN_EVERY, others.learn))
    if config.vault.boot == BOOT_BY_HUB:
        jobs.append(Job("open by the hub", _OPEN_EVERY, HubOpening(config, clock).look))
    if hub.upload:
        # After the first fetch, and not all boxes at once.
        first = timedelta(seconds=_UPLOAD_SPREAD_S * (1 + share_of(config.box.id)))
        every = timedelta(minutes=hub.cadence_min)
        jobs.append(Job("upload", every, lambda: send(config, clock), first))
    if probes := probes_of(config):
        watch = ProbeWatch(probes, config.box.state_dir, clock)
        every = timedelta(seconds=config.outage.probe_every_s)
        jobs.append(Job("look for an outage", every, lambda: _look(watch)))
    if config.printer.kind == PRINTS_ON_PAPER and config.printer.test_day != NO_TEST:
        tester = PrinterTester(config, printer_from(config.printer), clock)
        jobs.append(Job("test page", _TEST_PAGE_EVERY, tester.take_turn))
    return tuple(jobs)


def _look(watch: ProbeWatch) -> None:
    down = [each.what.value for each in watch.look().seen if not each.is_up]
    log.debug("down: %s", ", ".join(down) or "nothing")


def send(config: BoxConfig, clock: Clock) -> None:
    """Send the sealed log to the hub; a failure is logged, and the next turn goes on."""
    try:
        number = upload(config, clock)
    except NodboksError as error:
        log.warning("upload: %s %s", error.code, error.detail)
    else:
        log.info("upload: %d files", number)


def fetch(config: BoxConfig, clock: Clock, reason: Reason) -> bool:
    """Fetch and install the newest snapshot, then ask the keeper to open it; tell whether it went.

    A failure is logged with its code; the installed snapshot stays and the box tries again.
    """
    usb_dir = config.hub.usb_dir
    source = StickSource(usb_dir) if reason is Reason.STICK and usb_dir else None
    log.info("sync begins: %s", reason)
    try:
        outcome = sync(config, clock, source)
    except NodboksError as error:
        log.warning("sync: %s %s", error.code, error.detail)
        return False
    log.info("sync: %s", outcome)
    try:
        KeeperClient(config.keeper_socket).refresh()
    except NodboksError as error:
        log.warning("keeper: %s %s", error.code, error.detail)
    return True


def has_stepped(before: tuple[datetime, float], after: tuple[datetime, float]) -> bool:
    """Tell whether the wall clock moved differently from the monotonic clock in between.

    Each side is (wall time, monotonic seconds) read together.
    """
    wall = after[0] - before[0]
    steady = timedelta(seconds=after[1] - before[1])
    return abs(wall - steady) > _STEP


def run_worker(config: BoxConfig, clock: JudgedClock) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    scheduler = new_scheduler()
    others = Others(config.box.state_dir) if config.beacon.is_on else None
    jobs = timetable(config, clock, others)
    schedule_all(scheduler, jobs, SystemClock())
    scheduler.start()
    if others is not None:
        post = beacon_post(config, clock, others)
        threading.Thread(target=post.run, args=(stop,), name="beacon", daemon=True).start()
    notify_ready()
    try:
        _watch(scheduler, jobs, _Syncing(config, clock, scheduler), stop)
    finally:
        scheduler.shutdown(wait=False)


def beacon_post(config: BoxConfig, clock: JudgedClock, others: Others) -> BeaconPost:
    """Return what tells the other boxes how this one is, and hears them."""
    word = OwnWord(
        config,
        plan_in_force(config.box.plan_dir),
        box_journal(config, clock),
        printer_from(config.printer),
        clock,
        lambda: others.known.copy_at,
    )
    keeper = KeeperClient(config.keeper_socket)
    own = Self(
        config.box.id, config.hub.interface, word.say, keeper.seal_beacon, heard_path(config)
    )
    return BeaconPost(config.beacon, own, others, clock)


def new_scheduler() -> BackgroundScheduler:
    """Return a scheduler whose jobs run late, once, after sleep or a clock step; never dropped."""
    return BackgroundScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True}
    )


def schedule_all(scheduler: BackgroundScheduler, jobs: tuple[Job, ...], clock: Clock) -> None:
    """Put every job on the timetable, by the clock APScheduler itself looks at: the system's.

    By the box's clock, which a person may have set years ahead of it, they would sleep that long.
    """
    for job in jobs:
        scheduler.add_job(
            job.run,
            IntervalTrigger(seconds=int(job.every.total_seconds()), timezone="UTC"),
            id=job.name,
            next_run_time=clock.now() + job.first,
            replace_existing=True,
            max_instances=1,
        )


class _Syncing:
    """Starts a sync in the scheduler's threads when it is time for one."""

    def __init__(self, config: BoxConfig, clock: Clock, scheduler: BackgroundScheduler) -> None:
        self._clock = clock
        self._config = config
        self._scheduler = scheduler
        self._watch = SyncWatch(config, clock, secrets.SystemRandom().random)

    def look(self) -> None:
        """Begin a sync if it is time."""
        reason = self._watch.due()
        if reason is not None:
            self._watch.begin(reason)
            # Due since 1970: the system's clock may step back before APScheduler has looked.
            self._scheduler.add_job(
                self._run,
                DateTrigger(_LONG_AGO),
                args=(reason,),
                id="sync",
                replace_existing=True,
            )

    def _run(self, reason: Reason) -> None:
        is_good = False
        try:
            is_good = fetch(self._config, self._clock, reason)
        finally:
            self._watch.end(reason, is_good=is_good)


def _watch(
    scheduler: BackgroundScheduler, jobs: tuple[Job, ...], syncing: _Syncing, stop: threading.Event
) -> None:
    """Sync whenever it is time, and reschedule the timetable when somebody sets the clock.

    Measured: after a step back, APScheduler silently waits for the old wall time to come again.
    What a person sets from a phone moves only the box's clock, and no job with it.
    """
    clock = SystemClock()
    seen = (clock.now(), clock.monotonic())
    while not stop.is_set():
        syncing.look()
        stop.wait(_LOOK_EVERY_S)
        now = (clock.now(), clock.monotonic())
        if has_stepped(seen, now):
            log.warning("the clock was set; the timetable starts afresh")
            schedule_all(scheduler, jobs, clock)
        seen = now
