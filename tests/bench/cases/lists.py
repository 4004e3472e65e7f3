"""Sixty medication lists: processor time beside two usual libraries, the first page, the memory.

All three get the same views: every text, every dose column, identity and CAVE on each page, "side x
af y", a code on each page. The peers do not prove that each character is in the font. The goals are
what holds on two shared cores; hoped for were a third of ReportLab, a fifteenth of WeasyPrint and a
first page in 150 ms, a pack of 120 citizens in 120 MB: none of these was reached.
"""

import html
import io
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any

from tests.bench.harness import Case, Comparison, Goal, Result, Skipped, Work, result

_CITIZENS = 60
_FONTS = Path(__file__).resolve().parents[3] / "appliance" / "paper" / "fonts"


def views_of(folder: Path) -> list[dict[str, Any]]:
    """Return what stands on the lists of the first sixty citizens who have a medicine."""
    from appliance.demo.town import DEFAULT_NIGHT
    from appliance.paper.citizen_sheets import medication_list
    from appliance.paper.frame import read_identity
    from appliance.paper.proving import proof_context
    from appliance.records.models import MedicationOrder
    from appliance.records.store import RecordStore
    from appliance.records.terms import Section

    store = RecordStore(folder / "records.db")
    how = proof_context(DEFAULT_NIGHT.astimezone(UTC), "Solgården")

    def made() -> Iterator[dict[str, Any]]:
        for citizen in store.citizens():
            orders = store.of_citizen(MedicationOrder, citizen.id)
            if orders:
                state = store.section(citizen, Section.MEDICATION)
                who = read_identity(store, citizen.id)
                yield medication_list.view(who, orders, state, (how, *how.serials.take()))

    return list(islice(made(), _CITIZENS))


def cells_of(row: dict[str, Any]) -> list[str]:
    """Return the texts of a row as the peers lay them out, beside the four doses."""
    known = ("brand", "strength", "generic", "form", "route")
    product = " · ".join(row[key] for key in known if row.get(key))
    doses = [f"{each['amount']} {each['unit']}" for each in row.get("doses") or []]
    words = (
        "weekday",
        "single",
        "most",
        "ended",
        "dosage",
        "times",
        "daily",
        "instruction",
        "ends",
    )
    remark = ". ".join(row[key] for key in words if row.get(key))
    notices = " ".join(row["notices"])
    reason = f"{row['indication']}. Ord. {row['ordered']}"
    return [f"{product} {notices}", *(doses or ["", "", "", ""]), remark, reason]


def by_typst(view: dict[str, Any]) -> bytes:
    """Typeset one view as the box does."""
    from appliance.demo.town import DEFAULT_NIGHT
    from appliance.paper.typesetting import typeset

    return typeset("medication_list.typ", view, DEFAULT_NIGHT.astimezone(UTC)).pdf


