from datetime import timedelta

import pytest

from provisioning.sources.fmk.model import Day, FmkDosage, Period, PeriodKind
from provisioning.sources.fmk.old_days import date_of
from provisioning.sources.fmk.old_doses import OldWords
from provisioning.sources.fmk.old_short import old_short_text
from provisioning.sources.fmk.structures import read_dosage
from provisioning.sources.fmk.text import official_line, official_text
from provisioning.sources.fmk.words import OFFICIAL_E2
from tests.provisioning.fmk.invented import START, e2, e2_dose, e2_period, e6, e6_days

FROM = "Dosering fra d. 2. nov. 2026"
NOON, EVENING = e2_dose("Noon"), e2_dose("Evening")
NEEDED = e2_dose(needed=True)
LATER = START + timedelta(days=30)


def read(raw) -> FmkDosage:
    found = read_dosage(raw)
    assert isinstance(found, FmkDosage), found
    return found


def long(*args, **more):
    return official_text(read(e2(e2_period(*args, **more))))


def line(*args, **more):
    return official_line(read(e2(e2_period(*args, **more))))


@pytest.mark.parametrize(
    ("interval", "days", "expected"),
    [
        (1, {1: [NOON]}, f"{FROM}:\n1 tablet hver middag"),
        (1, {1: [e2_dose("Noon", needed=True)]}, f"{FROM}:\n1 tablet hver middag efter behov"),
        (1, {1: [e2_dose()] * 3}, f"{FROM}:\n1 tablet 3 gange hver dag"),
        (1, {1: [e2_dose()]}, f"{FROM}:\n1 tablet hver dag"),
        (
            1,
            {1: [e2_dose(at=(8, 0)), e2_dose(None, 2), e2_dose(None, 2)]},
            f"{FROM}:\n1 tablet kl. 8:00 og 2 tabletter 2 gange - hver dag",
        ),
        (
            1,
            {1: [NEEDED, e2_dose(None, 2, needed=True)]},
            f"{FROM}:\n1 tablet efter behov og 2 tabletter efter behov - hver dag",
        ),
        (
            1,
            {1: [e2_dose("Morning", needed=True), NOON]},
            f"{FROM}:\n1 tablet morgen efter behov og 1 tablet middag - hver dag",
        ),
        (
            1,
            {0: [NEEDED], 1: [NOON]},
            f"{FROM}:\n1 tablet efter behov, højst 1 gang dagligt\n1 tablet middag - hver dag",
        ),
        (0, {0: [NOON]}, f"{FROM}:\n1 tablet middag"),
        (9, {0: [NOON]}, f"{FROM} - gentages hver 9. dag:\nDag ikke angivet: 1 tablet middag"),
        (
            7,
            {0: [NEEDED]},
            f"{FROM} - gentages hver 7. dag:\n1 tablet efter behov, højst 1 gang om ugen",
        ),
        (
            5,
            {0: [NEEDED]},
            f"{FROM} - gentages hver 5. dag:\n1 tablet efter behov, højst 1 gang hver 5. dag",
        ),
        (2, {2: [NOON]}, f"{FROM}:\nDag 2: 1 tablet middag hver 2. dag"),
        (2, {1: [NOON, EVENING]}, f"{FROM}:\n1 tablet middag og 1 tablet aften - hver 2. dag"),
        (14, {7: [NEEDED]}, f"{FROM}:\nHver 2. søndag: 1 tablet efter behov, højst 1 gang dagligt"),
        (14, {8: [NOON]}, f"{FROM} - gentages hver 14. dag:\nDag 8: 1 tablet middag"),
        (7, {7: [NOON]}, f"{FROM} - gentages hver uge:\nSøndag: 1 tablet middag"),
    ],
)  # fmt: skip
def test_older_long_text_follows_the_rules_of_its_shape(interval, days, expected):
    assert long(interval, days) == expected


def test_week_that_ends_before_it_repeats_does_not_say_that_it_repeats():
    days = {2: [e2_dose()]}

    eight = long(7, days, end=START + timedelta(days=7))
    nine = long(7, days, end=START + timedelta(days=8))

    assert eight == f"{FROM} til d. 9. nov. 2026:\nTirsdag: 1 tablet"
    assert nine == f"{FROM} til d. 10. nov. 2026 - gentages hver uge:\nTirsdag: 1 tablet"


def test_interval_longer_than_the_period_is_written_with_its_date():
    text = long(30, {1: [e2_dose("Morning")], 2: [NOON]}, end=START + timedelta(days=3))

    assert text == (
        f"{FROM} til d. 5. nov. 2026:\n"
        "Mandag d. 2. nov. 2026: 1 tablet morgen\nTirsdag d. 3. nov. 2026: 1 tablet middag"
    )


