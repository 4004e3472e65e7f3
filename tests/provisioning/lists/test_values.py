"""One cell means one thing, or nothing."""

from datetime import UTC, date, datetime

import pytest

from appliance.records.models import OrderItem
from provisioning.sources.lists import values as cell
from provisioning.sources.lists.columns import DATE_FORMATS


@pytest.mark.parametrize(
    "raw",
    ["23-11-2026", "23.11.2026", "23/11/2026", "2026-11-23", "23-11-2026 02:05",
     "23.11.2026 kl. 2.05", "2026-11-23T02:05:00", "2026-11-22T23:05:00Z", "2026-11-23 00:00:00"],
)  # fmt: skip
def test_date_is_read_in_every_usual_form(raw):
    assert cell.read_day(raw, DATE_FORMATS) == date(2026, 11, 23)


@pytest.mark.parametrize(
    "raw", ["31-02-2026", "11/23/2026", "23-11-26", "23-11", "nov 2026", "23-11-0026", "46349", "",
            "2026-11-31", "2026-11-23T99:00Z", "23-11-2026 25:00", "\x00"]
)  # fmt: skip
def test_date_in_no_known_form_is_none(raw):
    assert cell.read_day(raw, DATE_FORMATS) is None


def test_two_digits_for_the_year_need_a_map_that_says_so():
    assert cell.read_day("23.11.26", ("%d.%m.%y",)) == date(2026, 11, 23)


@pytest.mark.parametrize(
    "raw", ["23-11-2026 02:05", "23.11.2026 kl. 02.05", "2026-11-23 02:05:00",
            "2026-11-23T02:05:00+01:00", "23-11-2026, 2:05"]
)  # fmt: skip
def test_time_is_danish_unless_it_says_more(raw):
    assert cell.has_clock(raw)
    assert cell.read_moment(raw, DATE_FORMATS) == datetime(2026, 11, 23, 1, 5, tzinfo=UTC)


def test_date_alone_is_its_first_minute_and_has_no_clock():
    assert cell.read_moment("23-07-2026", DATE_FORMATS) == datetime(2026, 7, 22, 22, tzinfo=UTC)
    assert not cell.has_clock("23-07-2026")
    assert cell.read_moment("i går", DATE_FORMATS) is None


@pytest.mark.parametrize(("raw", "number"), [("2", 2), ("-1", -1), ("2,5", None), ("²", None),
                                             ("٣", None), ("1" * 12, None)])  # fmt: skip
def test_whole_number_is_digits_only(raw, number):
    assert cell.read_whole(raw) == number


@pytest.mark.parametrize(
    ("raw", "said"), [("Ja", True), ("x", True), ("1", True), ("NEJ", False), ("0", False),
                      ("måske", None), ("2", None)]
)  # fmt: skip
def test_yes_and_no(raw, said):
    assert cell.read_yes_no(raw) is said


@pytest.mark.parametrize(
    ("raw", "number"),
    [("mandag", 1), ("Man.", 1), ("ti", 2), ("ONSDAG", 3), ("søn", 7), ("hverdag", None)],
)
def test_weekday(raw, number):
    assert cell.read_weekday(raw) == number


@pytest.mark.parametrize(
    ("raw", "shown"), [("8:00", "08.00"), ("kl. 08.30", "08.30"), ("24:00", None), ("8", None)]
)
def test_time_of_day(raw, shown):
    assert cell.read_time_of_day(raw) == shown


@pytest.mark.parametrize(
    ("raw", "item"),
    [
        ("2 x Suppe", OrderItem("Suppe", 2)),
        ("Suppe", OrderItem("Suppe")),
        ("1 × Kørestol [99 12]", OrderItem("Kørestol", 1, "99 12")),
        ("3 x [12]", OrderItem("3 x [12]")),
        ("Seng []", OrderItem("Seng")),
    ],
)
def test_item(raw, item):
    assert cell.read_item(raw) == item


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("020143-9990", cell.Cpr("0201439990")),
        ("0201 43 9990", cell.Cpr("0201439990")),
        ("020143-ab12", cell.Cpr("020143AB12")),
        ("201439990", cell.Cpr(lost_zero="0201439990")),
        ("2,01E+08", cell.Cpr()),
        ("٠٢٠١٤٣٩٩٩٠", cell.Cpr()),
        ("12345678", cell.Cpr()),
    ],
)
def test_cpr(raw, found):
    assert cell.read_cpr(raw) == found


def test_cpr_agrees_with_the_birth_date_it_begins_with_also_as_a_replacement():
    assert cell.cpr_agrees("0201439990", date(1943, 1, 2))
    assert cell.cpr_agrees("620143AB12", date(1943, 1, 2))
    assert not cell.cpr_agrees("0301439990", date(1943, 1, 2))
