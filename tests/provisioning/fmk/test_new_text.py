from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.sources.fmk.faults import DosageFault
from provisioning.sources.fmk.model import FmkDosage, Quantity
from provisioning.sources.fmk.structures import read_dosage
from provisioning.sources.fmk.text import newer_text, official_line, official_text, sheet_text
from provisioning.sources.fmk.words import quantity_words
from tests.provisioning.fmk.invented import (
    AMOUNTS,
    START,
    e2,
    e2_dosages,
    e2_dose,
    e2_period,
    e6,
    e6_days,
    e6_dosages,
    e6_weeks,
    parts,
    times,
)

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def read(raw) -> FmkDosage:
    found = read_dosage(raw)
    assert isinstance(found, FmkDosage), found
    return found


def long(*periods, **around):
    return official_text(read(e6(*periods, **around)))


def daily(dosage, **more):
    return {"Fixed": e6_days(1, {1: dosage}, **more)}


def needed(dosage, interval=1):
    return {"PRN": e6_days(interval, {1: dosage})}


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (daily(parts(Morning=1)), "Dosering:\n1 tablet hver morgen"),
        (daily(times(3)), "Dosering:\n1 tablet 3 gange - hver dag"),
        (needed(times(3)), "Dosering:\n1 tablet efter behov højst 3 gange dagligt"),
        (
            daily({**parts(Morning=1, Noon=1, Night=1)}),
            "Dosering:\n1 tablet morgen, middag og nat - hver dag",
        ),
        # The translator drops the dose that has no time when all amounts are equal.
        (
            daily({**parts(Morning=1), **times(1)}),
            "Dosering:\n1 tablet morgen og 1 tablet - hver dag",
        ),
        (
            needed({"UnlimitedDayDosage": {"Quantity": 2}}),
            "Dosering:\n2 tabletter efter behov ubegrænset antal gange dagligt",
        ),
        (
            {"Fixed": {"IterationInterval": 7, "UnspecifiedDay": {"Dosage": times(2)}}},
            "Dosering - gentages hver 7. dag:\n1 tablet 2 gange på valgfri dag",
        ),
        (
            {"PeriodLengthFreeText": "til huden er hel", **daily(times(1))},
            "Dosering til huden er hel:\n1 tablet - hver dag",
        ),
        ({"Unspecified": True}, "Dosering:\nDosering ikke angivet"),
        # The translator writes no week number, so two Mondays cannot be told apart.
        (
            {"Fixed": e6_weeks(2, {"Monday": times(1)}, {"Monday": times(1, 2)})},
            "Dosering - gentages hver 2. uge:\nUge 1, mandag: 1 tablet\nUge 2, mandag: 2 tabletter",
        ),
        (
            {"Fixed": e6_weeks(0, {"Monday": times(1)})},
            "Dosering:\nMandag: 1 tablet",
        ),
        # Two rhythms under one heading would give the second the rhythm of the first.
        (
            {**daily(parts(Morning=1)), **needed(times(2), interval=3)},
            (
                "Dosering:\n1 tablet hver morgen\n\n"
                "Dosering:\n1 tablet efter behov højst 2 gange hver 3. dag"
            ),
        ),
        (
            {**daily(parts(Morning=1)), **needed(times(2))},
            "Dosering:\n1 tablet hver morgen 1 tablet efter behov højst 2 gange dagligt",
        ),
        (
            daily(
                parts(Morning=1),
                Instruction="tages med vand",
                Restriction={"MaximumDailyDose": 1, "MinimumDurationBetweenDoses": 1},
            ),
            (
                "Dosering:\n1 tablet hver morgen\nInstruks: tages med vand\n"
                "max daglig dosis: 1 tablet, mindst 1 dage imellem doser"
            ),
        ),
        (
            daily(parts(Morning=1), Restriction={"MinimumDurationBetweenDoses": 2}),
            "Dosering:\n1 tablet hver morgen mindst 2 dage imellem doser",
        ),
        (daily(parts(Morning=1), Restriction={}), "Dosering:\n1 tablet hver morgen"),
    ],
)
def test_newer_text_follows_its_rules_and_leaves_nothing_out(period, expected):
    assert long(period) == expected


