"""Name what the web needs from the rest of the box, as one value.

`server.py` fills it with the real parts, tests with simulators behind the same protocols. Decides
nothing; it only knows which parts remember a person and must forget one. Called by `create_app`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock
from typing import Protocol
from wsgiref.types import WSGIApplication

from appliance.beacon.told import Told
from appliance.certificates.kept import Certificate
from appliance.clock import JudgedClock
from appliance.health.lamp_state import LampState
from appliance.line_status import SyncStatus
from appliance.outage.journal import OutageJournal
from appliance.outage.report_shelf import ReportShelf
from appliance.outage.suspicion import NOTHING_SEEN, Suspicion
from appliance.paper.proof import Proof
from appliance.plan.models import ResponsePlan
from appliance.printing.desk import PrintDesk
from appliance.sealed_log.entry import Entry
from appliance.snapshot.neighbours import Neighbour
from appliance.vault.broken_glass import BrokenGlass
from appliance.vault.log_sender import LogSender
from appliance.vault.login_delay import LoginDelay
from appliance.vault.open_journal import OpenJournal
from appliance.vault.print_note import PrintNote
from appliance.vault.protocol import KeeperStatus, RunnerStatus
from appliance.vault.sessions import Session, Sessions
from appliance.vault.shift_codes import ShiftCodes
from appliance.web.clock_proposals import ClockProposals
from appliance.web.notes import Notes
from appliance.web.portal.guests import Guests
from appliance.web.reading import OpenRecords

# Each unlock holds a thread for as long as Argon2 takes, and the keeper tries one at a time.
MOST_UNLOCKING = 2


class Keeper(Protocol):
    """The process that holds the key, as the web knows it."""

    def status(self) -> KeeperStatus:
        """Tell whether the box is locked.

        Raises:
            KeeperDownError: no answer.

        """
        ...

    def unlock(self, code: str) -> KeeperStatus:
        """Open the records with a card code.

        Raises:
            VaultError: the code does not fit, or the records cannot be opened.
            SnapshotError: there is nothing readable to open.

        """
        ...

    def unlock_usb(self) -> KeeperStatus:
        """Open the records with the USB key that is in the box.

        Raises:
            VaultError: there is no key, or the records cannot be opened.
            SnapshotError: there is nothing readable to open.

        """
        ...

    def open_document(self, attachment_id: str) -> KeeperStatus:
        """Have one photo or document opened where `opened.document_path` says.

        Raises:
            LockedError: the box is locked.
            DocumentLostError: it is not on this box, or damaged.
            StorageError: there is no room in RAM.
            KeeperDownError: no answer.

        """
        ...

    def log(self, entries: Sequence[Entry], lost: int = 0) -> KeeperStatus:
        """Have entries written to the sealed log.

        Raises:
            KeeperDownError: no answer.

        """
        ...

    def note_in_journal(self, entries: Sequence[Entry]) -> KeeperStatus:
        """Have notes of the care journal sealed to the disk and shown beside the records.

        Raises:
            LockedError: the box is locked.
            LogNotKeptError: they are not surely on the disk.
            KeeperDownError: no answer.

        """
        ...

    def keep_prints(self, prints: Sequence[PrintNote]) -> KeeperStatus:
        """Have it remembered, sealed, what came out on paper.

        Raises:
            StorageError: the disk refused.
            KeeperDownError: no answer.

        """
        ...

    def set_clock(self, moment: datetime, entry: Entry) -> KeeperStatus:
        """Have every program of the box reckon that it is this time.

        Raises:
            ClockNotSetError: it cannot be that time, or the network keeps the clock.
            StorageError: the RAM folder is full.
            KeeperDownError: no answer.

        """
        ...

    def runners(self) -> tuple[RunnerStatus, ...]:
        """Return the runner packs in this box, then those on the stick.

        Raises:
            SnapshotError: nobody vouches for the list of other boxes.
            KeeperDownError: no answer.

        """
        ...

    def make_runner(self, unit_id: str, to_box: str, entry: Entry) -> RunnerStatus:
        """Have one unit written to the stick for another box.

        Raises:
            SlotMissingError: there is no stick.
            VaultError, SnapshotError, StorageError: it cannot be made.

        """
        ...

    def take_runner(self, file: str, entry: Entry) -> RunnerStatus:
        """Have a pack taken in from the stick.

        Raises:
            SlotMissingError: there is no stick, or no such file.
            VaultError, SnapshotError, StorageError: it is not for this box, or cannot be kept.

        """
        ...

    def drop_runner(self, key: str, entry: Entry) -> None:
        """Have a pack forgotten.

        Raises:
            VaultError: there is none.

        """
        ...

    def lock(self) -> KeeperStatus:
        """Close the records for everybody.

        Raises:
            KeeperDownError: no answer.

        """
        ...


class Practising(Protocol):
    """The screens with the invented citizens of a drill."""

    def is_offered(self) -> bool:
        """Tell whether a drill is on."""
        ...

    def app_of(self, token: str) -> WSGIApplication | None:
        """Return the screens for a browser that is in; None for every other one."""
        ...

    def enter(self, initials: str, idle: timedelta) -> Session:
        """Let somebody in.

        Raises:
            StorageError: the RAM folder is full.

        """
        ...


class LockCount:
    """How often the box has been locked since this web began."""

    def __init__(self) -> None:
        self._adding = Lock()
        self.value = 0

    def add(self) -> None:
        """Count one more."""
        with self._adding:
            self.value += 1


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind the screens.

    `installed_at` is when the installed snapshot was signed, `certificate` what there is of https;
    `fetched` and `sent` are how the last try to fetch data and to send the log went; `plan` is the
    response plan in force, `outage` its log, `reports` what came of it, and `suspicion` what the
    box sees of the care system; `proof` tells how the sheets of the last copy that was tried came
    out; `told` what another box, by its id or a unit's name, has said of itself; `lamp` what the
    lamp of the box should show, None where nobody looks. `practice` is the
    way in to the invented citizens of a drill, `is_practice` that this is what is behind it.
    """

    clock: JudgedClock
    keeper: Keeper
    sessions: Sessions
    delay: LoginDelay
    notes: Notes
    glass: BrokenGlass
    shift_codes: ShiftCodes
    records: OpenRecords
    journal: OpenJournal
    desk: PrintDesk
    log: LogSender
    installed_at: Callable[[], datetime | None]
    fetched: Callable[[], SyncStatus | None]
    sent: Callable[[], SyncStatus | None]
    clock_proposals: ClockProposals
    guests: Guests
    plan: ResponsePlan
    outage: OutageJournal
    reports: ReportShelf
    suspicion: Callable[[], Suspicion] = lambda: NOTHING_SEEN
    certificate: Callable[[], Certificate] = Certificate
    proof: Callable[[], Proof | None] = lambda: None
    neighbours: Callable[[], tuple[Neighbour, ...]] = tuple
    told: Callable[[str, str], Told | None] = lambda _box, _name: None
    lamp: Callable[[], LampState | None] = lambda: None
    practice: Practising | None = None
    is_practice: bool = False
    locks: LockCount = field(default_factory=LockCount)
    unlock_turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(MOST_UNLOCKING))

    def forget_session(self, token: str) -> None:
        """Forget one person at one browser: they logged out, or somebody else took over."""
        self.sessions.end(token)
        self.notes.forget(token)
        self.glass.end(token)

    def forget_everybody(self) -> None:
        """Forget everything anybody did since the box was opened: it was locked.

        Counted first: whoever is just coming in looks at the count once they are in.
        """
        self.locks.add()
        self.sessions.end_all()
        self.notes.forget_all()
        self.glass.forget_all()
        self.shift_codes.forget_all()
        self.clock_proposals.drop()
        self.journal.forget()
        self.desk.forget()
