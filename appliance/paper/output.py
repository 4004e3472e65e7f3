"""Give the printer that `box.toml` names. Called by whoever puts paper out."""

from appliance.config import PrinterSection
from printers.base import Printer
from printers.cups_or_ipp_printer import CupsOrIppPrinter
from printers.cups_printer import CupsPrinter
from printers.folder_printer import FolderPrinter


def printer_from(section: PrinterSection) -> Printer:
    """Return the box's printer; whether it answers is asked later, by `state()`."""
    if section.kind == "cups":
        return CupsOrIppPrinter(CupsPrinter(section.queue, str(section.cups_socket)))
    return FolderPrinter(section.folder)
