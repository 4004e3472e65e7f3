"""A box's opened records folder with invented people, and a keeper that opens and locks it.

The records are a real snapshot database written by the real writer; the keeper stands behind the
same methods as the real one's client but needs no keys."""

import functools
import json
import shutil
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from appliance.clock import JudgedClock
from appliance.config import (
    BoxConfig,
    BoxSection,
    HubSection,
    PrinterSection,
    WebSection,
    to_toml,
)
from appliance.errors import (
    DocumentLostError,
    KeeperDownError,
    LockedError,
    NodboksError,
    SlotMissingError,
    WrongCodeError,
)
from appliance.files import write_atomically
from appliance.records.models import (
    Attachment,
    Citizen,
    Flag,
    MedicationOrder,
    Record,
    SectionState,
    StaffMember,
    Unit,
)
from appliance.records.search import build_search
from appliance.records.terms import (
    Section,
)
from appliance.records.writer import RecordWriter
from appliance.sealed_log.entry import Entry
from appliance.vault.card_code import check_digit, parse_card_code
from appliance.vault.clock_setting import ClockSetting
from appliance.vault.journal_note import FILE as JOURNAL_FILE
from appliance.vault.journal_note import refuse_what_is_no_event
from appliance.vault.opened import POINTER, Opened, document_path, publish
from appliance.vault.print_note import FILE as PRINTS_FILE
from appliance.vault.print_note import PrintNote, to_json
from appliance.vault.protocol import KeeperStatus, LogStatus, SlotStatus
from tests.simulators.box_documents import CONTENT
from tests.simulators.box_people import (
    AASE,
    ATTACHMENTS,
    CITIZENS,
    EGON,
    EMPTY,
    FLAGS,
    MEDICATION,
    NINNA,
    NORD,
    SYD,
    WARNINGS,
    staff,
)
from tests.simulators.box_roads import road_records
from tests.simulators.runner_packs import SimulatedPacks

_DIGITS = "4821593704821593704"
CARD_CODE = _DIGITS + check_digit(_DIGITS)
LOGIN_CODE = "482159"


@dataclass(frozen=True)
class Town:
    """What stands in the records; a test opens another town to change it."""

    as_of: datetime | None
    citizens: tuple[Citizen, ...] = CITIZENS
    medication: tuple[MedicationOrder, ...] = MEDICATION
    accounts: tuple[StaffMember, ...] = ()
    flags: tuple[Flag, ...] = FLAGS
    missing: frozenset[Section] = frozenset()
    attachments: tuple[Attachment, ...] = ATTACHMENTS
    # States of single citizens, such as those whose medicine comes from another source.
    states: tuple[SectionState, ...] = ()
    units: tuple[Unit, ...] = (SYD, NORD, EMPTY)
    # Anything else of anybody: relatives, key boxes, measurements.
    others: tuple[Record, ...] = ()
    with_roads: bool = True
    # When the roads are for, where that is another day than the copy's.
    now: datetime | None = None

    def write(self, path: Path) -> None:
        """Write a snapshot database."""
        with RecordWriter(path) as writer:
            records = (*self.units, *self.citizens, *self.medication, *WARNINGS, *self.flags,
                       *self.attachments, *self.states, *self.others)  # fmt: skip
            driven_at = (self.now or self.as_of) if self.with_roads else None
            roads = road_records(driven_at, AASE, EGON, NINNA)
            for record in (*records, *roads, *(self.accounts or staff().values())):
                writer.add(record)
            for unit in (SYD, NORD):
                for section in Section:
                    is_there = section not in self.missing
                    state = SectionState(unit.id, section, as_of=self.as_of,
                                         is_delivered=is_there, is_complete=is_there)  # fmt: skip
                    writer.add(state)


