"""Hold one municipality's records while a night's snapshots are made.

The same tables as a snapshot, in one SQLite file in a private temporary folder, so that a
million resources need a disk and not memory. It tells a resource that is delivered twice from
one that is delivered in two versions. Called by the sources; read by `box_snapshot`. The file is
a build product without a journal: a run that is cut throws it away.

Records are written some hundreds at a time, which takes SQLite half the time of one after the
other; whoever reads is given what waits as well.
"""

import functools
import operator
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import orjson

from appliance.errors import DiskFullError, StorageError
from appliance.records.models import OtherItem, Record
from appliance.records.rows import to_values
from appliance.records.schema import META_SQL, TABLE_OF_MODEL, TABLES

_CACHE_KIB = 32 * 1024
# What waits to be written, at most: so many records, or originals of so many bytes.
_MOST_WAITING, _MOST_BYTES = 500, 1024 * 1024
_SLOTS = 2**23  # bytes, for any number of records: of a million, one in ten is looked up in vain
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


class _SeenKeys:
    """Which keys were added, in a fixed amount of memory: "no" is certain, "yes" is to be checked.

    A Bloom filter with one hash. Nothing that comes out depends on it, only how fast.
    """

    def __init__(self) -> None:
        self._slots = bytearray(_SLOTS)

    def note(self, *key: Any) -> bool:
        """Note a key, and tell whether it may have been noted before."""
        at = hash(key) % len(self._slots)
        is_taken = self._slots[at] == 1
        self._slots[at] = 1
        return is_taken


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
            self._connection.execute(f"PRAGMA {pragma}")
        self._seen = _SeenKeys()
        self._waiting: dict[type, dict[tuple[Any, ...], list[Any]]] = defaultdict(dict)
        self._notes: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._waiting_rows = self._waiting_bytes = 0
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

    def execute(self, sql: str, values: tuple[Any, ...] | Mapping[str, Any] = ()) -> sqlite3.Cursor:
        """Run one statement on everything added so far."""
        self._write_waiting()
        return self.execute_apart(sql, values)

    def execute_apart(
        self, sql: str, values: tuple[Any, ...] | Mapping[str, Any] = ()
    ) -> sqlite3.Cursor:
        """Run one statement that concerns no record, such as a source's own notes."""
        try:
            return self._connection.execute(sql, values)
        except sqlite3.OperationalError as error:
            raise named_storage_error(error) from error

    def execute_later(self, sql: str, values: tuple[Any, ...]) -> None:
        """Run one INSERT that concerns no record, together with its likes."""
        self._notes[sql].append(values)
        self._waiting_rows += 1
        if self._waiting_rows >= _MOST_WAITING:
            self._write_waiting()

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> Iterator[Any]:
        """Give the rows of a query, by column name."""
        cursor = self.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def add(self, record: Record, origin: str, original: bytes | str | None) -> Added:
        """Add a record; one that is there already stays, and the answer says if they differ."""
        kind: Any = type(record)
        key = _key_of(kind)(record)
        if self._seen.note(kind, key) and (found := self._original(kind, key)):
            return Added.SAME if _is_same(found[0], original) else Added.CONFLICT
        row = to_values(record)
        row += (origin, original)
        self._waiting[kind][key] = row
        self._waiting_rows += 1
        self._waiting_bytes += len(original or "")
        if self._waiting_rows >= _MOST_WAITING or self._waiting_bytes >= _MOST_BYTES:
            self._write_waiting()
        return Added.NEW

    def _original(self, kind: Any, key: tuple[Any, ...]) -> tuple[bytes | str | None] | None:
        """Return the original of a record that was added, waiting or written, if there is one."""
        if key in self._waiting[kind]:
            return (self._waiting[kind][key][-1],)
        found: tuple[str | None] | None = self.execute_apart(_original_sql(kind), key).fetchone()
        return found

    def _write_waiting(self) -> None:
        """Write what waits, in the order it came within each table.

        Raises:
            DiskFullError: no room for it.
            StorageError: a row with the key of one of them got there by another way than `add`.

        """
        if not self._waiting_rows:
            return
        try:
            for kind, waiting in self._waiting.items():
                self._connection.executemany(_insert_sql(kind), waiting.values())
            for sql, values in self._notes.items():
                self._connection.executemany(sql, values)
        except sqlite3.OperationalError as error:
            raise named_storage_error(error) from error
        except sqlite3.IntegrityError as error:
            raise StorageError(f"staging records: {error}") from error
        self._waiting.clear()
        self._notes.clear()
        self._waiting_rows = self._waiting_bytes = 0

    def replace(
        self, record: Record, origin: str = "", original: bytes | str | None = None
    ) -> None:
        """Write a record over whatever has its key."""
        kind: Any = type(record)
        self._seen.note(kind, _key_of(kind)(record))
        sql = _insert_sql(kind).replace("INSERT", "INSERT OR REPLACE", 1)
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
        self.execute_later("INSERT OR IGNORE INTO people VALUES (?, ?, ?, ?, ?)", values)

    def put_lookup(self, key: str, content: bytes) -> None:
        """Remember something other resources point at; the first one stays."""
        self.execute_apart("INSERT OR IGNORE INTO lookups VALUES (?, ?)", (key, content))

    def lookup(self, key: str) -> bytes | None:
        """Return what was remembered under the key."""
        sql = "SELECT content FROM lookups WHERE key = ?"
        found = self.execute_apart(sql, (key,)).fetchone()
        return found[0] if found else None

    def finish(self) -> None:
        """Make everything added visible to other connections."""
        self.execute("COMMIT")


def named_storage_error(error: sqlite3.OperationalError) -> StorageError:
    """Turn SQLite's words into an error that says who can fix it."""
    if "full" in str(error):
        return DiskFullError(f"staging records: {error}")
    return StorageError(f"staging records: {error}")


def _is_same(found: bytes | str | None, original: bytes | str | None) -> bool:
    """Tell whether two originals say the same, however they are spaced."""
    if found is None or original is None:
        return found is original
    found, original = (one.encode() if isinstance(one, str) else one for one in (found, original))
    if found == original:
        return True
    try:
        is_equal: bool = orjson.loads(found) == orjson.loads(original)
    except orjson.JSONDecodeError:
        return False
    return is_equal


@functools.cache
def _key_of(kind: Any) -> Callable[[Record], tuple[Any, ...]]:
    """Return what reads the key of a record."""
    names = TABLE_OF_MODEL[kind].key
    if len(names) > 1:
        return operator.attrgetter(*names)
    read_one = operator.attrgetter(*names)
    return lambda record: (read_one(record),)


@functools.cache
def _insert_sql(kind: Any) -> str:
    table = TABLE_OF_MODEL[kind]
    number = len(kind.__dataclass_fields__) + 1
    # An original may come as the bytes that were delivered: they are text, and checked to be.
    return f"INSERT INTO {table.name} VALUES ({'?, ' * number}CAST(? AS TEXT))"  # noqa: S608


@functools.cache
def _original_sql(kind: Any) -> str:
    table = TABLE_OF_MODEL[kind]
    where = " AND ".join(f"{name} = ?" for name in table.key)
    return f"SELECT original FROM {table.name} WHERE {where}"  # noqa: S608  (names are our own)
