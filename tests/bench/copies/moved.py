"""How large the whole copy is in each way, and how much of it must move when the data changes."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance import crypto
from appliance.records.schema import PAGE_BYTES
from appliance.snapshot.packing import pack
from tests.bench.copies import restic, sqlcipher
from tests.bench.copies.nights import Nights


@dataclass(frozen=True)
class Moved:
    """Bytes of the whole encrypted copy, and of what moves after a quarter of an hour, a night."""

    whole: int
    quarter: int
    night: int


def by_deltas(nights: Nights, room: Path) -> Moved:
    """Seal the base and the two deltas to it, as the hub does."""
    recipient = crypto.recipient_of(crypto.new_identity())
    sizes = [
        pack(later, room / "sealed.age", recipient, against=against).sealed_size
        for later, against in (
            (nights.base, None),
            (nights.quarter, nights.base),
            (nights.night, nights.base),
        )
    ]
    return Moved(*sizes)


def by_restic(nights: Nights, room: Path, prepare: Callable[[Path, Path], Path]) -> Moved:
    """Let restic back up the base, then either later database; what grows is what moves.

    `prepare` makes of a database the file that is backed up.
    """
    first = restic.make(room / "repository")
    restic.back_up(first, prepare(nights.base, room / "backed-up"))
    whole = bytes_in(first)
    grown = []
    for later in (nights.quarter, nights.night):
        second = room / "grown"
        shutil.copytree(first, second)
        restic.back_up(second, prepare(later, room / "backed-up"))
        grown.append(bytes_in(second) - whole)
        shutil.rmtree(second)
    return Moved(whole, *grown)


def as_it_is(db: Path, _target: Path) -> Path:
    """Back up the SQLite file itself."""
    return db


def as_dump(db: Path, target: Path) -> Path:
    """Back up the database as SQL statements: text, of which restic finds more again."""
    with closing(sqlite3.connect(db)) as connection, target.open("w", encoding="utf-8") as dump:
        dump.writelines(f"{line}\n" for line in connection.iterdump())
    return target


def by_pages(nights: Nights, room: Path) -> Moved:
    """Change the encrypted file's rows in place and count the pages that are others afterwards.

    That is the least any tool that compares blocks (rsync) would have to send. A database written
    anew, as the hub's is, has a new salt and not one page in common: the whole file moves.
    """
    first = room / "first.db"
    sqlcipher.encrypt(nights.base, first)
    moved = []
    for later in (nights.quarter, nights.night):
        second = room / "second.db"
        shutil.copyfile(first, second)
        sqlcipher.bring_up_to(second, later)
        moved.append(changed_bytes(first.read_bytes(), second.read_bytes(), PAGE_BYTES))
    return Moved(first.stat().st_size, *moved)


def changed_bytes(before: bytes, after: bytes, block: int) -> int:
    """Return the bytes of the blocks that are new or others than in the same place before."""
    starts = range(0, len(after), block)
    return sum(
        len(after[at : at + block])
        for at in starts
        if after[at : at + block] != before[at : at + block]
    )


def bytes_in(folder: Path) -> int:
    """Return the length of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
