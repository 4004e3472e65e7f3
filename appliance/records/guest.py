"""Refuse a database of another box unless it is ours in every table and every row.

Who made it is known, and may yet be in other hands or have a fault: a view would be somebody else's
program run by us, and one row of another shape would break every page that reads its table, also
for the box's own citizens. So nothing of it is asked before its tables are known to be ours, each
row is read as the screens will read it, and no reading goes on for ever. Called by `cutting`
before a row of it comes beside the box's own.
"""

import functools
import math
import sqlite3
import types
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from appliance.errors import OtherMakeError, OwnUnitError, UnreadableSnapshotError
from appliance.records.database import read_only_uri
from appliance.records.rows import from_row
from appliance.records.schema import META_SQL, TABLES
from appliance.records.terms import UnitId

# Steps of SQLite's own machine: a thousand citizens take some million, and so many are half a
# minute of a Pi. Whoever needs more has no unit in mind. Steps and no clock: the same everywhere.
_STEPS_AT_ONCE = 100_000
_MOST_STEPS = 200_000_000
_OTHER_MAKE = "the other database is of another make"
# What reading a row as its model raises when the row is none.
_NO_RECORD = (
    sqlite3.Error, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip


def refuse_unfit(own: Path, guest: Path, unit_id: UnitId, guests: Collection[str] = ()) -> None:
    """Let a guest through that is of the own records' make and has that one unit whole.

    `guests` are units that stand among the own records and are none of the box's own.

    Raises:
        OtherMakeError: it has other tables, or the two are of different makes.
        UnreadableSnapshotError: a row is none of ours, or it is no database.
        OwnUnitError: the box has this unit of its own.

    """
    with _reading(guest) as other:
        if _tables_of(other) != _our_tables():
            raise OtherMakeError(_OTHER_MAKE)
        units = _checked(other)
        make = _make_of(other)
    with _reading(own) as mine:
        has_unit = mine.execute("SELECT 1 FROM units WHERE id = ?", (unit_id,)).fetchone()
        if make != _make_of(mine):
            raise OtherMakeError("the pack and the box's own copy are of different makes")
    if unit_id not in units:
        raise UnreadableSnapshotError("the pack is not of the unit it is said to be of")
    if has_unit and unit_id not in guests:
        raise OwnUnitError("the box has this unit of its own")


def bound(database: sqlite3.Connection) -> None:
    """Let a connection work so long and no longer: what never ends is interrupted."""
    left = iter(range(_MOST_STEPS // _STEPS_AT_ONCE))
    database.set_progress_handler(lambda: next(left, None) is None, _STEPS_AT_ONCE)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(read_only_uri(path), uri=True)) as database:
            bound(database)
            database.execute("PRAGMA trusted_schema = OFF")
            database.row_factory = sqlite3.Row
            yield database
    except _NO_RECORD as error:
        # Not what it says: it may quote a row.
        raise UnreadableSnapshotError(f"a guest's records: {type(error).__name__}") from None


def _our_tables() -> list[tuple[str, ...]]:
    ours = [(table.name, table.create_sql()) for table in TABLES] + [("meta", META_SQL)]
    return sorted(("table", name, name, sql) for name, sql in ours)


def _tables_of(database: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Return everything that is in a database, ours or not; asks nothing of any of it."""
    rows = database.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
    return sorted(map(tuple, rows.fetchmany(len(TABLES) + 2)))


def _make_of(database: sqlite3.Connection) -> str:
    sql = "SELECT value FROM meta WHERE key = 'schema_version'"
    return str(database.execute(sql).fetchone()[0])


def _checked(database: sqlite3.Connection) -> set[str]:
    """Read every row as the screens will; return the ids of the units."""
    units, sql = set(), "SELECT * FROM "
    for table in TABLES:
        for row in database.execute(sql + table.name):
            record: Any = from_row(table.model, row)
            sources = (row["origin"], row["original"])
            if not _fits(record, table.model) or any(isinstance(each, bytes) for each in sources):
                raise ValueError(table.name)
            if table.name == "units":
                units.add(str(row["id"]))
    return units


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a value is what the model says: SQLite keeps whatever it is given."""
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) in (Union, types.UnionType):
        return any(_fits(value, part) for part in get_args(hint))
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(_fits(each, get_args(hint)[0]) for each in value)
    if is_dataclass(hint):
        model: Any = hint
        is_one = type(value) is model
        return is_one and all(_fits(getattr(value, name), part) for name, part in _hints(model))
    if hint is float:
        return type(value) in (int, float) and math.isfinite(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return value in list(hint)
    return type(value) is hint


@functools.cache
def _hints(model: Any) -> tuple[tuple[str, Any], ...]:
    found = get_type_hints(model)
    return tuple((each.name, found[each.name]) for each in fields(model))
