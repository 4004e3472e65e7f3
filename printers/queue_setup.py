"""Give the queue to the printer that is there, and wait until paper can come out of it.

Called at a hotplug and by hand (`nodboks printer add`). A queue that already prints on the right
printer is left alone: remaking it under a job would cost pages. Refuses printers the box cannot
print lists on.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from printers.cups_printer import add_everywhere_queue, named_errors
from printers.cups_queues import queues
from printers.discovery import Attached, FoundPrinter, choose
from printers.errors import NoPrinterError, QueueMissingError, UsbStuckError
from printers.known_models import KnownModel

_LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class SetUp:
    """What came of it: the queue prints on this address now."""

    uri: str
    make_and_model: str
    was_right: bool


def wait_for_printer(
    look: Callable[[], Attached],
    models: Sequence[KnownModel],
    current_uri: str,
    wait_s: float,
) -> FoundPrinter:
    """Return the printer to use, waiting for one that is still waking up.

    Raises: NoPrinterError, UsbStuckError: not even after the wait. UnsupportedPrinterError: at
    once, since waiting does not change it.
    """
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return choose(look().printers, models, current_uri)
        except (NoPrinterError, UsbStuckError):
            if time.monotonic() >= deadline:
                raise
        time.sleep(min(_LOOK_EVERY_S, max(deadline - time.monotonic(), 0)))


def address_of(connection: Any, name: str) -> str:
    """Return where a queue prints, or nothing where there is no such queue.

    Raises: PrintServiceDownError.
    """
    return next((each.uri for each in queues(connection) if each.name == name), "")


def set_up(connection: Any, name: str, printer: FoundPrinter) -> SetUp:
    """Make or move the queue; start it again where it is right but stopped.

    Raises: PrinterUnreachableError, PrintServiceDownError, JobRefusedError.
    """
    mine = next((each for each in queues(connection) if each.name == name), None)
    is_right = mine is not None and mine.uri == printer.uri and mine.is_driverless
    if is_right:
        with named_errors(QueueMissingError):
            connection.enablePrinter(name)
            connection.acceptJobs(name)
    else:
        add_everywhere_queue(connection, name, printer.uri)
    return SetUp(printer.uri, printer.make_and_model, was_right=is_right)