def test_supplementary_words_are_never_left_out():
    note = {"supplText": ", tages med vand", "dosagePeriodPostfix": "i træk"}

    assert long(1, {1: [NOON]}, **note) == (
        f"{FROM}:\n1 tablet hver middag i træk\nBemærk: tages med vand"
    )
    assert long(0, {}, **note).endswith("i denne periode!\nBemærk: tages med vand")
    assert long(4, {1: [NOON]}, **note).endswith("hver 4. dag i træk\nBemærk: tages med vand")


def test_words_and_schema_are_written_with_the_dates_there_are():
    end = {"endDate": "2026-11-30"}

    assert official_text(read({"freeText": {"text": "x"}})) == '"x"'
    assert official_text(read({"freeText": {"text": "x", **end}})) == (
        'Dosering til d. 30. nov. 2026:\n"x"'
    )
    assert official_text(
        read({"administrationAccordingToSchema": {"startDate": "2026-11-30", **end}})
    ) == ("Dosering kun d. 30. nov. 2026:\nDosering efter skriftlig anvisning")


def test_unit_of_one_word_is_bent_unless_it_is_an_abbreviation():
    def said(word, amount):
        raw = e2(e2_period(1, {1: [e2_dose("Noon", amount)]}))
        raw["structures"]["unitOrUnits"] = {"unit": word}
        return official_text(read(raw)).splitlines()[1]

    assert said("tablet", 2) == "2 tabletter hver middag"
    assert said("tabletter", 0.5) == "0,5 tablet hver middag"
    assert said("sugetablet", 1.5) == "1,5 sugetabletter hver middag"
    assert said("sugetabletter", 1) == "1 sugetablet hver middag"
    assert said("IE", 10) == "10 IE hver middag"


@pytest.mark.parametrize(
    ("interval", "days", "more", "expected"),
    [
        (1, {1: [NOON, EVENING]}, {}, "1 tablet middag og aften"),
        (1, {1: [e2_dose("Noon", 2), EVENING]}, {}, "2 tabletter middag og 1 tablet aften"),
        (
            1,
            {1: [NOON, e2_dose("Night", needed=True)]},
            {},
            "1 tablet middag, 1 tablet nat efter behov",
        ),
        (1, {1: [NOON, e2_dose("Noon", needed=True)]}, {}, None),
        (7, {1: [NOON], 3: [NOON]}, {}, "1 tablet middag mandag og onsdag hver uge"),
        (7, {1: [e2_dose()] * 2}, {}, "1 tablet 2 gange mandag hver uge"),
        (7, {1: [e2_dose()] * 2, 2: [e2_dose()] * 2}, {},
         "1 tablet 2 gange daglig mandag og tirsdag hver uge"),
        (1, {1: [e2_dose(None, 2)]}, {}, "2 tabletter 1 gang daglig"),
        (1, {1: [e2_dose()]}, {}, "1 tablet daglig"),
        (1, {1: [e2_dose()] * 3}, {}, "1 tablet 3 gange daglig"),
        (30, {1: [e2_dose()]}, {}, "1 tablet 1 gang om måneden"),
        (30, {1: [e2_dose()] * 2}, {}, "1 tablet 2 gange samme dag 1 gang om måneden"),
        (60, {1: [e2_dose()]}, {}, "1 tablet hver 2. måned"),
        (14, {1: [e2_dose()]}, {}, "1 tablet mandag hver 2. uge"),
        (10, {1: [e2_dose()]}, {}, "1 tablet hver 10. dag"),
        (10, {1: [e2_dose()] * 2}, {}, "1 tablet 2 gange samme dag hver 10. dag"),
        (10, {1: [e2_dose()] * 2}, {"end": START}, "1 tablet 2 gange"),
        (10, {1: [e2_dose()]}, {"end": START + timedelta(days=3)}, "1 tablet 1 gang"),
        (0, {0: [e2_dose()]}, {}, "1 tablet"),
        (0, {1: [NOON], 2: [NOON]}, {}, "1 tablet middag i 2 dage"),
        (0, {0: [NEEDED]}, {}, "1 tablet efter behov"),
        (0, {1: [e2_dose()], 2: [e2_dose()]}, {}, "1 tablet 1 gang daglig i 2 dage"),
        (0, {day: [e2_dose()] * 2 for day in range(1, 8)}, {},
         "1 tablet 2 gange daglig i 1 uge"),
        (0, {day: [e2_dose()] for day in range(1, 15)}, {}, "1 tablet 1 gang daglig i 2 uger"),
        (1, {1: [NEEDED] * 3}, {}, "1 tablet efter behov, højst 3 gange daglig"),
        (1, {1: [e2_dose(), e2_dose(), NEEDED]}, {}, "1 tablet 2-3 gange daglig"),
        (1, {1: [NOON, NEEDED]}, {},
         "1 tablet middag, samt 1 tablet efter behov, højst 1 gang dagligt"),
        (0, {1: [e2_dose()], 3: [e2_dose()], 5: [e2_dose()]}, {},
         "1 tablet 1 gang daglig dag 1, 3 og 5"),
        (0, {1: [NOON], 3: [NOON]}, {}, "1 tablet middag dag 1 og 3"),
        (28, {day: [e2_dose()] for day in range(1, 22)}, {},
         "1 tablet daglig i 3 uger, herefter en uges pause"),
        (28, {day: [e2_dose()] * 2 for day in range(1, 8)}, {},
         "1 tablet 2 gange daglig i en uge, herefter 3 ugers pause"),
        (14, {day: [e2_dose()] for day in range(1, 14)}, {},
         "1 tablet daglig i 13 dage, herefter 1 dags pause"),
        (14, {day: [e2_dose()] for day in range(1, 6)}, {},
         "1 tablet daglig i 5 dage, herefter 9 dages pause"),
        (14, {day: [e2_dose()] for day in range(1, 15)}, {}, "1 tablet daglig"),
        (21, {1: [e2_dose()], 8: [e2_dose()]}, {},
         "1 tablet daglig mandag i de første 2 uger, herefter 1 uges pause"),
        (28, {1: [e2_dose()], 8: [e2_dose()]}, {},
         "1 tablet daglig mandag i de første 2 uger, herefter 2 ugers pause"),
        # Cut at 70 characters it would lose the pause: no line at all is right.
        (28, {2: [e2_dose()] * 2, 9: [e2_dose()] * 2}, {}, None),
        (14, {1: [e2_dose()], 8: [e2_dose()]}, {}, "1 tablet daglig mandag"),
        (5, {1: [NOON], 2: [EVENING]}, {}, None),
        (0, {}, {}, None),
        (1, {1: [NOON]}, {"supplText": "x" * 80}, None),
        (1, {1: [NOON]}, {"supplText": "med vand"}, "1 tablet middag.\nBemærk: med vand"),
    ],
)  # fmt: skip
def test_older_line_follows_the_rules_of_its_shape(interval, days, more, expected):
    assert line(interval, days, **more) == expected


