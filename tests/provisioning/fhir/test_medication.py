from datetime import date

import pytest

from appliance.records.due import due_on
from appliance.records.models import Gap, MedicationOrder
from appliance.records.terms import MedicationStatus
from tests.provisioning.feeds import extension, statement, take_resources

ATC = "http://www.whocc.no/atc"
SUBSTANCE = "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01/ActiveSubstance"
CARD = "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01/DrugMedicationIdentifier"


def order_of(tmp_path, **fields):
    return take_resources(tmp_path, statement(**fields)).one(MedicationOrder)


def drug_of(tmp_path, **medication):
    medication = {"resourceType": "Medication", "id": "d1", **medication}
    order = statement(
        medicationCodeableConcept=None, medicationReference={"reference": "Medication/d1"}
    )
    return take_resources(tmp_path, order, medication).one(MedicationOrder)


def test_every_field_of_the_checklist_is_read(tmp_path):
    order = order_of(
        tmp_path,
        medicationCodeableConcept={
            "text": "Pamol filmovertrukne tabletter",
            "coding": [
                {"system": ATC, "code": "N02BE01", "display": "Paracetamol"},
                {"system": SUBSTANCE, "display": "Paracetamol"},
            ],
        },
        effectivePeriod={"start": "2026-11-01", "end": "2026-12-01"},
        reasonCode=[{"text": "mod smerter"}],
        informationSource={"display": "Lægehuset"},
        statusReason=[{"text": "Bivirkning"}],
        extension=[
            extension("ordered-on", valueDate="2026-10-31"),
            extension("status-since", valueDate="2026-11-02"),
            extension("dose-dispensed", valueBoolean=False),
            extension("time-critical", valueBoolean=True),
        ],
        dosage=[{"text": "1 tablet hver morgen", "route": {"text": "oral"}}],
    )

    assert order.brand == "Pamol filmovertrukne tabletter"
    assert (order.generic, order.atc, order.route) == ("Paracetamol", "N02BE01", "oral")
    assert (order.ordered_on, order.stops_on) == (date(2026, 10, 31), date(2026, 12, 1))
    assert (order.indication, order.prescriber) == ("mod smerter", "Lægehuset")
    assert (order.status_since, order.status_reason) == (date(2026, 11, 2), "Bivirkning")
    assert (order.is_dose_dispensed, order.is_time_critical) == (False, True)
    assert order.gaps == (Gap("form", "not_delivered"), Gap("strength", "not_delivered"))


def test_what_the_source_lacks_is_a_gap_each(tmp_path):
    order = order_of(tmp_path, medicationCodeableConcept=None)

    assert {(gap.field, gap.reason) for gap in order.gaps} == {
        (name, "not_delivered")
        for name in (
            "ordered_on", "prescriber", "brand", "form", "strength", "dosage", "indication",
            "instruction",
        )
    }  # fmt: skip


def test_as_needed_without_highest_dose_owes_it(tmp_path):
    order = order_of(tmp_path, dosage=[{"text": "ved behov", "asNeededBoolean": True}])

    assert order.is_as_needed
    assert Gap("max_daily_dose", "not_delivered") in order.gaps


def test_what_cannot_be_read_is_told_from_what_is_not_there(tmp_path):
    taken = take_resources(
        tmp_path,
        statement(
            dosage=[
                {
                    "asNeededBoolean": True,
                    "timing": {"event": ["x"]},
                    "maxDosePerPeriod": {"numerator": {"value": 1, "unit": "x"}},
                }
            ],
            effectivePeriod={"start": "2026", "end": "snart"},
        ),
    )
    gaps = {gap.field: gap.reason for gap in taken.one(MedicationOrder).gaps}

    assert gaps["dosage"] == gaps["max_daily_dose"] == "unreadable"
    assert gaps["ordered_on"] == gaps["stops_on"] == "unreadable"
    assert "dosage: cannot be put into words" in taken.messages
    assert "maxDosePerPeriod" in taken.messages


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", MedicationStatus.ACTIVE),
        ("on-hold", MedicationStatus.PAUSED),
        ("stopped", MedicationStatus.STOPPED),
        ("completed", MedicationStatus.STOPPED),
        ("cancelled", MedicationStatus.STOPPED),
        ("draft", MedicationStatus.UNKNOWN),
        (None, MedicationStatus.UNKNOWN),
        ({}, MedicationStatus.UNKNOWN),
    ],
)
def test_status_is_never_guessed(tmp_path, status, expected):
    assert order_of(tmp_path, status=status).status is expected


@pytest.mark.parametrize(
    "fields", [{"status": "entered-in-error"}, {"intent": "proposal"}, {"doNotPerform": True}]
)
def test_what_is_no_order_is_kept_and_not_shown_as_one(tmp_path, fields):
    taken = take_resources(tmp_path, statement(**fields))

    assert taken.all_of(MedicationOrder) == []
    assert taken.verdicts("MedicationStatement") == (0, 1, 0, 0)


