"""Hold the practice of one web: begun by the first who wants to, gone the moment the drill ends.

While a drill is on whoever likes goes in, without a code, and sees six invented citizens on every
screen, prints their lists marked ØVELSE and notes what they like. A browser is in the practice as
long as its session there lives; every other request is for the real box. When the drill ends, or a
real outage begins, the sessions are gone with the next request and everything else within seconds:
paper that is not out is stopped, the folder is removed. Called by `server.py`.
"""

import contextlib
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore

from flask import Flask

from appliance.errors import LockedError, NodboksError, StorageError
from appliance.files import explaining_disk_errors
from appliance.paper.document import Document
from appliance.printing.desk import MakeDocuments, PrintDesk
from appliance.printing.jobs import Job, Sheet
from appliance.printing.ledger import PrintLedger
from appliance.printing.orders import Order
from appliance.printing.print_queue import PrintQueue
from appliance.printing.wiring import Around, box_maker
from appliance.vault.broken_glass import BrokenGlass
from appliance.vault.log_sender import LogSender
from appliance.vault.login_delay import LoginDelay
from appliance.vault.open_journal import OpenJournal
from appliance.vault.sessions import Session, Sessions
from appliance.vault.shift_codes import ShiftCodes
from appliance.web.app import create_app
from appliance.web.clock_proposals import ClockProposals
from appliance.web.notes import Notes
from appliance.web.practice.keeper import PracticeKeeper
from appliance.web.reading import OpenRecords
from appliance.web.services import MOST_UNLOCKING, LockCount, Services
from appliance.web.visitor import card_holder
from printers.base import Printer
from printers.errors import PrinterError

_log = logging.getLogger(__name__)
_PREFIX = "practice-"
# How long a printer may take to let go of paper that must not come out any more: one that hangs is
# mended by somebody, and then it must be told.
_WIND_UP_S = 3600
_LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class _Room:
    """One practice: its folder, what is behind its screens, and the screens."""

    folder: Path
    services: Services
    app: Flask

    @property
    def queue(self) -> PrintQueue:
        return self.services.desk.queue


class Practice:
    """The practice of a web; `real` is what is behind the screens of the box itself."""

    def __init__(self, around: Around, real: Callable[[], Services]) -> None:
        self._around = around
        self._real = real
        self._changing = threading.Lock()
        self._room: _Room | None = None
        # Left by a web that was killed; the printer may still have paper of it.
        self._left = sorted(around.config.web_dir.glob(f"{_PREFIX}*"))

    def is_offered(self) -> bool:
        """Tell whether a drill is on; a log that cannot be read says nothing of one."""
        return self._is_drill() or False

    def _is_drill(self) -> bool | None:
        """Tell whether a drill is on, or None for now where the log cannot be read."""
        try:
            outage = self._around.outage.outage()
        except StorageError:
            return None
        return outage.is_on and outage.is_drill

    def enter(self, initials: str, idle: timedelta) -> Session:
        """Let somebody in, as whoever opens a box with its card.

        Raises:
            StorageError: the RAM folder is full.

        """
        with self._changing:
            self._room = room = self._room or self._made()
        services = room.services
        services.keeper.unlock("")
        return services.sessions.start(card_holder(initials), idle=idle)

    def app_of(self, token: str) -> Flask | None:
        """Return the screens of the practice for a browser that is in it, while the drill is on."""
        room = self._room
        if room is None or not token or not self.is_offered():
            return None
        is_in = room.services.sessions.find(token, is_use=False) is not None
        # Whoever came in while somebody there locked it begins at the real door.
        return room.app if is_in and not room.services.keeper.status().locked else None

    def beside(self, queue: PrintQueue) -> Callable[[], list[Job]]:
        """Return how to list what was ordered from a queue and here: both is paper of the drill."""

        def jobs() -> list[Job]:
            room = self._room if self.is_offered() else None
            return [*queue.jobs(), *(room.queue.jobs() if room else ())]

        return jobs

    def look(self) -> None:
        """End the practice once the drill is over. Never raises; called every second.

        Both by the desk of the box and by that of the practice: either may be busy.
        """
        left, self._left = self._left, []
        if left:
            _in_background(_clear, left, self._real().desk.printer)
        if self._room is not None and self._is_drill() is False:
            self.end()

    def end(self) -> None:
        """Forget everybody now, and the rest behind their backs: a printer may be slow."""
        with self._changing:
            room, self._room = self._room, None
        if room is not None:
            room.services.sessions.end_all()
            _in_background(_wind_up, room)

    def _made(self) -> _Room:
        with explaining_disk_errors("making room to practise"):
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._around.config.web_dir))
        with contextlib.ExitStack() as undone:
            undone.callback(shutil.rmtree, folder, ignore_errors=True)
            services = _services(folder, self._around, self._real(), self)
            room = _Room(folder, services, create_app(self._around.config, services))
            undone.pop_all()
        services.desk.start()
        return room


