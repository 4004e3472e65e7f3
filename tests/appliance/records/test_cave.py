"""CAVE: silence must never look like safety."""

from datetime import date

import pytest

from appliance.records.cave import CAVE_INCOMPLETE, CAVE_NONE, CAVE_UNKNOWN, cave
from appliance.records.models import (
    SectionState,
    Warning,  # noqa: A004
)
from appliance.records.terms import CitizenId, Section, UnitId

WHOLE = SectionState(UnitId("u"), Section.WARNINGS)
INCOMPLETE = SectionState(UnitId("u"), Section.WARNINGS, is_complete=False)
NOT_DELIVERED = SectionState(UnitId("u"), Section.WARNINGS, is_delivered=False, is_complete=False)


def _warning(**changes):
    return Warning(
        **{"id": "w", "citizen_id": CitizenId("c"), "substance": "Penicillin", **changes}
    )


def test_cave_is_shown_with_reaction_severity_and_date():
    found = cave(
        [_warning(reaction="udslæt", severity="high", registered_on=date(2019, 3, 12))], WHOLE
    )

    assert found.text == "CAVE: Penicillin – udslæt (alvorlig, registreret 12.03.2019)"
    assert found.sentence is None


@pytest.mark.parametrize(
    ("state", "sentence"),
    [(WHOLE, CAVE_NONE), (INCOMPLETE, CAVE_UNKNOWN), (NOT_DELIVERED, CAVE_UNKNOWN)],
)
def test_none_registered_is_not_the_same_as_not_in_the_copy(state, sentence):
    assert cave([], state).text == sentence


def test_incomplete_list_shows_what_it_has_and_says_so():
    found = cave([_warning(), _warning(substance="Jod")], INCOMPLETE)

    assert found.text == f"CAVE: Penicillin · Jod · {CAVE_INCOMPLETE}"


def test_refuted_entry_is_no_cave():
    assert cave([_warning(is_refuted=True)], WHOLE).text == CAVE_NONE


def test_severity_of_an_unknown_scale_is_shown_as_written():
    assert cave([_warning(severity="grad 3")], WHOLE).entries == ("Penicillin (grad 3)",)
