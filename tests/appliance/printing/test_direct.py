"""Sheets made without the web: only from the copy that is open, each known to the sealed log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.clock import ClockLevel, HeldClock, Judgement
from appliance.errors import LockedError, PaperError
from appliance.outage.events import Happening, Kind
from appliance.outage.journal import Beginning, box_journal
from appliance.printing.direct import DirectSheets
from appliance.printing.orders import OnPaper, Order
from appliance.records.models import Citizen
from appliance.records.terms import CitizenId
from appliance.sealed_log.entry import MOST_WHOM, Action
from tests.appliance.paper.pages import texts
from tests.simulators.box_people import AASE, SYD
from tests.simulators.box_state import (
    SimulatedKeeper,
    config_in,
    new_ram_folder,
    remove_ram_folder,
    town_of,
)

NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PACK = Order("pack", SYD.id, ordered_by="AB")
LIST = Order("medication_list", SYD.id, AASE.id, "AB")


class KeptLog:
    """A log in memory; `is_there` False is a keeper that does not answer."""

    shown = "77-C0FFEE"

    def __init__(self, *, is_there=True):
        self.entries = []
        self.is_there = is_there

    def enter(self, entries):
        if self.is_there:
            self.entries += entries
        return self.is_there


@pytest.fixture
def ram():
    folder = new_ram_folder()
    yield folder
    remove_ram_folder(folder)


@pytest.fixture
def keeper(ram):
    keeper = SimulatedKeeper(ram / "records", town_of(NIGHT), HeldClock(NIGHT))
    keeper.open()
    return keeper


def look(folder, ram, keeper, log):
    return DirectSheets(config_in(folder, ram), keeper.clock, log)


def test_every_sheet_is_in_the_log_before_it_is_handed_on(tmp_path, ram, keeper):
    log = KeptLog()

    for number, document in enumerate(look(tmp_path, ram, keeper, log).sheets(PACK), 1):
        assert len(log.entries) == number
        assert log.entries[-1].about == document.serial
        assert log.entries[-1].action is Action.SHEET_MADE


def test_sheet_says_where_the_log_stood_and_who_asked(tmp_path, ram, keeper):
    (document,) = look(tmp_path, ram, keeper, KeptLog()).sheets(LIST)

    (page,) = texts(document.pdf)
    assert "Log 77-C0FFEE" in page
    assert "af AB" in page


def test_sheet_of_a_box_whose_clock_nobody_trusts_leaves_room_for_the_time(tmp_path, ram, keeper):
    keeper.clock.judgement = Judgement(ClockLevel.UNSURE, NIGHT - timedelta(hours=1))

    (document,) = look(tmp_path, ram, keeper, KeptLog()).sheets(LIST)

    assert "Uret er ikke bekræftet" in texts(document.pdf)[0]


def test_another_program_prints_what_was_noted_too_from_a_locked_box(tmp_path, ram, keeper):
    sheets = look(tmp_path, ram, keeper, KeptLog())
    journal = box_journal(config_in(tmp_path, ram), keeper.clock)
    journal.begin(Beginning("AB"))
    journal.write(Happening(Kind.DECISION, "AB", "andet-1", "", "Alle bliver", "Chef Holm"))
    keeper.lock()

    (document,) = sheets.sheets(Order("decision_log", ordered_by="CD"))

    assert "Alle bliver Chef Holm AB" in texts(document.pdf)[0]


def test_sheet_made_during_a_drill_says_so_and_none_afterwards(tmp_path, ram, keeper):
    config = config_in(tmp_path, ram)
    journal = box_journal(config, keeper.clock)
    sheets = look(tmp_path, ram, keeper, KeptLog())

    journal.begin(Beginning("AB", is_drill=True))
    (drilled,) = sheets.sheets(LIST)
    journal.end("AB")
    (real,) = sheets.sheets(LIST)

    assert ["ØVELSE" in texts(each.pdf)[0] for each in (drilled, real)] == [True, False]


def test_order_with_more_citizens_than_an_entry_holds_becomes_several(tmp_path, ram, keeper):
    log = KeptLog()
    many = (Citizen(CitizenId(f"c{n}"), SYD.id, "Prøve", "Åse") for n in range(MOST_WHOM + 1))
    keeper.town = replace(keeper.town, citizens=tuple(many))
    keeper.open()

    assert look(tmp_path, ram, keeper, log).enter_order(PACK)
    assert [len(entry.whom) for entry in log.entries] == [MOST_WHOM, 1]


def test_order_of_what_is_about_nobody_names_nobody(tmp_path, ram, keeper):
    log = KeptLog()

    assert look(tmp_path, ram, keeper, log).enter_order(Order("poster", ordered_by="AB"), "shell")
    assert log.entries[0].whom == ()
    assert log.entries[0].who.device == "shell"


def test_silent_keeper_keeps_no_paper_back(tmp_path, ram, keeper):
    box = look(tmp_path, ram, keeper, KeptLog(is_there=False))

    assert not box.enter_order(LIST)
    assert len(list(box.sheets(LIST))) == 1


def test_locked_box_has_no_records_to_make_sheets_of(tmp_path, ram, keeper):
    keeper.lock()

    with pytest.raises(LockedError):
        list(look(tmp_path, ram, keeper, KeptLog()).sheets(LIST))


def test_no_sheet_comes_once_the_box_is_locked(tmp_path, ram, keeper):
    sheets = look(tmp_path, ram, keeper, KeptLog()).sheets(PACK)
    next(sheets)

    keeper.lock()

    with pytest.raises(LockedError):
        list(sheets)


def test_no_pack_is_of_two_copies(tmp_path, ram, keeper):
    sheets = look(tmp_path, ram, keeper, KeptLog()).sheets(PACK)
    next(sheets)

    keeper.clock.move(timedelta(hours=1))
    keeper.open()

    with pytest.raises(PaperError, match="a newer copy"):
        list(sheets)


def again_of(order, made, *wanted):
    """Return the order that prints some of these documents again."""
    earlier = tuple(OnPaper(each.sheet, each.citizen_id, each.serial) for each in made)
    return replace(order, earlier=earlier, only=tuple(each.serial for each in wanted))


def test_of_a_units_sheets_only_those_that_are_missing_come_again(tmp_path, ram, keeper):
    box = look(tmp_path, ram, keeper, KeptLog())
    order = Order("changes", SYD.id, ordered_by="AB")
    made = list(box.sheets(order))
    lost = next(each for each in made if each.citizen_id == AASE.id)

    (again,) = box.sheets(again_of(order, made, lost))

    assert len(made) > 2
    assert again.citizen_id == AASE.id


def test_sheet_that_is_not_made_any_more_is_said(tmp_path, ram, keeper):
    box = look(tmp_path, ram, keeper, KeptLog())
    order = Order("changes", SYD.id, ordered_by="AB")
    made = [replace(each, citizen_id=CitizenId("gone")) for each in box.sheets(order)]

    with pytest.raises(PaperError, match="1 of the sheets"):
        list(box.sheets(again_of(order, made, made[-1])))
