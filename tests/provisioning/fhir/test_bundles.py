"""Bundles: every type, every way of pointing, pages and what is broken in them."""

import pytest

from appliance.clock import parse_time
from appliance.records.models import (
    Citizen,
    Condition,
    MedicationOrder,
    OtherItem,
)
from appliance.records.terms import Section, UnitId
from provisioning.errors import ManifestMissingError, Severity
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
    taken = take_bundles(tmp_path, early, bundle("collection", condition()))
    states = taken.states(Section.CITIZENS)

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


# --- what is kept ------------------------------------------------------------------------------


def test_the_original_of_an_entry_is_kept_as_it_was_delivered(tmp_path):
    entry = {"fullUrl": URN, "resource": patient()}
    flowers = about("Substance", subject={"reference": URN}, x="y")
    taken = take_bundles(tmp_path, bundle("collection", organization(), entry, flowers))

    assert taken.one(OtherItem).type == "Substance"
    assert taken.originals(OtherItem) == [flowers]


@pytest.mark.parametrize("section", [Section.CONDITIONS, Section.CITIZENS])
def test_what_a_bundle_holds_is_delivered_with_its_age(tmp_path, section):
    taken = take_bundles(tmp_path, bundle("collection", organization(), patient(), condition()))

    assert taken.states(section)[UnitId("solgaarden"), ""].as_of == parse_time(NIGHT)