@functools.cache
def _databases(town: Town) -> tuple[bytes, bytes]:
    """Write a town's records and search index; once, since many tests open the same town."""
    with tempfile.TemporaryDirectory() as name:
        records, search = Path(name) / "records.db", Path(name) / "search.db"
        town.write(records)
        build_search(records, search)
        return records.read_bytes(), search.read_bytes()


@dataclass
class SimulatedKeeper(SimulatedPacks):
    """Open and lock a records folder with one card code; no keys, no sockets."""

    records_dir: Path
    town: Town
    clock: JudgedClock
    problem: NodboksError | None = None
    version: int = field(default=0)
    # Attachments whose objects this box has lost, and how often one is gone before it is read.
    lost: set[str] = field(default_factory=set)
    vanishing: int = 0
    has_usb_key: bool = False
    turns: threading.Lock = field(default_factory=threading.Lock)
    slots: tuple[SlotStatus, ...] = ()
    open_until: datetime | None = None
    # What the web entered into the sealed log, and whether nothing can be entered now.
    logged: list[Entry] = field(default_factory=list)
    # What came out on paper, as the real one seals it; given back at the next unlock.
    prints: list[PrintNote] = field(default_factory=list)
    log_problem: NodboksError | None = None
    # What was noted of citizens, a line each, as the real one gives it back at every unlock.
    journal: list[str] = field(default_factory=list)
    journal_problem: NodboksError | None = None

    def status(self) -> KeeperStatus:
        """Tell what is open."""
        if isinstance(self.problem, KeeperDownError):
            raise self.problem
        opened = Opened.read(self.records_dir) if self.records_dir.exists() else None
        return KeeperStatus(
            locked=opened is None,
            device_secret="file",
            version=opened.version if opened else None,
            signed_at=opened.signed_at if opened else None,
            search_ready=bool(opened and opened.search),
            log=LogStatus(len(self.logged), f"{len(self.logged):08X}"),
            slots=self.slots,
            open_until=self.open_until,
            clock=self.clock.judged().level,
        )

    def unlock(self, code: str) -> KeeperStatus:
        """Open the records if the code is the card's."""
        if self.problem is not None:
            raise self.problem
        if parse_card_code(code) != CARD_CODE:
            raise WrongCodeError("no slot opens")
        with self.turns:  # one at a time, like the real one
            if not (self.records_dir / POINTER).exists():
                self.open()
        return self.status()

    def keep_prints(self, prints: Sequence[PrintNote]) -> KeeperStatus:
        """Note what came out on paper."""
        self.prints += prints
        return self.status()

    def note_in_journal(self, entries: Sequence[Entry]) -> KeeperStatus:
        """Keep notes of the care journal, and show them beside the records."""
        if self.journal_problem is not None:
            raise self.journal_problem
        if not (self.records_dir / POINTER).exists():
            raise LockedError
        refuse_what_is_no_event(entries)
        self.logged.extend(entries)
        self.journal += [entry.text for entry in entries]
        self._give_journal()
        return self.status()

    def _give_journal(self) -> None:
        lines = "".join(f"{line}\n" for line in self.journal)
        write_atomically(self.records_dir / JOURNAL_FILE, lines.encode())

    def _give_prints(self) -> None:
        last = {note.serial: note for note in self.prints}
        plain = json.dumps([to_json(note) for note in last.values()])
        write_atomically(self.records_dir / PRINTS_FILE, plain.encode())

    def unlock_usb(self) -> KeeperStatus:
        """Open the records if there is a USB key in the box."""
        if not self.has_usb_key:
            raise SlotMissingError("no key on the stick")
        return self.unlock(CARD_CODE)

    def refuse_key(self, name: str) -> KeeperStatus:
        """Answer whoever asks for a key that no screen asks for."""
        raise SlotMissingError(f"a simulated keeper has a card and a USB key, not {name}")

    unlock_hub = unlock_recovery = issue = revoke = refuse_key

    def lock_when_over(self) -> None:
        """Stay open: a journey says itself when the box locks."""

    def open(self) -> Opened:
        """Write the town's records and publish them, as a new version."""
        self.version += 1
        self.records_dir.mkdir(parents=True, exist_ok=True)
        records = self.records_dir / f"records-{self.version}.db"
        search = self.records_dir / f"search-{self.version}.db"
        for path, content in zip((records, search), _databases(self.town), strict=True):
            path.write_bytes(content)
        signed_at = self.town.as_of or datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
        self._give_journal()
        self._give_prints()
        opened = Opened(self.version, records, search, self.clock.now(), signed_at)
        publish(opened)
        return opened

    def open_document(self, attachment_id: str) -> KeeperStatus:
        """Put one document of the town into the records folder."""
        opened = Opened.read(self.records_dir)
        if opened is None:
            raise LockedError
        if attachment_id in self.lost:
            raise DocumentLostError("its object is missing or damaged")
        found = next(one for one in self.town.attachments if one.id == attachment_id)
        path = document_path(opened, found.object_sha256)
        path.write_bytes(CONTENT[found.object_sha256])
        if self.vanishing:
            self.vanishing -= 1
            path.unlink()
        return self.status()

    def lock(self) -> KeeperStatus:
        """Cut and remove every file, the way the real one wipes its folder."""
        for path in self.records_dir.glob("*"):
            path.chmod(0o600)
            path.write_bytes(b"")
            path.unlink()
        return self.status()

    def log(self, entries: Sequence[Entry], lost: int = 0) -> KeeperStatus:
        """Keep the entries in a list."""
        del lost
        if self.log_problem is not None:
            raise self.log_problem
        self.logged.extend(entries)
        return self.status()

    def log_entries(self, entries: Sequence[Entry], lost: int) -> KeeperStatus:
        """Answer the server as the service behind it would."""
        return self.log(entries, lost)

    def set_clock(self, moment: datetime, entry: Entry | Sequence[Entry]) -> KeeperStatus:
        """Set the clock as the real one does, and keep the entry; for the client and the server."""
        ClockSetting(self.records_dir.parent, self.clock).set_by_hand(moment, None)
        self.logged.extend([entry] if isinstance(entry, Entry) else entry)
        return self.status()

    def sign_head(self) -> KeeperStatus:
        """Do nothing: nothing is uploaded beside a simulated keeper."""
        return self.status()

    def refresh(self) -> KeeperStatus:
        """Do nothing: no sync runs beside a simulated keeper."""
        return self.status()


