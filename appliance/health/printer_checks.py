"""Judge what the box itself knows of its printer: its settings, and the last test page. Pure.

The print service and the printer are judged in `printers/doctor.py`. Called by
`nodboks printer doctor`.
"""

from datetime import datetime

from appliance.clock import format_time
from appliance.config import PRINTS_ON_PAPER, PrinterSection
from appliance.health.printer_test import PrinterTest, is_old
from printers.findings import Finding
from printers.reasons import PrinterReason


def check_settings(section: PrinterSection) -> Finding:
    """Judge whether the box is set to print on paper at all."""
    if section.kind != PRINTS_ON_PAPER:
        told = f'printer.kind is "{section.kind}": no paper comes out, only files'
        return Finding.wrong("settings", PrinterReason.WRONG_SETUP, told)
    return Finding.ok("settings", f"queue {section.queue} on {section.cups_socket}")


def check_last_test(last: PrinterTest | None, now: datetime) -> Finding:
    """Judge whether somebody has seen a page come out lately."""
    if last is None:
        return Finding.wrong("test page", PrinterReason.JOB_UNKNOWN, "none has been printed")
    when = format_time(last.asked_at)
    if is_old(last, now):
        told = f"the last one is of {when}"
        return Finding.wrong("test page", PrinterReason.JOB_UNKNOWN, told)
    if last.is_under_way:
        return Finding.not_checked("test page", f"asked for at {when}, still on its way")
    if not last.is_good:
        told = f"of {when}: {'not whole' if last.is_whole is False else last.stage.value}"
        return Finding.wrong("test page", PrinterReason.JOB_ABORTED, told)
    seen = "seen by a person" if last.is_whole else "says the printer; nobody has confirmed it"
    return Finding.ok("test page", f"of {when} came out, {seen}")
