import pytest

from provisioning.sources.fhir.dosage import is_as_needed
from provisioning.sources.fhir.dosage_words import entry_words


def words(**entry):
    return entry_words(entry, is_as_needed=is_as_needed(entry))


def tablets(value=1, unit="tablet"):
    return [{"doseQuantity": {"value": value, "unit": unit}}]


def timing(**repeat):
    return {"repeat": repeat}


DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}


@pytest.mark.parametrize(
    ("repeat", "expected"),
    [
        ({**DAILY, "when": ["MORN"]}, "1 tablet morgen hver dag"),
        ({"when": ["MORN", "EVE"]}, "1 tablet morgen og aften"),
        ({**DAILY, "when": ["MORN", "NOON", "EVE"]}, "1 tablet morgen, middag og aften hver dag"),
        ({**DAILY, "when": ["ACM"], "offset": 30}, "1 tablet 30 minutter før morgenmad hver dag"),
        ({**DAILY, "timeOfDay": ["08:00:00", "20:30:00"]}, "1 tablet kl. 08.00 og 20.30 hver dag"),
        (DAILY, "1 tablet 1 gang dagligt"),
        ({**DAILY, "frequency": 3}, "1 tablet 3 gange dagligt"),
        ({**DAILY, "frequency": 1, "frequencyMax": 3}, "1 tablet 1-3 gange dagligt"),
        ({"period": 2, "periodUnit": "d"}, "1 tablet hver 2. dag"),
        ({"frequency": 2, "period": 3, "periodUnit": "wk"}, "1 tablet 2 gange hver 3. uge"),
        ({"frequency": 1, "period": 1, "periodUnit": "mo"}, "1 tablet 1 gang om måneden"),
        ({"frequency": 1, "period": 6, "periodUnit": "h"}, "1 tablet hver 6. time"),
        (
            {"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "thu"]},
            "1 tablet mandag og torsdag hver uge",
        ),
        ({**DAILY, "when": ["MORN"], "dayOfWeek": ["sun"]}, "1 tablet morgen søndag"),
        (
            {"frequency": 1, "period": 2, "periodUnit": "d", "when": ["EVE"]},
            "1 tablet aften hver 2. dag",
        ),
        (
            {**DAILY, "boundsPeriod": {"start": "2026-11-23", "end": "2026-12-01"}},
            "1 tablet 1 gang dagligt fra d. 23. nov. 2026 til d. 1. dec. 2026",
        ),
        (
            {**DAILY, "boundsPeriod": {"end": "2026-12-01"}},
            "1 tablet 1 gang dagligt til d. 1. dec. 2026",
        ),
        (
            {**DAILY, "boundsDuration": {"value": 7, "code": "d"}},
            "1 tablet 1 gang dagligt i 7 dage",
        ),
        (
            {**DAILY, "boundsDuration": {"value": 1, "unit": "wk"}},
            "1 tablet 1 gang dagligt i 1 uge",
        ),
        ({**DAILY, "count": 1}, "1 tablet 1 gang dagligt i alt 1 gang"),
        ({**DAILY, "count": 5}, "1 tablet 1 gang dagligt i alt 5 gange"),
    ],
)
def test_rhythm_is_written_out(repeat, expected):
    assert words(doseAndRate=tablets(), timing=timing(**repeat)) == expected


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        (tablets(2), "2 tabletter morgen"),
        (tablets(0.5), "0,5 tabletter morgen"),
        (tablets(2.50, "ml"), "2,5 ml morgen"),
        (tablets(1, None), "1 (enhed ikke oplyst) morgen"),
        (
            [{"doseRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "tablet"}}}],
            "1-2 tabletter morgen",
        ),
    ],
)
def test_amounts_are_danish(dose, expected):
    assert words(doseAndRate=dose, timing=timing(when=["MORN"])) == expected


def test_as_needed_with_reason_and_highest():
    most = {"numerator": {"value": 4, "unit": "tablet"}, "denominator": {"value": 1, "code": "d"}}
    reason = {"text": "smerter"}

    said = words(doseAndRate=tablets(), asNeededCodeableConcept=reason, maxDosePerPeriod=most)

    assert said == "1 tablet efter behov (smerter), højst 4 tabletter pr. døgn"


@pytest.mark.parametrize(
    ("length", "period", "end"),
    [(12, "h", "pr. 12 timer"), (1, "wk", "pr. uge"), (24, "h", "pr. døgn")],
)
def test_highest_of_another_period_keeps_its_period(length, period, end):
    most = {
        "numerator": {"value": 1, "unit": "ml"},
        "denominator": {"value": length, "code": period},
    }

    assert words(asNeededBoolean=True, maxDosePerPeriod=most).endswith(f"højst 1 ml {end}")


def test_as_needed_without_amount_says_that_it_is_not_told():
    assert words(asNeededBoolean=True) == "dosis ikke oplyst efter behov"


@pytest.mark.parametrize(("code", "end"), [("BID", "2 gange dagligt"), ("QD", "1 gang dagligt")])
def test_timing_codes_that_mean_one_thing_are_read(code, end):
    coded = {"code": {"coding": [{"code": "x"}, {"code": code}]}}

    assert words(doseAndRate=tablets(), timing=coded) == f"1 tablet {end}"


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"doseAndRate": tablets()},
        {"doseAndRate": tablets(), "timing": {"repeat": {"when": ["UNKNOWN"]}}},
        {"doseAndRate": tablets(), "timing": {"repeat": {"when": ["MORN"], "offset": 30}}},
        {"doseAndRate": tablets(), "timing": {"repeat": {"when": ["ACM"], "offset": "x"}}},
        {"doseAndRate": tablets(), "timing": {"repeat": {"dayOfWeek": ["xyz"]}}},
        {"doseAndRate": tablets(), "timing": {"repeat": {"timeOfDay": ["otte"]}}},
        {"doseAndRate": tablets(), "timing": {"repeat": {**DAILY, "periodUnit": "x"}}},
        {"doseAndRate": tablets(), "timing": {"repeat": {**DAILY, "period": 0}}},
        {"doseAndRate": tablets(), "timing": {"repeat": {**DAILY, "period": 1.5}}},
        {"doseAndRate": tablets(), "timing": {"repeat": {**DAILY, "frequency": "to"}}},
        {"doseAndRate": tablets(), "timing": {"repeat": {**DAILY, "frequencyMax": "to"}}},
        {
            "doseAndRate": tablets(),
            "timing": {"repeat": {**DAILY, "when": ["MORN"], "frequency": 3}},
        },
        {"doseAndRate": tablets(), "timing": {"repeat": {**DAILY, "boundsRange": {}}}},
        {
            "doseAndRate": tablets(),
            "timing": {"repeat": {**DAILY, "boundsPeriod": {"end": "2026"}}},
        },
        {"doseAndRate": tablets(), "timing": {"repeat": {**DAILY, "boundsDuration": {"value": 1}}}},
        {"doseAndRate": tablets(), "timing": {"repeat": {**DAILY, "count": "to"}}},
        {"doseAndRate": tablets(), "timing": {"code": {"text": "efter aftale"}}},
        {"doseAndRate": tablets(), "timing": {"event": ["2026-11-23"]}},
        {"doseAndRate": tablets(), "timing": {"repeat": DAILY}, "modifierExtension": [{}]},
        {"doseAndRate": tablets() * 2, "timing": {"repeat": DAILY}},
        {"doseAndRate": tablets(value="en"), "timing": {"repeat": DAILY}},
        {"doseAndRate": [{"rateRatio": {}}], "timing": {"repeat": DAILY}},
        {
            "doseAndRate": [{"doseQuantity": {"value": 1, "comparator": "<"}}],
            "timing": {"repeat": DAILY},
        },
        {
            "doseAndRate": [
                {
                    "doseRange": {
                        "low": {"value": 1, "unit": "ml"},
                        "high": {"value": 2, "unit": "l"},
                    }
                }
            ],
            "timing": {"repeat": DAILY},
        },
        {"asNeededBoolean": True, "maxDosePerPeriod": {"numerator": {"value": 1}}},
        {
            "asNeededBoolean": True,
            "maxDosePerPeriod": {
                "numerator": {"value": 1},
                "denominator": {"value": 1, "code": "x"},
            },
        },
    ],
)
def test_what_is_not_understood_is_not_half_said(entry):
    assert words(**entry) is None