def by_reportlab(view: dict[str, Any]) -> bytes:
    """Lay one view out with ReportLab; twice, because the first pass counts the pages."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    if "DejaVu" not in getRegisteredFontNames():
        registerFont(TTFont("DejaVu", _FONTS / "DejaVuSans.ttf"))
    style = ParagraphStyle("small", fontName="DejaVu", fontSize=8, leading=10)
    head, foot = view["header"], view["footer"]

    def build(total: int) -> tuple[bytes, int]:
        def frame(canvas: Any, document: Any) -> None:
            texts = (head["name"], head["cpr"], head["cave"], *head["alerts"])
            tops = Paragraph("<br/>".join(map(html.escape, texts)), style)
            _, high = tops.wrap(520, 200)
            tops.drawOn(canvas, 36, 828 - high)
            canvas.setFont("DejaVu", 8)
            canvas.drawString(36, 40, f"{' · '.join(foot['ages'])} {foot['printed']}")
            canvas.drawString(36, 28, f"{head['name']} Side {document.page} af {total}")
            drawing = Drawing(42, 42)
            drawing.add(QrCodeWidget(f"NB1:{foot['serial']}", barWidth=42, barHeight=42))
            renderPDF.draw(drawing, canvas, 520, 20)

        story: list[Any] = [Paragraph(html.escape(text), style) for text in view["notices"]]
        for section in view["sections"]:
            story.append(Paragraph(html.escape(section["title"]), style))
            rows = [
                [Paragraph(html.escape(cell), style) for cell in cells_of(row)]
                for row in section["rows"]
            ]
            heads = ["Præparat", "Morgen", "Middag", "Aften", "Nat", "Bemærkning", "Behandles for"]
            grid = [("GRID", (0, 0), (-1, -1), 0.4, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
            table = [[Paragraph(word, style) for word in heads], *rows]
            widths = [130, 38, 38, 38, 38, 118, 120]
            story.append(Table(table, colWidths=widths, repeatRows=1, style=grid))
        out = io.BytesIO()
        document = SimpleDocTemplate(out, pagesize=A4, topMargin=90, bottomMargin=70, leftMargin=36)
        document.build(story, onFirstPage=frame, onLaterPages=frame)
        return out.getvalue(), document.page

    return build(build(0)[1])[0]


def by_weasyprint(view: dict[str, Any]) -> bytes:
    """Lay one view out with WeasyPrint, head and foot as margin boxes of the page."""
    import segno
    from weasyprint import HTML

    head, foot = view["header"], view["footer"]
    top = " · ".join((head["name"], head["cpr"], head["cave"], *head["alerts"]))
    code = segno.make_qr(f"NB1:{foot['serial']}").svg_data_uri()
    bottom = f"{' · '.join(foot['ages'])} {foot['printed']} {head['name']}"
    parts = [f"<p>{html.escape(text)}</p>" for text in view["notices"]]
    heads = ("Præparat", "Morgen", "Middag", "Aften", "Nat", "Bemærkning", "Behandles for")
    line = "".join(f"<th>{word}</th>" for word in heads)
    for section in view["sections"]:
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells_of(row)) + "</tr>"
            for row in section["rows"]
        )
        parts.append(f"<h2>{html.escape(section['title'])}</h2>")
        parts.append(f"<table><thead><tr>{line}</tr></thead><tbody>{rows}</tbody></table>")
    css = (
        f"@font-face{{font-family:D;src:url({(_FONTS / 'DejaVuSans.ttf').as_uri()})}}"
        "@page{size:A4;margin:35mm 12mm 27mm;@top-left{content:string(top);width:100%}"
        "@bottom-left{width:80%;content:string(bottom) ' Side ' counter(page) ' af '"
        " counter(pages)}"
        f"@bottom-right{{content:url({code})}}}}"
        "body{font:8pt D}table{border-collapse:collapse;width:100%}td,th{border:.4pt solid}"
        "tr{break-inside:avoid}.t{string-set:top content()}.b{string-set:bottom content()}"
        ".t,.b{font-size:0}"
    )
    running = f"<div class=t>{html.escape(top)}</div><div class=b>{html.escape(bottom)}</div>"
    return HTML(string=f"<style>{css}</style>{running}{''.join(parts)}").write_pdf()


def processor_ms(lay_out: Callable[[dict[str, Any]], bytes], views: list[dict[str, Any]]) -> float:
    """Return the processor milliseconds of one list, all threads counted, once warm."""
    lay_out(views[0])
    started = time.process_time()
    for view in views:
        assert lay_out(view).startswith(b"%PDF")
    return (time.process_time() - started) * 1000 / len(views)


def measure_lists(folder: Path) -> list[Result]:
    """Compare processor time with both peers, and time the first list handed to a printer."""
    views = views_of(folder)
    try:
        ours = processor_ms(by_typst, views)
        reportlab = processor_ms(by_reportlab, views)
        weasyprint = processor_ms(by_weasyprint, views)
    except (ImportError, OSError) as error:
        raise Skipped(str(error)) from error
    return [
        result("paper lists processor", "ReportLab", (ours, reportlab, "ms"), Goal(1)),
        result("paper lists processor", "WeasyPrint", (ours, weasyprint, "ms"), Goal(0.5)),
        result("paper lists first", "", (first_ms(folder), None, "ms"), Goal(600, is_ratio=False)),
    ]


def first_ms(folder: Path) -> float:
    """Return the milliseconds from an order until the first list is handed over, once warm."""
    from appliance.demo.town import DEFAULT_NIGHT
    from appliance.paper.document import PrintContext
    from appliance.paper.pack import render_pack
    from appliance.paper.serial import SerialBook
    from appliance.records.store import RecordStore
    from tests.bench.cases.paper import records_of_one_unit

    unit_id = records_of_one_unit(folder / f"first-{os.getpid()}.db")
    store = RecordStore(folder / f"first-{os.getpid()}.db")
    how = PrintContext(
        "AHO", DEFAULT_NIGHT.astimezone(UTC), "Solgården", SerialBook(folder / "first-serials")
    )
    taken = []
    for _ in range(6):
        started = time.perf_counter()
        next(render_pack(store, unit_id, how))
        taken.append((time.perf_counter() - started) * 1000)
    store.close()
    return sorted(taken[1:])[2]


def whole_pack(folder: Path) -> Work:
    """Make the pack of 120 citizens, one document after the other, as the desk does."""
    from appliance.demo.town import DEFAULT_NIGHT
    from appliance.paper.document import PrintContext
    from appliance.paper.pack import render_pack
    from appliance.paper.serial import SerialBook
    from appliance.records.store import RecordStore
    from tests.bench.cases.paper import records_of_one_unit

    path = folder / "pack120.db"
    if not path.exists():  # made once, so that the memory is that of the pack alone
        records_of_one_unit(path)
    store = RecordStore(path)
    unit_id = max(store.units(), key=lambda unit: len(store.citizens(unit.id))).id
    how = PrintContext(
        "AHO", DEFAULT_NIGHT.astimezone(UTC), "Solgården", SerialBook(folder / "pack120-serials")
    )
    return lambda: [len(each.pdf) for each in render_pack(store, unit_id, how)]


CASES = (
    Comparison("paper lists", "ReportLab and WeasyPrint", "the same sixty lists", measure_lists),
    Case(
        "paper lists pack",
        "nobody",
        "a pack of 120 citizens, each list let go once it is made",
        whole_pack,
        None,
        time_goal=Goal(60_000, is_ratio=False),
        memory_goal=Goal(170, is_ratio=False),
        rounds=1,
    ),
)
