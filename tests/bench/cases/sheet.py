"""One citizen's medication list as a PDF."""

import io
import itertools
from datetime import UTC
from pathlib import Path

from tests.bench.harness import Case, Goal, Work
from tests.bench.stage import busiest_citizen


def with_typst(folder: Path) -> Work:
    """Read, decide and typeset the sheet, with a serial number of its own."""
    from appliance.demo.town import DEFAULT_NIGHT
    from appliance.paper.citizen_sheets.medication_list import render_medication_list
    from appliance.paper.document import PrintContext
    from appliance.paper.serial import SerialBook
    from appliance.records.store import RecordStore

    store = RecordStore(folder / "records.db")
    citizen = busiest_citizen(folder)
    serials = SerialBook(folder / "serials")
    context = PrintContext("AHO", DEFAULT_NIGHT.astimezone(UTC), "Solgården", serials)
    return lambda: render_medication_list(store, citizen.id, context).pdf


def with_reportlab(folder: Path) -> Work:
    """Lay the same fields out with the library most Python programs make PDF files with.

    A table of the checklist's fields, the identity at the top of each page, the page number below;
    none of our checks that every character is in the font.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Table

    from appliance.records.checklist import checklist
    from appliance.records.models import MedicationOrder
    from appliance.records.store import RecordStore

    fonts = Path(__file__).resolve().parents[3] / "appliance" / "paper" / "fonts"
    registerFont(TTFont("DejaVu", fonts / "DejaVuSans.ttf"))
    style = ParagraphStyle("small", fontName="DejaVu", fontSize=8, leading=10)
    store = RecordStore(folder / "records.db")
    citizen = busiest_citizen(folder)

    def frame(canvas: object, document: object) -> None:
        canvas.setFont("DejaVu", 9)  # type: ignore[attr-defined]
        canvas.drawString(40, 810, f"{citizen.name} {citizen.cpr} {citizen.dwelling}")  # type: ignore[attr-defined]
        canvas.drawString(40, 25, f"Side {document.page}")  # type: ignore[attr-defined]

    def render() -> bytes:
        story = []
        for order in store.of_citizen(MedicationOrder, citizen.id):
            cells = [Paragraph(f"{item.label}: {item.value}", style) for item in checklist(order)]
            rows = list(itertools.zip_longest(*[iter(cells)] * 4, fillvalue=""))
            story.append(KeepTogether(Table(rows, colWidths=[128] * 4)))
        out = io.BytesIO()
        document = SimpleDocTemplate(out, pagesize=A4, topMargin=50, bottomMargin=40)
        document.build(story, onFirstPage=frame, onLaterPages=frame)
        return out.getvalue()

    return render


CASES = (
    Case(
        "sheet",
        "ReportLab",
        "the same fields of the same citizen by the usual PDF library, without our checks",
        with_typst,
        with_reportlab,
        time_goal=Goal(2.5),
        memory_goal=Goal(3),
        calls=3,
    ),
)
