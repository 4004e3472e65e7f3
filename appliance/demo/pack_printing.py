"""Print a unit's emergency pack straight from the opened copy, as one file for a newcomer."""

from contextlib import closing
from pathlib import Path

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import LogNotKeptError
from appliance.paper import pack
from appliance.paper.joining import join
from appliance.paper.output import printer_from
from appliance.printing.direct import DirectSheets
from appliance.printing.orders import Order
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
        with closing(DirectSheets(config, clock, log)) as direct:
            order = Order(pack.SHEET, direct.store().units()[0].id, ordered_by=printed_by)
            if not direct.enter_order(order):
                raise LogNotKeptError("the keeper did not take the order")
            made = join(direct.sheets(order))
    finally:
        log.stop()
    handle = printer_from(config.printer).submit(PrintJob(made.serial, made.pdf, made.pages))
    return config.printer.folder / f"{handle.print_id}.pdf"
