"""Print a unit's emergency pack straight from the opened copy, as the button on the box would."""

from pathlib import Path

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.errors import LockedError
from appliance.paper.document import PrintContext
from appliance.paper.joining import join
from appliance.paper.output import printer_from
from appliance.paper.pack import render_pack
from appliance.paper.serial import SerialBook
from appliance.records.store import RecordStore
from appliance.sealed_log.entry import MOST_WHOM, Action, Entry, When, Who, new_whom
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.opened import Opened
from printers.models import PrintJob


def print_pack(config: BoxConfig, clock: Clock, printed_by: str) -> Path:
    """Print the pack of the box's first unit to its folder printer; return the PDF's path.

    Raises:
        LockedError: the box is locked.
        PaperError, PrinterError: the pack could not be made or stored.

    """
    opened = Opened.read(config.records_dir)
    if opened is None:
        raise LockedError("the demo box should be open by now")
    store = RecordStore(opened.records)
    serials = SerialBook(config.box.state_dir / "serials")
    unit = store.units()[0]
    when, who = When(clock.now(), clock.monotonic()), Who(initials=printed_by)
    whom = tuple(new_whom(citizen.id, citizen.cpr) for citizen in store.citizens(unit.id))
    order = Entry(Action.PRINT_ORDERED, when, who, whom[:MOST_WHOM], unit.id, about="pack")
    shown = KeeperClient(config.keeper_socket).log([order]).log.shown
    context = PrintContext(printed_by, clock.now(), config.box.name, serials, log_head=shown)
    pack = join(render_pack(store, unit.id, context))
    handle = printer_from(config.printer).submit(PrintJob(pack.serial, pack.pdf, pack.pages))
    return config.printer.folder / f"{handle.print_id}.pdf"
