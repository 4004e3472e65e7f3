"""Print what somebody at a shell names: find it, have it made, bring it where it should go.

Refuses as wrong use what cannot be meant, and names what could be; never lists a citizen by name.
Hands each sheet on as soon as it is made. Called by `print_commands`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from appliance.box_clock.clock import BoxClock
from appliance.command_line import say
from appliance.config import BoxConfig, load_config
from appliance.errors import LogNotKeptError, UnsafeMemoryError
from appliance.files import explaining_disk_errors, write_new
from appliance.paper.document import Document
from appliance.paper.output import printer_from
from appliance.paper.sheet_kind import MOST_COPIES, SheetKind, Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.printing.direct import Asked, OpenBox
from appliance.printing.naming import citizens_called, units_called
from appliance.records.models import Citizen, Unit
from appliance.records.store import RecordStore
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.log_sender import LogSender
from appliance.vault.ram_folder import is_in_ram, read_memory_facts
from appliance.vault.users import WEB_USER, user_exists
from printers.models import PrintJob

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
        say(NAME, f"{kind.name}: {kind.title} (about {about}{copies})")


def print_sheets(what: What, way: Way) -> None:
    """Make the sheets and bring them out.

    Raises:
        LockedError: they are about somebody, and the box is locked.
        PaperError, PrinterError, StorageError: something refused; what is out is out.

    """
    kind = _kind_of(what)
    _refuse_root()
    config = load_config(way.config_path)
    log = LogSender(KeeperClient(config.keeper_socket).log)
    try:
        box = OpenBox.look(config, BoxClock(config.box.ram_dir), log)
        asked = _asked(box, kind, what, way.asked_by)
        if way.folder is not None:
            _prepare(way.folder, asked)
        if not box.enter_order(asked):
            _warn(f"{LogNotKeptError.code}: {LogNotKeptError.sentence}")
        sheets = box.sheets(asked)
        out = _to_folder(sheets, way.folder) if way.folder else _to_printer(sheets, config)
        pages = list(out)
    finally:
        log.stop()
    say(NAME, f"{len(pages)} documents, {sum(pages)} pages")


def _kind_of(what: What) -> SheetKind:
    kind = SHEETS.get(what.name)
    if kind is None:
        raise click.UsageError(f"there is no sheet {what.name!r}; there are: {', '.join(SHEETS)}")
    if what.copies > (MOST_COPIES if kind.has_copies else 1):
        most = f"at most {MOST_COPIES} copies" if kind.has_copies else "no copies"
        raise click.UsageError(f"of {kind.name} there are {most}")
    if what.about is not None and kind.subjects == (Subject.NOBODY,):
        raise click.UsageError(f"{kind.name} is about nobody; leave out --about")
    return kind


def _refuse_root() -> None:
    """Keep root from taking serial numbers: the web could not read on from there."""
    if os.geteuid() == 0 and user_exists(WEB_USER):
        raise click.UsageError(f"run it as the web's user: runuser -u {WEB_USER} -- …")


def _to_folder(documents: Iterator[Document], folder: Path) -> Iterator[int]:
    """Write each document as a file of its own; yield its pages."""
    for document in documents:
        path = folder / f"{document.serial}-{document.sheet}.pdf"
        write_new(path, document.pdf)
        say(NAME, f"written: {path}, {document.pages} pages")
        yield document.pages


def _to_printer(documents: Iterator[Document], config: BoxConfig) -> Iterator[int]:
    """Hand each document over as a job of its own; yield its pages."""
    printer = printer_from(config.printer)
    for document in documents:
        printer.submit(PrintJob(document.serial, document.pdf, document.pages))
        say(NAME, f"handed to the printer: {document.serial}, {document.pages} pages")
        yield document.pages


def _prepare(folder: Path, asked: Asked) -> None:
    """Make the folder; say when what lies in it can be read by whoever gets hold of the disk."""
    with explaining_disk_errors(f"making {folder}"):
        folder.mkdir(mode=_OWNER_ONLY, exist_ok=True)
    if asked.wanted.subject.needs_unlock and not _stays_in_ram(folder):
        _warn(f"{folder} is on a disk: the files lie there in the clear; delete them after use")


def _stays_in_ram(folder: Path) -> bool:
    try:
        return is_in_ram(folder, read_memory_facts())
    except UnsafeMemoryError:  # the kernel does not say: then it may be a disk
        return False


def _asked(box: OpenBox, kind: SheetKind, what: What, by: str) -> Asked:
    if what.about is None and Subject.NOBODY in kind.subjects:
        return Asked(kind, Wanted(Subject.NOBODY, "", what.copies), asked_by=by, device=_DEVICE)
    store = box.material.store()
    found = _the_one(store, kind, what)
    if isinstance(found, Unit):
        wanted = Wanted(Subject.UNIT, found.id, what.copies)
        return Asked(kind, wanted, found.id, tuple(store.citizens(found.id)), by, _DEVICE)
    wanted = Wanted(Subject.CITIZEN, found.id, what.copies)
    return Asked(kind, wanted, found.unit_id, (found,), by, _DEVICE)


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
