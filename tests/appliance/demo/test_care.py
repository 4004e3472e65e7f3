from collections import Counter
from datetime import timedelta

from appliance.records.terms import FlagKind, UnitKind


def every(town, table):
    return [record for unit in town.units for record in getattr(unit.care, table)]


def in_care(town):
    return sum(len(unit.care.citizens) for unit in town.units[:6])


def test_cave_is_registered_for_about_three_in_ten(town):
    delivering = in_care(town) - len(town.unit("fyrtaarnet").care.citizens)
    warned = {warning.citizen_id for warning in every(town, "warnings")}

    assert 0.25 <= len(warned) / delivering <= 0.35


def test_some_warnings_are_refuted_and_some_lack_a_reaction(town):
    warnings = every(town, "warnings")

    assert any(warning.is_refuted for warning in warnings)
    assert any(warning.reaction is None for warning in warnings)
    assert sum(warning.is_refuted for warning in warnings) < len(warnings) / 5


def test_every_kind_of_flag_occurs_even_in_a_small_town(small_town):
    kinds = {flag.kind for flag in every(small_town, "flags")}

    assert set(FlagKind) - {FlagKind.OTHER} <= kinds


def test_treatment_limits_say_who_decided(town):
    limits = [flag for flag in every(town, "flags") if flag.kind is FlagKind.TREATMENT_LIMIT]

    assert len(limits) > 20
    assert sum(flag.decided_by is not None for flag in limits) > len(limits) * 0.8


def test_citizens_have_relatives_and_one_to_phone_first(town):
    relatives = every(town, "relatives")
    first = Counter(relative.citizen_id for relative in relatives if relative.is_primary)

    assert len(first) > in_care(town) * 0.85
    assert set(first.values()) == {1}
    assert any(relative.phone is None for relative in relatives)
    assert any(relative.note for relative in relatives)


def test_some_help_is_applied_for_but_not_granted(town):
    interventions = every(town, "interventions")
    waiting = [one for one in interventions if not one.is_granted]

    assert 0.03 < len(waiting) / len(interventions) < 0.15
    assert all(one.starts_on is None for one in waiting)
    assert all(one.starts_on for one in interventions if one.is_granted)


def test_care_plan_holds_goals_instructions_and_day_rhythm(town):
    kinds = Counter(part.kind for part in every(town, "care_plan"))

    assert set(kinds) == {"goal", "instruction", "day_rhythm"}
    assert min(kinds.values()) > 200


def test_day_rhythm_speaks_of_a_man_as_he(town):
    men = {citizen.id for citizen in town.citizens if citizen.gender == "male"}
    texts = [part.text for part in every(town, "care_plan") if part.citizen_id in men]

    assert any("før han hjælpes" in text for text in texts)
    assert not any("før hun hjælpes" in text for text in texts)


def test_key_boxes_are_for_doors_outside_and_some_lack_the_code(town):
    homes = [unit for unit in town.units if unit.unit.kind is UnitKind.HOME_CARE_GROUP]
    boxes = [box for unit in homes for box in unit.care.key_boxes]

    assert 0.4 < len(boxes) / sum(len(unit.care.citizens) for unit in homes) < 0.7
    assert any(box.code is None for box in boxes)
    assert not town.unit("solgaarden").care.key_boxes


def test_measurements_and_notes_are_of_the_last_fourteen_days(town):
    seen = [one.observed_at for one in every(town, "observations")]
    seen += [one.written_at for one in every(town, "notes")]

    assert max(seen) < town.night
    assert min(seen) > town.night - timedelta(days=15)


def test_measured_decimals_are_danish(town):
    weights = [one.value for one in every(town, "observations") if one.title == "Vægt"]

    assert any("," in weight for weight in weights)
    assert not any("." in weight or weight.endswith(",0") for weight in weights)


def test_a_few_measurements_lack_what_they_showed(town):
    measured = every(town, "observations")
    empty = [one for one in measured if one.value is None]

    assert 0 < len(empty) < len(measured) / 50
    assert not any(one.unit for one in empty)


def test_some_notes_are_unsigned(town):
    notes = every(town, "notes")

    assert 0 < sum(note.author is None for note in notes) < len(notes) / 10
