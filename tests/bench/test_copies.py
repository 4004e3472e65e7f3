"""What stands beside the vault holds the same records, and is measured as it says."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.bench.copies import moved, restic, sqlcipher
from tests.bench.copies.moved import changed_bytes
from tests.bench.copies.nights import Nights, make_nights
from tests.bench.copies.opening import Opening
from tests.bench.copies.openings import clear, lay_out, median, open_once

needs_restic = pytest.mark.skipif(bool(restic.lacking()), reason=restic.lacking())
needs_sqlcipher = pytest.mark.skipif(bool(sqlcipher.lacking()), reason=sqlcipher.lacking())


@pytest.fixture(scope="module")
def nights(tmp_path_factory) -> Nights:
    return make_nights(tmp_path_factory.mktemp("town") / "nights", 8)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (b"aaaabbbb", b"aaaabbbb", 0),
        (b"aaaabbbb", b"aaaabbbx", 4),
        (b"aaaa", b"aaaabb", 2),
        (b"aaaabbbb", b"aaaa", 0),
        (b"aaaabbbb", b"xaaaabbb", 8),
    ],
)
def test_blocks_count_that_are_others_in_the_same_place(before, after, changed):
    assert changed_bytes(before, after, 4) == changed


def test_a_median_is_taken_of_each_figure():
    openings = [Opening(*[float(number)] * 7) for number in (3, 1, 2)]

    assert median(openings) == Opening(*[2.0] * 7)


def test_every_citizen_has_a_new_note_at_night_and_few_in_a_quarter(nights):
    base, quarter, night = (_notes(db) for db in (nights.base, nights.quarter, nights.night))

    assert night == base + 8
    assert base <= quarter < night


def test_a_dump_holds_the_whole_database(nights, tmp_path):
    dump = moved.as_dump(nights.base, tmp_path / "records.sql")

    with contextlib.closing(sqlite3.connect(tmp_path / "again.db")) as again:
        again.executescript(dump.read_text(encoding="utf-8"))
    assert _rows(sqlite3.connect, tmp_path / "again.db") == _rows(sqlite3.connect, nights.base)


@pytest.mark.slow
def test_a_delta_is_a_small_part_of_its_base(nights, tmp_path):
    ours = moved.by_deltas(nights, tmp_path)

    assert ours.quarter < ours.night < ours.whole / 4


@needs_sqlcipher
def test_the_encrypted_rows_follow_the_later_database(nights, tmp_path):
    encrypted = tmp_path / "encrypted.db"
    sqlcipher.encrypt(nights.base, encrypted)

    sqlcipher.bring_up_to(encrypted, nights.night)

    assert _rows(sqlcipher.connect, encrypted) == _rows(sqlite3.connect, nights.night)


@pytest.mark.slow
@needs_restic
def test_what_restic_grows_by_is_less_than_all_it_holds(nights, tmp_path):
    grown = moved.by_restic(nights, tmp_path, moved.as_it_is)

    assert 0 < grown.night < grown.whole


@pytest.mark.slow
def test_every_way_reads_a_list_before_it_finds_a_name(nights, tmp_path):
    opened = {}
    try:
        for name, (way, folder) in lay_out(nights, tmp_path).items():
            opened[name], _ = open_once(way, folder)
    finally:
        clear(tmp_path)

    assert {"base", "delta"} <= set(opened)
    for name, one in opened.items():
        assert 0 < one.browsable < one.searchable, name
        assert 0 < one.opening_mib < one.peak_mib, name
    assert 0 < opened["delta"].key_known < opened["delta"].browsable
    assert opened["delta"].deriving_mib > 60  # Argon2's 64 MiB are seen


def _notes(db: Path) -> int:
    return len(_rows(sqlite3.connect, db, ("notes",)))


def _rows(connect, db: Path, tables=("citizens", "medication", "notes", "meta")) -> list:
    with contextlib.closing(connect(db)) as connection:
        return [
            row
            for name in tables
            for row in connection.execute(f"SELECT * FROM {name}")  # noqa: S608
        ]
