"""Every field of an order: what it becomes, and what is said when it is not there."""

from datetime import date

import pytest

from appliance.demo.feed_fmk import card_as_json, card_as_xml
from appliance.records.dosage import Dosage, Grid
from appliance.records.models import Gap, MedicationOrder
from appliance.records.terms import MedicationStatus
from tests.provisioning.fmk_cards.cards import DRUG, card, only, order, take_cards

BOTH = pytest.mark.parametrize("write", [card_as_xml, card_as_json])


@BOTH
def test_every_field_of_a_whole_order(tmp_path, write):
    found = only(tmp_path, order(), write)

    assert (found.brand, found.generic, found.atc) == ("Pamolit", "PARACETAMOL", "N02BE01")
    assert (found.form, found.strength) == ("filmovertrukne tabletter", "500 mg")
    assert (found.route, found.indication) == ("Oral anvendelse", "mod smerter")
    assert (found.ordered_on, found.stops_on) == (date(2026, 11, 1), None)
    assert found.prescriber == "Læge Rask, Lægehuset"
    assert found.dosage == Dosage(
        text="Dosering fra d. 1. nov. 2026:\n2 tabletter hver morgen",
        grid=Grid("2", "", "", "", "tabletter"),
        single_dose="2 tabletter",
        daily_dose="2 tabletter",
    )
    assert (found.status, found.is_dose_dispensed, found.gaps) == ("active", None, ())


def test_an_order_is_the_same_in_xml_and_json(tmp_path):
    by_xml = only(tmp_path / "1", order())
    by_json = only(tmp_path / "2", order(), card_as_json)

    assert by_xml == by_json


@BOTH
def test_what_is_missing_is_a_gap_and_nothing_is_made_up(tmp_path, write):
    found = only(tmp_path, {"Identifier": "1", "Drug": {"ATC": {"Code": "N02BE01"}}}, write)

    missing = {"ordered_on", "prescriber", "brand", "form", "strength", "dosage", "indication",
               "instruction"}  # fmt: skip
    assert set(found.gaps) == {Gap(name, "not_delivered") for name in missing}
    assert found.dosage == Dosage()


def test_what_is_there_and_not_understood_is_unreadable_and_said(tmp_path):
    dates = {"TreatmentStartDate": "i foråret", "TreatmentEndDate": "31-12-2026"}
    given = order(BeginEndDate=dates, Indication={"Code": "122"}, Created=None,
                  Drug={**DRUG, "Form": {"Code": "TAB"}})  # fmt: skip
    taken = take_cards(tmp_path, card(given))

    gaps = {gap.field: gap.reason for gap in taken.one(MedicationOrder).gaps}
    assert gaps["ordered_on"] == gaps["stops_on"] == "unreadable"
    assert gaps["prescriber"] == "not_delivered"
    assert gaps["form"] == gaps["indication"] == "not_delivered"
    assert "#1.xml" in taken.messages
    assert "DrugMedication[0].stops_on: is not a date" in taken.messages
    assert "i foråret" not in taken.messages


def test_two_forms_are_no_form(tmp_path):
    given = order(Drug={**DRUG, "Form": [{"Text": "tabletter"}, {"Text": "mikstur"}]})

    found = only(tmp_path, given)

    assert found.form is None
    assert Gap("form", "unreadable") in found.gaps


def test_a_strength_without_words_is_number_and_unit(tmp_path):
    strength = {"Value": "0.50", "UnitText": "mg/ml"}

    assert only(tmp_path, order(Drug={**DRUG, "Strength": strength})).strength == "0,5 mg/ml"


@pytest.mark.parametrize("value", ["NaN", "meget", "Infinity"])
def test_a_strength_that_is_no_number_is_unreadable(tmp_path, value):
    strength = {"Value": value, "UnitText": "mg"}
    found = only(tmp_path, order(Drug={**DRUG, "Strength": strength}))

    assert found.strength is None
    assert Gap("strength", "unreadable") in found.gaps


def test_several_substances_are_all_named_and_else_the_atc_text(tmp_path):
    both = [{"SubstanceText": "A"}, {"Code": "1", "Text": "B"}, {"FreeText": "C"}]
    named = order("1", Drug={**DRUG, "Substances": {"ActiveSubstance": both}})
    unnamed = order("2", Drug={**DRUG, "Substances": None, "Name": "Andet"})
    del unnamed["Drug"]["Substances"]

    found = take_cards(tmp_path, card(named, unnamed)).all_of(MedicationOrder)

    assert {one.generic for one in found} == {"A + B + C", "Paracetamol"}


def test_a_withdrawn_order_is_stopped_with_date_and_reason(tmp_path):
    withdrawn = {"DateTime": "2026-11-20T10:00:00Z", "ReasonText": "Bivirkninger"}

    found = only(tmp_path, order(Withdrawn=withdrawn))

    assert found.status is MedicationStatus.STOPPED
    assert (found.status_since, found.stops_on) == (date(2026, 11, 20), date(2026, 11, 20))
    assert found.status_reason == "Bivirkninger"


def test_withdrawn_goes_before_paused(tmp_path):
    given = order(Withdrawn={"DateTime": "2026-11-20T10:00:00Z"}, Paused={"FromDate": "2026-11-01"})

    assert only(tmp_path, given).status is MedicationStatus.STOPPED


