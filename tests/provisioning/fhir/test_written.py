"""What somebody wrote: notes, contributions to a conversation, reports, evaluations."""

import pytest

from appliance.clock import parse_time
from appliance.records.models import Note, OtherItem
from tests.provisioning.feeds import about, take_resources

MEDCOM = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-"


def contribution(said, at="2026-11-22T10:00:00Z", author=None):
    given = [{"url": MEDCOM + "datetime-extension", "valueDateTime": at}]
    if author:
        given.append({"url": MEDCOM + "practitioner-extension", "valueReference": author})
    return {"contentString": said, "extension": given}


def test_a_plain_communication_is_one_note_of_all_its_texts(tmp_path):
    parts = [{"contentString": "Ringede til datter."}, {"contentString": "Hun kommer i morgen."}]
    note = about("Communication", payload=parts, topic={"text": "Pårørende"},
                 sender={"display": "Agnes"}, sent="2026-11-22T10:00:00Z")  # fmt: skip
    found = take_resources(tmp_path, note).one(Note)

    assert found.text == "Ringede til datter.\nHun kommer i morgen."
    assert (found.title, found.author) == ("Pårørende", "Agnes")
    assert found.written_at == parse_time("2026-11-22T10:00:00Z")


def test_each_contribution_is_a_note_with_its_own_author_and_time(tmp_path):
    person = {"resourceType": "Practitioner", "id": "p", "name": [{"given": ["Mia"]}]}
    role = {
        "resourceType": "PractitionerRole", "id": "r",
        "practitioner": {"reference": "Practitioner/p"},
    }  # fmt: skip
    given = about(
        "Communication",
        payload=[
            contribution("Hvordan går det?", author={"reference": "PractitionerRole/r"}),
            contribution("Godt.", "2026-11-22T11:00:00Z"),
        ],
    )
    notes = take_resources(tmp_path, person, role, given).all_of(Note)

    assert {(note.text, note.author) for note in notes} == {
        ("Hvordan går det?", "Mia"),
        ("Godt.", None),
    }


@pytest.mark.parametrize(
    "broken", ["Linje 1<br/>Linje 2", "Linje 1 <BR> Linje 2", "Linje 1\nLinje 2"]
)
def test_lines_are_broken_where_the_sender_broke_them(tmp_path, broken):
    given = about("Communication", payload=[{"contentString": broken}])

    assert take_resources(tmp_path, given).one(Note).text == "Linje 1\nLinje 2"


@pytest.mark.parametrize(
    "fields",
    [{}, {"payload": []}, {"payload": [{"contentString": "x"}], "status": "entered-in-error"}],
)
def test_a_communication_that_says_nothing_is_kept(tmp_path, fields):
    taken = take_resources(tmp_path, about("Communication", **fields))

    assert taken.all_of(Note) == []
    assert taken.one(OtherItem).type == "Communication"


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ({"coding": [{"code": "HomeCareReport"}]}, "Målinger i hjemmet"),
        ({"coding": [{"code": "11506-3", "display": "Progress note"}]}, "Progress note"),
        ({"coding": [{"code": "11506-3"}]}, "Rapport"),
        (None, "Rapport"),
    ],
)
def test_the_conclusion_of_a_report_is_a_note_with_a_name_in_words(tmp_path, code, title):
    report = about(
        "DiagnosticReport", code=code, conclusion="A. RF 19", issued="2026-11-22T10:00:00Z",
        performer=[{"display": "Mia"}],
    )  # fmt: skip
    found = take_resources(tmp_path, report).one(Note)

    assert (found.title, found.text, found.author) == (title, "A. RF 19", "Mia")


@pytest.mark.parametrize("fields", [{}, {"conclusion": "x", "status": "entered-in-error"}])
def test_a_report_without_conclusion_is_kept(tmp_path, fields):
    assert take_resources(tmp_path, about("DiagnosticReport", **fields)).all_of(Note) == []


@pytest.mark.parametrize(
    "when",
    [
        {"effectiveDateTime": "2026-11-22"},
        {"effectivePeriod": {"start": "2026-11-22"}},
        {"date": "2026-11-22"},
    ],
)
def test_an_evaluation_is_a_note(tmp_path, when):
    given = about("ClinicalImpression", summary="Klarer sig selv.", **when)
    found = take_resources(tmp_path, given).one(Note)

    assert (found.title, found.text) == ("Helhedsvurdering", "Klarer sig selv.")
    assert found.written_at == parse_time("2026-11-22")


def test_an_evaluation_that_says_nothing_is_kept(tmp_path):
    assert take_resources(tmp_path, about("ClinicalImpression")).all_of(Note) == []
