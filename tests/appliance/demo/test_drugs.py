import re
from datetime import date

import pytest

from appliance.demo.dose_plans import write_dosage
from appliance.demo.drugs import RISK_GROUPS, catalogue
from appliance.demo.illnesses import ILLNESSES


@pytest.mark.parametrize("group", RISK_GROUPS)
def test_each_risk_group_has_a_medicine(group):
    prefixes = RISK_GROUPS[group]

    assert any((drug.atc or "").startswith(prefixes) for drug in catalogue().values())


def test_every_plan_of_every_medicine_can_be_written():
    plans = [
        write_dosage(notation, drug.unit, date(2026, 11, 23))
        for drug in catalogue().values()
        for notation in drug.plans
    ]

    assert len(plans) > 150
    assert all(plan.dosage.text for plan in plans)


def test_atc_codes_have_the_form_of_atc_codes():
    codes = [drug.atc for drug in catalogue().values() if drug.atc]

    assert all(re.fullmatch(r"[A-Z]\d\d[A-Z]{2}(\d\d)?", code) for code in codes)


def test_strengths_have_danish_decimals_and_units_in_full():
    strengths = " ".join(drug.strength or "" for drug in catalogue().values())

    assert not re.search(r"\d\.\d(?!\d\d)", strengths)
    assert not re.search(r"µg|mcg|\bIE\b", strengths)


def test_every_medicine_is_given_for_something_and_every_remedy_exists():
    used = {
        key
        for illness in ILLNESSES
        for remedy in illness.remedies
        for key in remedy.split()[0].split("/")
    }

    assert used == set(catalogue())


def test_weekly_methotrexate_says_so_loudly():
    methotrexate = catalogue()["methotrexate"]

    assert methotrexate.instruction
    assert methotrexate.instruction.startswith("KUN MANDAG")
    assert all(plan.startswith("uge ma=") for plan in methotrexate.plans)
