from datetime import timedelta

import pytest

from appliance.care_journal import events
from appliance.care_journal.events import MedicineGiven, Observed, Outcome
from provisioning.reconciliation.resources import About, effect, urn_of, written
from tests.appliance.care_journal.noted import PANODIL, about, noted
from tests.provisioning.reconciliation.vital_signs import faults_of

ANE = About("0101301234", "b1")


def resource(what, whom=ANE):
    return written(noted(what), whom)


def value(title, number, unit=""):
    found = resource(Observed(title, number, unit))
    return {key: found[key] for key in found if key.startswith(("value", "component"))}


def test_every_resource_says_whom_it_is_about_where_it_was_noted_and_its_own_id() -> None:
    found = resource(events.Noted("Sover"))

    assert found["subject"]["reference"] == "Patient?identifier=urn:oid:1.2.208.176.1.2|0101301234"
    assert found["meta"]["tag"] == [{"system": "urn:nodboks:box", "code": "b1"}]
    assert found["identifier"] == [{"system": "urn:nodboks:journal", "value": about(1)}]
    assert found["extension"][0]["valueDateTime"] == "2026-11-26T03:00:00Z"


def test_note_is_what_our_own_feed_reads_as_a_note() -> None:
    found = resource(events.Noted("Sover\nroligt"))

    assert (found["resourceType"], found["status"]) == ("Communication", "completed")
    assert found["payload"] == [{"contentString": "Sover\nroligt"}]
    assert found["sender"] == {"display": "anh"}


def test_medicine_as_needed_says_what_how_much_and_why() -> None:
    found = resource(PANODIL)

    assert (found["resourceType"], found["status"]) == ("MedicationAdministration", "completed")
    assert found["medicationCodeableConcept"] == {"text": "PANODIL 500 mg"}
    assert found["dosage"] == {"text": "2 tabletter", "dose": {"value": 2, "unit": "tabletter"}}
    assert found["reasonCode"] == [{"text": "smerter i hoften"}]
    assert {"url": "urn:nodboks:as-needed", "valueBoolean": True} in found["extension"]
    assert "statusReason" not in found


def test_dose_names_no_order_by_an_id_only_the_hub_knows() -> None:
    assert PANODIL.order_id not in str(resource(PANODIL))


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.NOT_GIVEN])
def test_medicine_that_was_not_taken_is_never_completed_and_says_why(outcome) -> None:
    found = resource(MedicineGiven("Marevan", "1 tablet", outcome, remark="sov"))

    assert found["status"] == "not-done"
    assert found["statusReason"][0]["coding"][0]["code"] == outcome.value
    assert found["note"] == [{"text": "sov"}]


@pytest.mark.parametrize(
    ("dose", "written_as"),
    [
        ("1,5 ml", {"value": 1.5, "unit": "ml"}),
        ("14  enheder", {"value": 14, "unit": "enheder"}),
        ("1-2 tabletter", None),
        ("-2 tabletter", None),
        ("½ tablet", None),
        ("1.200 mg", None),
        ("1 tablet 3 gange", None),
        ("2 dråber i hvert øje", None),
        ("efter skema", None),
    ],
)
def test_dose_is_a_number_only_where_it_is_one_amount_of_one_unit(dose, written_as) -> None:
    found = resource(MedicineGiven("Pamol", dose))["dosage"]

    assert found["text"] == dose
    assert found["dose"].get("value") == (written_as or {}).get("value")
    assert ("extension" in found["dose"]) is (written_as is None)


@pytest.mark.parametrize("number", ["37,5", "37.5", "120", "-2", "0", "0,25", "5,1234"])
def test_one_number_with_a_unit_is_a_quantity(number) -> None:
    expected = float(number.replace(",", "."))

    assert value("Måling", number, "prikker") == {
        "valueQuantity": {"value": expected, "unit": "prikker"}
    }


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        ("37,5", "", "37,5"),
        ("ca. 37", "°C", "ca. 37 °C"),
        ("1.200", "ml", "1.200 ml"),
        ("1,200", "ml", "1,200 ml"),
        ("007", "ml", "007 ml"),
        ("٣٧", "°C", "٣٧ °C"),
        ("120/80", "kPa", "120/80 kPa"),
        ("80/120", "mmHg", "80/120 mmHg"),
    ],
)
def test_what_is_not_surely_a_number_stays_in_its_own_words(number, unit, shown) -> None:
    assert value("Blodtryk", number, unit) == {"valueString": shown}


@pytest.mark.parametrize("title", ["Blodtryk", "BT", "Blodtryk, stående"])
def test_blood_pressure_is_its_two_parts(title) -> None:
    parts = value(title, "120 / 80", "mmhg")["component"]

    codes = [part["code"]["coding"][0]["code"] for part in parts]
    assert codes == ["8480-6", "8462-4"]
    assert [part["valueQuantity"]["value"] for part in parts] == [120, 80]
    assert resource(Observed(title, "120/80", "mmHg"))["code"]["coding"][0]["code"] == "85354-9"


@pytest.mark.parametrize("whom", [ANE, About("0101301234", "b1", is_withdrawn=True)])
def test_blood_pressure_is_what_hl7_s_own_profile_demands_also_when_it_is_taken_back(whom) -> None:
    assert faults_of(resource(Observed("Blodtryk", "120/80", "mmHg", "siddende"), whom)) == []


def test_that_rule_finds_what_a_validator_would_refuse() -> None:
    found = resource(Observed("Blodtryk", "120/80", "mmHg"))
    bare = {key: value for key, value in found.items() if key != "category"}
    bare["component"] = [{**bare["component"][0], "valueQuantity": {"value": 120, "unit": "mmHg"}}]

    assert faults_of(bare) == [
        "category: no vital-signs",
        "component systolic: not in mm[Hg]",
        "component diastolic: 0 of them",
    ]


def test_two_numbers_under_another_title_are_no_blood_pressure() -> None:
    assert value("Tryk i madras", "120/80", "mmHg") == {"valueString": "120/80 mmHg"}


@pytest.mark.parametrize("is_dose_there", [True, False])
def test_effect_is_its_own_resource_and_linked_to_the_dose(is_dose_there) -> None:
    dose = noted(PANODIL)
    seen = noted(events.EffectSeen(dose.id, "Smerterne er væk"), 2, timedelta(hours=1))

    found = effect(seen, dose, ANE, is_dose_there=is_dose_there)

    (link,) = found["partOf"]
    assert (found["valueString"], found["effectiveDateTime"]) == (
        "Smerterne er væk",
        "2026-11-26T04:00:00Z",
    )
    assert link.get("reference") == (urn_of(dose.id) if is_dose_there else None)
    assert is_dose_there or link["identifier"]["value"] == dose.id


@pytest.mark.parametrize("what", [events.Noted("x"), PANODIL, Observed("Puls", "70", "/min")])
def test_what_is_taken_back_says_that_it_was_a_mistake(what) -> None:
    taken_back = resource(what, About("0101301234", "b1", is_withdrawn=True))

    assert taken_back["status"] == "entered-in-error"


def test_characters_that_turn_a_dose_round_are_taken_out() -> None:
    found = resource(MedicineGiven("Pamol\u202e", "\u20665,0\u2069 ml", remark="\u200e"))

    assert found["medicationCodeableConcept"]["text"] == "Pamol"
    assert found["dosage"]["text"] == "5,0 ml"
    assert found["note"] == [{"text": "–"}]


def test_what_is_nothing_of_the_care_record_is_a_fault_of_ours() -> None:
    with pytest.raises(TypeError, match="SignedOff"):
        resource(events.SignedOff())
