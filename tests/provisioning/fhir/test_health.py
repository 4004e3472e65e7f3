from datetime import UTC, date, datetime

import pytest

from appliance.records.models import (
    Condition,
    Flag,
    Note,
    Observation,
    Warning,  # noqa: A004  (the glossary's word for CAVE)
)
from appliance.records.terms import FlagKind
from tests.provisioning.feeds import OWN, about, take_resources

SNOMED = "http://snomed.info/sct"


def code(value):
    return {"coding": [{"code": value}]}


def test_warning_is_read(tmp_path):
    warning = take_resources(
        tmp_path,
        about(
            "AllergyIntolerance",
            code={"text": "Penicillin"},
            reaction=[{"manifestation": [{"text": "udslæt"}], "description": "få timer efter"}],
            criticality="high",
            recordedDate="2020-05-01",
            verificationStatus=code("confirmed"),
        ),
    ).one(Warning)

    assert (warning.substance, warning.reaction) == ("Penicillin", "udslæt, få timer efter")
    assert (warning.severity, warning.registered_on) == ("high", date(2020, 5, 1))
    assert not warning.is_refuted


@pytest.mark.parametrize("status", [code("refuted"), code("entered-in-error"), "refuted"])
def test_refuted_warning_is_marked_not_dropped(tmp_path, status):
    given = about("AllergyIntolerance", code={"text": "Penicillin"}, verificationStatus=status)

    assert take_resources(tmp_path, given).one(Warning).is_refuted


@pytest.mark.parametrize("status", [{}, 3, [{"coding": [{}], "text": "sikker"}]])
def test_status_nobody_understands_refutes_nothing(tmp_path, status):
    given = about("AllergyIntolerance", code={"text": "Penicillin"}, verificationStatus=status)

    assert not take_resources(tmp_path, given).one(Warning).is_refuted


def test_no_known_allergy_is_used_but_is_no_warning(tmp_path):
    none = {"coding": [{"system": SNOMED, "code": "716186003"}]}
    taken = take_resources(tmp_path, about("AllergyIntolerance", code=none))

    assert taken.all_of(Warning) == []
    assert taken.verdicts("AllergyIntolerance") == (1, 0, 0, 0)


def test_substance_may_stand_on_the_reaction(tmp_path):
    given = about("AllergyIntolerance", reaction=[{"substance": {"text": "Nødder"}}])

    assert take_resources(tmp_path, given).one(Warning).substance == "Nødder"


def test_warning_of_nothing_is_kept_and_remarked(tmp_path):
    taken = take_resources(tmp_path, about("AllergyIntolerance"))

    assert taken.verdicts("AllergyIntolerance") == (0, 1, 0, 0)
    assert "does not say what the citizen reacts to" in taken.messages


def test_condition_is_read(tmp_path):
    condition = take_resources(
        tmp_path,
        about(
            "Condition",
            code={"text": "KOL", "coding": [{"code": "DJ44"}]},
            clinicalStatus=code("active"),
            onsetDateTime="2019",
            recordedDate="2019-03-02",
            note=[{"text": "svær"}, {}, {"text": "ilt"}],
        ),
    ).one(Condition)

    assert (condition.title, condition.code, condition.status) == ("KOL", "DJ44", "active")
    assert (condition.since, condition.note) == (date(2019, 3, 2), "svær\nilt")


@pytest.mark.parametrize(
    "fields", [{}, {"code": code("x"), "verificationStatus": "entered-in-error"}]
)
def test_condition_without_name_or_in_error_is_kept(tmp_path, fields):
    assert take_resources(tmp_path, about("Condition", **fields)).verdicts("Condition")[1] == 1


def quantity(value, unit=None, **more):
    return {"valueQuantity": {"value": value, "unit": unit, **more}}


