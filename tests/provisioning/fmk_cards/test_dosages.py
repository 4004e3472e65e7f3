"""A dosage of a card: the same logic whether XML or JSON, and never a dose put together here."""

from datetime import date

import pytest

from appliance.demo.feed_fmk import card_as_json, card_as_xml
from appliance.records.dosage import Grid
from appliance.records.due import due_on
from appliance.records.models import Gap, MedicationOrder
from tests.provisioning.fmk_cards.cards import (
    MORNING,
    UNITS,
    card,
    fixed,
    needed,
    newer,
    only,
    order,
    period,
    take_cards,
)

BOTH = pytest.mark.parametrize("write", [card_as_xml, card_as_json])
WORDS = "2 tabletter hver morgen, siger kortet"
SAID = {"DosageTranslation": {"LongText": WORDS}}
DAY = {"PartOfDayDosage": {"Morning": {"Quantity": "1"}}}


def days(*given, **more):
    return {"Fixed": {"IterationInterval": "1", "Day": list(given), **more}}


@BOTH
@pytest.mark.parametrize(
    ("dosage", "text", "grid"),
    [
        (fixed(period(MORNING, {"Time": "night", "Quantity": "0.5"})),
         "Dosering fra d. 1. nov. 2026:\n2 tabletter morgen og 0,5 tablet nat - hver dag",
         Grid("2", "", "", "0,5", "tabletter")),
        (fixed(period({"Time": "08:00:00", "Quantity": "1"})),
         "Dosering fra d. 1. nov. 2026:\n1 tablet kl. 8:00 - hver dag", None),
        (fixed(period({"Time": "noon", "MinimalQuantity": "1", "MaximalQuantity": "2"})),
         "Dosering fra d. 1. nov. 2026:\n1-2 tabletter hver middag", None),
        (fixed({**period(MORNING, interval="1"), "SupplementaryText": "med vand"}),
         "Dosering fra d. 1. nov. 2026:\n2 tabletter hver morgen\nBemærk: med vand", None),
        ({"FreeText": {"DosageStartedPreviously": {}, "DosageEndingUndetermined": {},
                       "Text": "Som aftalt"}, "Type": "ikke angivet"}, "Som aftalt", None),
        ({"AdministrationAccordingToSchemaInLocalSystem": {"DosageStartedPreviously": {},
          "DosageEndingUndetermined": {}}, "Type": "ikke angivet"}, "efter skema", None),
        (newer(DosagePeriod=[days({"Index": "1", "Dosage": DAY})]),
         "Dosering:\n1 tablet hver morgen", Grid("1", "", "", "", "tablet")),
    ],
)  # fmt: skip
def test_a_dosage_in_words_and_columns(tmp_path, write, dosage, text, grid):
    found = only(tmp_path, order(Dosage=dosage), write)

    assert found.dosage.text == text
    assert found.dosage.grid == grid
    assert found.gaps == ()


@BOTH
def test_a_single_day_and_an_empty_period_are_said(tmp_path, write):
    one_day = {"NotIterated": {}, "StartDate": "2026-11-25", "EndDate": "2026-11-25",
               "Day": [{"Number": "1", "Dose": [MORNING]}]}  # fmt: skip
    nothing = {"StartDate": "2026-11-26", "EndDate": "2026-11-30"}
    after = {**period(MORNING), "StartDate": "2026-12-01"}
    given = {
        "Structure": [one_day, after],
        "EmptyStructure": [nothing],
    }
    found = only(tmp_path, order(Dosage={**UNITS, "StructuresFixed": given}), write)

    assert "kun d. 25. nov. 2026" in found.dosage.text
    doses = [len(due_on(found, date(2026, 11, day)).doses) for day in (24, 25, 26, 30)]
    assert doses == [0, 1, 0, 0]
    assert len(due_on(found, date(2026, 12, 1)).doses) == 1


