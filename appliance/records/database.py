"""Open a SQLite file of records for reading only, with one connection per thread.

A connection keeps the file's memory in use even after it was unlinked, so a locked box must let
go of all of them: they are closed, in every thread, as soon as nobody holds the database any more.
A page that is half-way through is not cut. Called by the store and the search; refuses to write.
"""

import contextlib
import sqlite3
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote


class _Connection(sqlite3.Connection):
    """A connection that closes with its thread; its own reference cycle would keep it open."""

    def __del__(self) -> None:
        with contextlib.suppress(sqlite3.ProgrammingError):  # one that never opened
            self.close()


class ReadOnlyDatabase:
    """One SQLite file that nobody changes while it is open."""

    def __init__(self, path: Path) -> None:
        self._uri = read_only_uri(path)
        self._local = threading.local()
        self._opened: weakref.WeakSet[_Connection] = weakref.WeakSet()

    def __del__(self) -> None:
        self.close()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one query on this thread's connection."""
        if not hasattr(self._local, "connection"):
            self._local.connection = self._connect()
        cursor: sqlite3.Cursor = self._local.connection.execute(sql, values)
        return cursor

    def close(self) -> None:
        """Let go of the file in every thread; a later query opens it again."""
        self._local = threading.local()
        for connection in list(self._opened):
            connection.close()
        self._opened.clear()

    def _connect(self) -> _Connection:
        connection = sqlite3.connect(
            self._uri, uri=True, check_same_thread=False, factory=_Connection
        )
        connection.row_factory = sqlite3.Row
        self._opened.add(connection)
        return connection


def read_only_uri(path: Path) -> str:
    """Return the address SQLite opens without locks, journals or any write."""
    return f"file:{quote(str(path))}?mode=ro&immutable=1"
