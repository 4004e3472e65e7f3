"""Read the rows of one Excel sheet, streamed, as the text a person sees in the cells.

Dates, numbers and yes/no become the text a Danish CSV export would hold, so that one set of
readers serves both. A formula counts by the value Excel last worked out; without one, or with an
error in it, the cell is a fault. The only importer of openpyxl. Called by `tables`.
"""

import functools
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from provisioning.errors import UnreadableFileError
from provisioning.sources.feed_store import FeedStore
from provisioning.sources.lists.text import Row

FORMULA_NOTE = "holds a formula; the value Excel last worked out is used"
_LARGEST = 256 * 1024 * 1024  # a workbook is held in memory, packed
_LARGEST_UNPACKED = 2 * 1024**3
# A number shown with all its leading zeros, as CPR numbers are: "0000000000" or "000000-0000".
_ZEROS = re.compile(r"0[0-]+")
# Everything openpyxl, its XML parser and zip answer when a workbook is damaged or not one.
_DAMAGE = (
    OSError, EOFError, zlib.error, zipfile.BadZipFile, InvalidFileException, RuntimeError,
    NotImplementedError, KeyError, IndexError, ValueError, TypeError, AttributeError,
    OverflowError, SyntaxError, AssertionError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Workbook:
    """One workbook of a feed."""

    store: FeedStore
    name: str
    sheets: tuple[str, ...]
    has_formulas: bool

    def rows(self, sheet: str) -> Iterator[Row]:
        """Give every row of a sheet that is not blank.

        Raises:
            UnreadableFileError: the workbook is damaged.

        """
        number = 0
        try:
            with self.store.open(self.name) as stream:
                for number, cells in enumerate(self._cells(stream.read(), sheet), start=1):
                    row = _read_row(number, cells)
                    if any(cell.strip() for cell in row.cells) or row.faults:
                        yield row
        except _DAMAGE as error:
            reason = _named(error)
            raise UnreadableFileError(
                f"{self.name}: stopped after row {number}: {reason}"
            ) from error

    def _cells(self, content: bytes, sheet: str) -> Iterator[list[tuple[Any, Any]]]:
        """Give each row as pairs: the cell, and the same cell as its formula."""
        shown = _sheet(content, sheet, has_values=True)
        written = _sheet(content, sheet, has_values=False) if self.has_formulas else None
        if written is None:
            for row in shown:
                yield [(cell, cell) for cell in row]
            return
        for row, formulas in zip(shown, written, strict=True):
            yield list(zip(row, formulas, strict=True))


def open_workbook(store: FeedStore, name: str) -> Workbook:
    """Look into a workbook without reading its rows.

    Raises:
        UnreadableFileError: it is damaged, has a password, or is far too large.

    """
    try:
        with store.open(name) as stream:
            content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise UnreadableFileError(f"{name}: larger than {_LARGEST} bytes")
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > _LARGEST_UNPACKED:
                raise UnreadableFileError(f"{name}: larger than {_LARGEST_UNPACKED} bytes unpacked")
            has_formulas = any(
                _holds_formula(packed.open(item))
                for item in packed.infolist()
                if item.filename.startswith("xl/worksheets/")
            )
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        return Workbook(store, name, tuple(sheet.title for sheet in book.worksheets), has_formulas)
    except _DAMAGE as error:
        raise UnreadableFileError(f"{name}: not a workbook: {_named(error)}") from error


def _holds_formula(stream: IO[bytes]) -> bool:
    """Look for a formula element in the XML of a sheet, a block at a time."""
    tail = b""
    with stream:
        while block := stream.read(1024 * 1024):
            window = tail + block
            if b"<f>" in window or b"<f " in window or b"<f/" in window:
                return True
            tail = window[-3:]
    return False


def _sheet(content: bytes, title: str, *, has_values: bool) -> Iterator[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=has_values)
    sheet = book[title]
    sheet.reset_dimensions()  # many programs write a wrong size, and openpyxl would believe it
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows()
    return rows


@dataclass(slots=True)
class _Draft:
    """A row being read."""

    cells: list[str] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    dates: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def _read_row(number: int, cells: list[tuple[Any, Any]]) -> Row:
    draft = _Draft()
    for at, (shown, written) in enumerate(cells):
        is_formula = written.data_type == "f"
        value = shown.value
        if is_formula and value is None:
            draft.faults[at] = "holds a formula without a worked-out value"
        elif shown.data_type == "e":
            draft.faults[at] = "holds an Excel error"
        elif is_formula:
            draft.notes.append(FORMULA_NOTE)
        if isinstance(value, datetime):
            draft.dates.add(at)
        draft.cells.append("" if at in draft.faults else _text(value, shown))
    return Row(
        number,
        tuple(draft.cells),
        faults=draft.faults,
        dates=frozenset(draft.dates),
        notes=tuple(dict.fromkeys(draft.notes)),
    )


@functools.singledispatch
def _text(value: object, _cell: Any) -> str:
    """Write a value as a Danish list would; a text stands as it is."""
    return "" if value is None else str(value).replace("_x000D_", "")


@_text.register
def _(value: bool, _cell: Any) -> str:  # noqa: FBT001  (the value itself is written)
    return "Ja" if value else "Nej"


@_text.register
def _(value: int, cell: Any) -> str:
    zeros = _ZEROS.fullmatch(str(cell.number_format))
    return str(value).zfill(zeros[0].count("0")) if zeros else str(value)


@_text.register
def _(value: float, _cell: Any) -> str:
    # Excel itself shows no more than fifteen digits; the rest is binary noise.
    shown = format(Decimal(format(value, ".15g")), "f")
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown).replace(".", ",")


@_text.register
def _(value: datetime, cell: Any) -> str:
    has_clock = "h" in str(cell.number_format).lower() or value.time() != time()
    return f"{value:%Y-%m-%d %H:%M:%S}" if has_clock else f"{value:%Y-%m-%d}"


@_text.register
def _(value: time, _cell: Any) -> str:
    return value.isoformat("minutes")


@_text.register
def _(value: timedelta, _cell: Any) -> str:
    minutes, _ = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _named(error: BaseException) -> str:
    """Say what went wrong without quoting the workbook."""
    return type(error).__name__