@BOTH
def test_fixed_and_as_needed_side_by_side_are_both_said(tmp_path, write):
    as_needed = period({"Time": "evening", "Quantity": "1"})
    both = {**fixed(period(MORNING)), **needed(as_needed), "Type": "kombineret"}
    found = only(tmp_path, order(Dosage=both), write)

    assert "2 tabletter hver morgen" in found.dosage.text
    assert "1 tablet hver aften efter behov" in found.dosage.text
    assert (found.is_as_needed, found.dosage.grid) == (False, None)
    assert [dose.amount for dose in due_on(found, date(2026, 11, 23)).doses] == ["2"]


@BOTH
@pytest.mark.parametrize(
    ("dosage", "most"),
    [
        (needed(period({"Quantity": "1"}, {"Quantity": "1"})), "2 tabletter"),
        (needed(period({"MinimalQuantity": "1", "MaximalQuantity": "2"})), "2 tabletter"),
        (needed(period({"Quantity": "1"}, interval="2")), None),
        (newer(DosagePeriod=[{"PRN": {"IterationInterval": "1", "Day": [
            {"Index": "1", "Dosage": {"TimesPerDayDosage": {"Quantity": "0.5",
                                                            "TimesPerDay": "3"}}}]}}]),
         "1,5 tabletter"),
        (newer(DosagePeriod=[{"PRN": {"Day": [
            {"Dosage": {"UnlimitedDayDosage": {"Quantity": "1"}}}],
            "Restriction": {"MaximumDailyDose": "4"}}}]), "4 tabletter"),
        (newer(DosagePeriod=[{"PRN": {"Day": [
            {"Dosage": {"UnlimitedDayDosage": {"Quantity": "1"}}}]}}]), None),
        (newer(DosagePeriod=[{"PRN": {"IterationInterval": "1", "Day": [
            {"Index": "1", "Dosage": {"UnlimitedDayDosage": {"Quantity": "1"}}}]}}]), None),
        ({"FreeText": {"Text": "1 ved smerter"}, "Type": "efter behov"}, None),
    ],
)  # fmt: skip
def test_as_needed_has_a_highest_dose_only_where_the_structure_says(tmp_path, write, dosage, most):
    found = only(tmp_path, order(Dosage=dosage), write)

    assert found.is_as_needed
    assert found.max_daily_dose == most
    assert (Gap("max_daily_dose", "not_delivered") in found.gaps) is (most is None)
    assert due_on(found, date(2026, 11, 23)).doses == ()


def test_two_as_needed_periods_have_no_one_highest_dose(tmp_path):
    first = {**period({"Quantity": "1"}), "EndDate": "2026-11-30"}
    first.pop("DosageEndingUndetermined")
    after = {**period({"Quantity": "2"}), "StartDate": "2026-12-01"}

    assert only(tmp_path, order(Dosage=needed(first, after))).max_daily_dose is None


@BOTH
def test_a_round_of_days_is_counted_from_the_day_it_became_valid(tmp_path, write):
    every_third = {"Fixed": {"IterationInterval": "3", "Day": [{"Index": "1", "Dosage": DAY}]}}
    dosage = newer(Precondition={"ValidFrom": "2026-11-02"}, DosagePeriod=[every_third])
    found = only(tmp_path, order(Dosage=dosage), write)

    assert "Gyldig" not in found.dosage.text
    due = [day for day in range(22, 30) if due_on(found, date(2026, 11, day)).doses]
    assert due == [23, 26, 29]


@pytest.mark.parametrize(
    "condition",
    [{"ValidFrom": "2026-11-24"}, {"ValidFrom": "2026-11-01", "PRNTrigger": "ved smerter"}],
)
def test_a_condition_that_is_not_met_yet_stays_in_the_words(tmp_path, condition):
    dosage = newer(Precondition=condition, DosagePeriod=[days({"Index": "1", "Dosage": DAY})])
    found = only(tmp_path, order(Dosage=dosage))

    assert found.dosage.text.startswith("Gyldig fra")
    assert found.dosage.grid is None
    assert due_on(found, date(2026, 11, 23)).unknown == "conditional"


