import sqlite3
import weakref
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import LockedError, VaultError
from appliance.records.models import SectionState
from appliance.records.terms import CitizenId, Section, UnitId
from appliance.vault.opened import POINTER, publish
from appliance.web.reading import OpenRecords, ages_by_unit, oldest
from tests.simulators.box_people import AASE
from tests.simulators.box_state import SimulatedKeeper, town_of

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture
def keeper(tmp_path: Path, clock: HeldClock) -> SimulatedKeeper:
    return SimulatedKeeper(tmp_path / "records", town_of(clock.now()), clock)


def test_locked_box_has_nothing_to_read(keeper: SimulatedKeeper) -> None:
    records = OpenRecords(keeper.records_dir, lambda: None)

    assert records.current() is None
    with pytest.raises(LockedError):
        records.require()


def test_open_records_are_opened_once(keeper: SimulatedKeeper) -> None:
    keeper.open()
    records = OpenRecords(keeper.records_dir, lambda: None)

    assert records.require() is records.require()
    assert records.require().store.citizen(AASE.id) == AASE


def test_newer_copy_is_taken_up(keeper: SimulatedKeeper) -> None:
    keeper.open()
    records = OpenRecords(keeper.records_dir, lambda: None)
    before = records.require()
    keeper.town = replace(keeper.town, citizens=())

    keeper.open()

    assert before.store.citizen(AASE.id) == AASE
    assert records.require().store.citizen(AASE.id) is None


def test_search_made_later_is_taken_up_with_the_same_records(keeper: SimulatedKeeper) -> None:
    opened = keeper.open()
    publish(replace(opened, search=None))
    records = OpenRecords(keeper.records_dir, lambda: None)
    before = records.require()

    publish(opened)

    assert before.search is None
    assert records.require().search is not None
    assert records.require().store is before.store


def test_lock_is_noticed_and_told_once(keeper: SimulatedKeeper) -> None:
    told: list[str] = []
    keeper.open()
    records = OpenRecords(keeper.records_dir, lambda: told.append("locked"))
    records.require()

    keeper.lock()

    assert records.current() is None
    assert records.current() is None
    assert told == ["locked"]


def test_box_locked_and_opened_again_between_two_requests_is_read_anew(
    keeper: SimulatedKeeper,
) -> None:
    told: list[str] = []
    keeper.open()
    records = OpenRecords(keeper.records_dir, lambda: told.append("locked"))
    before = records.require()
    keeper.lock()
    keeper.version = 0
    keeper.open()

    assert records.require() is not before
    assert records.require().store.citizen(AASE.id) == AASE
    assert told == ["locked"]


def test_newer_copy_and_its_search_log_nobody_out(keeper: SimulatedKeeper) -> None:
    told: list[str] = []
    opened = keeper.open()
    publish(replace(opened, search=None))
    records = OpenRecords(keeper.records_dir, lambda: told.append("locked"))
    records.require()

    publish(opened)
    records.require()
    keeper.open()
    records.require()

    assert told == []


def test_records_that_only_hang_in_a_circle_are_gone_when_the_lock_has_been_seen(
    keeper: SimulatedKeeper,
) -> None:
    keeper.open()
    records = OpenRecords(keeper.records_dir, lambda: None)
    circle: list[object] = [records.require().store]
    circle.append(circle)
    store = weakref.ref(records.require().store)
    del circle
    keeper.lock()

    records.current()

    assert store() is None


def test_records_cut_under_a_reader_are_an_sqlite_error_not_wrong_data(
    keeper: SimulatedKeeper,
) -> None:
    keeper.open()
    store = OpenRecords(keeper.records_dir, lambda: None).require().store

    keeper.lock()

    with pytest.raises(sqlite3.Error):
        store.citizens()


def test_note_of_another_version_is_a_named_error(keeper: SimulatedKeeper) -> None:
    keeper.open()
    (keeper.records_dir / POINTER).chmod(0o600)
    (keeper.records_dir / POINTER).write_text('{"format": 99}')

    with pytest.raises(VaultError):
        OpenRecords(keeper.records_dir, lambda: None).current()


def test_note_that_vanishes_while_it_is_read_means_locked(keeper: SimulatedKeeper) -> None:
    keeper.open()
    records = OpenRecords(keeper.records_dir, lambda: None)
    records.require()

    records._take_up(None)

    assert records._reading is None


def state(unit: str, citizen: str = "", **more: object) -> SectionState:
    return SectionState(UnitId(unit), Section.MEDICATION, CitizenId(citizen), **more)  # type: ignore[arg-type]


def test_unit_is_as_old_as_its_oldest_citizen(clock: HeldClock) -> None:
    now, before = clock.now(), clock.now() - timedelta(hours=30)

    ages = ages_by_unit(
        [
            state("a", as_of=now), state("a", "c1", as_of=before), state("a", "c2"),
            state("b"), state("b", "c3", as_of=before), state("c", is_delivered=False),
            SectionState(UnitId("d"), Section.NOTES, as_of=now),
        ],
        Section.MEDICATION,
    )  # fmt: skip

    assert ages == {"a": before, "b": None}


def test_oldest_of_what_is_not_all_known_is_unknown(clock: HeldClock) -> None:
    now, before = clock.now(), clock.now() - timedelta(hours=30)

    assert oldest([now, before]) == before
    assert oldest([now, None]) is None
    assert oldest([]) is None
