"""Messages and reports that know a citizen by CPR number: joined, told once, never nameless."""

from appliance.records.models import (
    Citizen,
    Condition,
    Flag,
    Note,
    Observation,
    Unit,
)
from appliance.records.terms import Section, UnitId
from provisioning.errors import Severity
from provisioning.sources.fhir.part_state import FROM_MESSAGES
from tests.provisioning.feeds import (
    IDS,
    about,
    bundle,
    condition,
    organization,
    patient,
    take_all,
    with_cpr,
    write_documents,
    write_feed,
)

ANE = "0101400000"


def message(sent, *resources, name="Ane1", cpr=ANE):
    """Return a message about somebody, who has an id in this message only."""
    person = {
        "resourceType": "Patient",
        "id": f"in-{sent[:16].replace(':', '-')}",
        "name": [{"family": "Holm", "given": [name]}],
        **with_cpr(cpr),
    }
    told = [{**one, "subject": {"reference": f"Patient/{person['id']}"}} for one in resources]
    return bundle("message", {"resourceType": "MessageHeader", "id": sent}, person, *told,
                  timestamp=sent)  # fmt: skip


def export(tmp_path, *more):
    """Write an export of one unit with one citizen."""
    given = [organization(), patient(**with_cpr(ANE)), *more]
    return write_feed(tmp_path / "export", given)


def test_a_message_is_added_to_the_citizen_with_its_cpr_number(tmp_path):
    pulse = about("Observation", code={"text": "Puls"}, valueQuantity={"value": 92, "unit": "/min"})
    mailbox = write_documents(tmp_path / "mail", message("2026-11-23T01:00:00Z", pulse))

    taken = take_all(tmp_path, export(tmp_path), mailbox)

    assert taken.one(Citizen).id == IDS.citizen("1")
    assert taken.one(Observation).citizen_id == IDS.citizen("1")
    assert [unit.id for unit in taken.all_of(Unit)] == ["solgaarden"]
    assert taken.report.joined == {"FHIR → FHIR": 1}
    own = taken.states(Section.OBSERVATIONS)[UnitId("solgaarden"), IDS.citizen("1")]
    assert (own.is_delivered, own.is_complete, own.reason) == (True, False, FROM_MESSAGES)


def test_a_message_about_nobody_known_keeps_its_citizen_apart_and_with_a_name(tmp_path):
    note = about("Communication", payload=[{"contentString": "Hej"}])
    mailbox = write_documents(
        tmp_path / "mail", message("2026-11-23T01:00:00Z", note, cpr="0202400000")
    )

    taken = take_all(tmp_path, export(tmp_path), mailbox)

    stranger = next(one for one in taken.all_of(Citizen) if one.unit_id == "uden-enhed")
    assert stranger.name == "Ane1 Holm"
    assert taken.one(Note).citizen_id == stranger.id


def test_a_message_that_names_somebody_else_is_not_joined(tmp_path):
    note = about("Communication", payload=[{"contentString": "Hej"}])
    mailbox = write_documents(tmp_path / "mail", message("2026-11-23T01:00:00Z", note, name="Jens"))

    taken = take_all(tmp_path, export(tmp_path), mailbox)

    assert taken.one(Note).citizen_id != IDS.citizen("1")
    assert {one.identity_doubts for one in taken.all_of(Citizen)} == {
        ("duplicate_cpr", "sources_disagree")
    }
    assert "not joined by CPR number" in taken.messages


def test_the_latest_message_of_a_hospital_stay_counts(tmp_path):
    def stay(number, sent, **more):
        episode = [{"identifier": {"value": "urn:uuid:e1"}}]
        given = {"class": {"code": "IMP"}, "status": "in-progress", "episodeOfCare": episode}
        return message(sent, about("Encounter", number, **given | more))

    admitted = stay("a", "2026-11-20T10:00:00Z")
    home = stay("b", "2026-11-22T10:00:00Z", status="finished")

    for name, given in (("in", [admitted]), ("out", [home, admitted])):
        (tmp_path / name).mkdir()
        mailbox = write_documents(tmp_path / name / "mail", *given)
        taken = take_all(tmp_path / name, export(tmp_path / name), mailbox)
        away = [flag.text for flag in taken.all_of(Flag)]
        assert away == (["Er indlagt på sygehus"] if name == "in" else [])


def test_an_answer_repeats_the_question_which_is_shown_once(tmp_path):
    def contribution(number, said):
        base = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-"
        return {
            "contentString": said,
            "extension": [
                {"url": base + "datetime-extension", "valueDateTime": f"2026-11-2{number}T10:00Z"},
                {"url": base + "identifier-extension", "valueIdentifier": {"value": f"p{number}"}},
            ],
        }

    def conversation(number, sent, *payload):
        thread = [{"value": "urn:uuid:t1"}]
        return message(
            sent, about("Communication", number, identifier=thread, payload=list(payload))
        )

    question, answer = contribution(1, "Hvad er<br/>svaret?"), contribution(2, "42")
    mailbox = write_documents(
        tmp_path / "mail",
        conversation("k1", "2026-11-21T10:00:00Z", question),
        conversation("k2", "2026-11-22T10:00:00Z", question, answer),
    )

    taken = take_all(tmp_path, export(tmp_path), mailbox)

    notes = sorted(taken.all_of(Note), key=lambda note: note.written_at)
    assert [note.text for note in notes] == ["Hvad er\nsvaret?", "42"]
    assert taken.report.left_out["Communication told anew by a later message"] == 1


def test_a_report_without_a_name_is_joined_by_cpr_number_and_never_shown_nameless(tmp_path):
    nameless = {"resourceType": "Patient", "id": "p", **with_cpr(ANE)}
    gateway = bundle("collection", nameless, condition(citizen="p"))
    reports = write_documents(tmp_path / "gateway", gateway)

    (tmp_path / "alone").mkdir()
    known = take_all(tmp_path, export(tmp_path), reports)
    alone = take_all(tmp_path / "alone", reports)

    assert known.one(Citizen).name == "Ane1 Holm"
    assert known.one(Condition).citizen_id == known.one(Citizen).id
    assert alone.one(Citizen).family_name == "Navn mangler i kilden"
    assert "name_missing" in alone.one(Citizen).identity_doubts
    assert alone.report.totals[Severity.ERROR] == 1


def test_two_reports_whose_bundles_use_one_id_are_about_two_people(tmp_path):
    def report(cpr, title):
        person = {"resourceType": "Patient", "id": "p", **with_cpr(cpr)}
        return bundle("collection", person, condition(title, citizen="p", code={"text": title}))

    reports = write_documents(
        tmp_path / "gateway", report(ANE, "KOL"), report("0202400000", "Gigt")
    )
    taken = take_all(tmp_path, reports)

    assert len(taken.all_of(Citizen)) == 2
    assert len({one.citizen_id for one in taken.all_of(Condition)}) == 2
