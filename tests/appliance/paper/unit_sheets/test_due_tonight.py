"""The round of the shift under way, on paper."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.paper import plain_pdf
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.unit_sheets import due_tonight
from appliance.paper.unit_sheets.due_tonight import (
    KIND,
    MAYBE_GIVEN,
    NOT_IN_COPY,
    NOTHING_DUE,
    UNDECIDED,
    WRONG_DAY,
)
from appliance.records.alerts import CLOCK_UNSURE
from appliance.records.dosage import Dosage, Schedule, ScheduledDay, ScheduledDose, SchedulePeriod
from appliance.records.medicine import MEDICATION_INCOMPLETE, MEDICATION_UNKNOWN
from appliance.records.models import Flag, SectionState
from appliance.records.terms import CitizenId, FlagKind, MedicationStatus, Section
from tests.appliance.paper.pages import bare, layout, overprinted, texts
from tests.appliance.paper.people import (
    AASE,
    LONG_NAME,
    NIGHT,
    SYD,
    context,
    opened,
    penicillin,
    rich_orders,
)
from tests.appliance.records.orders import grid, order

BENT = replace(AASE, id=CitizenId("bent"), given_name="Bent", dwelling="9", cpr="0202300000")


def at_times(*times, **changes):
    """Return an order of Åse's with one tablet at each of the times."""
    doses = tuple(ScheduledDose(when, "1", "tablet") for when in times)
    schedule = Schedule((SchedulePeriod(1, (ScheduledDay(1, doses),)),))
    return order(citizen_id=AASE.id, dosage=Dosage("1 tablet", schedule=schedule), **changes)


