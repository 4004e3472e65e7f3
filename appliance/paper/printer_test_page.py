"""Make the test page: it proves paper, margins, toner and letters, and holds no citizen.

Twelve numbered lines to count, a frame and two rulers to see what was cut off, the letters Danish
needs. May be made without the records, so the process that talks to the network can: nothing here
reaches them. Called by `printing/printer_test.py`.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.paper.document import Document, View
from appliance.paper.typesetting import typeset
from appliance.records.age import show_date_time
from appliance.records.alerts import CLOCK_UNSURE

SHEET = "printer_test_page"
TITLE = "Testside"
TEMPLATE = "printer_test_page.typ"
LINES = 12
NO_CITIZEN = "Ingen oplysninger om borgere"
ASK = f"Er alle {LINES} linjer og hele rammen på papiret, virker printeren."
STEPS = (
    "Tæl linjerne. Teksten skal være sort og skarp fra øverst til nederst.",
    "Mangler der noget? Tjek toner og papir, og ring til IT-vagten.",
    "Læg siden i mappen ved boksen, eller smid den ud.",
)
ENDING = f"Slut på testsiden: {LINES} linjer"
_SAMPLE = "ÆØÅ æøå é ü · 0123456789 · ½ · 0,5 mg · 1.000 enheder"
# Never a number of a real sheet: those are digits only.
_SERIAL_PREFIX = "T"


@dataclass(frozen=True, slots=True)
class PrintingBox:
    """Which box prints the page, and when; with a clock nobody trusts the page tells no time."""

    name: str
    queue: str
    printed_at: datetime
    is_clock_trusted: bool = True
    help_phone: str = ""


def new_serial(choose: Callable[[int], int] = secrets.randbelow) -> str:
    """Return a number for a test page, such as "T-048-15937".

    By chance and without a book: the worker and root print test pages, and neither may write where
    the web keeps the numbers of real sheets.
    """
    return f"{_SERIAL_PREFIX}-{choose(1000):03}-{choose(100_000):05}"


def render_test_page(box: PrintingBox, serial: str) -> Document:
    """Return the page."""
    sheet = typeset(TEMPLATE, _view(box, serial), box.printed_at)
    return Document(sheet.pdf, sheet.pages, serial, TITLE, SHEET, typeset=sheet.typeset)


def _view(box: PrintingBox, serial: str) -> View:
    when = show_date_time(box.printed_at) if box.is_clock_trusted else ""
    rows = [{"name": f"Linje {number} af {LINES} · {_SAMPLE}"} for number in range(1, LINES + 1)]
    return {
        "title": TITLE,
        "mark": NO_CITIZEN,
        "drill": "",
        "english": {},
        "header": {
            "name": " ".join(box.name.split()),
            "unit": when,
            "alerts": [] if box.is_clock_trusted else [CLOCK_UNSURE],
        },
        "footer": {
            "ages": [NO_CITIZEN],
            "printed": when or CLOCK_UNSURE,
            "box": f"Kø: {box.queue}",
            "serial": serial,
            "log": f"IT-vagten: {box.help_phone}" if box.help_phone else "",
        },
        "needs": [],
        "notices": [ASK, *STEPS],
        "sections": [{"kind": "lines", "title": TITLE, "before": "", "rows": rows}],
        "ending": [ENDING],
        "likely_pages": 1,
    }
