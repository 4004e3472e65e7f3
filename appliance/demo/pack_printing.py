"""Print a unit's emergency pack and the plan set straight from the opened copy, for a newcomer.

Each is one file. Called by `night.run_once`.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import LogNotKeptError
from appliance.paper import pack
from appliance.paper.joining import join
from appliance.paper.output import printer_from
from appliance.paper.plan_sheets import plan_set
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
    with _sheets(config, clock) as direct:
        order = Order(pack.SHEET, direct.store().units()[0].id, ordered_by=printed_by)
        return _printed(config, direct, order)


def print_plan_set(config: BoxConfig, clock: JudgedClock, printed_by: str) -> Path:
    """Print plan, action cards, round, call-in list and letters as one file; return its path.

    Raises:
        LogNotKeptError: the keeper did not take the order into its log.
        PaperError, PrinterError: the set could not be made or stored.

    """
    with _sheets(config, clock) as direct:
        return _printed(config, direct, Order(plan_set.KIND.name, ordered_by=printed_by))


@contextmanager
def _sheets(config: BoxConfig, clock: JudgedClock) -> Iterator[DirectSheets]:
    log = LogSender(KeeperClient(config.keeper_socket).log)
    try:
        with closing(DirectSheets(config, clock, log)) as direct:
            yield direct
    finally:
        log.stop()


def _printed(config: BoxConfig, direct: DirectSheets, order: Order) -> Path:
    if not direct.enter_order(order):
        raise LogNotKeptError("the keeper did not take the order")
    made = join(direct.sheets(order))
    handle = printer_from(config.printer).submit(PrintJob(made.serial, made.pdf, made.pages))
    return config.printer.folder / f"{handle.print_id}.pdf"
