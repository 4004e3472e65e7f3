"""Read the fields of one row by name, and keep account of what could not be read.

A cell that is there but not understood is never a blank: its field is noted as unread, for the
report and, in medicine, for the sheet. A field the record cannot do without rejects the row.
Called by `records` and `medicine`; made by `folder` for each table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NoReturn, TypeVar

import orjson

from provisioning.errors import Severity
from provisioning.sources.lists import values as cell
from provisioning.sources.lists.columns import DATE_FORMATS, ColumnMap, ListMap, plain
from provisioning.sources.lists.tables import Header
from provisioning.sources.lists.text import Row
from provisioning.sources.text_cleaning import without_unwanted

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
_DATE_FIELDS = frozenset({
    "birth_date", "registered_on", "ordered_on", "stops_on", "status_since", "read_at", "since",
    "observed_at", "written_at", "starts_on", "ends_on", "starts_at", "ends_at", "due_on",
    "valid_until", "next_review", "as_of", "medication_as_of", "value",
})  # fmt: skip
_DATE = "a date such as 23-11-2026"
_MOMENT = "a time such as 23-11-2026 02:05"
TEN = "ten characters; in Excel, a column of texts"
_CONTROLS = "control or text-direction characters were removed"


class RowRejectedError(Exception):
    """A row cannot become a record; never leaves the source."""

    def __init__(self, field: str, reason: str, expected: str = "") -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason
        self.expected = expected


class RowKeptError(RowRejectedError):
    """A row says nothing the record can show, but nothing in it is wrong: it is carried along."""


@dataclass(frozen=True, slots=True)
class CellRemark:
    """Something about one cell; `column` is what the vendor calls it."""

    column: str
    reason: str
    expected: str = ""
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Layout:
    """What every row of one table shares."""

    listed: ListMap
    header: Header
    vendor: ColumnMap
    places: Mapping[str, tuple[int, ...]]
    kept: tuple[tuple[int, str], ...]  # every column that is not left out on purpose

    @classmethod
    def of(cls, listed: ListMap, header: Header, vendor: ColumnMap) -> "Layout":
        """Look up once where each field stands."""
        ignored = {plain(name) for name in listed.ignored}
        kept = tuple(
            (at, f"{name} ({at + 1})" if name in header.names[:at] or not name else name)
            for at, name in enumerate(header.names)
            if plain(name) not in ignored
        )
        return cls(listed, header, vendor, header.fields(listed), kept)

    def column(self, field: str) -> str:
        """Return what the vendor calls a field."""
        names = [self.header.names[at] for at in self.places.get(field, ())]
        return " + ".join(names) or field


@dataclass(slots=True)
class RowReader:
    """One row on its way to a record."""

    layout: Layout
    row: Row
    remarks: list[CellRemark] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def remark(
        self, field: str, reason: str, expected: str = "", severity: Severity = Severity.WARNING
    ) -> None:
        """Note something about a cell for the night's report."""
        found = CellRemark(self.layout.column(field), reason, expected, severity)
        if found not in self.remarks:  # a cell may be asked for twice
            self.remarks.append(found)

    def has(self, field: str) -> bool:
        """Tell whether the delivery has a column or a constant for a field."""
        return field in self.layout.places or field in self.layout.listed.constants

    def raw(self, field: str) -> str:
        """Return a cell word for word, its control characters aside; "" for none."""
        places = self.layout.places.get(field)
        if places is None:
            return self.layout.listed.constants.get(field, "")
        if len(places) == 1:
            return self._cell(places[0], field)
        parts = [self._cell(at, field) for at in places]
        if any(at in self.row.faults for at in places):
            return ""  # the other half of a date and time is no date and time
        joined_with = self.layout.listed.columns[field].joined_with
        return joined_with.join(filter(None, (part.strip() for part in parts)))

    def _cell(self, at: int, field: str) -> str:
        fault = self.row.faults.get(at) if self.row.faults else None
        if fault is None and at in self.row.dates and field not in _DATE_FIELDS:
            fault = "is a date in Excel; was it a range such as 1-2?"
        if fault is not None:
            self.fail(field, fault, "a value")
            return ""
        given = self.row.cells[at]
        if given.isprintable():
            return given
        found = without_unwanted(given)
        if found != given.replace("\r", ""):
            self.remark(field, _CONTROLS, severity=Severity.NOTE)
        return found

    def text(self, field: str) -> str | None:
        """Return what a cell says, or None if it says nothing."""
        found = self.raw(field).strip()
        return None if not found or found.casefold() in self.layout.vendor.empty else found

    def owed(self, field: str) -> str:
        """Return a text no record can do without.

        Raises:
            RowRejectedError: the cell cannot be read.
            RowKeptError: the cell is empty.

        """
        found = self.text(field)
        if found is None:
            self.refuse(field)
        return found

    def refuse(self, field: str) -> NoReturn:
        """Give the row up for want of a field.

        Raises:
            RowRejectedError: the cell cannot be read.
            RowKeptError: the cell is empty.

        """
        if field in self.unread:
            column = self.layout.column(field)
            said = next(said for said in self.remarks if said.column == column)
            raise RowRejectedError(said.column, said.reason, said.expected)
        raise RowKeptError(self.layout.column(field), "is empty; the row is kept as it is")

    def day(self, field: str) -> date | None:
        """Return a date."""
        return self._read(field, lambda raw: cell.read_day(raw, self._formats), _DATE)

    def moment(self, field: str) -> datetime | None:
        """Return a point in time."""
        return self._read(field, lambda raw: cell.read_moment(raw, self._formats), _MOMENT)

    def clock_moment(self, field: str) -> datetime | None:
        """Return a point in time that names its time of day."""
        return self._read(
            field,
            lambda raw: cell.read_moment(raw, self._formats) if cell.has_clock(raw) else None,
            _MOMENT,
        )

    @property
    def _formats(self) -> tuple[str, ...]:
        return self.layout.vendor.date_formats or DATE_FORMATS

    def whole(self, field: str) -> int | None:
        """Return a whole number."""
        return self._read(field, cell.read_whole, "a whole number")

    def count(self, field: str) -> int:
        """Return a number of persons or things; one when nothing else is said."""
        found = self.whole(field)
        return found if found is not None and found > 0 else 1

    def yes_no(self, field: str) -> bool | None:
        """Return yes or no."""
        return self._read(field, cell.read_yes_no, "Ja or Nej")

    def choice(self, field: str, kind: type[E]) -> E | None:
        """Return one of our own values; the map says what the vendor calls it."""
        known = {value.value: value for value in kind}
        return self._read(field, known.get, self._known_values(field) or ", ".join(known))

    def word(self, field: str) -> str | None:
        """Return a text in our words; one the map does not translate stays the vendor's own."""
        raw, values = self.text(field), self._values(field)
        if raw is None or not values:
            return raw
        if plain(raw) not in values:
            self.remark(field, "is not translated by the column map", self._known_values(field))
        return values.get(plain(raw), raw)

    def listed(self, field: str, separators: str = ",;") -> tuple[str, ...]:
        """Return the values of a cell that holds several."""
        return cell.read_parts(self.raw(field), separators)

    def each(
        self, field: str, read: Callable[[str], T | None], expected: str, separators: str = ",;"
    ) -> tuple[T, ...]:
        """Return several values; one that cannot be read spoils them all."""
        found = [read(part) for part in self.listed(field, separators)]
        if None in found:
            self.fail(field, "cannot be read", expected)
            return ()
        return tuple(dict.fromkeys(value for value in found if value is not None))

    def cpr(self, birth_date: date | None = None) -> cell.Cpr:
        """Return the CPR number of the row; a zero Excel took is put back only when it is sure."""
        raw = self.text("cpr")
        found = cell.read_cpr(raw) if raw else cell.Cpr()
        if found.lost_zero and birth_date and cell.cpr_agrees(found.lost_zero, birth_date):
            self.remark("cpr", "had lost its first zero; put back, as the birth date agrees", TEN)
            return cell.Cpr(found.lost_zero)
        return found

    def refuse_cpr(self) -> None:
        """Note that the row's CPR number cannot be used as it stands."""
        self.fail("cpr", "is not a CPR number; a first zero may be lost", TEN)

    def original(self) -> str:
        """Return the row by header as JSON, without the columns left out on purpose."""
        cells = self.row.cells
        said = {name: without_unwanted(cells[at]) for at, name in self.layout.kept}
        return orjson.dumps(said).decode()

    def _values(self, field: str) -> Mapping[str, str]:
        return self.layout.listed.values.get(field, {})

    def _known_values(self, field: str) -> str:
        return ", ".join(self._values(field))

    def _read(self, field: str, read: Callable[[str], T | None], expected: str) -> T | None:
        raw = self.text(field)
        if raw is None:
            return None
        found = read(self._values(field).get(plain(raw), raw))
        if found is None:
            self.fail(field, "cannot be read", expected)
        return found

    def fail(self, field: str, reason: str, expected: str) -> None:
        """Note a cell that is there but cannot be used."""
        self.unread.add(field)
        self.remark(field, reason, expected, Severity.ERROR)
