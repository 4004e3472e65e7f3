"""Print from any program of the box: order, follow, and run the desk where no other program does.

The web runs the desk as long as it is up. A command, or the button's panel, opens the same queue
and starts a desk of its own; it only looks on while the web has the lock, and takes over within a
second when the web dies. Called by programs that want paper without the web.

    with box_desk(config, clock, log) as desk:
        job = desk.queue.order(Order("pack", unit_id))
        follow(desk, job, say_how_far)
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import LockedError, NodboksError
from appliance.paper.output import printer_from
from appliance.printing.desk import PrintDesk
from appliance.printing.jobs import Job
from appliance.printing.wiring import box_around, box_maker, box_queue
from appliance.records.store import RecordStore
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.log_sender import LogSender
from appliance.vault.opened import Opened

_LOOK_EVERY_S = 0.5


@contextlib.contextmanager
def box_desk(config: BoxConfig, clock: JudgedClock, log: LogSender) -> Iterator[PrintDesk]:
    """Give the queue of the box and a desk that prints it while no other program does.

    Raises:
        StorageError: the RAM folder refused.

    """
    records, around = OpenNow(config.records_dir), box_around(config, clock)
    queue = box_queue(config, clock, KeeperClient(config.keeper_socket).keep_prints)
    maker = box_maker(around, log, records.store, lambda: queue)

    def look_around() -> None:
        with contextlib.suppress(NodboksError):  # told where it matters: by the job itself
            if records.was_locked():
                around.journal.forget()
                desk.forget()

    desk = PrintDesk(printer_from(config.printer), maker.documents, queue, clock, look_around)
    desk.is_two_sided = config.printer.two_sided
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()
        records.close()


def follow(desk: PrintDesk, job: Job, tell: Callable[[Job], None]) -> Job:
    """Wait until nothing about a job will change by itself; tell each change of it.

    Raises:
        NodboksError: the queue is gone, as when the box was switched off and on.

    """
    told: Job | None = None
    while True:
        now = desk.queue.job(job.id)
        if now is None:
            raise NodboksError(f"no print job {job.id}")
        if now != told:
            told = now
            tell(now)
        if not now.phase.is_under_way:
            return now
        time.sleep(_LOOK_EVERY_S)


class OpenNow:
    """The records that are open at the moment, for a program that has no screens."""

    def __init__(self, records_dir: Path) -> None:
        self._records_dir = records_dir
        self._opened: Opened | None = None
        self._store: RecordStore | None = None

    def store(self) -> RecordStore:
        """Return the open records.

        Raises:
            LockedError: none are.
            VaultError: the keeper's note cannot be understood.
            SnapshotError: the records are of a kind this software cannot read.

        """
        opened = Opened.read(self._records_dir)
        if opened is None:
            self.close()
            raise LockedError
        if self._store is None or opened.records != (self._opened and self._opened.records):
            self.close()
            self._opened, self._store = opened, RecordStore(opened.records)
        return self._store

    def was_locked(self) -> bool:
        """Tell once that records were open here and are not any more.

        Raises:
            VaultError: the keeper's note cannot be understood.

        """
        if self._store is None or Opened.read(self._records_dir) is not None:
            return False
        self.close()
        return True

    def close(self) -> None:
        """Let go of the records."""
        if self._store is not None:
            self._store.close()
        self._store = self._opened = None
