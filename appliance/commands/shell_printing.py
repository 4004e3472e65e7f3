"""Print what somebody at a shell names: find it, have it made, bring it where it should go.

Paper comes by the box's one queue, whichever program prints it; files are written here. Refuses as
wrong use what cannot be meant, and names what could be; never lists a citizen by name. Called by
`printing`.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import click

from appliance.box_clock.clock import BoxClock
from appliance.command_line import FAILED, say
from appliance.config import load_config
from appliance.errors import LogNotKeptError, PaperError, UnsafeMemoryError
from appliance.files import explaining_disk_errors, write_new
from appliance.paper.document import Document
from appliance.paper.sheet_kind import MOST_COPIES, SheetKind, Subject
from appliance.paper.sheets import SHEETS
from appliance.policy import LONGEST_INITIALS
from appliance.printing.box_desk import box_desk, follow
from appliance.printing.direct import DirectSheets
from appliance.printing.jobs import Job, Phase
from appliance.printing.naming import citizens_called, units_called
from appliance.printing.orders import Order
from appliance.records.models import Citizen, Unit
from appliance.records.store import RecordStore
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.log_sender import LogSender
from appliance.vault.ram_folder import is_in_ram, read_memory_facts
from appliance.vault.users import WEB_USER, user_exists
from appliance.words import words_for

NAME = "nodboks"
_DEVICE = "shell"
_ABOUT = {Subject.CITIZEN: "a citizen", Subject.UNIT: "a unit", Subject.NOBODY: "nobody"}
_OWNER_ONLY = 0o700


@dataclass(frozen=True, slots=True)
class What:
    """What somebody wants, in their own words."""

    name: str
    about: str | None = None
    unit: str | None = None
    copies: int = 1
    is_bilingual: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """Which box, where the sheets go (no folder: to the printer), who asks."""

    config_path: Path
    folder: Path | None
    asked_by: str


def list_sheets() -> None:
    """Say every sheet the box can make."""
    for kind in SHEETS.values():
        about = " or ".join(_ABOUT[subject] for subject in kind.subjects)
        copies = ", in copies" if kind.has_copies else ""
        english = ", with --english" if kind.is_bilingual else ""
        say(NAME, f"{kind.name}: {kind.title} (about {about}{copies}{english})")


def print_sheets(what: What, way: Way) -> None:
    """Make the sheets and bring them out.

    Raises:
        LockedError: they are about somebody, and the box is locked.
        PaperError, StorageError: something refused; what is out is out.

    """
    kind = _kind_of(what)
    if len(way.asked_by) > LONGEST_INITIALS:
        raise click.UsageError(f"--by takes initials of at most {LONGEST_INITIALS} characters")
    _refuse_root()
    config = load_config(way.config_path)
    clock = BoxClock(config.box.ram_dir)
    log = LogSender(KeeperClient(config.keeper_socket).log)
    try:
        with closing(DirectSheets(config, clock, log)) as direct:
            order = _order(direct, kind, what, way.asked_by)
            if way.folder is not None:
                _prepare(way.folder, order)
            if not direct.enter_order(order, _DEVICE):
                _warn(f"{LogNotKeptError.code}: {LogNotKeptError.sentence}")
            if way.folder is not None:
                _write_files(direct.sheets(order), way.folder)
        if way.folder is None:
            with box_desk(config, clock, log) as desk:
                _say_end(follow(desk, desk.queue.order(order), _tell))
    finally:
        log.stop()


def _kind_of(what: What) -> SheetKind:
    kind = SHEETS.get(what.name)
    if kind is None:
        raise click.UsageError(f"there is no sheet {what.name!r}; there are: {', '.join(SHEETS)}")
    if what.copies > (MOST_COPIES if kind.has_copies else 1):
        most = f"at most {MOST_COPIES} copies" if kind.has_copies else "no copies"
        raise click.UsageError(f"of {kind.name} there are {most}")
    if what.is_bilingual and not kind.is_bilingual:
        raise click.UsageError(f"{kind.name} has no English headings")
    if what.about is not None and kind.subjects == (Subject.NOBODY,):
        raise click.UsageError(f"{kind.name} is about nobody; leave out --about")
    return kind


def _refuse_root() -> None:
    """Keep root from taking serial numbers: the web could not read on from there."""
    if os.geteuid() == 0 and user_exists(WEB_USER):
        raise click.UsageError(f"run it as the web's user: runuser -u {WEB_USER} -- …")


def _write_files(documents: Iterator[Document], folder: Path) -> None:
    """Write each document as a file of its own, as soon as it is made."""
    for document in documents:
        path = folder / f"{document.serial}-{document.sheet}.pdf"
        write_new(path, document.pdf)
        say(NAME, f"written: {path}, {document.pages} pages")


def _tell(job: Job) -> None:
    """Say how far a job is."""
    trouble = f": {words_for(job.trouble).sentence}" if job.trouble else ""
    say(NAME, f"{job.phase.value}: {job.pages_out} of {job.pages} pages{trouble}")


def _say_end(job: Job) -> None:
    """End with the next step where paper may be missing: only a person can say that it is there."""
    if job.phase is not Phase.PRINTED:
        trouble = words_for(job.trouble or PaperError.code)
        say(NAME, f"error {trouble.code}: {trouble.sentence}", error=True)
        say(NAME, f"hint: {trouble.next_step}", error=True)
        raise click.exceptions.Exit(FAILED)


def _prepare(folder: Path, order: Order) -> None:
    """Make the folder; say when what lies in it can be read by whoever gets hold of the disk."""
    with explaining_disk_errors(f"making {folder}"):
        folder.mkdir(mode=_OWNER_ONLY, exist_ok=True)
    if order.subject.needs_unlock and not _stays_in_ram(folder):
        _warn(f"{folder} is on a disk: the files lie there in the clear; delete them after use")


def _stays_in_ram(folder: Path) -> bool:
    try:
        return is_in_ram(folder, read_memory_facts())
    except UnsafeMemoryError:  # the kernel does not say: then it may be a disk
        return False


def _order(direct: DirectSheets, kind: SheetKind, what: What, by: str) -> Order:
    order = Order(kind.name, ordered_by=by, copies=what.copies, is_bilingual=what.is_bilingual)
    if what.about is None and Subject.NOBODY in kind.subjects:
        return order
    found = _the_one(direct.store(), kind, what)
    if isinstance(found, Unit):
        return replace(order, unit_id=found.id)
    return replace(order, unit_id=found.unit_id, citizen_id=found.id)


def _the_one(store: RecordStore, kind: SheetKind, what: What) -> Unit | Citizen:
    """Return the one unit or citizen that is meant, or say what it could have been."""
    if what.about is None:
        whom = " or ".join(_ABOUT[each] for each in kind.subjects)
        raise click.UsageError(f"{kind.name} is about {whom}; say which with --about")
    found: list[Unit | Citizen] = []
    if Subject.UNIT in kind.subjects:
        found += units_called(store, what.about)
    if Subject.CITIZEN in kind.subjects:
        found += citizens_called(store, what.about, _unit(store, what.unit))
    if len(found) > 1:
        several = ", ".join(map(_shown, found))
        raise click.UsageError(f"{what.about!r} is several: {several}; give the id or --unit")
    if not found:
        units = f"; units are: {_names(store)}" if Subject.UNIT in kind.subjects else ""
        raise click.UsageError(f"there is no {what.about!r} in this copy{units}")
    return found[0]


def _unit(store: RecordStore, word: str | None) -> Unit | None:
    """Return the unit that narrows a search, or None if none was named."""
    if word is None:
        return None
    found = units_called(store, word)
    if len(found) != 1:
        raise click.UsageError(f"there is no one unit {word!r}; units are: {_names(store)}")
    return found[0]


def _names(store: RecordStore) -> str:
    return ", ".join(f"{unit.name} ({unit.id})" for unit in store.units())


def _shown(one: Unit | Citizen) -> str:
    return one.id if isinstance(one, Unit) else f"{one.id} in {one.unit_id}"


def _warn(line: str) -> None:
    say(NAME, f"warning: {line}", error=True)
