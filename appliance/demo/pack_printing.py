"""Print a unit's emergency pack straight from the opened copy, as one file for a newcomer."""

from pathlib import Path

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import LogNotKeptError
from appliance.paper.joining import join
from appliance.paper.output import printer_from
from appliance.paper.sheet_kind import Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.printing.direct import Asked, OpenBox
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.log_sender import LogSender
from printers.models import PrintJob


def print_pack(config: BoxConfig, clock: JudgedClock, printed_by: str) -> Path:
    """Print the pack of the box's first unit to its folder printer; return the PDF's path.

    Raises:
        LockedError: the box is locked.
        LogNotKeptError: the keeper did not take the order into its log.
        PaperError, PrinterError: the pack could not be made or stored.

    """
    log = LogSender(KeeperClient(config.keeper_socket).log)
    try:
        box = OpenBox.look(config, clock, log)
        store = box.material.store()
        unit = store.units()[0]
        citizens = tuple(store.citizens(unit.id))
        wanted = Wanted(Subject.UNIT, unit.id)
        asked = Asked(SHEETS["pack"], wanted, unit.id, citizens, printed_by)
        if not box.enter_order(asked):
            raise LogNotKeptError("the keeper did not take the order")
        pack = join(box.sheets(asked))
    finally:
        log.stop()
    handle = printer_from(config.printer).submit(PrintJob(pack.serial, pack.pdf, pack.pages))
    return config.printer.folder / f"{handle.print_id}.pdf"
