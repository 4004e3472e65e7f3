import pytest

from appliance.records.dosage import Grid
from provisioning.sources.fhir.dosage import read_dosage

DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}


def dose(value=1, unit="tablet"):
    return [{"doseQuantity": {"value": value, "unit": unit}}]


def entry(when="MORN", value=1, unit="tablet", **more):
    repeat = {**DAILY, "when": [when], **more.pop("repeat", {})}
    return {"doseAndRate": dose(value, unit), "timing": {"repeat": repeat}, **more}


def test_no_dosage_is_not_delivered():
    assert not read_dosage(None).is_delivered
    assert not read_dosage([]).is_delivered
    assert not read_dosage("1 tablet").is_delivered


def test_text_wins_for_display_and_the_columns_come_beside_it():
    read = read_dosage([entry("MORN", text="1 tablet hver morgen")])

    assert read.dosage.text == "1 tablet hver morgen"
    assert read.dosage.grid == Grid("1", "", "", "", "tablet")
    assert (read.dosage.single_dose, read.dosage.daily_dose) == ("1 tablet", "1 tablet")


def test_four_columns_with_different_amounts():
    unit = "tabletter"
    given = [entry("MORN", 2, unit), entry("NOON", 0.5, unit), entry("NIGHT", 1.0, unit)]

    read = read_dosage(given)

    assert read.dosage.grid == Grid("2", "0,5", "", "1", "tabletter")
    assert read.dosage.single_dose is None
    assert read.dosage.daily_dose == "3,5 tabletter"


def test_one_entry_may_name_several_columns():
    both = entry(repeat={"when": ["MORN", "EVE"], "frequency": 2})

    read = read_dosage([both])

    assert read.dosage.grid == Grid("1", "", "1", "", "tablet")
    assert read.dosage.daily_dose == "2 tabletter"


@pytest.mark.parametrize(
    "odd",
    [
        entry(repeat={"period": 2}),
        entry(repeat={"periodUnit": "wk"}),
        entry(repeat={"dayOfWeek": ["mon"]}),
        entry(repeat={"boundsPeriod": {"end": "2026-12-01"}}),
        entry(repeat={"boundsDuration": {"value": 7, "code": "d"}}),
        entry(repeat={"count": 5}),
        entry(repeat={"timeOfDay": ["08:00:00"]}),
        entry(repeat={"offset": 30}),
        entry(repeat={"frequency": 3}),
        entry(repeat={"frequency": "1"}),
        entry(repeat={"when": ["MORN", "MORN"]}),
        entry("ACM"),
        entry("HS"),
        entry(asNeededBoolean=True),
        entry(asNeededCodeableConcept={"text": "smerter"}),
        entry(maxDosePerPeriod={"numerator": {"value": 4}}),
        entry(modifierExtension=[{"url": "x"}]),
        {**entry(), "timing": {"repeat": {**DAILY, "when": ["MORN"]}, "code": {"text": "x"}}},
        {**entry(), "timing": {"repeat": {**DAILY, "when": ["MORN"]}, "event": ["2026-11-23"]}},
        {**entry(), "timing": {"repeat": {"when": ["MORN"]}}},
        {**entry(), "timing": {"repeat": DAILY}},
        {**entry(), "timing": "hver dag"},
        {**entry(), "doseAndRate": []},
        {**entry(), "doseAndRate": dose() * 2},
        {**entry(), "doseAndRate": dose(value=0)},
        {**entry(), "doseAndRate": dose(value="1")},
        {**entry(), "doseAndRate": dose(unit=None)},
        {
            **entry(),
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "t", "comparator": "<"}}],
        },
        {**entry(), "doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2}}}]},
        {**entry(), "doseAndRate": [{**dose()[0], "rateQuantity": {"value": 1}}]},
    ],
)
def test_what_does_not_truly_fit_never_gets_columns(odd):
    assert read_dosage([odd]).dosage.grid is None
    assert read_dosage([entry("EVE"), odd]).dosage.grid is None


@pytest.mark.parametrize(
    "words",
    [
        "1 tablet efter behov", "1 tablet hver anden dag", "1 tablet mandag", "1 tablet kl. 8:00",
        "Dosering i 7 dage:\n1 tablet hver morgen", "1 tablet, herefter 2 tabletter", "Efter skema",
        "1 tablet hver 3. dag", "1 tablet om ugen", "1 tablet pn", "højst 4",
    ],
)  # fmt: skip
def test_text_that_says_more_than_four_columns_gets_none(words):
    assert read_dosage([entry(text=words)]).dosage.grid is None


def test_two_amounts_in_one_column_or_two_units_get_none():
    assert read_dosage([entry("MORN"), entry("MORN", 2)]).dosage.grid is None
    assert read_dosage([entry("MORN"), entry("EVE", unit="ml")]).dosage.grid is None
    assert read_dosage([entry("MORN"), entry("EVE", unit="ml")]).dosage.daily_dose is None


