"""Make a plain PDF from a view with the standard library alone: the spare wheel.

Used when typst cannot be imported or breaks down. Complete rather than pretty: every text of the
view in Courier, with identity, CAVE and "side x af y" on each page. Knows no sheet by name; it
prints whatever sections a view has. Called by the typesetting.
"""

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from appliance.paper.document import View
from appliance.paper.printable import FIELD_NAMES, MARK

_COLUMNS = 100
_LINES = 68  # at 11 points on A4, margins of 40 points
_FEWEST_BODY_LINES = 10
# What stands in a frame on each page; more than this stands in full on the first page only.
_MOST_FRAMED = 12
# What is written after each dose that is listed by its time, where the template has boxes.
_SIGN_DOSE = f"[  ]   kl. {'_' * 10}   init. {'_' * 10}"
# Columns and blanks to be filled in by hand: a line, with an empty one above it for tall letters.
_BY_HAND = {"write", "noted", "tick"}
_BLANK = "_" * 14
# Parts of a row that have lines of their own.
_BY_LINE = {"blanks", "doses"}
_WHOLE_LINE = "_" * _COLUMNS
_NBSP = "\u00a0"
# What cp1252, the alphabet of the built-in fonts, lacks and medicine texts have.
_SPELLED = {
    "≥": ">=",
    "≤": "<=",
    "→": "->",
    MARK: "[?]",
    "⅓": "1/3",
    "⅔": "2/3",
    "−": "-",
    "‑": "-",
}


@dataclass(frozen=True, slots=True)
class _Page:
    heading: str
    lines: list[str]


def render(view: View, made_at: datetime) -> tuple[bytes, int]:
    """Return the PDF and its number of pages."""
    heading, top, bottom = _heading(view), _top(view), _bottom(view)
    room = max(_LINES - len(top) - len(bottom) - 2, _FEWEST_BODY_LINES)
    chunks = _filled(_body(view), room)
    pages = []
    for number, chunk in enumerate(chunks, 1):
        filler = [""] * (room - len(chunk))
        last = f"Side {number} af {len(chunks)} · {heading}"
        pages.append(_Page(heading, [*top, "", *chunk, *filler, *bottom, *_wrap(last)]))
    return _pdf(pages, made_at), len(pages)


def _heading(view: View) -> str:
    """Return who the sheet is about: on every page, at the top and at the bottom."""
    header = view["header"]
    return " · ".join(header[key] for key in ("name", "cpr") if header.get(key))


def _top(view: View) -> list[str]:
    header = view["header"]
    sheet = " · ".join(filter(None, (view["title"], view["mark"], view["drill"])))
    rest = [header[key] for key in ("born", "dwelling", "unit", "gp") if header.get(key)]
    rule = "-" * _COLUMNS
    boxed = _framed(header) if _fits_head(header) else _elsewhere(header)
    asked = [line for label in header.get("blanks", ()) for line in _whole(label)]
    frame = [rule, *_wrapped(boxed), rule] if boxed else [rule]
    return [*_wrap(sheet), *_wrap(" · ".join(rest)), *asked, *frame]


def _framed(header: View) -> list[str]:
    return [text for text in (header.get("cave"), *header["alerts"]) if text]


def _fits_head(header: View) -> bool:
    """Tell whether CAVE and warnings leave room for the sheet when they stand on each page."""
    return "alerts_elsewhere" not in header or len(_wrapped(_framed(header))) <= _MOST_FRAMED


def _elsewhere(header: View) -> list[str]:
    """Return where CAVE and warnings stand in full."""
    alerts = header["alerts_elsewhere"] if header["alerts"] else ""
    return [text for text in (header.get("cave_elsewhere"), alerts) if text]


def _whole(label: str) -> tuple[str, str]:
    """Leave the rest of the line to be written on by hand."""
    return "", f"{label.rstrip(':')}: ".ljust(_COLUMNS, "_")


def _bottom(view: View) -> list[str]:
    footer = view["footer"]
    replaces = footer.get("replaces", "")  # a demo's letter is no print of ours
    texts = [
        *footer["ages"],
        f"{footer['printed']} · {footer['box']}",
        " · ".join(filter(None, (f"Udskrift {footer['serial']}", replaces, footer["log"]))),
    ]
    return ["-" * _COLUMNS, *_wrapped(texts)]


def _room(labels: Iterable[str], lines: int = 0) -> Iterator[str]:
    """Leave room to write by hand after each label, then whole lines."""
    blanks = "  ".join(
        f"{label.rstrip(':').replace(' ', _NBSP)}:{_NBSP}{_BLANK}" for label in labels
    )
    for line in [*_wrap(blanks), *[_WHOLE_LINE] * lines]:
        yield from ("", line)


def _filled(blocks: Iterable[list[str]], room: int) -> list[list[str]]:
    """Lay blocks on pages; one that fits a page is never split over two."""
    pages: list[list[str]] = [[]]
    for block in blocks:
        if len(pages[-1]) + len(block) > room and pages[-1]:
            pages.append([])
        pieces = [block[start : start + room] for start in range(0, len(block), room)]
        pages[-1] += pieces[0] if pieces else []
        pages += pieces[1:]
    return pages


