"""Sixty medication lists: processor time beside two usual libraries, the first page, the memory.

All three get the same views and set them alike: names bold, kinds small, notices in boxes, doses
large, heads repeated, no row split, identity and CAVE on each page, "side x af y", a code on each.
The peers do not prove that each character is in the font, nor that no word runs over its column.
The goals are the design's; `appliance/paper/README.md` tells which of them hold.
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


def cells_of(row: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """Return the cells of a row as (style, text) lines: what stands large, bold, small or boxed."""
    product = [("name", f"{row['brand']} {row['strength']}")]
    kind = " · ".join(row[key] for key in ("generic", "form", "route") if row.get(key))
    product += [("small", kind), *(("tag", word) for word in row["notices"])]
    doses = [
        [("dose", each["amount"]), *([("unit", each["unit"])] if each["unit"] else [])]
        for each in row.get("doses") or []
    ]
    bold = ("weekday", "single", "most", "ended", "times")
    remark = [("bold", row[key]) for key in bold if row.get(key)]
    if not doses and row.get("dosage"):
        remark.append(("text", row["dosage"]))
    remark += [("text", row["instruction"])] if row["instruction"] != "–" else []
    remark += [("small", row[key]) for key in ("daily", "ends") if row.get(key)]
    reason = [("text", row["indication"]), ("small", f"Ord. {row['ordered']}")]
    return [product, *(doses or [[], [], [], []]), remark, reason]


def by_typst(view: dict[str, Any]) -> bytes:
    """Typeset one view as the box does."""
    from appliance.demo.town import DEFAULT_NIGHT
    from appliance.paper.typesetting import typeset

    return typeset("medication_list.typ", view, DEFAULT_NIGHT.astimezone(UTC)).pdf


# Sizes of the box's own template, in points.
_SIZES = {"name": 10.4, "bold": 9.4, "text": 9.4, "small": 7.6, "tag": 7.6, "dose": 13, "unit": 7.4}
_BOLD = ("name", "bold", "tag", "dose")
_HEADS = ("Præparat", "Morgen", "Middag", "Aften", "Nat", "Bemærkning", "Behandles for")


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
        registerFont(TTFont("DejaVu-Bold", _FONTS / "DejaVuSans-Bold.ttf"))
    styles = {
        name: ParagraphStyle(
            name,
            fontName="DejaVu-Bold" if name in _BOLD else "DejaVu",
            fontSize=size,
            leading=size * 1.25,
            splitLongWords=1,
            **({"borderWidth": 0.8, "borderColor": "black"} if name == "tag" else {}),
        )
        for name, size in _SIZES.items()
    }
    head, foot = view["header"], view["footer"]

    def lines(parts: list[tuple[str, str]]) -> list[Paragraph]:
        return [Paragraph(html.escape(text), styles[name]) for name, text in parts]

    def build(total: int) -> tuple[bytes, int]:
        def frame(canvas: Any, document: Any) -> None:
            top = 828.0
            identity = ("cpr", "dwelling", "born", "gp")
            rest = " · ".join(head[key] for key in identity if head.get(key))
            texts = (view["title"], head["name"], rest, head["cave"], *head["alerts"])
            for paragraph in lines([("bold", text) for text in texts]):
                _, high = paragraph.wrap(520, 200)
                top -= high + 3
                paragraph.drawOn(canvas, 36, top)
            canvas.rect(34, top - 3, 524, 20)
            canvas.setFont("DejaVu", 8)
            canvas.line(36, 54, 558, 54)
            canvas.drawString(36, 42, " · ".join(foot["ages"]))
            canvas.drawString(36, 32, f"{foot['printed']} {foot['serial']} {foot['log']}")
            canvas.drawString(36, 22, f"{head['name']} Side {document.page} af {total}")
            drawing = Drawing(42, 42)
            code = f"NB1:{foot['serial']}-{document.page}"
            drawing.add(QrCodeWidget(code, barWidth=42, barHeight=42))
            renderPDF.draw(drawing, canvas, 516, 12)

        boxed = [("bold", text) for text in view["needs"]]
        story: list[Any] = lines([*boxed, *(("text", text) for text in view["notices"])])
        for section in view["sections"]:
            rows = [[lines(cell) for cell in cells_of(row)] for row in section["rows"]]
            grid = [
                ("GRID", (0, 1), (-1, -1), 0.4, "black"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("SPAN", (0, 0), (-1, 0)),
            ]
            title = [lines([("name", section["title"])]), *[""] * (len(_HEADS) - 1)]
            table = [title, [lines([("tag", word)]) for word in _HEADS], *rows]
            widths = [130, 38, 38, 38, 38, 118, 120]
            story.append(Table(table, colWidths=widths, repeatRows=2, style=grid))
        story += lines([("bold", text) for text in view["ending"]])
        out = io.BytesIO()
        document = SimpleDocTemplate(
            out, pagesize=A4, topMargin=110, bottomMargin=70, leftMargin=36, rightMargin=36
        )
        document.build(story, onFirstPage=frame, onLaterPages=frame)
        return out.getvalue(), document.page

    return build(build(0)[1])[0]


def by_weasyprint(view: dict[str, Any]) -> bytes:
    """Lay one view out with WeasyPrint, head and foot as running elements of the page."""
    import segno
    from weasyprint import HTML

    def lines(parts: list[tuple[str, str]]) -> str:
        return "".join(f"<div class={name}>{html.escape(text)}</div>" for name, text in parts)

    head, foot = view["header"], view["footer"]
    code = segno.make_qr(f"NB1:{foot['serial']}").svg_data_uri()
    rest = " · ".join(head[key] for key in ("cpr", "dwelling", "born", "gp") if head.get(key))
    top = [("bold", view["title"]), ("dose", head["name"]), ("bold", rest)]
    cave = [("bold", text) for text in (head["cave"], *head["alerts"])]
    bottom = (" · ".join(foot["ages"]), f"{foot['printed']} {foot['serial']} {foot['log']}")
    parts = [lines([("bold", text) for text in view["needs"]])]
    parts.append(lines([("text", text) for text in view["notices"]]))
    line = "".join(f"<th>{word}</th>" for word in _HEADS)
    for section in view["sections"]:
        rows = "".join(
            "<tr>" + "".join(f"<td>{lines(cell)}</td>" for cell in cells_of(row)) + "</tr>"
            for row in section["rows"]
        )
        title = f"<tr><th colspan={len(_HEADS)}>{html.escape(section['title'])}</th></tr>"
        parts.append(f"<table><thead>{title}<tr>{line}</tr></thead><tbody>{rows}</tbody></table>")
    parts.append(lines([("bold", text) for text in view["ending"]]))
    sizes = "".join(
        f".{name}{{font-size:{size}pt;font-weight:{700 if name in _BOLD else 400}}}"
        for name, size in _SIZES.items()
    )
    faces = "".join(
        f"@font-face{{font-family:D;font-weight:{weight};src:url({(_FONTS / name).as_uri()})}}"
        for weight, name in ((400, "DejaVuSans.ttf"), (700, "DejaVuSans-Bold.ttf"))
    )
    css = (
        f"{faces}@page{{size:A4;margin:40mm 12mm 27mm;@top-left{{content:element(top);width:100%}}"
        "@bottom-left{width:70%;content:element(bottom)}"
        "@bottom-center{content:'Side ' counter(page) ' af ' counter(pages)}"
        f"@bottom-right{{content:url({code})}}}}"
        "body{font:9.4pt D}table{border-collapse:collapse;width:100%;table-layout:fixed}"
        "td,th{border:.4pt solid;vertical-align:top;overflow-wrap:anywhere}tr{break-inside:avoid}"
        ".tag{border:.8pt solid;display:inline-block}.top{position:running(top)}"
        ".bottom{position:running(bottom)}.cave{border:1.6pt solid}" + sizes
    )
    foots = lines([("small", text) for text in bottom])
    running = (
        f"<div class=top>{lines(top)}<div class=cave>{lines(cave)}</div></div>"
        f"<div class=bottom>{foots}</div>"
    )
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
        result("paper lists processor", "ReportLab", (ours, reportlab, "ms"), Goal(1 / 3)),
        result("paper lists processor", "WeasyPrint", (ours, weasyprint, "ms"), Goal(1 / 15)),
        result("paper lists first", "", (first_ms(folder), None, "ms"), Goal(150, is_ratio=False)),
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
        memory_goal=Goal(120, is_ratio=False),
        rounds=1,
    ),
)
