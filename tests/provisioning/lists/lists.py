"""Small deliveries of lists made by hand, and the town's as CSV and as Excel."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl

from appliance.demo.feed_csv import csv_files
from appliance.demo.town import make_town
from appliance.records.models import SectionState
from provisioning.feeds import Reading
from provisioning.intake import take_in
from provisioning.section_states import blocked_units
from provisioning.sources.lists.columns import ColumnMap, find_column_map, read_column_map
from tests.provisioning.feeds import SALT, Taken

TOWN = make_town(citizens_per_centre=8)
AS_OF = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)

# A map of three short lists, for tests of single cells.
SMALL = """
[lists.borgere]
kind = "citizens"
[lists.borgere.columns]
citizen = "Id"
cpr = "CPR"
unit = "Enhed"
family_name = "Efternavn"
given_name = "Fornavn"
birth_date = "Født"
status = "Status"
is_address_protected = "Beskyttet"
[lists.borgere.values.status]
"Afdød" = "deceased"
Aktiv = "active"
[lists.medicin]
kind = "medication"
files = ["medicin"]
ignored = ["Internt nr."]
[lists.medicin.columns]
citizen = "Id"
cpr = "CPR"
id = "Ordination"
status = "Status"
brand = "Navn"
text = "Dosering"
morning = "Morgen"
noon = "Middag"
evening = "Aften"
night = "Nat"
dose_unit = "Enhed"
times = "Tider"
weekdays = "Dage"
is_as_needed = "PN"
ordered_on = "Dato"
[lists.medicin.values.status]
Aktiv = "active"
Pauseret = "paused"
[lists.besoeg]
kind = "visits"
[lists.besoeg.columns]
citizen = "Id"
starts_at = { join = ["Dato", "Fra"] }
ends_at = { join = ["Dato", "Til"] }
tasks = "Opgaver"
status = "Status"
"""
CITIZEN = {"Id": "1", "CPR": "020143-9990", "Enhed": "a", "Efternavn": "Holm", "Fornavn": "Ane",
           "Født": "02-01-1943", "Status": "Aktiv", "Beskyttet": "Nej"}  # fmt: skip
ORDER = {"Id": "1", "CPR": "", "Ordination": "m1", "Status": "Aktiv", "Navn": "Pamol",
         "Dosering": "1 tablet hver morgen", "Morgen": "1", "Middag": "", "Aften": "", "Nat": "",
         "Enhed": "tablet", "Tider": "", "Dage": "", "PN": "Nej", "Dato": "01-11-2026"}  # fmt: skip
VISIT = {"Id": "1", "Dato": "24-11-2026", "Fra": "08:00", "Til": "08:30", "Opgaver": "Bad; Sår",
         "Status": ""}  # fmt: skip


def small_map(more: str = "", head: str = "") -> ColumnMap:
    return read_column_map((head + SMALL + more).encode(), "lille.toml")


def csv_bytes(rows: Iterable[Mapping[str, str]], delimiter: str = ";") -> bytes:
    """Write rows with the headers of the first."""
    rows = list(rows)
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue().encode()


def write_lists(folder: Path, **lists: Iterable[Mapping[str, str]] | bytes) -> Path:
    """Write lists by name; what is not bytes yet is made CSV. Lists left out get one plain row."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in {"borgere": [CITIZEN], **lists}.items():
        content = rows if isinstance(rows, bytes) else csv_bytes(rows)
        (folder / f"{name}.csv").write_bytes(content)
    return folder


def take_feeds(
    feeds: list[Path],
    folder: Path,
    as_of: datetime | None = AS_OF,
    vendor: ColumnMap | None = None,
) -> Taken:
    """Take lists in from start to end, as `intake.take_in` does."""
    file = folder / "lists.sqlite"
    file.unlink(missing_ok=True)
    return Taken(take_in(feeds, file, SALT, Reading(as_of, vendor)))


def take_small(tmp_path: Path, vendor: ColumnMap | None = None, **lists: Any) -> Taken:
    """Take the small delivery in, with some of its lists replaced."""
    feed = write_lists(tmp_path / "feed", **lists)
    return take_feeds([feed], tmp_path, vendor=vendor or small_map())


def order_with(**cells: str) -> dict[str, str]:
    return {**ORDER, **cells}


HEADER = ";".join(ORDER)
OTHER = {**CITIZEN, "Id": "2", "CPR": "0301431234", "Enhed": "b", "Efternavn": "Lund", "Født": ""}
BOTH = [CITIZEN, OTHER]


def line(**cells):
    return ";".join(order_with(**cells).values())


def medicine(*lines):
    return "\r\n".join([HEADER, *lines, ""]).encode()


def blocked(taken):
    return {str(unit) for unit in blocked_units(taken.report, taken.night.units)}


def state(taken, section, unit="a") -> SectionState:
    return next(
        one
        for one in taken.all_of(SectionState)
        if (one.unit_id, one.section, one.citizen_id) == (unit, section, "")
    )


def town_map() -> ColumnMap:
    return find_column_map("noerreskov")


def write_workbook(path: Path, **sheets: Iterable[Iterable[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def excel_value(header: str, said: str) -> Any:
    """Type a cell as a person's Excel would: dates and times become dates, counts numbers."""
    for form, make in (("%d-%m-%Y %H:%M", lambda at: at), ("%d-%m-%Y", datetime.date)):
        try:
            return make(datetime.strptime(said, form))  # noqa: DTZ007  (Excel has no time zones)
        except ValueError:
            continue
    is_count = header in ("Minutter", "Rækkefølge", "Antal personer", "Antal medarbejdere")
    if is_count and said:
        return int(said)
    is_amount = header in ("Morgen", "Middag", "Aften", "Nat") and said
    return float(said.replace(",", ".")) if is_amount else said or None


def town_tables() -> dict[str, list[list[Any]]]:
    """Return every list of the town as rows of typed cells, the headers first."""
    tables = {}
    for name, content in csv_files(TOWN).items():
        header, *rows = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";")
        typed = [[excel_value(*pair) for pair in zip(header, row, strict=True)] for row in rows]
        tables[name.removesuffix(".csv")] = [header, *typed]
    return tables
