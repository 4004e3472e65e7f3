"""Codes get words from the municipality's tables, and nothing the source said is touched."""

import copy
import json

import pytest

from appliance.records.models import Condition, MedicationOrder
from provisioning.errors import CodeTableError, Severity
from provisioning.reading import Reading
from provisioning.sources.fhir.code_words import CodeWords, load_code_tables
from provisioning.sources.fhir.values import concept
from tests.provisioning.feeds import condition, organization, patient, statement, take, write_feed
from tests.shared_data import folder

FSIII = "urn:oid:1.2.208.176.2.21"
FFB = "urn:oid:1.2.208.176.2.22"
WORDS = {(FSIII, "J1"): "Problemer med personlig pleje"}


def coded(*codings, **more):
    names = ("system", "code", "display")
    return {"coding": [dict(zip(names, one, strict=False)) for one in codings], **more}


def take_with(tmp_path, *resources, words=None):
    feed = write_feed(tmp_path / "feed", [organization(), patient(), *resources])
    return take(feed, tmp_path, reading=Reading(code_words=words or WORDS))


def test_a_bare_code_is_shown_in_the_words_of_the_table(tmp_path):
    taken = take_with(tmp_path, condition(code=coded((FSIII, "J1"))))

    assert taken.one(Condition).title == "Problemer med personlig pleje"
    assert taken.one(Condition).code == "J1"
    assert taken.messages == ""


@pytest.mark.parametrize(
    ("code", "title"),
    [
        (coded((FSIII, "J1"), text="Kan ikke selv"), "Kan ikke selv"),
        (coded((FSIII, "J1", "Pleje")), "Pleje"),
        (coded((FSIII, "J1"), ("http://snomed.info/sct", "1", "Egenomsorg")), "Egenomsorg"),
        (coded(("urn:other", "J1")), "J1"),
    ],
)
def test_what_the_source_says_itself_is_never_touched(tmp_path, code, title):
    assert take_with(tmp_path, condition(code=code)).one(Condition).title == title


def test_codes_that_stay_without_words_are_noted_once_for_each_system(tmp_path):
    bare = [condition(f"c{n}", code=coded((FSIII, f"X{n % 3}"))) for n in range(9)]
    other = condition("d", code=coded(("urn:hemmelig:0101431234", "Y")))
    taken = take_with(tmp_path, *bare, other)
    notes = [one for one in taken.report.problems if one.severity is Severity.NOTE]

    assert sorted(one.reason for one in notes) == [
        "1 code of (other) without words",
        f"3 codes of {FSIII} without words",
    ]
    assert {one.title for one in taken.all_of(Condition)} == {"X0", "X1", "X2", "Y"}
    assert taken.report.is_clean


def test_made_up_codes_do_not_fill_the_memory():
    words = CodeWords()
    for number in range(10_050):
        words.complete({"resourceType": "Condition", "code": coded((FSIII, f"X{number}"))})

    assert list(words.bare()) == [(FSIII, 10_000)]


def test_a_status_the_program_reads_needs_no_words(tmp_path):
    status = coded(("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"))
    taken = take_with(tmp_path, condition(clinicalStatus=status, category=[status]))

    assert taken.messages == ""


def test_medicine_that_is_pointed_at_gets_words_as_well(tmp_path):
    form = coded((FSIII, "J1"))
    drug = {"resourceType": "Medication", "id": "d", "code": {"text": "Pamol"}, "form": form}
    bare = {"medicationCodeableConcept": None}
    pointing = statement("m1", medicationReference={"reference": "Medication/d"}, **bare)
    inside = statement("m2", medicationReference={"reference": "#d"}, contained=[drug], **bare)
    taken = take_with(tmp_path, drug, pointing, inside)

    assert {one.form for one in taken.all_of(MedicationOrder)} == {WORDS[FSIII, "J1"]}


def test_the_original_stays_as_it_was_delivered(tmp_path, tables):
    taken = take_with(tmp_path, condition(code=coded((FSIII, "J1"))))
    (row,) = tables(taken.night.staging, "conditions")

    assert "personlig pleje" in str(row)
    assert "display" not in row[-1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_table(tmp_path, encoding, delimiter):
    path = tmp_path / "koder.csv"
    rows = [("System", "Code", "Display"), (FSIII, "J1", "Ældre"), ("", "", ""), (FFB, "K2", "Blå")]
    path.write_bytes("\r\n".join(map(delimiter.join, rows)).encode(encoding))

    assert load_code_tables([path]) == {(FSIII, "J1"): "Ældre", (FFB, "K2"): "Blå"}


def test_code_system_with_concepts_inside_concepts_and_other_names(tmp_path):
    inner = {"code": "c", "display": "Inderst"}
    top = {"code": "a", "display": "Yderst", "concept": [{"code": "b", "concept": [inner]}]}
    names = {"url": FSIII, "identifier": [{"value": "urn:x"}]}
    table = {"resourceType": "CodeSystem", **names, "concept": [top]}
    (tmp_path / "k.json").write_text(json.dumps(table), encoding="utf-8-sig")
    found = load_code_tables([tmp_path / "k.json"])

    assert found[FSIII, "c"] == found["urn:x", "c"] == "Inderst"
    assert set(found.values()) == {"Yderst", "Inderst"}


def test_first_table_counts(tmp_path):
    for name, words in (("a.csv", "Den første"), ("b.csv", "Den anden")):
        (tmp_path / name).write_text(f"system;code;display\n{FSIII};J1;{words}\n", "utf-8")

    found = load_code_tables([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert found == {(FSIII, "J1"): "Den første"}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "a.csv:1: needs the columns"),
        ("a.csv", b"system;code\nx;y\n", "a.csv:1: needs the columns"),
        ("a.csv", b"system;code;display\nx;y\n", "a.csv:2: a column is empty"),
        ("a.csv", b'system;code;display\nx;y;"' + b"z" * 200_000, "a.csv:2: field larger"),
        ("a.json", b"{", "a.json:1: not JSON"),
        ("a.json", b"[]", "not a FHIR CodeSystem"),
        ("a.json", b'{"resourceType": "CodeSystem"}', "has no url"),
    ],
)
def test_a_wrong_table_says_what_is_wrong(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(CodeTableError, match=reason):
        load_code_tables([tmp_path / name])


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(CodeTableError, match=r"x\.csv: No such file"):
        load_code_tables([tmp_path / "x.csv"])


def test_every_danish_code_of_the_real_examples_gets_words():
    tables = sorted(folder("kl-term").glob("CodeSystem-*.json"))
    words = CodeWords(load_code_tables(tables))
    examples = (folder("dk-fhir-examples") / "kl-common.ndjson").read_text("utf-8").splitlines()
    given, completed = 0, 0
    for resource in map(json.loads, examples):
        before = copy.deepcopy(resource)
        words.complete(resource)
        given += len(list(bare_concepts(before)))
        pairs = zip(all_concepts(resource), all_concepts(before), strict=True)
        completed += sum(concept(one) != concept(old) for one, old in pairs)
        assert list(bare_concepts(resource)) == [], resource["id"]

    assert given == completed > 0


def all_concepts(value):
    """Give every concept with an FSIII or FFB coding."""
    if isinstance(value, dict):
        if any(one.get("system") in (FSIII, FFB) for one in value.get("coding") or []):
            yield value
        for inner in value.values():
            yield from all_concepts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from all_concepts(inner)


def bare_concepts(resource):
    for one in all_concepts(resource):
        if not one.get("text") and not any(coding.get("display") for coding in one["coding"]):
            yield one