def test_period_after_a_period_is_told_apart_from_it():
    first = {"PeriodLength": 1, "Empty": True}

    assert long(first, daily(times(1))) == (
        "Dosering i 1 dag:\nIngen dosering\n\nDosering herefter:\n1 tablet - hver dag"
    )
    assert official_line(
        read(e6({"Empty": True}, {"Fixed": e6_weeks(1, {"Friday": times(1)})}))
    ) == ("Ingen dosering. - gentages hver uge:, herefter, Fredag: 1 tablet")


def test_amounts_that_are_no_single_number_are_said_as_they_are():
    dosage = {
        "TimeOfDayDosage": [
            {
                "Time": {"hour": 8, "minute": 5, "second": 9},
                "MinimumQuantity": 1,
                "MaximumQuantity": 2,
            },
            {"Time": {"hour": 20, "minute": 0}, "AccordingToParameterSchema": "INR"},
        ],
        "UnlimitedDayDosage": {
            "Infusion": {"MinimumDuration": 10, "MaximumDuration": 20, "InfusionRate": 2}
        },
    }

    assert long({"PRN": e6_days(1, {1: dosage})}) == (
        "Dosering:\n1 - 2 tabletter efter behov kl. 8:05:09, "
        "antal tablet/tabletter i henhold til INR efter behov kl. 20:00 og "
        "varighed 10 - 20 min, indløbsrate 2 tabletter/t efter behov "
        "ubegrænset antal gange dagligt"
    )


def test_condition_self_administration_and_tables_stand_around_the_text():
    table = {
        "ParameterName": "blodsukker",
        "ParameterLabel": "før måltid",
        "ParameterUnit": "mmol/l",
        "ParameterSchema": {
            "ParametricQuantity": [
                {"FromValue": 7.5, "Quantity": 1},
                {"Criterion": "over 20", "Instruction": "ring til lægen"},
            ]
        },
    }
    bare = {"ParameterName": "INR", "ParameterSchema": {"ParametricQuantity": []}}
    terms = {
        "ValidFrom": "2026-11-02",
        "UpdateValidFromUponHandover": True,
        "PRNTrigger": "feber",
        "EpisodicTreatment": {"Trigger": "anfald", "MinimumDaysBetweenEpisodes": 3},
    }

    text = long(
        daily(times(1)), Precondition=terms, IsSelfAdministration=True, Parameter=[table, bare]
    )

    assert text == (
        "Gyldig fra 2026-11-02 (opdateres ved udlevering) "
        "Betingelse for påbegyndt behandling feber "
        "PN-kur med startbetingelse anfald mindst 3 dage imellem kure\n\n"
        "Dosering:\n1 tablet - hver dag\nselvstyrende\n\n"
        "Blodsukker (mmol/l)\nFør måltid\nFra værdi 7,5: 1 tablet\n"
        "Fra værdi over 20: ring til lægen\n\nINR"
    )


def test_handover_alone_is_said_without_a_date():
    text = long(daily(times(1)), Precondition={"UpdateValidFromUponHandover": True})

    assert text.startswith("Gyldig fra (opdateres ved udlevering)\n\nDosering:")


def test_words_and_schema_are_written_with_the_dates_there_are():
    schema = {"AdministrationAccordingToSchemaInLocalSystem": {"EndDate": "2026-11-30"}}

    assert official_text(read(schema)) == "Til 2026-11-30:\nefter skema"
    assert official_text(read({"FreeText": {"Text": "x"}})) == "x"
    assert sheet_text(read({"administrationAccordingToSchema": {"startDate": "2026-11-02"}})) == (
        "Fra 2026-11-02:\nefter skema"
    )


def test_gap_between_two_older_periods_is_not_closed_in_the_newer_wording():
    first = e2_period(1, {1: [e2_dose("Noon")]}, end=START)
    then = e2_period(1, {1: [e2_dose("Night")]}, START + timedelta(days=4))

    assert newer_text(read(e2(first, then))) == (
        "Dosering i 1 dag:\n1 tablet hver middag\n\nDosering i 3 dage:\nIngen dosering\n\n"
        "Dosering herefter:\n1 tablet hver nat"
    )


def test_older_periods_at_the_same_time_have_no_newer_wording():
    both = e2(e2_period(1, {1: [e2_dose()]}), e2_period(1, {1: [e2_dose(needed=True)]}))

    assert newer_text(read(both)) is None
    assert official_text(read(both)).count("Dosering fra d. 2. nov. 2026") == 2


