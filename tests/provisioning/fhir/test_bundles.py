"""Bundles: every type, every way of pointing, pages, messages and what is broken in them."""

import pytest

from appliance.clock import parse_time
from appliance.records.models import (
    Citizen,
    Condition,
    Flag,
    MedicationOrder,
    Note,
    Observation,
    OtherItem,
    SectionState,
    Unit,
)
from appliance.records.terms import Section, UnitId
from provisioning.errors import ManifestMissingError, Severity
from provisioning.sources.fhir.part_state import FROM_MESSAGES
from tests.provisioning.feeds import (
    IDS,
    NIGHT,
    about,
    bundle,
    condition,
    organization,
    patient,
    statement,
    take,
    take_all,
    with_cpr,
    write_documents,
    write_feed,
)

ANE = "0101400000"
URN = "urn:uuid:6f9619ff-8b86-d011-b42d-00cf4fc964ff"


def take_bundles(tmp_path, *bundles):
    return take(write_documents(tmp_path / "feed", *bundles), tmp_path)


def states_of(taken, section):
    found = [one for one in taken.all_of(SectionState) if one.section is section]
    return {(one.unit_id, one.citizen_id): one for one in found}


@pytest.mark.parametrize("kind", ["collection", "searchset", "transaction", "batch", "document"])
def test_every_resource_of_a_bundle_is_read_as_if_it_stood_alone(tmp_path, kind):
    taken = take_bundles(tmp_path, bundle(kind, organization(), patient(), condition()))

    assert taken.one(Citizen).unit_id == "solgaarden"
    assert taken.one(Condition).citizen_id == IDS.citizen("1")
    assert taken.verdicts("Bundle") == (1, 0, 0, 0)
    assert taken.report.total.read == 4
    assert taken.report.is_clean


def test_a_bundle_may_be_one_line_among_others(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), bundle("collection", patient())])

    assert take(feed, tmp_path).one(Citizen).unit_id == "solgaarden"


def test_a_bundle_says_itself_how_old_it_is(tmp_path):
    early = bundle("collection", organization(), patient(), timestamp="2026-11-20T02:00:00Z")
    states = states_of(
        take_bundles(tmp_path, early, bundle("collection", condition())), Section.CITIZENS
    )

    assert states[UnitId("solgaarden"), ""].as_of == parse_time("2026-11-20T02:00:00Z")


def test_a_bundle_of_unknown_age_blocks_until_somebody_says_it(tmp_path):
    undated = bundle("collection", organization(), patient(), timestamp=None)
    feed = write_documents(tmp_path / "feed", undated)

    (problem,) = take(feed, tmp_path).report.blocking
    assert problem.code == ManifestMissingError.code
    (tmp_path / "staging.sqlite").unlink()
    assert take(feed, tmp_path, parse_time(NIGHT)).report.is_clean


def test_the_time_of_a_search_is_that_of_its_answer(tmp_path):
    meta = {"lastUpdated": "2026-11-20T02:00:00Z"}
    found = bundle("searchset", organization(), patient(), timestamp=None, meta=meta)

    assert take_bundles(tmp_path, found).report.is_clean


def test_a_lone_resource_in_a_document_of_its_own_is_read(tmp_path):
    taken = take_all(
        tmp_path,
        write_documents(tmp_path / "feed", organization(), patient()),
        as_of=parse_time(NIGHT),
    )

    assert taken.one(Citizen).unit_id == "solgaarden"


# --- pointing ---------------------------------------------------------------------------------


def test_references_by_urn_lead_to_the_entry_though_its_id_is_another(tmp_path):
    entry = {"fullUrl": URN, "resource": patient()}
    ill = condition(subject={"reference": URN})

    taken = take_bundles(tmp_path, bundle("transaction", organization(), entry, ill))

    assert taken.one(Condition).citizen_id == taken.one(Citizen).id == IDS.citizen("1")


def test_references_by_urn_lead_to_an_entry_without_id(tmp_path):
    nameless = {"fullUrl": URN, "resource": {**patient(), "id": None}}
    ill = condition(subject={"reference": URN})

    taken = take_bundles(tmp_path, bundle("transaction", organization(), nameless, ill))

    assert taken.one(Condition).citizen_id == taken.one(Citizen).id


def test_a_person_without_id_is_the_same_person_in_tomorrows_bundle(tmp_path):
    def night(folder, urn):
        person = {"fullUrl": urn, "resource": {**patient(), "id": None, **with_cpr(ANE)}}
        return take_bundles(tmp_path / folder, bundle("transaction", organization(), person))

    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    first, second = night("one", URN), night("two", "urn:uuid:another")

    assert first.one(Citizen).id == second.one(Citizen).id


def test_references_by_full_address_lead_to_the_entry(tmp_path):
    address = "https://eoj.example/fhir/Patient/1"
    ill = condition(subject={"reference": address})
    given = bundle("collection", organization(), {"fullUrl": address, "resource": patient()}, ill)

    assert take_bundles(tmp_path, given).one(Condition).citizen_id == IDS.citizen("1")