def town_of(now: datetime, age: timedelta = timedelta(minutes=55)) -> Town:
    """Return the town as it was some time ago."""
    return Town(as_of=now - age, now=now)


def config_in(folder: Path, ram: Path, port: int = 8080) -> BoxConfig:
    """Return settings of a box whose state and paper lie in the folder, its records in RAM."""
    return BoxConfig(
        box=BoxSection("box-17", "Solgården", folder / "state", ram, "87 00 00 00"),
        hub=HubSection("http://127.0.0.1:9/"),
        web=WebSection(port=port),
        printer=PrinterSection("folder", folder / "paper"),
    )


def settings_file(config: BoxConfig) -> Path:
    """Write the box.toml of such a box beside its state, for a program that is given its path."""
    file = config.box.state_dir.parent / "box.toml"
    box, printer = config.box, config.printer
    sections: dict[str, dict[str, Any]] = {
        "box": {"id": box.id, "name": box.name, "state_dir": box.state_dir, "ram_dir": box.ram_dir},
        "hub": {"url": config.hub.url},
        "printer": {"kind": printer.kind, "folder": printer.folder},
    }
    file.write_text(to_toml(sections), encoding="utf-8")
    return file


def new_ram_folder() -> Path:
    """Return a new folder on a tmpfs where there is one, since records lie in RAM."""
    shm = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="nodboks-web-", dir=shm if shm.is_dir() else None))


def remove_ram_folder(folder: Path) -> None:
    """Remove the folder and everything in it."""
    shutil.rmtree(folder)
