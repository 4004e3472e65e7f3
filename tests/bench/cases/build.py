"""Records → one slim database; and the database → a sealed snapshot."""

import pickle
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.bench.harness import Case, Goal, Skipped, Work
from tests.bench.stage import records_of_town, write_records
from tests.bench.tools import missing


def with_writer(folder: Path) -> Work:
    """Write the records with the hub's writer: conversion, sqlite-utils, VACUUM."""
    records = records_of_town()
    return lambda: write_records(folder / "ours.db", records)


def with_executemany(folder: Path) -> Work:
    """Write the same rows with nothing but `executemany` in one transaction."""
    from appliance.records.schema import META_SQL, TABLES

    rows = pickle.loads((folder / "rows.pickle").read_bytes())  # noqa: S301  (our own file)

    def write() -> None:
        path = folder / "theirs.db"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            connection.execute(META_SQL)
            for table in TABLES:
                connection.execute(table.create_sql())
            for name, found in rows.items():
                marks = ", ".join("?" * len(found[0]))
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", found)  # noqa: S608
            connection.execute("COMMIT")

    return write


def with_pack(folder: Path) -> Work:
    """Seal the database in one pass, hashing before and after."""
    from appliance.snapshot.packing import pack

    recipient = (folder / "recipient.txt").read_text(encoding="ascii")
    return lambda: pack(folder / "records.db", folder / "ours.age", recipient)


def with_stock_tools(folder: Path) -> Work:
    """Seal it with Debian's own programs at the same level."""
    if reason := missing("age", "zstd"):
        raise Skipped(reason)
    recipient = (folder / "recipient.txt").read_text(encoding="ascii")
    command = f"zstd -q -9 -c records.db | age -r {recipient} -o theirs.age && sync theirs.age"
    return lambda: subprocess.run(command, shell=True, check=True, cwd=folder)  # noqa: S602


CASES = (
    Case(
        "build",
        "executemany",
        "the least SQLite can do with rows that are ready; the rest is the price of our models",
        with_writer,
        with_executemany,
        time_goal=Goal(6),
        memory_goal=Goal(3),
    ),
    Case(
        "pack",
        "zstd | age",
        "the programs whose files ours must equal, two processes on two cores",
        with_pack,
        with_stock_tools,
        time_goal=Goal(2),
        memory_goal=Goal(64, is_ratio=False),
        peer_is_program=True,
    ),
)
