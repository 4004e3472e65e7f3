"""Write records into a SQLite file, with provenance and the original beside each.

Used where snapshots are made (hub, demo, tests); the box never writes one. The file is a build
product: it is written without a journal and simply thrown away if the run is cut.
"""

import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any, Self

import sqlite_utils

from appliance.errors import DiskFullError, StorageError
from appliance.records.models import Record
from appliance.records.rows import to_row
from appliance.records.schema import (
    META_SQL,
    PAGE_BYTES,
    SCHEMA_VERSION,
    TABLE_OF_MODEL,
    TABLES,
)

_BATCH = 500


class RecordWriter:
    """Collect records and write them table by table.

    Raises:
        DiskFullError: no room for the file.
        StorageError: SQLite refused for another reason.

    """

    def __init__(self, path: Path) -> None:
        try:
            connection = sqlite3.connect(path, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise _named(error) from error
        self._database = sqlite_utils.Database(connection)
        self._waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        self.execute("PRAGMA journal_mode = OFF")
        self.execute("PRAGMA synchronous = OFF")
        self.execute("PRAGMA locking_mode = EXCLUSIVE")
        self.execute("BEGIN")
        for table in TABLES:
            self.execute(table.create_sql())
        self.execute(META_SQL)
        self.set_meta("schema_version", str(SCHEMA_VERSION))

    def __enter__(self) -> Self:
        """Return the writer itself."""
        return self

    def __exit__(self, *problem: object) -> None:
        """Finish the file, or leave it unfinished if the block raised."""
        try:
            if problem[0] is None:
                self.finish()
        finally:
            self._database.close()

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Run one statement on the file, after everything added so far."""
        try:
            return self._database.execute(sql, values)
        except sqlite3.OperationalError as error:
            raise _named(error) from error

    def add(self, record: Record, origin: str = "", original: dict[str, Any] | str = "") -> None:
        """Add a record; the same key twice keeps the last one."""
        row = to_row(record)
        row["origin"] = origin
        if isinstance(original, dict):
            original = json.dumps(original, ensure_ascii=False, separators=(",", ":"))
        row["original"] = original or None
        table = TABLE_OF_MODEL[type(record)].name
        self._waiting[table].append(row)
        if len(self._waiting[table]) >= _BATCH:
            self._flush(table)

    def set_meta(self, key: str, value: str) -> None:
        """Write one fact about the whole snapshot."""
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def finish(self) -> None:
        """Write what waits and pack the file tightly."""
        for table in list(self._waiting):
            self._flush(table)
        self.execute("COMMIT")
        self.execute("VACUUM")

    def _flush(self, table: str) -> None:
        rows = self._waiting.pop(table, [])
        try:
            # One multi-row statement per batch; all rows of a table have the same columns.
            self._database.table(table).insert_all(rows, replace=True, batch_size=_BATCH)
        except sqlite3.OperationalError as error:
            raise _named(error) from error


def _named(error: sqlite3.OperationalError) -> StorageError:
    if "full" in str(error):
        return DiskFullError(f"writing records: {error}")
    return StorageError(f"writing records: {error}")