def _body(view: View) -> Iterator[list[str]]:
    if not _fits_head(view["header"]):
        yield _wrapped(_framed(view["header"]))
    yield [*_wrapped(view["needs"]), *_wrapped(view["notices"])]
    for section in view["sections"]:
        title = _section_head(section, view)
        for row in section["rows"]:
            columns = section.get("columns", ())
            shown = _listed(columns, row) if columns else row
            texts = [*_row(shown, section.get("before", ""), _labels(columns)), *_dose_lines(row)]
            yield [*title, *texts, *_room(*_asked(row, section)), "-" * _COLUMNS]
            title = []
        yield title  # of a section that is only its heading
    yield ["", *_wrapped(view["ending"])]


def _section_head(section: View, view: View) -> list[str]:
    """Return a section's title, how it is filled in, and what must be checked in its columns."""
    checked = [
        f"{part['head']} {part['day']}: {part['note']}"
        for part in section.get("parts", ())
        if part["note"]
    ]
    legend = [text for text in (section.get("legend"), *checked) if text]
    title = _wrap((section["title"] or view["title"]).upper())
    return ["", *title, "=" * _COLUMNS, *_wrapped(legend)]


def _dose_lines(row: View) -> Iterator[str]:
    """Print each dose of a row that is listed by its time, with room to sign for it."""
    for dose in row.get("doses", ()):
        if _text(dose):
            line = f"    {FIELD_NAMES['doses']}: {_text(dose)}"
            yield from ("", *_wrap(line), f"    {_SIGN_DOSE}")


def _listed(columns: Sequence[View], row: View) -> View:
    """Return the cells of a table in the order of its columns, then the words in boxes."""
    keys = (*(column["key"] for column in columns), "first_marks", "marks")
    return {key: row[key] for key in keys if key in row}


def _labels(columns: Sequence[View]) -> Mapping[str, str]:
    """Return what the fields are called: in a table, what its heads say."""
    heads = {column["key"]: column["head"].replace("\n", " ") for column in columns}
    return {**FIELD_NAMES, **heads}


def _asked(row: View, section: View) -> tuple[list[str], int]:
    """Return what a row leaves to be written by hand, and how many whole lines."""
    columns = [each for each in section.get("columns", ()) if each["style"] in _BY_HAND]
    heads = [each["head"] for each in columns if not row.get(each["key"])]
    return [*heads, *row.get("blanks", ())], row.get("write_lines", 0)


def _row(row: View, before: str, labels: Mapping[str, str]) -> Iterator[str]:
    """Print a row's first text as its name and the others with their labels below it."""
    told = [(key, _text(value)) for key, value in row.items() if key not in _BY_LINE]
    texts = [(key, text) for key, text in told if text]
    for place, (key, text) in enumerate(texts):
        label = labels.get(key, "")
        line = (
            f"{before}{text}" if place == 0 else f"    {label}: {text}" if label else f"    {text}"
        )
        yield from _wrap(line)


def _text(value: Any) -> str:
    """Return a text, a list of them, or what a part of a row says of itself as its `text`."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_text, value)))
    if isinstance(value, dict):
        return str(value.get("text", ""))
    return value if isinstance(value, str) else ""


def _wrapped(texts: list[str]) -> list[str]:
    return [line for text in texts for line in _wrap(text)]


def _wrap(text: str) -> list[str]:
    lines = [textwrap.wrap(line, _COLUMNS, subsequent_indent="      ") for line in text.split("\n")]
    return [line for wrapped in lines for line in wrapped]


def _encoded(text: str) -> bytes:
    encoded = b"".join(_character(character) for character in text)
    for special in (b"\\", b"(", b")"):
        encoded = encoded.replace(special, b"\\" + special)
    return encoded


def _character(character: str) -> bytes:
    spelled = _SPELLED.get(character, character)
    bare = unicodedata.normalize("NFKD", spelled)[:1]
    for candidate in (spelled, bare):
        try:
            return candidate.encode("cp1252")
        except UnicodeEncodeError:
            continue
    return b"[?]"


def _pdf(pages: list[_Page], made_at: datetime) -> bytes:
    stamp = made_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ").encode()
    kids = b" ".join(b"%d 0 R" % number for number in range(6, 6 + 2 * len(pages), 2))
    objects = [
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids),
        b"<</Type/Catalog/Pages 1 0 R/Lang(da-DK)>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier-Bold/Encoding/WinAnsiEncoding>>",
        b"<</CreationDate(%s)>>" % stamp,
    ]
    for page in pages:
        objects += _page_objects(page, len(objects) + 2)
    return _assembled(objects)


def _page_objects(page: _Page, content: int) -> tuple[bytes, bytes]:
    lines = b" ".join(b"(%s) '" % _encoded(line) for line in page.lines)
    size = 14 if len(page.heading) <= 60 else 9  # noqa: PLR2004  (what fits on the line)
    stream = b"BT /B %d Tf 40 805 Td (%s) Tj ET BT /R 8.5 Tf 11 TL 40 795 Td %s ET" % (
        size,
        _encoded(page.heading),
        lines,
    )
    resources = b"<</Font<</R 3 0 R/B 4 0 R>>>>"
    return (
        b"<</Type/Page/Parent 1 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources%s>>"
        % (content, resources),
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    )


def _assembled(objects: list[bytes]) -> bytes:
    """Give each object its number and add the table that says where each begins."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    out += b"trailer<</Size %d/Root 2 0 R/Info 5 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)
