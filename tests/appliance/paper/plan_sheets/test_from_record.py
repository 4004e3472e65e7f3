"""Names and numbers of the open records."""

from dataclasses import replace
from datetime import timedelta

from appliance.paper.plan_sheets import from_record
from appliance.paper.sheet_kind import Material
from appliance.records.models import Contact, SectionState, Unit
from appliance.records.terms import Role, Section, UnitId, UnitKind
from tests.appliance.paper.people import COPIED, NIGHT, SYD, opened
from tests.appliance.paper.plan_sheets.conftest import NURSE, TODAY, not_delivered

NORD = Unit(UnitId("nord"), "Afsnit Nord", UnitKind.CARE_CENTRE, "01 70 00 02")
OLD = NIGHT - timedelta(days=4)


def test_a_section_is_as_old_as_in_its_oldest_unit(tmp_path):
    state = SectionState(NORD.id, Section.CONTACTS, as_of=OLD)
    store = opened(tmp_path / "r.sqlite", NORD, state)

    found = from_record.whole_state(store, Section.CONTACTS, has_any=True)

    assert (found.as_of, found.is_delivered, found.is_complete) == (OLD, True, True)


def test_one_unit_that_does_not_deliver_makes_the_whole_incomplete(tmp_path):
    state = replace(not_delivered(Section.STAFF), unit_id=NORD.id)
    store = opened(tmp_path / "r.sqlite", NORD, state)

    found = from_record.whole_state(store, Section.STAFF, has_any=True)

    assert (found.as_of, found.is_delivered, found.is_complete) == (COPIED, True, False)


def test_a_section_of_unknown_age_in_one_unit_is_of_unknown_age(tmp_path):
    store = opened(tmp_path / "r.sqlite", NORD, SectionState(NORD.id, Section.STAFF))

    assert from_record.whole_state(store, Section.STAFF, has_any=True).as_of is None


def test_an_empty_section_nobody_delivered_is_no_good_news(tmp_path):
    store = opened(tmp_path / "r.sqlite", not_delivered(Section.STAFF))

    state = from_record.whole_state(store, Section.STAFF, has_any=False)

    assert not state.is_delivered
    assert from_record.STAFF.of(state) == from_record.STAFF.unknown


def test_what_stands_there_without_a_word_of_it_is_of_unknown_age_and_may_not_be_all(tmp_path):
    store = opened(tmp_path / "r.sqlite", not_delivered(Section.STAFF))

    state = from_record.whole_state(store, Section.STAFF, has_any=True)

    assert (state.is_delivered, state.is_complete, state.as_of) == (True, False, None)
    assert from_record.STAFF.of(state) == from_record.STAFF.incomplete


def test_the_round_names_each_unit_once(fjordby, tmp_path):
    same = replace(NORD, name="plejehjemmet på lyø")
    store = opened(tmp_path / "r.sqlite", same)

    called = from_record.round_of(fjordby, store)

    assert [(one.name, one.phone) for one in called] == [
        ("Plejehjemmet på Lyø", "01 70 99 03"),
        (SYD.name, ""),
    ]


def test_only_types_of_the_round_are_in_it(fjordby):
    assert [one.kind for one in from_record.round_of(fjordby, Material().records)] == ["Øerne"]


def test_what_a_contact_is_is_told_once(tmp_path):
    twice = Contact("k", "Prøve Apotek", "Apotek", "Prøve Apotek", "01 70 00 03")
    store = opened(tmp_path / "r.sqlite", twice)

    assert from_record.contacts(store) == [
        from_record.Called("Prøve Apotek", "Apotek", "01 70 00 03")
    ]


def test_nurses_are_rung_before_others_whatever_their_names(tmp_path):
    leader = replace(NURSE, id="s9", initials="AAA", name="Aase", role=Role.LEADER)
    store = opened(tmp_path / "r.sqlite", NURSE, leader)

    assert [one.name for one in from_record.staff_to_call(store, TODAY)] == ["Nadia Prøve", "Aase"]


def test_units_of_one_centre_are_called_by_what_they_share(tmp_path):
    nord = replace(NORD, name="Plejecenter Solgården, Afsnit Nord")
    store = opened(tmp_path / "r.sqlite", nord)

    assert from_record.centre(store) == "Plejecenter Solgården"


def test_one_unit_is_called_by_its_whole_name_and_units_of_many_places_by_none(tmp_path):
    assert from_record.centre(opened(tmp_path / "a.sqlite")) == SYD.name
    assert from_record.centre(opened(tmp_path / "b.sqlite", NORD)) == ""


def test_an_account_counts_on_its_last_day(tmp_path):
    last = replace(NURSE, valid_until=TODAY)
    store = opened(tmp_path / "r.sqlite", last)

    assert from_record.staff_to_call(store, TODAY) == [last]
    assert from_record.staff_to_call(store, TODAY + timedelta(days=1)) == []