def test_a_medicine_inside_its_order_is_found_in_a_bundle_too(tmp_path):
    inside = {"resourceType": "Medication", "id": "m", "code": {"text": "Pinex"}}
    order = statement(
        medicationCodeableConcept=None,
        medicationReference={"reference": "#m"},
        contained=[inside],
    )

    taken = take_bundles(tmp_path, bundle("collection", organization(), patient(), order))

    assert taken.one(MedicationOrder).brand == "Pinex"


def test_bundles_inside_a_bundle_are_opened_but_not_without_end(tmp_path):
    inner = bundle("collection", patient(), condition())
    assert take_bundles(tmp_path, bundle("collection", organization(), inner)).one(Condition)

    deep = bundle("collection", patient())
    for _ in range(5):
        deep = bundle("collection", deep)
    (tmp_path / "deep").mkdir()
    taken = take_bundles(tmp_path / "deep", bundle("collection", organization()), deep)

    assert [problem.where for problem in taken.report.blocking] == ["2.json:1"]
    assert "deep" in taken.messages


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["history", "something", None])
def test_a_bundle_that_does_not_say_what_is_so_now_is_refused(tmp_path, kind):
    taken = take_bundles(
        tmp_path, bundle("collection", organization(), patient()), bundle(kind, condition())
    )

    assert taken.all_of(Condition) == []
    assert [problem.where for problem in taken.report.blocking] == ["2.json:1"]


def test_a_broken_entry_is_named_and_the_others_are_read(tmp_path):
    entries = [organization(), patient(), {"resource": {"id": "x"}}, condition()]
    taken = take_bundles(tmp_path, bundle("collection", *entries))

    assert taken.one(Condition)
    (problem,) = taken.report.blocking
    assert (problem.where, problem.field) == ("1.json:1", "entry[2]")
    assert taken.report.total.rejected == 1


def test_a_fault_in_an_entry_names_the_entry(tmp_path):
    taken = take_bundles(
        tmp_path, bundle("collection", organization(), patient(), condition(citizen="nobody"))
    )

    assert "1.json:1: error: Condition.entry[2].subject" in taken.messages


def test_an_entry_without_a_resource_is_counted(tmp_path):
    gone = {"request": {"method": "DELETE", "url": "Patient/2"}}
    taken = take_bundles(tmp_path, bundle("transaction", organization(), patient(), gone))

    assert taken.report.left_out["entry of a Bundle without a resource"] == 1


def test_an_answer_that_reports_a_failure_blocks(tmp_path):
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}
    taken = take_bundles(tmp_path, bundle("searchset", organization(), patient(), outcome))

    assert "the source reports a failed export" in taken.messages
    assert taken.report.blocking


def test_a_page_that_is_missing_blocks_and_one_that_is_there_does_not(tmp_path):
    def page(number, following, *resources):
        links = [{"relation": "self", "url": f"https://eoj.example/?page={number}"}]
        links += [{"relation": "next", "url": f"https://eoj.example/?page={following}"}]
        return bundle("searchset", *resources, link=links[: 2 if following else 1])

    whole = [page(1, 2, organization(), patient()), page(2, None, condition())]
    (tmp_path / "half").mkdir()

    assert take_bundles(tmp_path, *whole).report.is_clean
    half = take_bundles(tmp_path / "half", whole[0])
    assert "the next page of the search is not in the feed" in half.messages
    assert half.report.blocking


def test_a_document_cut_short_is_a_fault_and_no_traceback(tmp_path):
    feed = write_documents(tmp_path / "feed", bundle("collection", organization(), patient()))
    whole = (feed / "1.json").read_bytes()
    (feed / "2.json").write_bytes(whole[: len(whole) // 2])

    taken = take(feed, tmp_path)

    assert [problem.where for problem in taken.report.blocking] == ["2.json:1"]


def test_a_document_that_is_no_fhir_is_said_and_holds_nobody(tmp_path):
    feed = write_documents(tmp_path / "feed", bundle("collection", organization(), patient()))
    (feed / "settings.json").write_bytes(b'{"colour": "blue"}')

    taken = take(feed, tmp_path)

    assert taken.report.blocking == []
    assert taken.report.totals[Severity.ERROR] == 1
    assert taken.report.total.rejected == 1


# --- messages ---------------------------------------------------------------------------------


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
    own = states_of(taken, Section.OBSERVATIONS)[UnitId("solgaarden"), IDS.citizen("1")]
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


def test_the_original_of_an_entry_is_kept_as_it_was_delivered(tmp_path):
    entry = {"fullUrl": URN, "resource": patient()}
    flowers = about("Substance", subject={"reference": URN}, x="y")
    taken = take_bundles(tmp_path, bundle("collection", organization(), entry, flowers))

    assert taken.one(OtherItem).type == "Substance"


@pytest.mark.parametrize("section", [Section.CONDITIONS, Section.CITIZENS])
def test_what_a_bundle_holds_is_delivered_with_its_age(tmp_path, section):
    taken = take_bundles(tmp_path, bundle("collection", organization(), patient(), condition()))

    assert states_of(taken, section)[UnitId("solgaarden"), ""].as_of == parse_time(NIGHT)
