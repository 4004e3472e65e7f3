from datetime import UTC, date, datetime

import pytest

from appliance.records.models import CareInstruction, PlannedIntervention, Visit
from appliance.records.terms import Section
from tests.provisioning.feeds import about, extension, take_resources

STARTS = datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_goal_is_read(tmp_path):
    goal = take_resources(
        tmp_path,
        about(
            "Goal",
            description={"text": "Sår helet"},
            lifecycleStatus="active",
            startDate="2026-01-01",
        ),
    ).one(CareInstruction)

    assert (goal.title, goal.text, goal.kind) == ("Mål", "Sår helet", "goal")
    assert (goal.status, goal.since) == ("active", date(2026, 1, 1))


@pytest.mark.parametrize(
    "fields", [{}, {"description": {"text": "x"}, "lifecycleStatus": "rejected"}]
)
def test_goal_without_words_or_not_wanted_is_kept(tmp_path, fields):
    assert take_resources(tmp_path, about("Goal", **fields)).verdicts("Goal") == (0, 1, 0, 0)


def detail(**fields):
    return {"detail": fields}


def test_care_plan_gives_the_help_granted_and_an_instruction_per_activity(tmp_path):
    taken = take_resources(
        tmp_path,
        about(
            "CarePlan",
            status="active",
            title="Sårpleje",
            period={"start": "2026-05-30", "end": "2026-12-01"},
            activity=[
                detail(scheduledString="2 gange om ugen"),
                detail(code={"text": "Skift"}, description="Skift forbinding.", status="scheduled"),
                detail(description="Aflyst", status="cancelled"),
                detail(description="Se efter rødme."),
            ],
        ),
    )
    granted = taken.one(PlannedIntervention)
    instructions = {one.text: one for one in taken.all_of(CareInstruction)}

    assert (granted.title, granted.is_granted) == ("Sårpleje", True)
    assert (granted.frequency, granted.text) == ("2 gange om ugen", "Skift")
    assert (granted.starts_on, granted.ends_on) == (date(2026, 5, 30), date(2026, 12, 1))
    assert set(instructions) == {"Skift forbinding.", "Se efter rødme."}
    assert instructions["Skift forbinding."].title == "Skift"
    assert instructions["Se efter rødme."].title == "Sårpleje"
    assert instructions["Se efter rødme."].kind == "instruction"


def test_care_plan_that_only_names_its_activities_is_named_by_them(tmp_path):
    activity = [detail(code={"text": "Diæt"}), detail(code={"text": "Træning"})]
    granted = take_resources(tmp_path, about("CarePlan", status="draft", activity=activity)).one(
        PlannedIntervention
    )

    assert (granted.title, granted.text, granted.is_granted) == ("Diæt", "Træning", False)


def test_instruction_of_a_plan_without_a_name_has_one_of_its_own(tmp_path):
    taken = take_resources(
        tmp_path, about("CarePlan", activity=[detail(description="Vend hver 2. time.")])
    )

    assert taken.one(CareInstruction).title == "Handlingsanvisning"
    assert taken.all_of(PlannedIntervention) == []
    assert taken.verdicts("CarePlan") == (1, 0, 0, 0)


def test_care_plans_own_description_goes_before_its_activities(tmp_path):
    given = about(
        "CarePlan", description="Botilbud", category=[{"text": "Indsats"}], created="2026-01-02"
    )
    granted = take_resources(tmp_path, given).one(PlannedIntervention)

    assert (granted.title, granted.text, granted.starts_on) == (
        "Indsats",
        "Botilbud",
        date(2026, 1, 2),
    )


def test_rhythm_of_a_plan_may_be_a_timing(tmp_path):
    activity = [detail(scheduledTiming={"code": {"text": "dagligt"}}, code={"text": "Bad"})]
    granted = take_resources(tmp_path, about("CarePlan", activity=activity)).one(
        PlannedIntervention
    )

    assert granted.frequency == "dagligt"


@pytest.mark.parametrize("fields", [{}, {"title": "x", "status": "revoked"}])
def test_care_plan_that_is_over_or_empty_is_kept(tmp_path, fields):
    assert take_resources(tmp_path, about("CarePlan", **fields)).verdicts("CarePlan") == (
        0,
        1,
        0,
        0,
    )


