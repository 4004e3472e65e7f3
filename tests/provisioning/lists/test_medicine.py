"""A dosage is what the vendor's text says; the four columns count only when they say the same."""

from datetime import date, timedelta

import pytest

from appliance.records.dosage import Grid
from appliance.records.due import due_on
from appliance.records.models import Gap, MedicationOrder
from provisioning.sources.lists.medicine import says_the_same
from tests.provisioning.lists.lists import order_with, take_small

MORNING = Grid("1", "", "", "", "tablet")
TWICE = Grid("1", "", "2", "", "tablet")


@pytest.fixture
def order(tmp_path):
    def read(**cells) -> MedicationOrder:
        read.taken = take_small(tmp_path, medicin=[order_with(**cells)])
        return read.taken.one(MedicationOrder)

    return read


@pytest.mark.parametrize(
    ("text", "grid"),
    [
        ("1 tablet hver morgen", MORNING),
        ("1 Tablet morgen", MORNING),
        ("1 tablet om morgenen", MORNING),
        ("1 tablet morgen og 2 tabletter aften - hver dag", TWICE),
        ("2 tabletter aften, 1 tablet morgen", TWICE),
        ("1 tablet morgen og aften", Grid("1", "", "1", "", "tablet")),
        ("0,5 tablet til natten", Grid("", "", "", "0,5", "tablet")),
        ("1 tablet 3 gange dagligt", Grid("1", "1", "1", "", "tablet")),
        ("1 tablet 1 gang dagligt", MORNING),
    ],
)
def test_text_of_plain_daily_amounts_says_what_the_columns_say(text, grid):
    assert says_the_same(text, grid)


@pytest.mark.parametrize(
    "text",
    [
        "2 tabletter morgen og 1 tablet aften",
        "1 tablet hver 2. morgen",
        "1 tablet hver anden dag",
        "1 tablet morgen og 2 tabletter aften i 7 dage",
        "1 tablet morgen efter behov",
        "1-2 tabletter morgen og 2 tabletter aften",
        "1 tablet morgen",
        "1 tablet morgen og 2 kapsler aften",
        "1 tablet morgen, 1 tablet morgen og 2 tabletter aften",
        "1 2 tabletter morgen og 2 tabletter aften",
        "morgen 1 tablet og 2 tabletter aften",
        "1 tablet morgen og 2 tabletter aften, 1 tablet",
        "1 tablet formiddag og 2 tabletter aften",
        "1 tablet morgen og 2 tabletter aften på mandage",
        "efter skema",
        "1 tablet 2 gange dagligt",
        "3 tabletter dagligt",
        "",
    ],
)
def test_text_that_says_more_less_or_other_than_the_columns_does_not(text):
    assert not says_the_same(text, TWICE)


def test_columns_that_fit_become_the_grid(order):
    found = order(Morgen="1,0", Aften="0")

    assert found.dosage.grid == MORNING
    assert found.dosage.text == "1 tablet hver morgen"


def test_unit_may_stand_in_the_cells(order):
    assert order(Morgen="1 tablet", Enhed="").dosage.grid == MORNING


@pytest.mark.parametrize(
    "cells",
    [
        {"Dosering": "1 tablet hver anden morgen"},
        {"PN": "Ja"},
        {"Dage": "mandag"},
        {"Tider": "08:00"},
    ],
)
def test_columns_that_do_not_fit_give_the_text_alone(order, cells):
    found = order(**cells)

    assert found.dosage.grid is None
    assert found.dosage.text == cells.get("Dosering", "1 tablet hver morgen")
    assert "only the text is shown" in order.taken.messages
    assert order.taken.report.is_clean


@pytest.mark.parametrize("amount", ["1-2", "1.500", "1,500", "en", "½-1", "²", "1/2", "-1", "1e3"])
def test_amount_that_can_be_read_in_two_ways_is_no_amount(order, amount):
    found = order(Morgen=amount, Dosering="")

    assert found.dosage.grid is None
    assert found.dosage.text is None
    assert Gap("dosage", "unreadable") in found.gaps
    assert "medicin.Morgen: is not one plain amount" in order.taken.messages


