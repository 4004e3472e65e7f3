"""A dose is filled in only where the record says it in one way; everything else is left empty."""

from dataclasses import replace
from datetime import date

import pytest

from appliance.records.dosage import Dosage, Grid, Schedule
from appliance.records.models import Gap, MedicationOrder
from appliance.records.sure_dose import sure_dose
from appliance.records.terms import CitizenId, MedicationStatus

TODAY = date(2026, 11, 26)
PANODIL = MedicationOrder("m-1", CitizenId("c-1"), MedicationStatus.ACTIVE, "Panodil")


def dose(*, is_as_needed: bool = False, **dosage: object) -> str:
    order = replace(PANODIL, dosage=Dosage(**dosage), is_as_needed=is_as_needed)  # type: ignore[arg-type]
    return sure_dose(order, TODAY)


def grid(*amounts: str, unit: str = "tablet") -> Grid:
    morning, noon, evening, night = amounts
    return Grid(morning, noon, evening, night, unit)


def test_dose_that_is_the_same_at_each_time_is_filled_in() -> None:
    assert dose(grid=grid("1", "", "1", "")) == "1 tablet"
    assert dose(grid=grid("2", "2", "", "")) == "2 tabletter"
    assert dose(grid=grid("", "", "0,5", "")) == "0,5 tablet"


def test_single_dose_of_what_is_given_as_needed_is_filled_in() -> None:
    said = {"text": "1 tablet ved smerter, højst 4 gange i døgnet", "single_dose": "1 tablet"}

    assert dose(is_as_needed=True, **said) == "1 tablet"


@pytest.mark.parametrize(
    ("dosage", "filled_in"),
    [
        (Dosage(grid=grid("5000", "", "5000", "", unit="enheder")), "5000 enheder"),
        (Dosage(grid=grid("5000", "", "", "", unit="IE")), "5000 enheder"),
        (Dosage(single_dose="5000 IE"), "5000 enheder"),
        (Dosage(single_dose="1.5 ml"), "1,5 ml"),
        (Dosage(single_dose="10 ml"), "10 ml"),
        (Dosage(text=" ", single_dose="1,50 tablet"), "1,5 tabletter"),
        (Dosage(text="1 tablet morgen og aften", grid=grid("1", "", "1", "")), "1 tablet"),
        (Dosage(text="1 morgen og 1 aften", grid=grid("1", "", "1", "")), "1 tablet"),
        (Dosage(text="2 tabletter kl. 08.00", grid=grid("2", "", "", "")), "2 tabletter"),
        (Dosage(text="1 tablet to gange daglig", grid=grid("1", "", "1", "")), "1 tablet"),
        (Dosage(text="8 IE hver 4. time", single_dose="8 enheder"), "8 enheder"),
        (Dosage(text="1 tablet", grid=grid("1", "", "", ""), single_dose="1 tablet"), "1 tablet"),
    ],
)
def test_dose_that_the_words_bear_out_is_filled_in_as_it_is_typed(
    dosage: Dosage, filled_in: str
) -> None:
    assert sure_dose(replace(PANODIL, dosage=dosage), TODAY) == filled_in


@pytest.mark.parametrize(
    "text",
    [
        "½-1 tablet",
        "1 tablet, evt. 2",
        "1 tablet, evt. 1 mere efter en time",
        "1 a 2",
        "1 à 2 tabletter",
        "1 el. 2 tabletter",
        "1½ tablet",
        "en halv tablet, senere 1",
        "1 tablet til natten, to hvis uro",
        "efter behov",
        "1 tablet efter behov",
        "1 tablet p.n.",
        "1 tablet morgen, 2 tabletter aften",
        "1 tablet (500 mg)",
        "1 ml",
        "1.000 tabletter",
        "efter skema",
        "1 tablet, højst 8 i døgnet",
        "1 tablet kl. 8 og 20",
    ],
)
def test_dose_that_the_words_do_not_bear_out_is_left_to_whoever_gives_it(text: str) -> None:
    assert dose(text=text, grid=grid("1", "", "1", "")) == ""
    assert dose(text=text, single_dose="1 tablet") == ""


@pytest.mark.parametrize(
    ("text", "filled_in"),
    [
        ("1 tablet efter behov højst 4 gange dagligt", "1 tablet"),
        ("1 tablet p.n. højst 4 gange", "1 tablet"),
        ("efter behov", ""),
        ("1 tablet efter behov, evt. 2", ""),
        ("½-1 tablet efter behov", ""),
    ],
)
def test_as_needed_is_no_word_against_a_dose_of_what_is_given_as_needed(
    text: str, filled_in: str
) -> None:
    assert dose(is_as_needed=True, text=text, single_dose="1 tablet") == filled_in


@pytest.mark.parametrize(
    "dosage",
    [
        Dosage(),
        Dosage(text="efter skema i mappen"),
        Dosage(text="1 tablet ved behov"),
        Dosage(grid=grid("1", "", "2", "")),
        Dosage(grid=grid("14", "", "8", "", unit="enheder")),
        Dosage(grid=grid("1-2", "", "", "")),
        Dosage(grid=grid("2.500", "", "", "", unit="enheder")),
        Dosage(grid=grid("1", "", "", "", unit="")),
        Dosage(single_dose="1-2 tabletter"),
        Dosage(single_dose="1½"),
        Dosage(single_dose="0 tabletter"),
        Dosage(single_dose="1 eller 2 tabletter"),
        Dosage(single_dose="2.500 enheder"),
        Dosage(single_dose="en tablet"),
        Dosage(single_dose="5 ml (10 mg/ml)"),
        Dosage(text="1-2 tabletter ved behov", single_dose="1 tablet"),
        Dosage(text="1 til 2 tabletter", grid=grid("1", "", "", "")),
        Dosage(grid=grid("2", "", "", ""), single_dose="1 tablet"),
        Dosage(text="3 tabletter mandag morgen", single_dose="3 tabletter", weekdays=(1,)),
        Dosage(single_dose="1 tablet", schedule=Schedule(known_until=date(2026, 11, 20))),
    ],
)
def test_dose_the_record_says_in_two_ways_or_not_at_all_is_left_empty(dosage: Dosage) -> None:
    assert sure_dose(replace(PANODIL, dosage=dosage), TODAY) == ""


def test_columns_of_what_is_given_as_needed_are_no_single_dose() -> None:
    assert dose(is_as_needed=True, grid=grid("1", "", "1", "")) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"status": MedicationStatus.UNKNOWN},
        {"status": MedicationStatus.PAUSED},
        {"gaps": (Gap("dosage.grid", "unreadable"),)},
    ],
)
def test_dose_of_an_order_in_doubt_is_left_empty(changes: dict[str, object]) -> None:
    order = replace(PANODIL, dosage=Dosage(single_dose="1 tablet"), **changes)  # type: ignore[arg-type]

    assert sure_dose(order, TODAY) == ""
