"""Hold one municipality's records while a night's snapshots are made.

The same tables as a snapshot, in one SQLite file in a private temporary folder, so that a
million resources need a disk and not memory. It tells a resource that is delivered twice from
one that is delivered in two versions. Called by the sources; read by `box_snapshot`. The file is
a build product without a journal: a run that is cut throws it away.
"""

import functools
import sqlite3
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import orjson

from appliance.errors import DiskFullError, StorageError
from appliance.records.models import OtherItem, Record
from appliance.records.rows import to_values
from appliance.records.schema import META_SQL, TABLE_OF_MODEL, TABLES

_CACHE_KIB = 32 * 1024
_LOOKUPS_SQL = "CREATE TABLE lookups (key TEXT PRIMARY KEY, content BLOB) WITHOUT ROWID"
_PEOPLE_SQL = (
    "CREATE TABLE people (citizen_id TEXT, feed INTEGER, part TEXT, source TEXT,"
    " is_pointer INTEGER, PRIMARY KEY (citizen_id, feed, part)) WITHOUT ROWID"
)


class Added(StrEnum):
    """What adding a record came to."""

    NEW = "new"
    SAME = "same"
    CONFLICT = "conflict"


class Staging:
    """The staging database of one run.

    Raises:
        DiskFullError: no room for the file.
        StorageError: SQLite refused for another reason.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._connection = sqlite3.connect(path, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise named_storage_error(error) from error
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "temp_store = FILE",
            f"cache_size = -{_CACHE_KIB}",
        ):
            self.execute(f"PRAGMA {pragma}")
        self.execute("BEGIN")
        for table in TABLES:
            # Ids come in no order: rows are appended and only their small keys are kept sorted.
            self.execute(table.create_sql().removesuffix("WITHOUT ROWID"))
        self.execute(META_SQL)
        self.execute(_LOOKUPS_SQL)
        self.execute(_PEOPLE_SQL)

    def __enter__(self) -> Self:
        """Return the staging itself."""
        return self

    def __exit__(self, *problem: object) -> None:
        """Close the file; whoever made the folder removes it."""
        self._connection.close()

    def execute(
        self, sql: str, values: tuple[Any, ...] | Mapping[str, Any] = ()
    ) -> sqlite3.Cursor:
        """Run one statement."""
        try:
            return self._connection.execute(sql, values)
        except sqlite3.OperationalError as error:
            raise named_storage_error(error) from error

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> Iterator[Any]:
        """Give the rows of a query, by column name."""
        cursor = self.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def add(self, record: Record, origin: str, original: str | None) -> Added:
        """Add a record; one that is there already stays, and the answer says if they differ."""
        kind: Any = type(record)
        values = (*to_values(record), origin, original)
        if self.execute(_insert_sql(kind), values).rowcount:
            return Added.NEW
        key = tuple(getattr(record, name) for name in TABLE_OF_MODEL[kind].key)
        (found,) = self.execute(_original_sql(kind), key).fetchone()
        return Added.SAME if _is_same(found, original) else Added.CONFLICT

    def replace(self, record: Record, origin: str = "", original: str | None = None) -> None:
        """Write a record over whatever has its key."""
        kind: Any = type(record)
        sql = _insert_sql(kind).replace("INSERT OR IGNORE", "INSERT OR REPLACE")
        self.execute(sql, (*to_values(record), origin, original))

    def keep_instead(self, kind: type, key: tuple[str, ...], item: OtherItem) -> None:
        """Move a record to the items nobody uses, with its original."""
        table = TABLE_OF_MODEL[kind]
        where = " AND ".join(f"{name} = ?" for name in table.key)
        sql = f"SELECT origin, original FROM {table.name} WHERE {where}"  # noqa: S608  (names are our own)
        origin, original = self.execute(sql, key).fetchone()
        self.execute(f"DELETE FROM {table.name} WHERE {where}", key)  # noqa: S608
        self.replace(item, origin, original)

    def note_person(self, values: tuple[Any, ...]) -> None:
        """Remember where a citizen was described (`base.Person`); the first time counts."""
        self.execute("INSERT OR IGNORE INTO people VALUES (?, ?, ?, ?, ?)", values)

    def put_lookup(self, key: str, content: bytes) -> None:
        """Remember something other resources point at; the first one stays."""
        self.execute("INSERT OR IGNORE INTO lookups VALUES (?, ?)", (key, content))

    def lookup(self, key: str) -> bytes | None:
        """Return what was remembered under the key."""
        found = self.execute("SELECT content FROM lookups WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def finish(self) -> None:
        """Make everything added visible to other connections."""
        self.execute("COMMIT")


def named_storage_error(error: sqlite3.OperationalError) -> StorageError:
    """Turn SQLite's words into an error that says who can fix it."""
    if "full" in str(error):
        return DiskFullError(f"staging records: {error}")
    return StorageError(f"staging records: {error}")


def _is_same(found: str | None, original: str | None) -> bool:
    """Tell whether two originals say the same, however they are spaced."""
    if found == original or found is None or original is None:
        return found == original
    try:
        is_equal: bool = orjson.loads(found) == orjson.loads(original)
    except orjson.JSONDecodeError:
        return False
    return is_equal


@functools.cache
def _insert_sql(kind: Any) -> str:
    table = TABLE_OF_MODEL[kind]
    number = len(kind.__dataclass_fields__) + 2
    return f"INSERT OR IGNORE INTO {table.name} VALUES ({', '.join('?' * number)})"  # noqa: S608


@functools.cache
def _original_sql(kind: Any) -> str:
    table = TABLE_OF_MODEL[kind]
    where = " AND ".join(f"{name} = ?" for name in table.key)
    return f"SELECT original FROM {table.name} WHERE {where}"  # noqa: S608  (names are our own)