@pytest.mark.parametrize(
    ("paused", "status", "since", "reason"),
    [
        ({"FromDate": "2026-11-10", "ReasonText": "Lavt blodtryk"}, "paused", date(2026, 11, 10),
         "Lavt blodtryk"),
        ({"FromDateTime": "2026-11-10T23:30:00Z", "ToDate": "2026-11-30"}, "paused",
         date(2026, 11, 11), "(til 30. nov. 2026)"),
        ({"DateTime": "2026-11-10T10:00:00Z", "ToDate": "2026-11-23"}, "paused",
         date(2026, 11, 10), "(til 23. nov. 2026)"),
        ({}, "paused", None, None),
        # Whether it has begun again nobody can tell from a card that still says paused.
        ({"FromDate": "2026-11-10", "ToDate": "2026-11-22"}, "unknown", date(2026, 11, 10),
         "(til 22. nov. 2026)"),
    ],
)  # fmt: skip
def test_a_pause_says_since_when_why_and_until(tmp_path, paused, status, since, reason):
    found = only(tmp_path, order(Paused=paused))

    assert (found.status, found.status_since, found.status_reason) == (status, since, reason)


def test_a_pause_that_has_not_begun_is_said_and_the_medicine_is_given(tmp_path):
    found = only(tmp_path, order(Paused={"FromDate": "2026-11-28"}))

    assert found.status is MedicationStatus.ACTIVE
    assert found.instruction == "Pauseres fra 28. nov. 2026."


def test_a_pause_from_an_unreadable_date_is_still_a_pause(tmp_path):
    found = only(tmp_path, order(Paused={"FromDate": "i går"}))

    assert found.status is MedicationStatus.PAUSED
    assert Gap("status_since", "unreadable") in found.gaps


def test_what_the_citizen_chose_is_marked_and_owes_no_prescriber(tmp_path):
    found = only(tmp_path, order(Type="Borgervalgt", Created=None))

    assert found.instruction == "Borgervalgt: tages på borgerens eget initiativ."
    assert found.gaps == ()


def test_a_nurse_who_ordered_for_a_doctor_is_not_the_prescriber(tmp_path):
    by = {"Other": {"Name": {"GivenName": "Bo"}}, "Role": "Sygeplejerske",
          "AuthorisedBy": {"AuthorisedHealthcareProfessional": {"Name": "Læge Rask"}}}  # fmt: skip

    assert only(tmp_path, order(Created={"By": by})).prescriber == "Læge Rask"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"DoseDispensed": "true"}, True),
        ({"DoseDispensed": "false"}, False),
        ({"DoseDispensed": {}}, True),
        ({"DoseDispensed": "måske"}, None),
        ({"Prescription": [{"DoseDispensedRestriction": {"StartDate": "2026-01-01"}}]}, True),
        ({"Prescription": [{"DoseDispensedRestriction": {"EndDate": "2026-11-22"}}]}, None),
        ({"Prescription": [{"PackageRestriction": {}}]}, None),
    ],
)
def test_a_pharmacy_packs_it_or_not_or_nobody_says(tmp_path, fields, expected):
    assert only(tmp_path, order(**fields)).is_dose_dispensed is expected


@BOTH
@pytest.mark.parametrize("kind", ["PrivateDrugMedication", "InvalidDrugMedication"])
def test_an_order_fmk_does_not_show_stays_on_the_list(tmp_path, write, kind):
    taken = take_cards(tmp_path, card(order(), **{kind: [{"Identifier": "77"}]}), write=write)

    hidden = next(one for one in taken.all_of(MedicationOrder) if one.brand is None)
    assert hidden.status is MedicationStatus.UNKNOWN
    assert "vises ikke" in hidden.instruction
    assert taken.verdicts(kind) == (1, 0, 0, 0)
    assert "without showing it" in taken.messages


def test_an_order_said_twice_alike_is_there_once(tmp_path):
    taken = take_cards(tmp_path, card(order(), order()))

    assert len(taken.all_of(MedicationOrder)) == 1
    assert taken.verdicts("DrugMedication") == (1, 1, 0, 0)


def test_two_orders_of_one_number_are_no_choice_of_ours(tmp_path):
    taken = take_cards(tmp_path, card(order(), order(Indication={"Text": "mod feber"})))

    assert taken.verdicts("DrugMedication") == (1, 0, 0, 1)
    (problem,) = taken.report.blocking
    assert problem.field == "MedicineCard[0].DrugMedication[1]"
    assert sorted(one.brand or "-" for one in taken.all_of(MedicationOrder)) == ["-", "Pamolit"]


@pytest.mark.parametrize("write", [card_as_xml, card_as_json])
@pytest.mark.parametrize("broken", ["vrøvl", {"Identifier": "1", "Drug": [DRUG, DRUG]}])
def test_an_order_nobody_can_read_is_lost_aloud(tmp_path, write, broken):
    taken = take_cards(tmp_path, card(order("2"), broken), write=write)

    assert taken.verdicts("DrugMedication") == (1, 0, 0, 1)
    assert len(taken.report.blocking) == 1
    lost = next(one for one in taken.all_of(MedicationOrder) if one.brand is None)
    assert "kunne ikke læses" in lost.instruction
    assert lost.status is MedicationStatus.UNKNOWN


def test_orders_without_a_number_are_told_apart_by_what_they_say(tmp_path):
    given = [order(None), order(None, Indication={"Text": "mod feber"})]

    assert len(take_cards(tmp_path, card(*given)).all_of(MedicationOrder)) == 2


def test_names_nobody_reads_are_counted_and_a_persons_name_is_not_shown(tmp_path):
    taken = take_cards(tmp_path, card(order(ReimbursementKind="x", Hviid="x")))

    shown = [one.shown for one in taken.report.unread]
    assert "unread: DrugMedication.ReimbursementKind × 1" in shown
    assert "Hviid" not in "".join(shown)


def test_an_unfit_card_of_fmks_own_is_said(tmp_path):
    taken = take_cards(tmp_path, card(order(), IsInvalid={}))

    assert "FMK says that this card is not valid" in taken.messages
    assert taken.all_of(MedicationOrder)
