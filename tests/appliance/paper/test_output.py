"""The printer that the configuration names."""

from appliance.config import PrinterSection
from appliance.paper.output import printer_from
from printers.cups_or_ipp_printer import CupsOrIppPrinter
from printers.folder_printer import FolderPrinter


def test_folder_is_the_printer_unless_cups_is_named(tmp_path):
    assert isinstance(printer_from(PrinterSection(folder=tmp_path)), FolderPrinter)
    assert isinstance(printer_from(PrinterSection(kind="cups")), CupsOrIppPrinter)
