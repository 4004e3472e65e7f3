"""A code never stands beside an address, however the source wrote it."""

from dataclasses import replace

import pytest

from appliance.records.key_codes import HIDDEN, codes_of, tells_home, without_codes
from appliance.records.models import Citizen, KeyBox
from appliance.records.terms import CitizenId, UnitId

AASE = Citizen(CitizenId("a"), UnitId("u"), "Ågård", "Åse", address="Kirkevej 4, 2. th.")


@pytest.mark.parametrize(
    "text",
    [
        "Ved hoveddøren 4711",
        "Ved hoveddøren (4711)",
        "Ved hoveddøren 47 11",
        "Ved hoveddøren 47-11, tryk hårdt",
        "4711",
    ],
)
def test_a_known_code_is_hidden_in_any_text(text):
    shown = without_codes(text, ["4711"])

    assert HIDDEN in shown
    assert "11" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "Ved hoveddøren, kode 4711",
        "Nøgleboks ved hoveddøren. Koden er 4711",
        "Ved hoveddøren. Dørkode: 47 11#",
        "KODE:4711",
        "PIN 4711",
        "pinkode 4711 – tryk hårdt",
        "Kode til hoveddør: 4711",
        "kode A4711",
        "Koden til porten ved skuret: 4711",
        "4711 er koden",
        "Tast 4711 (kode)",
    ],
)
def test_what_is_said_to_be_a_code_is_hidden_even_if_nobody_knows_it(text):
    shown = without_codes(text, [])

    assert HIDDEN in shown
    assert "11" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "Nøgle nr. 12 i nøgleskabet",
        "3. sal uden elevator",
        "Ring 87 00 00 10 først",
        "Bag nedløbsrøret ved nr. 4",
        "Stregkoder scannes",
    ],
)
def test_other_figures_stay(text):
    assert without_codes(text, ["4711"]) == text


@pytest.mark.parametrize(
    "text",
    [
        "CPR 010130-4711",
        "Ring 87 00 47 11",
        "Ring 87004711",
        "Drikker 4711 ml",
        "Vejer 47,11 kg",
    ],
)
def test_figures_of_another_kind_stay_though_a_code_is_in_them(text):
    assert without_codes(text, ["4711"]) == text


@pytest.mark.parametrize(
    ("text", "code"), [("Vågner kl. 14.30", "1430"), ("Siden 12.03.2019", "2019")]
)
def test_times_and_dates_stay_though_a_code_is_in_them(text, code):
    assert without_codes(text, [code]) == text


def test_a_code_as_long_as_a_telephone_number_is_hidden():
    assert without_codes("Ved porten 12 34 56 78", ["12345678"]) == f"Ved porten {HIDDEN}"


def test_a_code_too_short_to_be_told_from_an_amount_hides_no_amount():
    assert without_codes("Ilt 2 l/min, 2 af gangen", ["2"]) == "Ilt 2 l/min, 2 af gangen"


def test_a_code_inside_a_longer_number_is_no_code():
    assert without_codes("Varenr. 147112", ["4711"]) == "Varenr. 147112"


def test_boxes_without_a_code_have_none_to_hide():
    boxes = [KeyBox("k1", AASE.id, "Døren"), KeyBox("k2", AASE.id, "Døren", " 4711 ")]

    assert codes_of(boxes) == ("4711",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("På gelænderet ved kældertrappen", False),
        ("Hos Åse Ågård til venstre", True),
        ("Kirkevej 4, ved porten", True),
        ("KIRKEVEJ, ved porten", True),
    ],
)
def test_a_place_that_names_the_home_is_known_for_it(text, told):
    assert tells_home(text, AASE) is told


def test_a_protected_home_is_told_by_its_street_as_well():
    assert tells_home("Kirkevej ved porten", replace(AASE, is_address_protected=True))