def test_numbered_entries_without_text_may_mean_then_so_nothing_is_said():
    read = read_dosage([entry("MORN", sequence=1), entry("EVE", sequence=2)])

    assert read.dosage.grid is None
    assert read.is_unreadable


def test_numbered_entries_with_the_whole_text_are_side_by_side():
    words = "1 tablet morgen og 1 tablet aften - hver dag"
    given = [entry("MORN", text=words, sequence=1), entry("EVE", text=words, sequence=2)]

    read = read_dosage(given)

    assert read.dosage.text == words
    assert read.dosage.grid == Grid("1", "", "1", "", "tablet")


def test_text_on_some_entries_only_is_said():
    read = read_dosage([entry("MORN", text="1 tablet morgen"), entry("EVE")])

    assert read.is_text_partial
    assert read.dosage.text == "1 tablet morgen"


def test_clock_times_and_weekdays_are_read_beside_the_text():
    repeat = {
        "frequency": 1,
        "period": 1,
        "periodUnit": "wk",
        "timeOfDay": ["08:00:00", "25:00", 3],
    }
    given = [{"text": "x", "timing": {"repeat": {**repeat, "dayOfWeek": ["thu", "mon", "xyz"]}}}]

    read = read_dosage(given)

    assert read.dosage.times == ("08.00",)
    assert read.dosage.weekdays == (1, 4)
    assert read.dosage.daily_dose is None


def test_weekdays_of_one_entry_do_not_make_the_others_weekly():
    given = [entry(repeat={"dayOfWeek": ["mon"]}), entry("EVE")]

    assert read_dosage(given).dosage.weekdays == ()


def test_times_a_day_without_columns_give_a_daily_dose():
    given = [{"doseAndRate": dose(2), "timing": {"repeat": {**DAILY, "frequency": 3}}}]

    read = read_dosage(given)

    assert read.dosage.daily_dose == "6 tabletter"
    assert read.dosage.text == "2 tabletter 3 gange dagligt"


def test_columns_without_a_frequency_are_once_each():
    given = {
        **entry(),
        "timing": {"repeat": {"when": ["MORN", "EVE"], "period": 1, "periodUnit": "d"}},
    }

    assert read_dosage([given]).dosage.daily_dose == "2 tabletter"


def test_stated_doses_go_before_derived_ones():
    stated = [
        {"url": "urn:nodboks:single-dose", "valueString": "1-2 tabletter"},
        {"url": "urn:nodboks:daily-dose", "valueString": "højst 6"},
    ]

    read = read_dosage([entry(extension=stated)])

    assert (read.dosage.single_dose, read.dosage.daily_dose) == ("1-2 tabletter", "højst 6")


def ratio(value=4, unit="tabletter", length=1, period="d"):
    return {
        "numerator": {"value": value, "unit": unit},
        "denominator": {"value": length, "code": period},
    }


@pytest.mark.parametrize("most", [ratio(), ratio(length=24, period="h"), [ratio(), ratio()]])
def test_highest_daily_dose_is_read_per_day_and_night(most):
    read = read_dosage([entry(asNeededBoolean=True, maxDosePerPeriod=most)])

    assert read.is_as_needed
    assert read.max_daily_dose == "4 tabletter"


@pytest.mark.parametrize(
    "most",
    [
        ratio(length=12, period="h"), ratio(unit=None), ratio(value=0), ratio(value="4"), {},
        [ratio(), ratio(value=6)],
    ],
)  # fmt: skip
def test_highest_dose_that_is_not_per_day_is_unreadable(most):
    read = read_dosage([entry(maxDosePerPeriod=most)])

    assert read.max_daily_dose is None
    assert read.is_max_unreadable == bool(most)


def test_highest_dose_in_the_sources_own_words_goes_first():
    words = [{"url": "urn:nodboks:max-daily-text", "valueString": "4 g"}]

    assert read_dosage([entry(extension=words)]).max_daily_dose == "4 g"


def test_fixed_and_as_needed_together_are_not_as_needed():
    read = read_dosage([entry("MORN"), entry("EVE", asNeededBoolean=True)])

    assert not read.is_as_needed
    assert read.dosage.grid is None
    assert read.dosage.daily_dose is None


def test_instructions_route_method_and_site_are_kept_once():
    more = {
        "patientInstruction": "Tages til mad.",
        "additionalInstruction": [{"text": "Må ikke knuses"}],
        "route": {"text": "oral"},
        "method": {"text": "Synkes"},
        "site": {"text": "Venstre øje"},
    }

    read = read_dosage([entry("MORN", **more), entry("EVE", **more)])

    assert read.instruction == "Tages til mad. Må ikke knuses. Synkes. Venstre øje"
    assert read.route == "oral"


def test_structure_nobody_understands_is_unreadable_not_left_out():
    read = read_dosage([entry("MORN"), {"doseAndRate": [{"rateRatio": {}}]}])

    assert read.is_unreadable
    assert read.dosage.text is None