@BOTH
def test_weekdays_and_clock_times_of_the_newer_shape(tmp_path, write):
    clock = {"TimeOfDayDosage": [{"Time": "08:30:00", "Quantity": "1"}]}
    weeks = [{"Weekday": [{"Label": "Monday", "Dosage": clock}]}]
    dosage = newer(DosagePeriod=[{"Fixed": {"IterationInterval": "1", "Week": weeks}}])
    found = only(tmp_path, order(Dosage=dosage), write)

    assert (found.dosage.weekdays, found.dosage.times) == ((1,), ("08.30",))
    assert [dose.when for dose in due_on(found, date(2026, 11, 23)).doses] == ["08.30"]
    assert due_on(found, date(2026, 11, 24)).doses == ()


def test_a_clock_time_may_be_an_object_of_json(tmp_path):
    clock = {"TimeOfDayDosage": [{"Time": {"hour": 8, "minute": 5}, "Quantity": 0.5}]}
    dosage = newer(DosagePeriod=[days({"Index": 1, "Dosage": clock})])
    found = only(tmp_path, order(Dosage=dosage), card_as_json)

    assert found.dosage.text == "Dosering:\n0,5 tabletter kl. 8:05 - hver dag"
    assert found.dosage.times == ("08.05",)


def test_what_fmk_worked_out_itself_changes_nothing(tmp_path):
    extra = {"Profile": {"ProfileCode": {"DosageType": "Fast"}},
             "DosageTranslation": {"LongText": "x"}}  # fmt: skip
    plain = newer(DosagePeriod=[{**days({"Index": "1", "Dosage": DAY}), "PeriodLength": "9"}])
    worked = newer(
        DosagePeriod=[
            {**days({"Index": "1", "Dosage": DAY}, **extra), "PeriodLength": "9",
             "EndDate": {"CalculatedEndDate": "2026-11-30"}}
        ]
    )  # fmt: skip

    one, other = (
        only(tmp_path / "1", order(Dosage=plain)),
        only(tmp_path / "2", order(Dosage=worked)),
    )

    assert one == other


def test_the_translators_own_json_is_read_as_it_is(tmp_path):
    dose = {"type": "MorningDoseWrapper", "doseQuantity": 2, "isAccordingToNeed": False}
    structure = {"iterationInterval": 1, "startDate": "2026-11-01",
                 "days": [{"dayNumber": 1, "allDoses": [dose]}]}  # fmt: skip
    raw = {"structures": {"unitOrUnits": {"unitSingular": "tablet", "unitPlural": "tabletter"},
                          "structures": [structure]}, "Type": "fast"}  # fmt: skip

    assert (
        only(tmp_path, order(Dosage=raw), card_as_json).dosage
        == only(tmp_path / "2", order()).dosage
    )


def twice(**more):
    """Say the morning dose twice, which nobody may add up or choose between."""
    return fixed(period(MORNING, {"Time": "morning", "Quantity": "1"}, **more))


@BOTH
def test_a_dosage_not_understood_is_shown_in_the_cards_own_words(tmp_path, write):
    taken = take_cards(tmp_path, card(order(Dosage=twice(**SAID))), write=write)

    found = taken.one(MedicationOrder)
    assert found.dosage.text == WORDS
    assert (found.dosage.grid, found.dosage.single_dose, found.gaps) == (None, None, ())
    assert due_on(found, date(2026, 11, 23)).unknown
    assert "in the card's own words" in taken.messages


