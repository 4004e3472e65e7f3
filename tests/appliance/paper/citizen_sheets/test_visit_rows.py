"""A citizen's visits as rows."""

from datetime import timedelta

import pytest

from appliance.paper.citizen_sheets.visit_rows import visit_end, visit_row, visits_between
from appliance.records.models import Visit
from tests.appliance.paper.citizen_sheets.lives import WHO, at

MIDNIGHT = at(23, 0)
VISIT = Visit("b", WHO, at(23, 8), 20)


@pytest.mark.parametrize(
    ("starts_at", "minutes", "is_there"),
    [
        (at(22, 23, 50), 30, True),
        (at(22, 23, 50), 10, False),
        (at(22, 23, 50), None, False),
        (at(23, 0), None, True),
        (at(23, 23, 59), 5, True),
        (at(24, 0), 5, False),
    ],
)
def test_visit_belongs_to_the_day_it_is_under_way(starts_at, minutes, is_there):
    visit = Visit("b", WHO, starts_at, minutes)

    found = visits_between([visit], MIDNIGHT, MIDNIGHT + timedelta(days=1))

    assert (visit in found) is is_there


def test_visits_come_in_the_order_of_the_day_whatever_their_ids():
    later, earlier = Visit("a", WHO, at(23, 9)), Visit("b", WHO, at(23, 8))

    assert visits_between([later, earlier], MIDNIGHT, at(24, 0)) == [earlier, later]


def test_length_that_nobody_knows_is_named_and_no_end_is_invented():
    row = visit_row(Visit("b", WHO, at(23, 8)), ())

    assert row["when"] == ["kl. 08.00", "man. 23. nov.", "Varighed MANGLER I KILDEN"]
    assert row["route"] == ["–"]


def test_end_is_the_start_and_the_minutes():
    assert visit_end(VISIT) - VISIT.starts_at == timedelta(minutes=20)
    assert visit_row(VISIT, ())["when"][0] == "kl. 08.00–08.20"


@pytest.mark.parametrize(
    ("status", "marks", "lines"),
    [
        (None, [], 3),
        ("Booked", [], 3),
        ("cancelled", ["Aflyst"], 3),
        ("Udført", ["Udført"], 3),
        ("Skal flyttes", [], 4),
    ],
)
def test_only_a_status_that_matters_is_told(status, marks, lines):
    row = visit_row(Visit("b", WHO, at(23, 8), 20, status=status), ())

    assert row["marks"] == marks
    assert len(row["when"]) == lines