def test_line_of_two_periods_says_how_long_the_first_one_lasts():
    end = START + timedelta(days=2)
    first = e2_period(0, {day: [e2_dose(None, 2)] for day in (1, 2, 3)}, end=end, supplText="a")
    gaps = e2_period(0, {1: [NOON], 3: [NOON]}, end=end)
    then = e2_period(1, {1: [NOON]}, end + timedelta(days=1), supplText="b")

    lines = [
        old_short_text(read(e2(before, then)), OFFICIAL_E2, longest=100) for before in (first, gaps)
    ]

    assert lines == [
        "2 tabletter 1 gang daglig i 3 dage, herefter 1 tablet middag.\nBemærk: a.\nBemærk: b",
        "1 tablet middag dag 1 og 3 i 3 dage, herefter 1 tablet middag.\nBemærk: b",
    ]


def test_line_of_several_periods_is_none_rather_than_wrong():
    end = START + timedelta(days=2)
    one = e2_period(0, {1: [NOON]}, end=end)
    repeated = e2_period(1, {1: [NOON]}, end=end)
    needed = e2_period(1, {1: [NEEDED]}, end + timedelta(days=1))
    odd = e2_period(5, {1: [NOON], 2: [EVENING]}, end + timedelta(days=1))
    then = e2_period(1, {1: [NOON]}, end + timedelta(days=1))
    last = e2_period(1, {1: [NOON]}, LATER)

    for periods in ((one, then), (repeated, then), (one, needed), (one, odd), (one, then, last)):
        assert official_line(read(e2(*periods))) is None


def test_words_and_schema_have_a_line():
    assert official_line(read({"freeText": {"text": "efter aftale"}})) == "efter aftale"
    assert official_line(read({"administrationAccordingToSchema": {}})) == (
        "Dosering efter skriftlig anvisning"
    )


def test_newer_structures_never_reach_the_older_wording_half_read():
    dosage = read(
        e6({"PRN": e6_days(1, {1: {"UnlimitedDayDosage": {"Infusion": {"Duration": 5}}}})})
    )
    (dose,) = dosage.content.doses  # type: ignore[union-attr]

    with pytest.raises(TypeError):
        OldWords(None, OFFICIAL_E2).amount(dose)
    with pytest.raises(TypeError):
        date_of(Period(PeriodKind.GIVEN), Day(1, ()))
