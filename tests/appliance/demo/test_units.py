from datetime import timedelta

from appliance.records.terms import Section


def states_of(unit, section):
    return [state for state in unit.states if state.section is section]


def test_one_unit_has_medication_that_is_three_days_old(town):
    stale = town.unit("kaerhoej")
    whole, *by_citizen = states_of(stale, Section.MEDICATION)

    assert whole.as_of == town.night - timedelta(days=3)
    assert all(state.as_of <= whole.as_of for state in by_citizen)
    assert states_of(stale, Section.NOTES)[0].as_of == town.night


def test_other_units_have_medication_of_tonight(town):
    for slug in ("solgaarden", "aabrinken", "hjemmepleje-nord", "hjemmepleje-syd", "fyrtaarnet"):
        assert states_of(town.unit(slug), Section.MEDICATION)[0].as_of == town.night


def test_every_treated_citizen_has_an_own_age_of_medicine(town):
    unit = town.unit("solgaarden")
    treated = {order.citizen_id for order in unit.care.medication}

    assert {state.citizen_id for state in unit.states if state.citizen_id} == treated


def test_unit_that_sends_requests_tells_only_one_age_of_medicine(town):
    assert len(states_of(town.unit("hjemmepleje-syd"), Section.MEDICATION)) == 1


def test_one_unit_does_not_deliver_cave(town):
    unit = town.unit("fyrtaarnet")
    (state,) = states_of(unit, Section.WARNINGS)

    assert not state.is_delivered
    assert state.as_of is None
    assert not unit.care.warnings


def test_section_states_are_of_the_unit_and_unique(town):
    for unit in town.units:
        keys = [(state.section, state.citizen_id) for state in unit.states]

        assert len(set(keys)) == len(keys)
        assert {state.unit_id for state in unit.states} == {unit.unit.id}
