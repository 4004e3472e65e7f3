"""What every list about a unit says of itself."""

from datetime import timedelta

import pytest

from appliance.paper.sheet_kind import Design
from appliance.paper.unit_sheets.unit_view import Body, UnitPrint, unit_view
from appliance.records.models import SectionState
from appliance.records.terms import CitizenId, Section
from tests.appliance.paper.people import AASE, COPIED, NIGHT, SYD, context, opened
from tests.appliance.paper.unit_sheets.printing import spoil

DESIGN = Design("some_list", "En liste", "unit_list.typ")


def _about(tmp_path, *records, **changes):
    return UnitPrint(opened(tmp_path / "r.sqlite", AASE, *records), SYD, context(**changes))


def test_a_section_is_as_old_as_the_oldest_citizens_part_of_it(tmp_path):
    old = COPIED - timedelta(days=2)
    about = _about(tmp_path, SectionState(SYD.id, Section.MEDICATION, AASE.id, as_of=old))

    assert about.state(Section.MEDICATION).as_of == old
    assert about.state(Section.NOTES).as_of == COPIED


def test_a_citizen_of_another_unit_makes_nothing_older(tmp_path):
    stranger = SectionState(
        SYD.id, Section.MEDICATION, CitizenId("elsewhere"), as_of=COPIED - timedelta(days=9)
    )

    assert _about(tmp_path, stranger).state(Section.MEDICATION).as_of == COPIED


def test_a_section_is_whole_only_when_it_is_for_everybody(tmp_path):
    lacking = SectionState(SYD.id, Section.NOTES, AASE.id, as_of=COPIED, is_complete=False)
    about = _about(tmp_path, lacking)

    assert about.lacking(Section.NOTES) == [AASE]
    assert not about.is_whole(Section.NOTES)
    assert about.is_whole(Section.FLAGS)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE section_states SET section = 'of_the_future' WHERE section = 'notes'",
        "UPDATE section_states SET as_of = 'last week' WHERE section = 'notes'",
    ],
)
def test_one_odd_state_costs_one_citizens_part_and_not_the_list(tmp_path, damage):
    states = [SectionState(SYD.id, part, AASE.id, as_of=COPIED) for part in Section]
    about = _about(tmp_path, *states)
    spoil(tmp_path / "r.sqlite", f"{damage} AND citizen_id = 'aase'")

    assert about.state(Section.NOTES).as_of == COPIED
    assert about.is_whole(Section.FLAGS)


def test_the_day_is_danish(tmp_path):
    late = NIGHT.replace(hour=23, minute=30)

    assert _about(tmp_path, printed_at=late).today == (NIGHT + timedelta(days=1)).date()


def test_age_and_what_is_missing_stand_on_every_list(tmp_path):
    lacking = SectionState(SYD.id, Section.NOTES, is_complete=False, as_of=COPIED)
    about = _about(tmp_path, lacking)

    view = unit_view(DESIGN, about, "900-00001", [Section.NOTES], Body())

    assert view["header"]["alerts"] == ["Notater kan mangle i kopien. Spørg en kollega."]
    assert view["footer"]["ages"] == ["Notater: data fra man. 23. nov. 2026 kl. 02.05"]
    assert view["footer"]["serial"] == "900-00001"
