"""Lay out what the log holds as a table on screen, a CSV file or a page. Pure.

Danish, because staff and citizens read it. Refuses nothing; a cell that a spreadsheet would take
for a formula is marked as text. Called by the commands.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from appliance.clock import DANISH_TIME
from appliance.sealed_log.entry import Action, ClockTrust, Entry

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

ACTIONS = {
    Action.START: "Boksen startede",
    Action.STOP: "Boksen stoppede",
    Action.UNLOCK: "Låste boksen op",
    Action.LOCK: "Låste boksen",
    Action.WRONG_CARD: "Forkert nøgle eller kode til nødkort",
    Action.KEY_ISSUED: "Lavede en ny nøgle",
    Action.KEY_REVOKED: "Spærrede en nøgle",
    Action.CARD_LOGIN: "Kom ind med nødkort",
    Action.CARD_REFUSED: "Blev afvist med nødkort",
    Action.LOGIN: "Loggede ind",
    Action.LOGIN_REFUSED: "Blev afvist ved login",
    Action.LOGOUT: "Loggede ud",
    Action.LOCK_ASKED: "Bad boksen om at låse",
    Action.SHIFT_CODE_MADE: "Lavede en vagtkode",
    Action.VIEW_UNIT: "Så listen over borgere",
    Action.VIEW_CITIZEN: "Så medicinlisten",
    Action.VIEW_DOCUMENTS: "Så listen over dokumenter",
    Action.VIEW_PRINTS: "Så udskrifterne",
    Action.VIEW_JOURNAL: "Så nødjournalen",
    Action.SEARCH: "Søgte",
    Action.SHOW_CPR: "Så hele CPR-nummeret",
    Action.OPEN_DOCUMENT: "Åbnede et dokument",
    Action.PRINT_ORDERED: "Bestilte udskrift",
    Action.PRINT_CHANGED: "Svarede om eller stoppede udskrift",
    Action.SHEET_MADE: "Udskrift blev lavet",
    Action.CLOCK_ASKED: "Foreslog en tid til boksens ur",
    Action.CLOCK_SET: "Stillede boksens ur",
    Action.BREAK_GLASS: "Nødadgang",
    Action.GLASS_ENDED: "Afsluttede nødadgang",
    Action.JOURNAL: "Skrev i journalen",
    Action.RUNNER_MADE: "Lagde et afsnit på USB-stik til en anden boks",
    Action.RUNNER_TAKEN: "Hentede et afsnit ind fra en anden boks",
    Action.RUNNER_DROPPED: "Fjernede et afsnit fra en anden boks",
}


class Form(StrEnum):
    """How a sheet is written."""

    TABLE = "table"
    CSV = "csv"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A heading, some sentences, and rows under columns."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def written(sheet: Sheet, form: Form) -> str:
    """Return the sheet as text in one of the forms."""
    forms = {Form.TABLE: _table, Form.CSV: _csv, Form.HTML: _html}
    return forms[form](sheet)


def when(entry: Entry) -> str:
    """Write when an entry was made, in Danish time, and whether the clock could be trusted."""
    local = entry.when.at.astimezone(DANISH_TIME).strftime("%d.%m.%Y kl. %H.%M.%S")
    return local if entry.when.clock is ClockTrust.OK else f"{local} (uret var usikkert)"


def who(entry: Entry) -> str:
    """Write who did something, as far as the box knew."""
    known = (entry.who.initials, entry.who.staff_id, entry.who.role)
    return " · ".join(part for part in known if part) or "boksen"


def what(entry: Entry) -> str:
    """Write what was done, and with which sheet, print or document."""
    return f"{ACTIONS[entry.action]} ({entry.about})" if entry.about else ACTIONS[entry.action]


def _table(sheet: Sheet) -> str:
    rows = [sheet.columns, *(tuple(map(_one_line, row)) for row in sheet.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(sheet.columns))]
    lines = [_padded(row, widths) for row in rows]
    rule = "-" * len(lines[0])
    return "\n".join([sheet.title, *sheet.notes, "", lines[0], rule, *lines[1:], ""])


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()


def _csv(sheet: Sheet) -> str:
    sink = io.StringIO()
    # Semicolons and a byte order mark: what Danish Excel opens by itself.
    writer = csv.writer(sink, delimiter=";", lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([_as_text(cell) for cell in row] for row in sheet.rows)
    return "\ufeff" + sink.getvalue()


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _html(sheet: Sheet) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in sheet.columns)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in sheet.rows
    )
    notes = "\n".join(f"<p>{escape(note)}</p>" for note in sheet.notes)
    return f"""<!doctype html>
<html lang="da"><head><meta charset="utf-8"><title>{escape(sheet.title)}</title>
<style>
body {{ font: 11pt sans-serif; margin: 15mm; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border: 1px solid #000; padding: 1mm 2mm; text-align: left; vertical-align: top; }}
tr {{ break-inside: avoid; }}
</style></head><body>
<h1>{escape(sheet.title)}</h1>
{notes}
<table><thead><tr>{head}</tr></thead><tbody>
{body}
</tbody></table></body></html>
"""


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