def test_unreadable_column_beside_a_text_leaves_the_text_whole(order):
    found = order(Morgen="1-2", Dosering="1-2 tabletter hver morgen")

    assert found.dosage.text == "1-2 tabletter hver morgen"
    assert "dosage" not in {gap.field for gap in found.gaps}


@pytest.mark.parametrize(
    ("amount", "shown"), [("½", "0,5"), ("1½", "1,5"), ("0.5", "0,5"), ("0,250", "0,25")]
)
def test_amount_that_can_be_read_in_one_way_is_written_the_danish_way(order, amount, shown):
    assert order(Morgen=amount, Dosering="").dosage.grid.morning == shown


def test_columns_without_text_are_put_into_words_that_say_no_more(order):
    found = order(Dosering="", Aften="2", Enhed="tabletter")

    assert found.dosage.text == "1 tabletter morgen, 2 tabletter aften"
    assert found.dosage.grid == Grid("1", "", "2", "", "tabletter")


def test_words_made_of_columns_leave_no_day_time_or_need_out(order):
    found = order(Dosering="", Dage="ma, fredag", Tider="8:00", PN="x")

    assert found.dosage.grid is None
    assert found.dosage.text == "1 tablet morgen, kl. 08.00, mandag, fredag, efter behov"
    assert found.dosage.weekdays == (1, 5)
    assert found.dosage.times == ("08.00",)


@pytest.mark.parametrize(
    ("cells", "gap"),
    [
        ({"Dage": "mandag, hverdag"}, "weekdays"),
        ({"Tider": "morgen"}, "times"),
        ({"PN": "måske"}, "is_as_needed"),
    ],
)
def test_what_cannot_be_read_is_a_gap_and_leaves_no_grid_and_no_made_up_text(order, cells, gap):
    found = order(Dosering="", **cells)

    assert found.dosage.grid is None
    assert found.dosage.text is None
    assert Gap(gap, "unreadable") in found.gaps


@pytest.mark.parametrize("cells", [{"Enhed": ""}, {"Morgen": "1 kapsel"}])
def test_amounts_without_one_unit_are_no_dosage(order, cells):
    found = order(Dosering="", **cells)

    assert found.dosage.text is None
    assert Gap("dosage", "unreadable") in found.gaps
    assert "does not say one unit for the amounts of the day" in order.taken.messages


def test_medicine_is_as_needed_when_only_the_text_says_so(order):
    found = order(PN="", Dosering="1 tablet efter behov", Morgen="", Enhed="")

    assert found.is_as_needed
    assert Gap("max_daily_dose", "not_delivered") in found.gaps


def test_text_and_column_that_disagree_on_as_needed_are_pointed_out(order):
    found = order(PN="Nej", Dosering="1 tablet p.n.", Morgen="", Enhed="")

    assert not found.is_as_needed
    assert "medicin.PN: says no, but the dosage text says as needed" in order.taken.messages


def test_every_owed_field_without_a_column_is_a_gap(order):
    gaps = {gap.field: gap.reason for gap in order(Dosering="", Morgen="", Enhed="").gaps}

    assert gaps == dict.fromkeys(
        ("prescriber", "form", "strength", "indication", "dosage", "instruction"), "not_delivered"
    )


def test_columns_on_weekdays_without_a_text_are_due_on_those_days(order):
    found = order(Morgen="1 tablet", Dage="mandag, torsdag", Dosering="")
    monday = date(2026, 11, 23)

    given = [bool(due_on(found, monday + timedelta(days=number)).doses) for number in range(7)]

    assert given == [True, False, False, True, False, False, False]


def test_a_text_that_says_more_than_the_columns_leaves_nobody_guessing_what_is_due(order):
    found = order(Morgen="1 tablet", Dosering="1 tablet hver anden morgen")

    assert due_on(found, date(2026, 11, 23)).unknown
