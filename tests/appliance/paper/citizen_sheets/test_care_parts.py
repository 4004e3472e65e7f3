"""A citizen's care as tables."""

from datetime import date

import pytest

from appliance.paper.citizen_sheets.care_parts import (
    NOT_GRANTED,
    in_force,
    intervention_row,
    measured,
    when_observed,
)
from appliance.records.models import Observation, PlannedIntervention
from tests.appliance.paper.citizen_sheets.lives import WHO, at

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (None, None, True),
        (MONDAY, MONDAY, True),
        (date(2026, 11, 24), None, False),
        (None, date(2026, 11, 22), False),
    ],
)
def test_help_is_in_force_from_its_first_day_to_its_last(starts_on, ends_on, holds):
    help_ = PlannedIntervention("i", WHO, "Bad", starts_on=starts_on, ends_on=ends_on)

    assert in_force(help_, MONDAY) is holds


def test_help_that_is_not_granted_is_marked_and_its_gaps_are_dashes():
    row = intervention_row(PlannedIntervention("i", WHO, "Bad", is_granted=False), ())

    assert row == {"help": ["Bad"], "marks": [NOT_GRANTED], "often": "–", "text": "–"}


def test_value_stands_with_its_unit_and_a_missing_one_is_named():
    assert measured(Observation("o", WHO, "Vægt", "61,5", "kg")) == "61,5 kg"
    assert measured(Observation("o", WHO, "Blodtryk", "120/80 mmHg")) == "120/80 mmHg"
    assert measured(Observation("o", WHO, "Vægt", None, "kg")) == "Værdi MANGLER I KILDEN"


def test_undated_measurement_is_the_oldest():
    undated, dated = Observation("a", WHO, "x"), Observation("b", WHO, "x", observed_at=at(1, 1))

    assert sorted([dated, undated], key=when_observed) == [undated, dated]