def test_service_request_is_read(tmp_path):
    granted = take_resources(
        tmp_path,
        about(
            "ServiceRequest",
            status="active",
            intent="order",
            code={"text": "Rengøring"},
            occurrencePeriod={"start": "2026-01-01", "end": "2026-12-31"},
            occurrenceTiming={"code": {"text": "hver uge"}},
            note=[{"text": "kun stuen"}],
        ),
    ).one(PlannedIntervention)

    assert (granted.title, granted.frequency, granted.text) == (
        "Rengøring",
        "hver uge",
        "kun stuen",
    )
    assert (granted.starts_on, granted.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"code": {"text": "x"}, "status": "completed"},
        {"code": {"text": "x"}, "intent": "proposal"},
    ],
)
def test_service_request_that_is_no_help_to_give_is_kept(tmp_path, fields):
    taken = take_resources(tmp_path, about("ServiceRequest", **fields))

    assert taken.verdicts("ServiceRequest") == (0, 1, 0, 0)


def appointment(**fields):
    citizen = {"actor": {"reference": "Patient/1"}}
    people = [
        {"actor": {"type": "Practitioner", "display": "Bent"}},
        {"actor": {"reference": "Location/1", "display": "Stuen"}},
        citizen,
    ]
    return {
        "resourceType": "Appointment",
        "id": "a",
        "status": "booked",
        "start": "2026-11-23T08:00:00+01:00",
        "participant": people,
        **fields,
    }


def test_appointment_is_a_visit(tmp_path):
    taken = take_resources(
        tmp_path,
        appointment(
            minutesDuration=25,
            description="Bad; Morgenmad",
            extension=[
                extension("route", valueString="Rute 1"),
                extension("sequence", valueInteger=3),
                extension("persons", valueInteger=2),
            ],
        ),
    )
    visit = taken.one(Visit)

    assert (visit.starts_at, visit.minutes, visit.status) == (STARTS, 25, "booked")
    assert (visit.route, visit.sequence, visit.persons) == ("Rute 1", 3, 2)
    assert (visit.staff, visit.tasks) == ("Bent", ("Bad", "Morgenmad"))


@pytest.mark.parametrize(
    ("end", "minutes"),
    [("2026-11-23T08:45:00+01:00", 45), ("2026-11-23T07:00:00+01:00", None), (None, None)],
)
def test_length_of_a_visit_is_worked_out_from_its_end(tmp_path, end, minutes):
    assert take_resources(tmp_path, appointment(end=end)).one(Visit).minutes == minutes


@pytest.mark.parametrize("persons", [0, -1, "to"])
def test_visit_always_has_somebody(tmp_path, persons):
    given = appointment(extension=[extension("persons", valueInteger=persons)])

    assert take_resources(tmp_path, given).one(Visit).persons == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "cancelled"},
        {"status": "fulfilled"},
        {"start": None},
        {"participant": [{"actor": {"reference": "Group/1"}}]},
    ],
)
def test_appointment_that_is_no_visit_to_come_is_kept(tmp_path, fields):
    taken = take_resources(tmp_path, appointment(**fields))

    assert taken.verdicts("Appointment") == (0, 1, 0, 0)


def test_planned_encounter_is_a_visit_and_tells_that_visits_are_delivered(tmp_path):
    period = {"start": "2026-11-23T08:00:00+01:00", "end": "2026-11-23T08:30:00+01:00"}
    taken = take_resources(
        tmp_path,
        about(
            "Encounter",
            status="planned",
            period=period,
            type=[{"text": "Opfølgning"}],
            participant=[{"individual": {"display": "Bent"}}],
        ),
    )
    visit = taken.one(Visit)

    assert (visit.starts_at, visit.minutes) == (STARTS, 30)
    assert (visit.staff, visit.tasks) == ("Bent", ("Opfølgning",))
    assert Section.VISITS in {item.section for item in taken.report.deliveries}


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "finished", "period": {"start": "2026-11-23T08:00:00+01:00"}},
        {"status": "planned", "period": {"start": "2026-11-23"}},
        {"status": "planned"},
    ],
)
def test_encounter_that_is_over_or_has_no_clock_time_is_kept(tmp_path, fields):
    taken = take_resources(tmp_path, about("Encounter", **fields))

    assert taken.verdicts("Encounter") == (0, 1, 0, 0)
    assert Section.VISITS not in {item.section for item in taken.report.deliveries}