@pytest.mark.parametrize(
    ("value", "shown", "unit"),
    [
        (quantity(37.5, "°C"), "37,5", "°C"),
        (quantity(178.83981355877862, "cm"), "178,8398", "cm"),
        (quantity(0.000012345678, code="g"), "0,000012345678", "g"),
        (quantity(5, "mg", comparator="<"), "<5", "mg"),
        ({"valueString": "120/80"}, "120/80", None),
        ({"valueCodeableConcept": {"text": "positiv"}}, "positiv", None),
        ({"valueDateTime": "2026-11-23"}, "2026-11-23", None),
        ({"valueBoolean": True}, "ja", None),
        ({"valueBoolean": False}, "nej", None),
        ({"valueInteger": 7}, "7", None),
        ({}, None, None),
        ({"component": [{"code": {"text": "x"}}]}, None, None),
        (
            {
                "component": [
                    {"code": {"text": "Systolisk"}, **quantity(120, "mmHg")},
                    {"code": {"text": "Diastolisk"}, **quantity(80, "mmHg")},
                ]
            },
            "Systolisk 120 mmHg; Diastolisk 80 mmHg",
            None,
        ),
    ],
)
def test_measurement_is_written_as_it_is_shown(tmp_path, value, shown, unit):
    seen = take_resources(tmp_path, about("Observation", code={"text": "Mål"}, **value))

    assert (seen.one(Observation).value, seen.one(Observation).unit) == (shown, unit)


@pytest.mark.parametrize(
    "when",
    [
        {"effectiveDateTime": "2026-11-22T08:00:00+01:00"},
        {"effectivePeriod": {"start": "2026-11-22T08:00:00+01:00"}},
        {"effectiveInstant": "2026-11-22T07:00:00Z"},
    ],
)
def test_time_of_a_measurement_is_found(tmp_path, when):
    seen = take_resources(tmp_path, about("Observation", code={"text": "Puls"}, **when))

    assert seen.one(Observation).observed_at == datetime(2026, 11, 22, 7, tzinfo=UTC)


@pytest.mark.parametrize("fields", [{}, {"code": code("x"), "status": "cancelled"}])
def test_measurement_of_nothing_is_kept(tmp_path, fields):
    taken = take_resources(tmp_path, about("Observation", **fields))

    assert taken.verdicts("Observation") == (0, 1, 0, 0)


def test_note_is_read(tmp_path):
    note = take_resources(
        tmp_path,
        about(
            "Communication",
            payload=[{"contentString": "Sov godt."}, {"contentReference": {}}],
            topic={"text": "Nat"},
            sender={"display": "Bent"},
            sent="2026-11-22T06:00:00+01:00",
        ),
    ).one(Note)

    assert (note.text, note.title, note.author) == ("Sov godt.", "Nat", "Bent")
    assert note.written_at == datetime(2026, 11, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields", [{}, {"payload": [{"contentString": "x"}], "status": "entered-in-error"}]
)
def test_note_without_words_or_in_error_is_kept(tmp_path, fields):
    taken = take_resources(tmp_path, about("Communication", **fields))

    assert taken.verdicts("Communication") == (0, 1, 0, 0)


def flag(kind="treatment_limit", **fields):
    category = [{"coding": [{"system": OWN + "flag-kind", "code": kind}]}]
    return about("Flag", category=category, code={"text": "Ingen genoplivning"}, **fields)


def test_flag_is_read(tmp_path):
    given = flag(period={"start": "2026-01-02"}, author={"display": "Egen læge"})
    found = take_resources(tmp_path, given).one(Flag)

    assert (found.kind, found.text) == (FlagKind.TREATMENT_LIMIT, "Ingen genoplivning")
    assert (found.since, found.decided_by) == (date(2026, 1, 2), "Egen læge")


def test_flag_of_a_kind_we_do_not_know_is_shown_as_other(tmp_path):
    assert take_resources(tmp_path, flag("noget andet")).one(Flag).kind is FlagKind.OTHER


@pytest.mark.parametrize("given", [flag(status="inactive"), about("Flag")])
def test_flag_not_in_force_or_without_words_is_kept(tmp_path, given):
    assert take_resources(tmp_path, given).verdicts("Flag") == (0, 1, 0, 0)