@pytest.fixture
def print_pdf(tmp_path):
    """Return a function that prints the list of Åse's unit from the records given."""

    def render(*records, **changes):
        store = opened(tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite", AASE, BENT, *records)
        wanted = Wanted(Subject.UNIT, SYD.id)
        (document,) = KIND.make(Material(store), wanted, context(**changes))
        return document.pdf

    return render


@pytest.fixture
def printed(print_pdf):
    return lambda *records, **changes: " ".join(texts(print_pdf(*records, **changes)))


def test_each_dose_stands_once_with_amount_strength_and_whose_it_is(printed):
    text = printed(at_times("02.00", "04.00", brand="Levodopix"), penicillin())

    assert text.count("Levodopix (proevin) 5 mg") == 2
    assert text.count("1 tablet Levodopix") == 2
    assert text.count("Åse Ågård CPR 010130-0000 CAVE: Penicillin – udslæt") == 2
    assert "Slut på listen: 2 doser" in text


def test_list_at_three_holds_this_night_and_not_the_morning(printed):
    text = printed(at_times("22.30", "23.30", "06.00", "07.00"))

    assert text.index("22. nov. 2026 kl. 23.30") < text.index("23. nov. 2026 kl. 06.00")
    assert "22.30" not in text
    assert "07.00 (" not in text
    assert "Gælder fra søn. 22. nov. 2026 kl. 23.00 til man. 23. nov. 2026 kl. 07.00." in text


def test_list_shortly_before_the_change_holds_the_next_shift_too(printed):
    text = printed(at_times("06.00", "08.00"), printed_at=NIGHT + timedelta(hours=2))

    assert "kl. 06.00 (nattevagt)" in text
    assert "kl. 08.00 (dagvagt)" in text


def test_dose_whose_time_has_passed_stays_and_may_have_been_given(printed):
    text = printed(at_times("nat", "02.00", "04.00"))

    assert f"Nat søn. 22. nov. 2026 (nattevagt) – {MAYBE_GIVEN}" in text
    assert f"kl. 02.00 (nattevagt) – {MAYBE_GIVEN}" in text
    assert "kl. 04.00 (nattevagt) Bolig" in text


@pytest.mark.parametrize(
    ("hour_utc", "part", "is_said"),
    [(9, "Morgen", False), (10, "Morgen", True), (12, "Middag", False), (13, "Middag", True)],
)
def test_part_of_the_day_is_over_when_its_round_is(printed, hour_utc, part, is_said):
    midday = datetime(2026, 11, 23, hour_utc, 30, tzinfo=UTC)

    text = printed(at_times("morgen", "middag"), printed_at=midday)

    title = f"{part} man. 23. nov. 2026 (dagvagt)"
    assert title in text
    assert (f"{title} – {MAYBE_GIVEN}" in text) is is_said


def test_bedtime_medicine_is_not_given_before_the_night_has_begun(printed):
    evening = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # 22.30: the night is half an hour away

    text = printed(at_times("nat"), printed_at=evening)

    assert "Nat man. 23. nov. 2026 (nattevagt) Bolig" in text


def test_without_a_sure_clock_the_whole_day_stands_there_and_says_which(printed):
    text = printed(at_times("morgen", "nat", "03.30"), is_clock_trusted=False)

    assert "Gælder fra man. 23. nov. 2026 kl. 07.00 til tirs. 24. nov. 2026 kl. 07.00." in text
    assert WRONG_DAY in text
    assert CLOCK_UNSURE in text
    assert MAYBE_GIVEN not in text
    assert "Slut på listen: 3 doser" in text


def test_as_needed_paused_and_stopped_medicine_is_not_due(printed):
    given_at_night = Dosage("1 tablet nat", grid("", "", "", "1"))
    orders = [
        order(id="1", citizen_id=AASE.id, dosage=given_at_night, is_as_needed=True),
        order(id="2", citizen_id=AASE.id, dosage=given_at_night, status=MedicationStatus.PAUSED),
        order(id="3", citizen_id=AASE.id, dosage=given_at_night, status=MedicationStatus.STOPPED),
    ]

    text = printed(*orders)

    assert "Prøvix" not in text
    assert f"{NOTHING_DUE} (2)" in text


def test_what_cannot_be_told_is_never_left_out(printed):
    weekly = order(
        citizen_id=AASE.id, brand="Methotrexix", dosage=Dosage("4 tabletter efter skema")
    )

    text = printed(weekly)

    assert f"{UNDECIDED} (1)" in text
    assert "? Methotrexix (proevin) 5 mg 4 tabletter efter skema" in text
    assert "Slut på listen: 0 doser · 1 kan ikke afgøres · 2 borgere" in text


def test_active_medicine_past_its_last_day_is_asked_about(printed):
    over = order(citizen_id=AASE.id, brand="Udløbix", stops_on=date(2026, 11, 10))

    text = printed(over)

    assert f"{UNDECIDED} (1)" in text
    assert "Slutdatoen er passeret." in text


def test_strength_the_source_left_out_is_said(printed):
    assert "Levodopix (proevin) Styrke MANGLER I KILDEN" in printed(
        at_times("04.00", brand="Levodopix", strength=None)
    )


def test_citizen_without_delivered_medicine_is_named_and_nobody_is_free_of_it(printed):
    gone = SectionState(
        SYD.id, Section.MEDICATION, BENT.id, is_delivered=False, is_complete=False, source="x"
    )

    text = printed(at_times("04.00"), gone)

    assert f"{NOT_IN_COPY} (1)" in text
    assert text.index(NOT_IN_COPY) < text.index("Bent Ågård")
    assert NOTHING_DUE not in text


@pytest.mark.parametrize(
    ("changes", "alert"),
    [
        ({"is_delivered": False, "is_complete": False}, MEDICATION_UNKNOWN),
        ({"is_complete": False}, MEDICATION_INCOMPLETE),
    ],
)
def test_section_that_is_not_whole_is_said_at_the_top(printed, changes, alert):
    text = printed(SectionState(SYD.id, Section.MEDICATION, **changes))

    assert alert in text


def test_whoever_is_not_at_home_stays_on_the_list_and_is_marked(printed):
    away = Flag("f", AASE.id, FlagKind.IN_HOSPITAL, "Indlagt")

    text = printed(at_times("04.00"), away)

    assert "Ikke hjemme" in text
    assert "Levodopix" not in text
    assert "1 tablet Prøvix" in text


def test_names_of_seventy_letters_and_forty_medicines_do_not_overprint(print_pdf, tmp_path):
    long_named = [
        at_times("04.00", id=f"long{number}", brand=LONG_NAME, generic=LONG_NAME.lower())
        for number in range(40)
    ]
    long_name = replace(AASE, id=CitizenId("long"), given_name="Anna-Margrethe " * 4)

    pdf = print_pdf(*long_named, long_name, *rich_orders(), penicillin())

    assert [overprinted(words) for words in layout(pdf, tmp_path)] == [[]] * len(texts(pdf))
    assert bare("".join(texts(pdf))).count(bare(LONG_NAME)) == 40


def test_plain_print_has_every_dose_too(tmp_path):
    store = opened(tmp_path / "r.sqlite", AASE, at_times("04.00", brand="Levodopix"))
    view = due_tonight.view(store, SYD, context(), "900-00001")

    pdf, _ = plain_pdf.render(view, NIGHT)

    assert "Gives: 1 tablet – Levodopix (proevin) 5 mg – tablet" in texts(pdf)[0]
