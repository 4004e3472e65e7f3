"""One unit goes to the neighbour on a stick: who opens it, what is left, what nobody may."""

import logging
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.errors import (
    LockedError,
    LogNotKeptError,
    NodboksError,
    OtherMakeError,
    OwnUnitError,
    SlotMissingError,
    StorageError,
    VaultError,
)
from appliance.files import open_plain_file
from appliance.sealed_log.entry import Action, Entry, When
from appliance.snapshot.neighbours import encode_neighbours
from appliance.vault import opener, protocol, runner_desk, runner_shelf, runner_stick
from appliance.vault.protocol import Op, Request
from tests.appliance.vault.test_keeper_log import entries_of
from tests.appliance.vault.two_boxes import WHO, neighbour, records


def test_neighbour_opens_the_unit_and_sees_it_beside_its_own(two):
    pack = two.ours.make()

    (offered,) = two.theirs.ask(Op.RUNNERS)
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    assert (offered.unit, offered.made_by, offered.is_kept) == ("Syd", "anh", False)
    assert (taken.from_name, taken.is_kept) == ("Solgården", True)
    assert two.theirs.units() == ["u-2", "u-1"]


def test_nothing_of_a_citizen_is_in_the_clear_on_the_stick_or_the_disks(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    folders = (two.ours.stick, two.ours.box.state_dir, two.theirs.box.state_dir)
    written = b"".join(
        path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()
    )
    assert len(written) > 1000
    assert not [word for word in ("Prøve", "Åse", "c-u-1") if word.encode() in written]


def test_both_logs_know_who_handed_on_and_who_took_in_and_why(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    made, taken = entries_of(two.ours.box)[-1], entries_of(two.theirs.box)[-1]
    assert (made.action, made.who.initials) == (Action.RUNNER_MADE, "anh")
    assert (taken.action, taken.text) == (Action.RUNNER_TAKEN, "Solgården har ingen strøm")


def test_unit_is_there_again_after_a_lock_and_with_a_newer_copy(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    two.theirs.keeper.lock()
    two.install(2)

    two.open()
    after_lock = two.theirs.units()
    two.install(3)
    two.theirs.keeper.refresh()

    assert after_lock == ["u-2", "u-1"]
    assert two.theirs.units() == ["u-2", "u-1"]


@pytest.mark.parametrize(
    ("unit_id", "to_box"), [("u-9", "box-18"), ("u-1", "box-17"), ("u-1", "box-99")]
)
def test_only_a_unit_of_this_box_goes_and_only_to_another_box(two, unit_id, to_box):
    with pytest.raises(VaultError):
        two.ours.make(unit_id, to_box)

    assert list(two.ours.stick.iterdir()) == []


def test_guest_is_not_handed_on(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    with pytest.raises(VaultError, match="guest"):
        two.theirs.make("u-1", "box-17")


def test_box_that_has_the_unit_of_its_own_shows_its_own(two, caplog):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    own = records(two.folder / "own.db", "u-1", "Syd hos os")
    two.theirs.box.install(2, own, encode_neighbours([neighbour(two.ours.box)]))

    with caplog.at_level(logging.WARNING):
        two.theirs.keeper.refresh()

    assert two.theirs.units() == ["u-1"]
    assert "the box has this unit of its own" in caplog.text


@pytest.mark.parametrize("op", [Op.RUNNER_MAKE, Op.RUNNER_TAKE, Op.RUNNER_DROP])
def test_locked_box_does_nothing_with_packs(two, op):
    pack = two.ours.make()
    two.theirs.keeper.lock()

    with pytest.raises(LockedError):
        two.theirs.ask(op, pack.name, "box-17")


def test_without_a_stick_it_says_so_and_lists_what_is_in_the_box(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    pack.unlink()
    two.ours.stick.rmdir()

    for place, op in ((two.ours, Op.RUNNER_MAKE), (two.theirs, Op.RUNNER_TAKE)):
        with pytest.raises(SlotMissingError):
            place.ask(op, "u-1", "box-18")

    assert two.theirs.kept() == ["Syd"]


def full(*_):
    raise OSError(28, "No space left on device")


def test_stick_that_is_full_leaves_no_half_pack(two, monkeypatch):
    (two.ours.stick).chmod(0o500)
    monkeypatch.setattr("appliance.files.os.fsync", full)

    with pytest.raises(NodboksError):
        two.ours.make()

    monkeypatch.undo()
    assert list(two.ours.stick.iterdir()) == []
    assert [name for name in two.ours.box.ram_files() if name.startswith(".")] == []


def older(path: Path) -> Path:
    """Make a database say that it is of the first make."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE meta SET value = '1' WHERE key = 'schema_version'")
        database.commit()
    return path


def test_records_of_an_older_make_are_neither_handed_on_nor_mixed(two):
    pack = two.ours.make()
    told = encode_neighbours([neighbour(two.theirs.box)])
    two.ours.box.install(2, older(records(two.folder / "old-syd.db", "u-1", "Syd")), told)
    told = encode_neighbours([neighbour(two.ours.box)])
    two.theirs.box.install(2, older(records(two.folder / "old-nord.db", "u-2", "Nord")), told)
    for place in (two.ours, two.theirs):
        place.keeper.refresh()

    with pytest.raises(VaultError, match="older make"):
        two.ours.make()
    with pytest.raises(OtherMakeError, match="different makes"):
        two.theirs.ask_take(pack.name)

    assert (two.theirs.units(), two.theirs.kept()) == (["u-2"], [])


def no_room(*_):
    raise StorageError("the RAM folder is full")


def test_pack_that_cannot_be_shown_now_leaves_what_is_open(two, monkeypatch):
    pack = two.ours.make()
    monkeypatch.setattr(opener, "unseal", no_room)

    with pytest.raises(StorageError, match="RAM folder is full"):
        two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    assert two.theirs.keeper.status().problem is not None
    assert (two.theirs.units(), two.theirs.kept()) == (["u-2"], [])
    actions = [each.action for each in entries_of(two.theirs.box)[-2:]]
    assert actions == [Action.RUNNER_TAKEN, Action.RUNNER_DROPPED]


def test_older_pack_of_the_unit_stays_when_the_newer_cannot_be_shown(two, clock, monkeypatch):
    two.theirs.ask_take(two.ours.make().name)
    clock.move(timedelta(hours=1))
    newer = two.ours.make()
    with monkeypatch.context() as patched:
        patched.setattr(runner_shelf, "add_unit", no_room)
        with pytest.raises(StorageError):
            two.theirs.ask_take(newer.name)
    two.theirs.keeper.lock()

    two.open()

    assert two.theirs.units() == ["u-2", "u-1"]
    (kept,) = [each for each in two.theirs.ask(Op.RUNNERS) if each.is_kept]
    assert kept.made_at < clock.now() - timedelta(minutes=59)


def test_own_unit_is_not_taken_from_another_and_nothing_says_it_was(two):
    pack = two.ours.make()
    own = records(two.folder / "own.db", "u-1", "Syd hos os")
    two.theirs.box.install(2, own, encode_neighbours([neighbour(two.ours.box)]))
    two.theirs.keeper.refresh()

    with pytest.raises(OwnUnitError):
        two.theirs.ask_take(pack.name)

    assert two.theirs.kept() == []
    assert Action.RUNNER_TAKEN not in {each.action for each in entries_of(two.theirs.box)}


def test_same_unit_of_two_boxes_comes_in_once_and_the_newer_counts(two):
    pack = two.ours.make()
    two.theirs.ask_take(pack.name)

    two.theirs.ask_take(pack.name)

    assert two.theirs.units() == ["u-2", "u-1"]


def test_log_that_cannot_be_written_keeps_a_pack_out_and_a_stick_empty(two, monkeypatch):
    pack = two.ours.make()
    for place in (two.ours, two.theirs):
        monkeypatch.setattr(place.keeper._log, "keep", lost)

    with pytest.raises(LogNotKeptError):
        two.theirs.ask_take(pack.name)
    pack.unlink()
    with pytest.raises(LogNotKeptError):
        two.ours.make()

    assert (two.theirs.units(), two.theirs.kept()) == (["u-2"], [])
    assert list(two.ours.stick.iterdir()) == []


def lost(_entries):
    raise LogNotKeptError("it waits")


@pytest.mark.parametrize("actions", [[], [Action.JOURNAL], [Action.RUNNER_TAKEN] * 2])
def test_whoever_asks_must_be_entered_once_and_for_what_is_asked(two, actions):
    pack = two.ours.make()
    entries = tuple(Entry(each, When.by(two.theirs.clock), WHO, text="hjælp") for each in actions)

    with pytest.raises(VaultError, match="exactly one entry"):
        two.theirs.keeper.runner(Request(Op.RUNNER_TAKE, name=pack.name, entries=entries))

    assert two.theirs.units() == ["u-2"]


def test_entry_says_which_pack_it_was_whatever_the_web_says(two):
    pack = two.ours.make()
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    two.theirs.ask(Op.RUNNER_DROP, taken.key)

    entries = entries_of(two.theirs.box)[-2:]

    assert [each.action for each in entries] == [Action.RUNNER_TAKEN, Action.RUNNER_DROPPED]
    assert {(each.unit_id, each.about) for each in entries} == {("u-1", f"box-17/{pack.name}")}
    made = entries_of(two.ours.box)[-1]
    assert (made.unit_id, made.about) == ("u-1", "box-18")


def test_stick_that_hangs_keeps_no_lock_waiting_and_nothing_comes_in_after_it(two, monkeypatch):
    pack = two.ours.make()
    two.theirs.ask_take(pack.name)
    monkeypatch.setattr(runner_desk, "_WAIT_S", 0.01)
    reached, go_on, found = threading.Event(), threading.Event(), []

    def slow(*where):
        reached.set()
        go_on.wait(120)
        return open_plain_file(*where)

    def take():
        try:
            two.theirs.ask_take(pack.name)
        except LockedError as error:
            found.append(error)

    monkeypatch.setattr(runner_stick, "open_plain_file", slow)
    taking = threading.Thread(target=take)
    taking.start()
    assert reached.wait(90)

    with pytest.raises(SlotMissingError, match="does not answer"):
        two.theirs.ask_take(pack.name)
    (listed,) = two.theirs.ask(Op.RUNNERS)
    two.theirs.ask(Op.RUNNER_DROP, listed.key)
    locked = two.theirs.keeper.lock().locked
    go_on.set()
    taking.join()

    assert (listed.is_kept, locked, len(found)) == (True, True, 1)
    assert two.theirs.box.ram_files() == []


def test_list_that_is_longer_than_a_reply_is_cut_and_still_crosses(two, monkeypatch):
    two.theirs.ask_take(two.ours.make().name)
    monkeypatch.setattr(runner_desk, "_MOST_LISTED_BYTES", 300)

    status = two.theirs.ask_status(Op.RUNNERS)

    assert [each.is_kept for each in status.runners] == [True]
    assert len(protocol.format_status(status)) < protocol.MAX_REPLY_BYTES


def test_what_is_asked_and_answered_crosses_the_socket(two):
    pack = two.ours.make()
    entry = Entry(Action.RUNNER_TAKEN, When.by(two.theirs.clock), WHO, text="hjælp")
    asked = Request(Op.RUNNER_TAKE, name=pack.name, entries=(entry,), to_box="")
    status = two.theirs.ask_status(Op.RUNNERS)

    assert protocol.parse_request(protocol.format_request(asked)) == asked
    assert protocol.parse_reply(protocol.format_status(status)) == status


def test_time_comes_with_clock_only():
    with pytest.raises(VaultError):
        _ = Request(Op.RUNNERS).moment
