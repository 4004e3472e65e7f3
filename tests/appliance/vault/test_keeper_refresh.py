"""Newer, damaged and unreadable snapshots: what the keeper opens, and what it says of it."""

import contextlib
import sqlite3

import pytest

from appliance.errors import UnreadableSnapshotError
from appliance.records.models import Citizen
from appliance.records.store import RecordStore
from appliance.vault.opened import POINTER, Opened
from tests.appliance.vault.boxes import CITIZEN, make_records, names_in, unlocked

pytestmark = pytest.mark.usefixtures("full_box")


def test_refresh_opens_the_newer_snapshot_and_keeps_the_replaced_for_readers(
    keeper, box, records_db
):
    unlocked(keeper, box)
    box.install(2, records_db)

    status = keeper.refresh()
    keeper.wait_for_search()

    assert (status.version, status.problem) == (2, None)
    assert box.ram_files() == [
        POINTER, "journal.jsonl", "prints.json",
        "records-1.db", "records-2.db", "search-1.db", "search-2.db",
    ]  # fmt: skip


def test_one_replaced_earlier_goes_at_the_next_refresh(keeper, box, records_db):
    unlocked(keeper, box)
    for version in (2, 3):
        box.install(version, records_db)
        keeper.refresh()
        keeper.wait_for_search()

    assert "records-1.db" not in box.ram_files()
    assert {"records-2.db", "records-3.db"} <= set(box.ram_files())


def test_refresh_of_a_locked_box_opens_nothing(keeper, box):
    assert keeper.refresh().locked
    assert box.ram_files() == []


def test_refresh_without_anything_newer_changes_nothing(keeper, box, clock):
    before = unlocked(keeper, box)
    clock.ticks_s += 60

    keeper.refresh()

    assert Opened.read(box.config.records_dir) == before


def test_unreadable_newer_snapshot_leaves_the_old_one_open_and_is_told(keeper, box):
    opened = unlocked(keeper, box)
    box.install_unreadable(2)

    status = keeper.refresh()

    assert (status.version, status.problem.code) == (1, UnreadableSnapshotError.code)
    assert names_in(opened) == {CITIZEN}
    assert "records-2.db" not in box.ram_files()


def test_snapshot_of_a_newer_schema_leaves_the_old_one_open(keeper, box, tmp_path):
    unlocked(keeper, box)
    newer = make_records(tmp_path / "newer.db")
    with contextlib.closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    box.install(2, newer)

    status = keeper.refresh()

    assert (status.version, status.problem.code) == (1, "N-207")


def test_good_snapshot_after_a_bad_one_clears_the_problem(keeper, box, records_db):
    unlocked(keeper, box)
    box.install_unreadable(2)
    keeper.refresh()
    box.install(3, records_db)

    status = keeper.refresh()

    assert (status.version, status.problem) == (3, None)


def test_unlock_falls_back_to_the_previous_copy_and_says_so(keeper, box):
    box.install_unreadable(2)

    status = keeper.unlock(box.code)

    assert (status.version, status.fell_back) == (1, True)
    assert status.problem.code == UnreadableSnapshotError.code


def test_unlock_over_a_worn_sd_card_opens_the_older_copy_and_says_so(keeper, box, records_db):
    box.install(2, records_db)
    box.damage(2)

    status = keeper.unlock(box.code)

    assert (status.version, status.fell_back) == (1, True)
    assert "version 2" in status.problem.detail


def test_copy_damaged_while_it_is_open_stays_open(keeper, box, records_db):
    box.install(2, records_db)
    unlocked(keeper, box)
    box.damage(2)

    assert keeper.refresh().version == 2


def test_unreadable_only_copy_is_an_error_not_an_empty_box(keeper, box):
    box.damage(1)

    with pytest.raises(UnreadableSnapshotError):
        keeper.unlock(box.code)

    assert keeper.status().locked


def test_two_unreadable_copies_are_an_error_and_leave_nothing(keeper, box):
    box.install_unreadable(2)
    box.install_unreadable(3)

    with pytest.raises(UnreadableSnapshotError):
        keeper.unlock(box.code)

    assert keeper.status().locked
    assert box.ram_files() == []


def test_records_that_cannot_be_indexed_can_still_be_browsed(keeper, box, tmp_path):
    odd = make_records(tmp_path / "odd.db")
    with contextlib.closing(sqlite3.connect(odd)) as connection, connection:
        connection.execute("DROP TABLE notes")
    box.install(2, odd)

    opened = unlocked(keeper, box)

    status = keeper.status()
    assert (status.search_ready, status.problem.code) == (False, UnreadableSnapshotError.code)
    assert names_in(opened) == {CITIZEN}


@pytest.mark.parametrize("stolen", [2, 4_000_000_000])
def test_refresh_opens_what_a_new_root_vouches_for_whatever_number_a_thief_had_used(
    keeper, box, tmp_path, stolen
):
    unlocked(keeper, box)
    box.install(stolen, make_records(tmp_path / "false.db", citizens=9))
    assert keeper.refresh().version == stolen

    box.install_after_rotation(2, make_records(tmp_path / "true.db", citizens=1))
    status = keeper.refresh()
    keeper.wait_for_search()

    opened = Opened.read(box.config.records_dir)
    assert (status.version, status.problem) == (2, None)
    assert len(list(RecordStore(opened.records).all_of(Citizen))) == 1
    assert opened.search.exists()


def test_older_copy_the_disk_fell_back_on_never_replaces_the_open_one(keeper, box, records_db):
    box.install(2, records_db)
    unlocked(keeper, box)
    box.damage(2)

    assert keeper.refresh().version == 2