BROKEN = [
    twice(),
    fixed({**period(MORNING), "Noget": {"Andet": "1"}}),
    fixed({**period(MORNING), "StartDate": "1. november"}),
    fixed(period({"Time": "ved sengetid", "Quantity": "2"})),
    fixed(period({"Time": "morning", "Quantity": "to"})),
    fixed(period({"Time": "morning", "Quantity": "NaN"})),
    fixed(period({"Time": "morning", "Quantity": "-1"})),
    fixed(period({"Time": "morning", "Quantity": "2", "Extra": "1"})),
    fixed(period({"Time": "morning", "Quantity": ["1", "2"]})),
    fixed(period({"Time": ["morning", "noon"], "Quantity": "1"})),
    fixed({**period(MORNING), "StartDate": ["2026-11-01", "2026-11-02"]}),
    fixed(period(MORNING, interval="hver dag")),
    fixed(period(days=[{"Number": "1", "Dose": [MORNING]}, {"Number": "1", "Dose": [MORNING]}])),
    fixed(period(days=[{"Dose": [MORNING]}])),
    fixed(period(days=[{"Number": "1", "Dose": [MORNING], "Andet": "1"}])),
    fixed(period(MORNING), Type="efter behov"),
    {**fixed(period(MORNING)), "Parameter": "vægt"},
    {**UNITS, "StructuresFixed": {"Structur": [period(MORNING)]}},
    {"StructuresFixed": {"Structure": [period(MORNING)]}},
    newer(DosagePeriod=[{}]),
    newer(DosagePeriod=[days({"Dosage": DAY})]),
    newer(DosagePeriod=[days({"Index": "1", "Dosage": {"TimeOfDayDosage": [
        {"Time": "morgen", "Quantity": "1"}]}})]),
    newer(DosagePeriod=[days({"Index": ["1", "2"], "Dosage": DAY})]),
    {**newer(DosagePeriod=[days({"Index": "1", "Dosage": DAY})]), "FreeText": {"Text": "x"}},
    {"Type": "fast"},
]  # fmt: skip


@BOTH
@pytest.mark.parametrize("dosage", BROKEN)
def test_a_broken_dosage_without_words_is_no_dosage_and_said(tmp_path, write, dosage):
    taken = take_cards(tmp_path, card(order(Dosage=dosage)), write=write)

    found = taken.one(MedicationOrder)
    assert (found.dosage.text, found.dosage.grid, found.dosage.schedule) == (None, None, None)
    assert Gap("dosage", "unreadable") in found.gaps
    assert "cannot be put into words" in taken.messages
    assert taken.report.blocking == []


def test_two_dosages_are_none(tmp_path):
    taken = take_cards(tmp_path, card(order(Dosage=[fixed(period(MORNING)), twice()])))

    assert taken.verdicts("DrugMedication") == (0, 0, 0, 1)
    assert "says more than once: Dosage" in taken.messages


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        ({"DosageTranslationCombined": {"LongText": "Alt i alt"}}, "Alt i alt"),
        ({"DosageTranslationCombined": {"ShortText": "Kort"}}, None),
    ],
)
def test_words_for_the_whole_go_before_words_for_a_part(tmp_path, around, expected):
    dosage = twice(**SAID)
    dosage["StructuresFixed"].update(around)

    assert only(tmp_path, order(Dosage=dosage)).dosage.text == expected


def test_words_of_one_part_are_never_the_whole(tmp_path):
    """A second period without words, an empty one, or a second length: the words say too little."""
    silent = {**period(MORNING), "StartDate": "2026-12-01"}
    beside = twice(**SAID)
    beside["StructuresFixed"]["Structure"].append(silent)
    empty = twice(**SAID)
    empty["StructuresFixed"]["EmptyStructure"] = [{"StartDate": "2026-10-01"}]
    lengths = newer(DosagePeriod=[days({"Index": "x", "Dosage": DAY}, **SAID)] * 2)

    for number, dosage in enumerate((beside, empty, lengths)):
        assert only(tmp_path / str(number), order(Dosage=dosage)).dosage.text is None


def test_words_of_every_part_are_shown_together(tmp_path):
    dosage = {**twice(**SAID), **needed(period(MORNING, DosageTranslation={"LongText": "PN"}))}
    dosage["Type"] = "kombineret"

    assert only(tmp_path, order(Dosage=dosage)).dosage.text == f"{WORDS}\n\nPN"


def test_an_as_needed_dosage_in_its_own_words_stays_as_needed(tmp_path):
    double = period(MORNING, MORNING, **SAID)
    found = only(tmp_path, order(Dosage=needed(double)))

    assert (found.dosage.text, found.is_as_needed, found.max_daily_dose) == (WORDS, True, None)
    assert Gap("max_daily_dose", "not_delivered") in found.gaps


def test_no_name_of_an_unknown_element_is_said(tmp_path):
    taken = take_cards(tmp_path, card(order(Dosage=fixed(period(MORNING, Hviid="x")))))

    assert "is not known here" in taken.messages
    assert "Hviid" not in taken.messages
