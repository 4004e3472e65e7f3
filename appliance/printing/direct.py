"""Make sheets from the opened copy in a program of its own, without the web and its queue.

Works from what the keeper has opened into RAM, and holds no key. Every order and every sheet is an
entry of the sealed log; one the keeper cannot take keeps no paper back. Refuses to hand on a sheet
once the box was locked or a newer copy opened: what it read by then may have been half wiped.
Called by the command line and the demo.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance.clock import JudgedClock, reckoned_now
from appliance.config import BoxConfig
from appliance.errors import LockedError, PaperError
from appliance.paper.document import Document, PrintContext
from appliance.paper.serial import SerialBook
from appliance.paper.sheet_kind import Material, SheetKind, Wanted
from appliance.printing.sheet_log import Log, SheetLog
from appliance.records.models import Citizen
from appliance.records.store import RecordStore
from appliance.sealed_log.entry import Who, clipped
from appliance.vault.opened import Opened

# Nobody has to say who they are before the paper comes; the sheet then says so.
NOBODY = "–"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for, and whose records go onto the paper for it."""

    kind: SheetKind
    wanted: Wanted
    unit_id: str = ""
    citizens: tuple[Citizen, ...] = ()
    asked_by: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class OpenBox:
    """The box as it stands open; `opened` is None while it is locked."""

    config: BoxConfig
    clock: JudgedClock
    log: Log
    opened: Opened | None
    material: Material

    @classmethod
    def look(cls, config: BoxConfig, clock: JudgedClock, log: Log) -> "OpenBox":
        """Read what is open now.

        Raises:
            VaultError: the keeper's note cannot be understood.
            SnapshotError: the records are of a kind this software cannot read.

        """
        opened = Opened.read(config.records_dir)
        store = RecordStore(opened.records) if opened else None
        return cls(config, clock, log, opened, Material(store, config.box.help_phone))

    def enter_order(self, asked: Asked) -> bool:
        """Enter the order into the log; tell whether the log has it."""
        return self._log_of(asked).order(asked.kind.name, asked.citizens)

    def sheets(self, asked: Asked) -> Iterator[Document]:
        """Return the documents, each made when it is asked for and entered before it is handed on.

        Raises:
            LockedError: the box is locked, or was locked meanwhile.
            PaperError: the sheet cannot be about that, or a newer copy was opened meanwhile.
            StorageError: no serial number could be taken.

        """
        context = PrintContext(
            printed_by=asked.asked_by or NOBODY,
            printed_at=reckoned_now(self.clock),
            box_name=self.config.box.name,
            serials=SerialBook(self.config.box.state_dir / "serials"),
            log_head=self.log.shown,
            is_clock_trusted=self.clock.judged().is_trusted,
        )
        made = asked.kind.make(self.material, asked.wanted, context)
        whole = self._while_open(made) if asked.wanted.subject.needs_unlock else made
        return self._log_of(asked).entered(whole, self.material.records)

    def _log_of(self, asked: Asked) -> SheetLog:
        who = Who(clipped(asked.asked_by, "initials"), device=asked.device)
        return SheetLog(self.log, self.clock, who, asked.unit_id)

    def _while_open(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Pass sheets on as long as the copy they were read from is the one that is open."""
        for document in documents:
            now = Opened.read(self.config.records_dir)
            if now is None:
                raise LockedError("the box was locked while the sheets were being made")
            if self.opened is None or now.opened_at != self.opened.opened_at:
                raise PaperError("a newer copy was opened meanwhile; print again")
            yield document
