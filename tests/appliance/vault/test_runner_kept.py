"""How a neighbour's pack is kept, shown, replaced and let go of, and that it stops no unlock."""

import logging
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.clock import ClockLevel, Judgement
from appliance.errors import (
    OlderSnapshotError,
    StorageError,
    TooManyPacksError,
    VaultError,
)
from appliance.policy import RUNNER_KEPT
from appliance.vault import runner_shelf
from appliance.vault.protocol import Op
from tests.appliance.vault.test_keeper_log import entries_of
from tests.appliance.vault.two_boxes import files_in, re_signed


def full(*_):
    raise OSError(28, "No space left on device")


def test_newer_pack_replaces_the_older_and_never_the_other_way_round(two, clock):
    first = two.ours.make()
    clock.move(timedelta(hours=1))
    second = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, second.name)

    with pytest.raises(OlderSnapshotError):
        two.theirs.ask(Op.RUNNER_TAKE, first.name)
    two.theirs.ask(Op.RUNNER_TAKE, second.name)

    assert two.theirs.kept() == ["Syd"]
    assert len(list((two.theirs.box.state_dir / "runners").iterdir())) == 2


def test_pack_is_over_after_a_week_unless_nobody_trusts_the_clock(two, clock):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    clock.move(RUNNER_KEPT + timedelta(hours=1))

    over = two.theirs.kept()
    with pytest.raises(OlderSnapshotError):
        two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    clock.judgement = Judgement(ClockLevel.UNSURE, clock.now())

    assert over == []
    assert two.theirs.kept() == ["Syd"]


def test_pack_that_is_dropped_is_gone_from_screen_and_disk(two):
    pack = two.ours.make()
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    two.theirs.ask(Op.RUNNER_DROP, taken.key)

    assert two.theirs.units() == ["u-2"]
    assert list((two.theirs.box.state_dir / "runners").iterdir()) == []
    with pytest.raises(VaultError):
        two.theirs.ask(Op.RUNNER_DROP, taken.key)


def test_pack_that_got_damaged_on_the_disk_costs_only_itself(two, caplog):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    (sealed,) = (two.theirs.box.state_dir / "runners").glob("*.age")
    sealed.write_bytes(b"rubbish")
    two.theirs.keeper.lock()

    with caplog.at_level(logging.WARNING):
        two.open()

    assert two.theirs.units() == ["u-2"]
    assert "runner pack" in caplog.text


def test_head_that_got_damaged_on_the_disk_costs_only_itself(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    (head,) = (two.theirs.box.state_dir / "runners").glob("*.head")
    head.write_bytes(b"rubbish")

    assert two.theirs.kept() == []


def test_disk_that_is_full_takes_no_pack_and_loses_none(two, monkeypatch):
    pack = two.ours.make()
    with monkeypatch.context() as patched:
        patched.setattr("appliance.files.os.fsync", full)
        with pytest.raises(StorageError):
            two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    assert two.theirs.kept() == []
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    assert two.theirs.kept() == ["Syd"]


def test_without_the_list_of_boxes_no_pack_is_opened_and_the_own_records_are(two, caplog):
    two.theirs.ask_take(two.ours.make().name)
    (two.theirs.box.state_dir / "neighbours.json").write_bytes(b"rubbish")
    two.theirs.keeper.lock()

    with caplog.at_level(logging.WARNING):
        two.open()

    assert two.theirs.units() == ["u-2"]
    assert "runner packs: N-202" in caplog.text


@pytest.mark.parametrize("fault", [sqlite3.OperationalError, ValueError, KeyError, TypeError])
def test_fault_in_a_pack_nobody_foresaw_never_stops_an_unlock(two, monkeypatch, caplog, fault):
    two.theirs.ask_take(two.ours.make().name)
    two.theirs.keeper.lock()

    def odd(*_):
        raise fault("odd")

    monkeypatch.setattr(runner_shelf, "add_unit", odd)
    with caplog.at_level(logging.WARNING):
        two.open()

    assert two.theirs.units() == ["u-2"]
    assert fault.__name__ in caplog.text


def test_box_takes_so_many_packs_and_the_same_one_again(two, monkeypatch):
    pack = two.ours.make()
    monkeypatch.setattr(runner_shelf, "MOST_KEPT", 0)

    with pytest.raises(TooManyPacksError):
        two.theirs.ask_take(pack.name)
    monkeypatch.setattr(runner_shelf, "MOST_KEPT", 1)
    two.theirs.ask_take(pack.name)
    two.theirs.ask_take(pack.name)

    assert two.theirs.kept() == ["Syd"]


def test_while_nobody_vouches_for_the_list_nothing_is_deleted_and_it_comes_back(two):
    two.theirs.ask_take(two.ours.make().name)
    path = two.theirs.box.state_dir / "neighbours.json"
    good = path.read_bytes()
    path.write_bytes(b"rubbish")
    two.theirs.keeper.lock()
    two.open()
    two.theirs.keeper.refresh()
    without = two.theirs.units()
    path.write_bytes(good)

    two.theirs.keeper.refresh()

    assert without == ["u-2"]
    assert two.theirs.units() == ["u-2", "u-1"]


def test_pack_whose_sender_is_off_the_list_tonight_is_there_when_it_is_back(two):
    two.theirs.ask_take(two.ours.make().name)
    two.install(2, knows_ours=False)
    two.theirs.keeper.refresh()
    two.install(3)

    two.theirs.keeper.refresh()

    assert two.theirs.units() == ["u-2", "u-1"]


def test_head_that_cannot_be_read_for_a_moment_deletes_nothing(two, monkeypatch):
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, two.ours.make().name)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refusing(".head"))
        two.theirs.keeper.refresh()
        said = two.theirs.keeper._runners._shelf.statement_of(taken.key)

    assert said is None
    assert files_in(two) == [".age", ".head"]


