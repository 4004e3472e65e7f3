"""Find the printers in reach, and decide which one the queue should print on.

Deciding is pure (`gathered`, `choose`); `look` reads the USB bus, ipp-usb and a port. A printer
served by ipp-usb and answering is what a queue is made on; everything else gets a reason a person
can act on. Refuses to make the queue: the caller does, with `add_everywhere_queue`. Called by
`nodboks printer list` and `add`, and so by the USB hotplug.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from printers.cups_printer import is_reachable
from printers.errors import (
    NoPrinterError,
    PrinterError,
    UnsupportedPrinterError,
    UsbStuckError,
)
from printers.ipp_usb import (
    CONTROL_SOCKET,
    STATE_FOLDER,
    IppUsbPrinter,
    ask_status,
    parse_status,
    read_states,
)
from printers.known_models import KnownModel, Way, judge
from printers.usb_bus import SYSFS, UsbPrinter, usb_printers


@dataclass(frozen=True, slots=True)
class FoundPrinter:
    """A printer in reach: on the bus, behind ipp-usb, or both.

    `uri` is empty where no driverless queue can be made; `problem` is what ipp-usb said of it.
    """

    make_and_model: str
    usb_id: str
    uri: str = ""
    speaks_ipp: bool = True
    answers: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look; tests give folders and sockets of their own."""

    sysfs: Path = SYSFS
    control: Path = CONTROL_SOCKET
    states: Path = STATE_FOLDER


@dataclass(frozen=True, slots=True)
class Attached:
    """What is plugged in; `is_ipp_usb_running` tells whether ipp-usb answered."""

    printers: tuple[FoundPrinter, ...]
    is_ipp_usb_running: bool


def look(places: Places, reaches: Callable[[str], bool] = is_reachable) -> Attached:
    """Look at the USB bus and at ipp-usb, and knock on every port it gave away."""
    status = ask_status(places.control)
    # An ipp-usb that cannot be asked is judged by its ports: one that answers is proof enough.
    served = read_states(places.states) if status is None else parse_status(status)
    found = gathered(usb_printers(places.sysfs), served, reaches)
    is_running = status is not None or any(each.answers for each in found)
    return Attached(found, is_running)


def gathered(
    plugged: Iterable[UsbPrinter],
    served: Iterable[IppUsbPrinter],
    reaches: Callable[[str], bool],
) -> tuple[FoundPrinter, ...]:
    """Join the bus and ipp-usb into one list: what answers first, then what is only plugged in.

    A port ipp-usb only remembers from another day, and that is quiet now, is no printer.
    """
    asked = [_found(each, answers=bool(each.port) and reaches(each.uri)) for each in served]
    up = [each for each in asked if each.answers]
    stuck = [each for each in asked if not each.answers and each.problem]
    known = {each.usb_id for each in (*up, *stuck)}
    rest = [
        FoundPrinter(each.make_and_model, each.usb_id, speaks_ipp=each.speaks_ipp)
        for each in plugged
        if each.usb_id not in known
    ]
    return (*up, *stuck, *rest)


def _found(printer: IppUsbPrinter, *, answers: bool) -> FoundPrinter:
    uri = printer.uri if printer.port else ""
    problem = "the port is quiet" if printer.is_served and not answers else printer.status
    return FoundPrinter(
        printer.make_and_model,
        printer.usb_id,
        uri,
        answers=answers,
        problem="" if answers else problem,
    )


def choose(
    found: Sequence[FoundPrinter], models: Sequence[KnownModel], current_uri: str = ""
) -> FoundPrinter:
    """Decide which printer the queue belongs to: the one it has if that is there, else the first.

    Raises: NoPrinterError, UnsupportedPrinterError, UsbStuckError: why none of them will do, in
    words for whoever stands beside it.
    """
    if not found:
        raise NoPrinterError("nothing that prints is on the USB bus")
    judged = [(each, why_not(each, models)) for each in found]
    usable = [each for each, error in judged if error is None]
    errors = [error for _, error in judged if error is not None]
    if not usable:
        # One that hangs can be helped; that another one never works is the smaller news.
        raise next((each for each in errors if isinstance(each, UsbStuckError)), errors[0])
    return next((each for each in usable if each.uri == current_uri), usable[0])


def why_not(printer: FoundPrinter, models: Sequence[KnownModel]) -> PrinterError | None:
    """Return why no queue can be made on this printer, or None where one can."""
    model = judge(models, printer.make_and_model, printer.usb_id)
    called = printer.make_and_model or printer.usb_id
    if model is not None and not model.prints_lists:
        return UnsupportedPrinterError(f"{called}: {model.advice}")
    if printer.uri and printer.answers:
        return None
    if printer.speaks_ipp:
        return UsbStuckError(f"{called}: {printer.problem or 'ipp-usb does not serve it'}")
    return UnsupportedPrinterError(f"{called}: {_driver_hint(model)}")


def _driver_hint(model: KnownModel | None) -> str:
    """Say which driver a printer without IPP would need; the box makes no such queue by itself."""
    if model is not None and model.way is Way.DRIVER:
        return f"no IPP over USB; set it up by hand with printer-driver-{model.driver}"
    return "no IPP over USB, and no driver is known for it"
