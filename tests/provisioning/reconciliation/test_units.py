import pytest

from appliance.care_journal.events import MedicineGiven, Observed
from appliance.web.screens.journal.observation import USUAL
from provisioning.reconciliation.resources import About, written
from provisioning.reconciliation.units import quantity
from tests.appliance.care_journal.noted import noted

UCUM = "http://unitsofmeasure.org"
ANE = About("0101301234", "b1")
# What HL7's profiles of the vital signs allow: https://hl7.org/fhir/R4/observation-vitalsigns.html
VITAL_SIGNS = {
    "°C": "Cel",  # body temperature
    "/min": "/min",  # heart rate, respiratory rate
    "slag/min": "/min",
    "pr. min": "/min",
    "%": "%",  # oxygen saturation
    "kg": "kg",  # body weight
    "g": "g",
    "cm": "cm",  # body height, head circumference
    "mmHg": "mm[Hg]",
}
# https://ucum.org/ucum, the column c/s.
OTHERS = {
    "mg": "mg",
    "ml": "mL",
    "mmol/l": "mmol/L",
    "\u00b5g": "ug",
    "\u03bcg": "ug",
    "mikrogram": "ug",
    "IE": "[iU]",
}


@pytest.mark.parametrize(("unit", "code"), (VITAL_SIGNS | OTHERS).items())
def test_unit_that_has_a_code_says_it_and_keeps_its_own_words(unit, code) -> None:
    assert quantity(37.5, unit) == {"value": 37.5, "unit": unit, "system": UCUM, "code": code}


def test_every_unit_the_form_offers_has_a_code() -> None:
    assert [unit for _, unit in USUAL if "code" not in quantity(37.5, unit)] == []


@pytest.mark.parametrize("unit", ["tabletter", "dråber", "enheder", "MG", "Kg", "l/min", "kg ", ""])
def test_unit_that_is_not_surely_one_stays_in_words(unit) -> None:
    assert quantity(2, unit) == {"value": 2, "unit": unit}


def test_measurement_and_dose_carry_the_code() -> None:
    seen = written(noted(Observed("Temperatur", "38,2", "°C")), ANE)["valueQuantity"]
    given = written(noted(MedicineGiven("Pamol", "500 mg")), ANE)["dosage"]["dose"]

    assert (seen["value"], seen["system"], seen["code"]) == (38.2, UCUM, "Cel")
    assert (given["value"], given["system"], given["code"]) == (500, UCUM, "mg")