def refusing(suffix: str):
    """Return a `Path.open` for which a worn card does not give out files of a kind."""
    real = Path.open

    def opened(path, *how, **more):
        if path.suffix == suffix:
            raise OSError(5, "Input/output error")
        return real(path, *how, **more)

    return opened


def test_unit_is_no_guest_to_hand_on_while_the_heads_cannot_be_read(two, monkeypatch):
    two.theirs.ask_take(two.ours.make().name)
    monkeypatch.setattr(Path, "open", refusing(".head"))

    with pytest.raises(StorageError):
        two.theirs.make("u-1", "box-17")


@pytest.mark.parametrize("again", ["open", "start", "refresh"])
def test_pack_whose_week_is_over_leaves_the_disk_without_anybody_asking(two, clock, again):
    two.theirs.ask_take(two.ours.make().name)
    (two.theirs.box.state_dir / "runners" / "coming").write_bytes(b"half a pack")
    clock.move(RUNNER_KEPT + timedelta(hours=1))

    if again == "open":
        two.theirs.keeper.lock()
        two.open()
    elif again == "start":
        two.theirs.keeper.start()
    else:
        two.theirs.keeper.refresh()

    assert files_in(two) == ([] if again == "start" else [""])


def test_damaged_pack_can_be_dropped_and_is_named_as_it_was_asked_for(two):
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, two.ours.make().name)
    (head,) = (two.theirs.box.state_dir / "runners").glob("*.head")
    head.write_bytes(b"rubbish")

    two.theirs.ask(Op.RUNNER_DROP, taken.key)

    assert files_in(two) == []
    assert entries_of(two.theirs.box)[-1].about == taken.key


def test_disk_that_refuses_to_forget_a_pack_says_so(two, monkeypatch):
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, two.ours.make().name)

    def worn(*_, **__):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", worn)
        with pytest.raises(StorageError, match="removing"):
            two.theirs.ask(Op.RUNNER_DROP, taken.key)

    assert two.theirs.kept() == ["Syd"]


@pytest.mark.parametrize("year", [1, 9999])
def test_pack_of_any_year_stops_no_unlock_also_when_the_clock_is_sure_again(two, clock, year):
    pack = two.ours.make()
    re_signed(two.ours, pack, made_at=datetime(year, 12, 31, 23, 59, tzinfo=UTC))
    sure = clock.judgement
    clock.judgement = Judgement(ClockLevel.UNSURE, clock.now())
    two.theirs.ask_take(pack.name)
    clock.judgement = sure
    two.theirs.keeper.lock()

    two.open()

    assert two.theirs.units() == (["u-2"] if year == 1 else ["u-2", "u-1"])
