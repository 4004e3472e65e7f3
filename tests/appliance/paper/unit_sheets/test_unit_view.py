"""What every list about a unit says of itself."""

from datetime import timedelta

from appliance.paper.sheet_kind import Design
from appliance.paper.unit_sheets.unit_view import Body, UnitPrint, unit_view
from appliance.records.models import SectionState
from appliance.records.terms import CitizenId, Section
from tests.appliance.paper.people import AASE, COPIED, NIGHT, SYD, context, opened

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