def test_seventh_day_of_a_week_keeps_its_dose_in_the_newer_wording():
    week = e2(e2_period(7, {7: [e2_dose("Noon"), e2_dose(needed=True)]}, supplText="x"))

    assert newer_text(read(week)) == (
        "Dosering - gentages hver uge:\nSøndag: 1 tablet middag\n"
        "Søndag: 1 tablet efter behov\nInstruks: x"
    )


def test_any_day_of_a_week_stays_any_day():
    week = e2(e2_period(7, {0: [e2_dose(needed=True)]}))

    assert newer_text(read(week)) == (
        "Dosering - gentages hver 7. dag:\nDag 0: 1 tablet efter behov"
    )


def test_sheet_writes_decimal_comma_and_units_in_full():
    raw = {"UnitText": "IE", "DosagePeriod": [daily(parts(Morning=0.5, Night=2))]}

    assert official_text(read(raw)) == "Dosering:\n0.5 IE morgen og 2 IE nat - hver dag"
    assert sheet_text(read(raw)) == "Dosering:\n0,5 enheder morgen og 2 enheder nat - hver dag"


def raw_doses(raw):
    """Find every amount and clock time of a raw dosage, in either shape."""
    if isinstance(raw, list):
        return {found for item in raw for found in raw_doses(item)}
    if not isinstance(raw, dict):
        return set()
    found = {found for item in raw.values() for found in raw_doses(item)}
    for name in ("doseQuantity", "Quantity"):
        if name in raw:
            found.add(AMOUNTS[raw[name]])
    if "hour" in raw:
        found.add(f"kl. {raw['hour']}:{raw['minute']:02}")
    return found


@settings(max_examples=50, deadline=None)
@given(st.one_of(e2_dosages(), e6_dosages()))
def test_every_amount_and_every_clock_time_stands_in_the_text(raw):
    text = sheet_text(read(raw))

    missing = [
        said for said in raw_doses(raw) if f" {said}" not in f" {text.replace(chr(10), ' ')}"
    ]
    assert missing == []
    if '"isAccordingToNeed": true' in str(raw) or "'PRN'" in str(raw):
        assert "efter behov" in text


def test_infusion_may_have_only_a_rate():
    rate = {"MinimumInfusionRate": 1, "MaximumInfusionRate": 2}

    assert long(needed({"UnlimitedDayDosage": {"Infusion": rate}})) == (
        "Dosering:\nindløbsrate 1 - 2 tabletter/t efter behov ubegrænset antal gange dagligt"
    )


def test_table_of_amounts_has_units_or_is_not_read():
    rows = [{"FromValue": 3, "MinimumQuantity": 1, "MaximumQuantity": 2}]
    table = {"ParameterName": "INR", "ParameterSchema": {"ParametricQuantity": rows}}
    words = {"FreeText": {"Text": "efter INR"}, "Parameter": [table]}

    unread = read_dosage(words)

    assert isinstance(unread, DosageFault)
    assert unread.where == "UnitTexts"
    assert official_text(read({**words, "UnitText": "mg"})) == (
        "efter INR\n\nINR\nFra værdi 3: 1 - 2 mg"
    )
    assert quantity_words(Quantity(Decimal(1)), None) == ("1", "")


def test_trigger_alone_is_a_condition():
    text = long(daily(times(1)), Precondition={"PRNTrigger": "feber"})

    assert text.startswith("Betingelse for påbegyndt behandling feber\n\nDosering:")
    assert "mindst" not in text
    moved = long(daily(times(1)), Precondition={"ValidFrom": "2026-11-02"})
    assert moved.startswith("Gyldig fra 2026-11-02\n\nDosering:")


def test_sheet_gives_fixed_doses_as_needed_doses_and_limits_a_line_each():
    limit = {"MaximumDailyDose": 3}
    both = {**daily(parts(Morning=1)), "PRN": e6_days(1, {1: times(2)}, Restriction=limit)}

    assert sheet_text(read(e6(both))) == (
        "Dosering:\n1 tablet hver morgen\n1 tablet efter behov højst 2 gange dagligt\n"
        "max daglig dosis: 3 tabletter"
    )
    assert long(
        {"PRN": e6_days(1, {1: {"UnlimitedDayDosage": {"Infusion": {"Duration": 5}}}})}
    ) == ("Dosering:\nvarighed 5 min efter behov ubegrænset antal gange dagligt")