def _services(folder: Path, box: Around, real: Services, practice: Practice) -> Services:
    """Return what is behind the screens of a practice, all of it in a folder of its own."""
    clock, around = box.clock, replace(box, journal=OpenJournal(folder))
    keeper = PracticeKeeper(folder, clock)

    def forget_everybody() -> None:
        services.forget_everybody()

    records = OpenRecords(folder, forget_everybody)
    log = LogSender(keeper.log)
    queue = PrintQueue(PrintLedger(folder), clock)
    maker = replace(
        box_maker(around, log, lambda: records.require().store, lambda: queue),
        # Also in the moment the drill has ended: no sheet of theirs ever lacks the mark.
        outage=lambda: replace(around.outage.on_paper(), is_drill=True),
    )
    make = _while_offered(practice, maker.documents)
    desk = PrintDesk(real.desk.printer, make, queue, clock, practice.look)
    desk.is_two_sided = real.desk.is_two_sided
    desk.gives_way = lambda: bool(real.desk.queue.ledger.open_jobs())
    began_at = clock.now()

    def installed_at() -> datetime:
        return began_at

    services = replace(
        real,
        keeper=keeper,
        sessions=Sessions(clock),
        delay=LoginDelay(clock),
        notes=Notes(clock),
        glass=BrokenGlass(clock),
        shift_codes=ShiftCodes(clock),
        records=records,
        journal=around.journal,
        desk=desk,
        log=log,
        installed_at=installed_at,
        clock_proposals=ClockProposals(),
        neighbours=tuple,
        lamp=_no_lamp,  # it tells of the real box, and nothing else on that page does
        locks=LockCount(),
        unlock_turns=BoundedSemaphore(MOST_UNLOCKING),
        practice=None,
        is_practice=True,
    )
    return services


def _no_lamp() -> None:
    return None


def _while_offered(practice: Practice, make: MakeDocuments) -> MakeDocuments:
    """Return what makes nothing any more once the drill is over."""

    def made(order: Order, done: Sequence[Sheet]) -> Iterator[Document]:
        if not practice.is_offered():
            raise LockedError  # ordered by a page that was under way when it ended
        return make(order, done)

    return made


def _in_background(do: Callable[..., None], *what: object) -> None:
    try:
        threading.Thread(target=do, args=what, daemon=True).start()
    except RuntimeError as error:  # no thread can be begun: the desks must go on all the same
        _log.warning("practice: %s", error)


def _wind_up(room: _Room) -> None:
    """Stop the paper that is not out, also what was ordered in the last moment; remove the rest."""
    desk, ledger = room.services.desk, room.queue.ledger
    until_s = time.monotonic() + _WIND_UP_S
    try:
        while (left := ledger.open_jobs()) and time.monotonic() < until_s:
            for job in left:
                room.queue.stop(job)
            desk.wake()
            time.sleep(_LOOK_EVERY_S)
    except NodboksError as error:
        _log.warning("practice: %s", error.code)
    desk.stop()
    room.services.log.stop()
    shutil.rmtree(room.folder, ignore_errors=True)


def _clear(folders: Iterable[Path], printer: Printer) -> None:
    """Call back what the printer has of practices that were killed, and remove them."""
    for folder in folders:
        with contextlib.suppress(NodboksError):
            ledger = PrintLedger(folder)
            handles = [part.handle for job in ledger.open_jobs() for part in job.parts]
            ledger.close()
            for handle in filter(None, handles):
                with contextlib.suppress(PrinterError):
                    printer.cancel(handle)
        shutil.rmtree(folder, ignore_errors=True)
