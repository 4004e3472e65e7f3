"""SQLCipher, from its wheel: one encrypted database with its own defaults for cipher and key.

Its pages are as large as those of our database: its default of 4 KiB makes a copy of these records
two thirds larger, and a night no smaller.

The search index is carried inside where it is asked for: who keeps an encrypted database would not
build one at every opening, nor leave one in the clear beside it.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from appliance.records.schema import PAGE_BYTES, TABLES
from appliance.records.search import build_search

_PASSWORD = "48215937048215937045"
_RAW_KEY = "x'" + "2f" * 32 + "'"


def lacking() -> str:
    """Say what must be installed for it, or nothing."""
    return "" if find_spec("sqlcipher3") else "pip install sqlcipher3 (requirements-bench.lock)"


def version() -> str:
    """Return `SQLCipher 4.19.0`."""
    connection = connect(Path(":memory:"))
    (told,) = connection.execute("PRAGMA cipher_version").fetchone()
    return f"SQLCipher {told.split()[0]}"


def connect(path: Path, *, is_key_known: bool = False) -> Any:
    """Open a database with the password (256,000 rounds of PBKDF2), or with the raw key."""
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(path), isolation_level=None)
    key = _RAW_KEY if is_key_known else _PASSWORD
    connection.execute(f'PRAGMA key = "{key}"')
    connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
    return connection


def encrypt(db: Path, target: Path, *, is_key_known: bool = False, search: bool = False) -> None:
    """Write a database encrypted; with its search index inside if wanted."""
    connection = connect(target, is_key_known=is_key_known)
    _copy(connection, db)
    if search:
        plain = target.with_suffix(".search")
        build_search(db, plain)
        _copy(connection, plain)
        plain.unlink()
    connection.close()
    # The wrong module under this name ignores the key and says nothing.
    with target.open("rb") as content:
        assert content.read(6) != b"SQLite", "nothing was encrypted"


def bring_up_to(encrypted: Path, later: Path) -> None:
    """Make its rows those of another database, touching only rows that differ."""
    connection = connect(encrypted)
    connection.execute(f"ATTACH '{later}' AS later KEY ''")
    connection.execute("BEGIN")
    tables = [("meta", ("key",)), *((table.name, table.key) for table in TABLES)]
    for name, key in tables:
        columns = ", ".join(key)
        connection.execute(
            f"DELETE FROM main.{name}"  # noqa: S608  (names are our own)
            f" WHERE ({columns}) NOT IN (SELECT {columns} FROM later.{name})"
        )
        connection.execute(
            f"INSERT OR REPLACE INTO main.{name}"  # noqa: S608
            f" SELECT * FROM later.{name} EXCEPT SELECT * FROM main.{name}"
        )
    connection.execute("COMMIT")
    connection.close()


def _copy(connection: Any, plain: Path) -> None:
    connection.execute(f"ATTACH '{plain}' AS plain KEY ''")
    connection.execute("SELECT sqlcipher_export('main', 'plain')")
    connection.execute("DETACH plain")