def test_medicine_is_followed_to_its_own_resource(tmp_path):
    order = drug_of(
        tmp_path,
        code={"coding": [{"system": ATC, "display": "x"}, {"display": "Simvastatin Actavis"}]},
        form={"text": "tabletter"},
        ingredient=[
            {
                "itemCodeableConcept": {"text": "simvastatin"},
                "strength": {
                    "numerator": {"value": 40, "unit": "mg"},
                    "denominator": {"value": 1, "unit": "tablet"},
                },
            }
        ],
    )

    assert (order.brand, order.generic) == ("Simvastatin Actavis", "simvastatin")
    assert (order.form, order.strength) == ("tabletter", "40 mg")


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        ({"value": 500, "unit": "mg"}, {"value": 5, "unit": "ml"}, "500 mg/5 ml"),
        ({"value": 100, "code": "mg"}, {"value": 1, "code": "ml"}, "100 mg/ml"),
        ({"value": 0.5, "unit": "mg"}, None, "0,5 mg"),
        ({"value": 0.5, "unit": "mg"}, {"unit": "ml"}, None),
        ({"unit": "mg"}, {"value": 1, "unit": "ml"}, None),
    ],
)
def test_strength_of_an_ingredient_is_written_as_on_the_box(
    tmp_path, numerator, denominator, expected
):
    strength = {"numerator": numerator, "denominator": denominator}

    assert drug_of(tmp_path, ingredient=[{"strength": strength}]).strength == expected


def test_strength_in_the_sources_own_words_goes_first(tmp_path):
    own = [extension("strength-text", valueString="100 mg+25 mg")]

    assert drug_of(tmp_path, extension=own).strength == "100 mg+25 mg"


def test_contained_medicine_is_read(tmp_path):
    inside = {"resourceType": "Medication", "id": "m", "code": {"text": "Magnyl 75 mg"}}
    order = order_of(
        tmp_path,
        medicationCodeableConcept=None,
        contained=[inside],
        medicationReference={"reference": "#m"},
    )

    assert order.brand == "Magnyl 75 mg"


def test_medicine_that_is_nowhere_leaves_its_display_and_a_remark(tmp_path):
    taken = take_resources(
        tmp_path,
        statement(
            medicationCodeableConcept=None,
            medicationReference={"reference": "Medication/nowhere", "display": "Pamol"},
        ),
    )

    assert taken.one(MedicationOrder).brand == "Pamol"
    assert "points at a Medication that is not in the feed" in taken.messages


def test_substance_is_not_taken_for_the_brand(tmp_path):
    code = {"coding": [{"system": ATC, "code": "N02BE01", "display": "paracetamol"}]}
    order = order_of(tmp_path, medicationCodeableConcept=code)

    assert (order.brand, order.generic) == (None, "paracetamol")


def test_prescriber_is_found_by_reference_but_is_never_the_citizen(tmp_path):
    doctor = {"resourceType": "Practitioner", "id": "p", "name": [{"text": "Bo Lund"}]}
    fields = {
        "requester": {"reference": "Practitioner/p"},
        "informationSource": {"reference": "Patient/1", "display": "Ane"},
    }
    taken = take_resources(
        tmp_path,
        doctor,
        statement("a", **fields),
        statement("b", informationSource=fields["informationSource"]),
    )

    assert {order.prescriber for order in taken.all_of(MedicationOrder)} == {"Bo Lund", None}


def test_indication_may_come_from_the_reason_pointed_at(tmp_path):
    order = order_of(tmp_path, reasonReference=[{"reference": "Condition/1", "display": "Gigt"}])

    assert order.indication == "Gigt"


def test_text_on_some_lines_only_is_remarked(tmp_path):
    taken = take_resources(
        tmp_path, statement(dosage=[{"text": "1 tablet morgen"}, {"sequence": 2}])
    )

    assert "has a text on some entries only" in taken.messages


def test_order_on_both_card_and_prescription_is_shown_once(tmp_path):
    same = {"identifier": [{"system": CARD, "value": "98"}]}
    request = {**statement("q", **same), "resourceType": "MedicationRequest", "intent": "order"}
    taken = take_resources(tmp_path, request, statement("s", **same))

    assert taken.verdicts("MedicationRequest") == (0, 1, 0, 0)
    assert len(taken.all_of(MedicationOrder)) == 1


def test_a_treatment_to_come_is_not_due_before_its_first_day(tmp_path):
    timing = {"repeat": {"when": ["MORN"], "frequency": 1, "period": 1, "periodUnit": "d"}}
    dose = {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}
    given = statement(
        dosage=[{"text": "1 tablet morgen", "timing": timing, **dose}],
        effectivePeriod={"start": "2026-12-01"},
        extension=[extension("ordered-on", valueDate="2026-11-01")],
    )
    order = take_resources(tmp_path, given).one(MedicationOrder)

    assert order.dosage.grid
    assert due_on(order, date(2026, 11, 30)).doses == ()
    assert due_on(order, date(2026, 12, 1)).doses
