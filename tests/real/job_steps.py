"""Make documents whose pages tell who they are, and follow a job as the box does."""

import time
from collections.abc import Callable

import pytest
import typst

from printers.base import Printer
from printers.models import JobHandle, JobState, PrintJob
from printers.reasons import PrinterReason
from tests.simulators.lab_tools import missing_tools

QUEUE = "nodboks"
# Descriptions of other printers, for `CupsLab.add_printer`.
LETTER_ONLY = """\
ATTR keyword media-supported na_letter_8.5x11in
ATTR keyword media-default na_letter_8.5x11in
ATTR keyword media-ready na_letter_8.5x11in
ATTR keyword sides-supported one-sided
ATTR keyword sides-default one-sided
ATTR mimeMediaType document-format-supported image/pwg-raster
ATTR resolution pwg-raster-document-resolution-supported 600dpi
ATTR keyword pwg-raster-document-type-supported sgray_8
"""
RASTER_ONLY = LETTER_ONLY.replace("na_letter_8.5x11in", "iso_a4_210x297mm")
MISSING = missing_tools()
# A module takes this as its pytestmark.
NEEDS_CUPS = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"printing tests need: {MISSING}"),
]


def words(pages: int) -> list[str]:
    return [f"Side {page} af {pages}" for page in range(1, pages + 1)]


def job(pages: int, print_id: str = "7F3A", *, is_duplex: bool = False) -> PrintJob:
    pdf = typst.compile("\n#pagebreak()\n".join(words(pages)).encode(), format="pdf")
    return PrintJob(print_id, pdf, pages, is_duplex)


def wait_for(printer: Printer, handle: JobHandle, is_right: Callable[[JobState], bool]) -> JobState:
    """Poll as the box does, until the state is the one wanted."""
    deadline = time.monotonic() + 120
    while not is_right(state := printer.job_state(handle)):
        assert time.monotonic() < deadline, f"still {state}"
        time.sleep(0.1)
    return state


def wait_until_over(printer: Printer, handle: JobHandle) -> JobState:
    return wait_for(printer, handle, lambda state: state.stage.is_over)


def wait_for_reason(printer: Printer, handle: JobHandle, reason: PrinterReason) -> JobState:
    return wait_for(printer, handle, lambda state: state.reason is reason)
