import json
from datetime import date

import pytest

from appliance.demo.dose_plans import DoseUnit, write_dosage
from appliance.records.dosage import Grid
from tests.shared_data import folder

TABLET = DoseUnit("tablet", "tabletter")
START = date(2026, 11, 2)


def written(notation):
    return write_dosage(notation, TABLET, START)


@pytest.mark.parametrize(
    ("notation", "official"),
    [
        ("0+0+0+1", "Dosering i 47 dage:\n1 tablet hver nat"),
        ("hver 2 1 morgen", "Dosering:\n1 tablet morgen hver 2. dag"),
        ("hver 3 1 morgen", "Dosering:\n1 tablet morgen hver 3. dag"),
        ("kl 8:00=1 12:30=2", "Dosering:\n1 tablet kl. 8:00 og 2 tabletter kl. 12:30 - hver dag"),
        ("pn 2 4", "Dosering:\n2 tabletter efter behov højst 4 gange dagligt"),
        ("pn 1 2", "Dosering i 6 dage:\n1 tablet efter behov højst 2 gange dagligt"),
        (
            "uge ma=2/to=1",
            "Dosering - gentages hver uge:\nMandag: 2 tabletter morgen\nTorsdag: 1 tablet morgen",
        ),
    ],
)  # fmt: skip
def test_text_is_that_of_the_official_translator(notation, official):
    pairs = json.loads((folder("") / "fmk_dosage_text_pairs.json").read_text(encoding="utf-8"))

    text = written(notation).dosage.text

    assert official in {pair["new_text"] for pair in pairs}
    assert official.endswith(text)


def test_daily_dosage_has_a_grid_and_both_doses():
    plan = written("1+0+1+0")

    assert plan.dosage.text == "1 tablet morgen og 1 tablet aften - hver dag"
    assert plan.dosage.grid == Grid("1", "", "1", "", "tablet")
    assert (plan.dosage.single_dose, plan.dosage.daily_dose) == ("1 tablet", "2 tabletter")


def test_single_dose_is_unsaid_when_the_doses_differ():
    plan = written("2+1+0+0,5")

    assert plan.dosage.single_dose is None
    assert plan.dosage.daily_dose == "3,5 tabletter"
    assert plan.dosage.grid == Grid("2", "1", "", "0,5", "tabletter")


@pytest.mark.parametrize(
    "notation",
    ["1-2+0+0+0", "kl 8:00=1", "uge ma=4", "hver 2 1 morgen", "hver 12u 1", "gange 1 3", "pn 1 4",
     "ned 4x5 2x5 1", "skema", "tekst efter aftale"],
)  # fmt: skip
def test_what_is_not_four_plain_columns_has_no_grid(notation):
    plan = written(notation)

    assert plan.dosage.grid is None
    assert plan.dosage.text


def test_range_keeps_both_ends():
    (entry,) = written("1-2+0+0+0").entries

    assert (entry.amount, entry.high) == ("1", "2")


def test_clock_times_are_written_as_on_the_danish_form():
    assert written("kl 7:30=8 12:00=6").dosage.times == ("07.30", "12.00")


def test_weekdays_are_numbered_from_monday():
    assert written("uge ma,to=1 aften").dosage.weekdays == (1, 4)


def test_weeks_and_days_are_told_apart():
    assert written("hver 12u 1").dosage.text == "1 tablet hver 12. uge"
    assert written("hver 3 1").dosage.text == "1 tablet hver 3. dag"


def test_as_needed_has_a_maximum_for_the_day_from_the_highest_dose():
    plan = written("pn 0,5-1 6")

    assert plan.is_as_needed
    assert plan.max_daily_dose == "6 tabletter"
    assert plan.dosage.single_dose == "0,5-1 tabletter"


def test_once_a_day_is_once_in_danish():
    assert written("pn 1 1").dosage.text == "1 tablet efter behov højst 1 gang dagligt"


def test_tapering_counts_its_periods_from_the_first_day():
    plan = written("ned 4x5 2x10 1x7")

    assert [(step.starts_on.day, step.ends_on.day) for step in plan.entries] == [
        (2, 6), (7, 16), (17, 23),
    ]  # fmt: skip
    assert plan.ends_on == date(2026, 11, 23)
    assert plan.dosage.text == (
        "Dosering i 5 dage:\n4 tabletter hver morgen\n\n"
        "Dosering herefter i 10 dage:\n2 tabletter hver morgen\n\n"
        "Dosering herefter i 7 dage:\n1 tablet hver morgen"
    )


def test_tapering_to_a_lasting_dose_has_no_end():
    plan = written("ned 2x5 1")

    assert plan.ends_on is None
    assert plan.entries[-1].ends_on is None


def test_words_and_charts_have_no_structure():
    assert written("skema").entries == ()
    assert written("tekst 1 ved behov").dosage.text == "1 ved behov"


@pytest.mark.parametrize("notation", ["ugentlig ma=1", "1+0+1"])
def test_unknown_notation_is_refused(notation):
    with pytest.raises(ValueError, match=r"notation|four amounts"):
        written(notation)
