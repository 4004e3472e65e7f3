"""What was printed survives the power, sealed, for as long as it is of use."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance import crypto
from appliance.clock import ClockLevel, Judgement
from appliance.errors import ConfigError, StorageError
from appliance.policy import PRINTS_KEPT
from appliance.vault import print_notes
from appliance.vault.keeper_service import KeeperService
from appliance.vault.print_note import FILE, read_notes
from appliance.vault.print_notes import PrintNotes
from tests.appliance.vault.boxes import unlocked
from tests.appliance.vault.test_print_note import NOTE

FOLDER = "prints"


@pytest.fixture
def identity():
    return crypto.new_identity()


@pytest.fixture
def notes(tmp_path, identity, clock):
    """The notes of a box whose key the test has."""
    return PrintNotes(tmp_path / FOLDER, lambda: crypto.recipient_of(identity), clock)


def numbered(count, **changes):
    return [replace(NOTE, serial=f"417-{number:05}", **changes) for number in range(count)]


def given_back(notes, identity, tmp_path):
    ram = tmp_path / "ram"
    ram.mkdir(exist_ok=True)
    notes.give_back(identity, ram)
    return read_notes(ram)


def test_notes_are_sealed_on_the_disk_and_come_back_at_unlock(notes, identity, tmp_path):
    notes.keep([NOTE], None, tmp_path)

    (sealed,) = (tmp_path / FOLDER).glob("*.age")
    assert b"417-00023" not in sealed.read_bytes()
    assert b"c-1" not in sealed.read_bytes()
    assert given_back(notes, identity, tmp_path) == [NOTE]


def test_last_word_on_a_sheet_counts_and_the_newest_comes_first(notes, identity, tmp_path):
    later = replace(NOTE, serial="417-00024", printed_at=NOTE.printed_at + timedelta(hours=1))
    for each in (NOTE, later, replace(NOTE, state="confirmed")):
        notes.keep([each], None, tmp_path)

    found = given_back(notes, identity, tmp_path)

    assert [(note.serial, note.state) for note in found] == [
        ("417-00024", "printed"),
        ("417-00023", "confirmed"),
    ]
    assert len(list((tmp_path / FOLDER).glob("*.age"))) == 1
    assert given_back(notes, identity, tmp_path) == found


def test_notes_are_forgotten_after_the_days_of_the_policy(notes, identity, tmp_path, clock):
    notes.keep([NOTE], None, tmp_path)
    clock.move(PRINTS_KEPT + timedelta(hours=1))
    notes.keep([replace(NOTE, serial="417-00024", printed_at=clock.now())], None, tmp_path)

    assert [note.serial for note in given_back(notes, identity, tmp_path)] == ["417-00024"]


def test_clock_nobody_trusts_forgets_nothing(notes, identity, tmp_path, clock):
    clock.move(PRINTS_KEPT * 2)
    clock.judgement = Judgement(ClockLevel.UNSURE, clock.now())
    notes.keep([NOTE], None, tmp_path)

    assert given_back(notes, identity, tmp_path) == [NOTE]


def test_number_of_notes_is_bounded(notes, identity, tmp_path, monkeypatch):
    monkeypatch.setattr(print_notes, "_MOST_NOTES", 5)
    notes.keep(numbered(9), None, tmp_path)

    assert len(given_back(notes, identity, tmp_path)) == 5


def test_open_box_brings_many_small_files_together(notes, identity, tmp_path, monkeypatch):
    monkeypatch.setattr(print_notes, "_MANY_FILES", 2)
    for note in numbered(3):
        notes.keep([note], identity, tmp_path)

    assert len(list((tmp_path / FOLDER).glob("*.age"))) == 1
    assert len(read_notes(tmp_path)) == 3


def test_locked_box_cannot_be_filled_up(notes, tmp_path, monkeypatch):
    monkeypatch.setattr(print_notes, "_MOST_FILES", 2)
    for note in numbered(2):
        notes.keep([note], None, tmp_path)

    with pytest.raises(StorageError):
        notes.keep([NOTE], None, tmp_path)


def test_damaged_file_costs_only_itself(notes, identity, tmp_path, caplog):
    for note in numbered(3):
        notes.keep([note], None, tmp_path)
    first, second, _ = sorted((tmp_path / FOLDER).glob("*.age"))
    first.write_bytes(first.read_bytes()[:-9])
    second.write_bytes(crypto.encrypt(b"no list", crypto.recipient_of(identity)))

    with caplog.at_level(logging.WARNING):
        found = given_back(notes, identity, tmp_path)

    assert [note.serial for note in found] == ["417-00002"]
    assert caplog.text.count("does not open") == 2


def test_file_that_cannot_be_read_is_a_named_error_and_loses_nothing(notes, identity, tmp_path):
    notes.keep([NOTE], None, tmp_path)
    (tmp_path / FOLDER / "00000009.age").mkdir()

    with pytest.raises(StorageError):
        given_back(notes, identity, tmp_path)
    (tmp_path / FOLDER / "00000009.age").rmdir()

    assert given_back(notes, identity, tmp_path) == [NOTE]


def test_folder_in_the_way_is_a_named_error(notes, tmp_path):
    (tmp_path / FOLDER).write_text("a file in the way")

    with pytest.raises(StorageError):
        notes.keep([NOTE], None, tmp_path)


def test_box_without_keys_keeps_nothing(box, clock):
    (box.state_dir / "recipient").unlink()
    keeper = KeeperService(box.config, clock)

    with pytest.raises(ConfigError):
        keeper.keep_prints([NOTE])


def test_prints_survive_a_power_cut_and_are_gone_from_ram_at_lock(full_box, clock):
    before = KeeperService(full_box.config, clock)
    before.start()
    unlocked(before, full_box)
    before.keep_prints([NOTE])
    before.close()

    keeper = KeeperService(full_box.config, clock)
    keeper.start()
    locked = read_notes(full_box.config.records_dir)
    unlocked(keeper, full_box)
    open_ = read_notes(full_box.config.records_dir)
    keeper.lock()

    assert (locked, open_) == (None, [NOTE])
    assert not (full_box.config.records_dir / FILE).exists()
    keeper.close()


def test_prints_that_cannot_be_given_back_keep_nobody_out(full_box, clock, caplog):
    (full_box.state_dir / FOLDER / "00000001.age").mkdir(parents=True)
    keeper = KeeperService(full_box.config, clock)
    keeper.start()

    unlocked(keeper, full_box)

    assert not keeper.status().locked
    assert "print notes: N-5" in caplog.text
    assert read_notes(full_box.config.records_dir) is None
    keeper.close()


def test_box_that_never_printed_says_so_beside_its_records(notes, identity, tmp_path):
    assert given_back(notes, identity, tmp_path) == []
    assert (tmp_path / "ram" / FILE).exists()
