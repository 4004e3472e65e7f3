"""The official fields of a medicine, none of them ever blank."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from appliance.records.checklist import ChecklistKey, checklist
from appliance.records.dosage import Dosage
from appliance.records.medicine import MISSING, UNREADABLE
from appliance.records.models import Gap, MedicationOrder
from appliance.records.quantities import NBSP, NO_DOSE
from appliance.records.terms import CitizenId, MedicationStatus
from tests.appliance.records.orders import order


def _values(item):
    return {field.key: field.value for field in checklist(item)}


def test_complete_order_has_every_field():
    values = _values(order(route="oralt", instruction="før mad", stops_on=date(2026, 12, 1)))

    assert values == {
        ChecklistKey.ORDERED_ON: "12.03.2024",
        ChecklistKey.STOPS_ON: "01.12.2026",
        ChecklistKey.PRESCRIBER: "Læge A. Prøve",
        ChecklistKey.PRODUCT: "Prøvix (proevin)",
        ChecklistKey.FORM: "tablet",
        ChecklistKey.STRENGTH: f"5{NBSP}mg",
        ChecklistKey.DOSE: f"1{NBSP}tablet · Døgndosis 2{NBSP}tabletter",
        ChecklistKey.AS_NEEDED: NO_DOSE,
        ChecklistKey.TIMES: "Morgen, aften",
        ChecklistKey.INDICATION: "mod forhøjet blodtryk",
        ChecklistKey.INSTRUCTION: "oralt. før mad",
    }


def test_empty_order_says_what_is_missing():
    empty = MedicationOrder("m", CitizenId("c"), MedicationStatus.ACTIVE)

    missing = {field.key for field in checklist(empty) if field.is_missing}

    assert missing == set(ChecklistKey) - {
        ChecklistKey.STOPS_ON,
        ChecklistKey.AS_NEEDED,
        ChecklistKey.INSTRUCTION,
    }


def test_as_needed_medicine_owes_a_maximum():
    item = order(is_as_needed=True, dosage=Dosage("x", single_dose="1 tablet"))

    values = _values(item)

    assert values[ChecklistKey.AS_NEEDED] == f"1{NBSP}tablet pr. gang · Højst pr. døgn: {MISSING}"
    assert values[ChecklistKey.DOSE] == NO_DOSE


def test_end_date_that_could_not_be_read_is_said():
    gap = (Gap("stops_on", "unreadable"),)

    assert _values(order(gaps=gap))[ChecklistKey.STOPS_ON] == UNREADABLE


def test_route_alone_is_how_it_is_given():
    assert _values(order(route="oralt"))[ChecklistKey.INSTRUCTION] == "oralt"


def test_dosage_without_a_sum_has_no_daily_dose():
    assert _values(order(dosage=Dosage("efter skema")))[ChecklistKey.DOSE] == "efter skema"


_TEXTS = st.none() | st.text(min_size=1, max_size=20)


@given(_TEXTS, _TEXTS, _TEXTS, _TEXTS, st.booleans())
def test_no_field_is_ever_blank(brand, form, text, indication, needed):
    item = order(
        brand=brand, form=form, dosage=Dosage(text), indication=indication, is_as_needed=needed
    )

    assert all(field.value.strip() and field.label for field in checklist(item))
