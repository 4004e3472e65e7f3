"""The round of the shift under way, on paper."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.paper import plain_pdf
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.unit_sheets import due_tonight
from appliance.paper.unit_sheets.due_tonight import (
    ASK_WHO,
    KIND,
    MAYBE_GIVEN,
    NO_DATE,
    NOT_IN_COPY,
    NOT_NOW,
    NOTHING_DAILY,
    NOTHING_DUE,
    UNDECIDED,
)
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.records.alerts import CLOCK_UNSURE, DUPLICATE, NEEDS_UNKNOWN
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

# The foot of the page begins 27 mm above its lower edge.
FOOT_FROM_PT = 842 - 27 / 25.4 * 72 + 8

BENT = replace(AASE, id=CitizenId("bent"), given_name="Bent", dwelling="9", cpr="0202300000")


def at_times(*times, **changes):
    """Return an order of Åse's with one tablet at each of the times."""
    doses = tuple(ScheduledDose(when, "1", "tablet") for when in times)
    schedule = Schedule((SchedulePeriod(1, (ScheduledDay(1, doses),)),))
    return order(citizen_id=AASE.id, dosage=Dosage("1 tablet", schedule=schedule), **changes)


def at_weekly(*times, **changes):
    """Return an order of Åse's with one tablet at each of the times of a Monday."""
    doses = tuple(ScheduledDose(when, "1", "tablet") for when in times)
    schedule = Schedule((SchedulePeriod(7, (ScheduledDay(1, doses),)),))
    whole = {
        "id": "weekly",
        "citizen_id": AASE.id,
        "dosage": Dosage("ugentligt", schedule=schedule),
    }
    return order(**{**whole, **changes})


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
    assert "23. nov. 2026 kl. 07.00 Bolig" not in text
    assert "Gælder fra søn. 22. nov. 2026 kl. 23.00 til man. 23. nov. 2026 kl. 07.00." in text


def test_list_shortly_before_the_change_holds_the_next_shift_too(printed):
    text = printed(at_times("06.00", "08.00"), printed_at=NIGHT + timedelta(hours=2))

    assert "kl. 06.00 Bolig" in text
    assert "kl. 08.00 Bolig" in text


def test_dose_whose_time_has_passed_stays_and_may_have_been_given(printed):
    text = printed(at_times("nat", "02.00", "04.00"))

    assert f"Nat søn. 22. nov. 2026 – {MAYBE_GIVEN}" in text
    assert f"kl. 02.00 – {MAYBE_GIVEN}" in text
    assert "kl. 04.00 Bolig" in text


@pytest.mark.parametrize(
    ("hour_utc", "part", "is_said"),
    [(9, "Morgen", False), (10, "Morgen", True), (12, "Middag", False), (13, "Middag", True)],
)
def test_part_of_the_day_is_over_when_its_round_is(printed, hour_utc, part, is_said):
    midday = datetime(2026, 11, 23, hour_utc, 30, tzinfo=UTC)

    text = printed(at_times("morgen", "middag"), printed_at=midday)

    title = f"{part} man. 23. nov. 2026"
    assert title in text
    assert (f"{title} – {MAYBE_GIVEN}" in text) is is_said


def test_bedtime_medicine_is_not_given_before_the_night_has_begun(printed):
    evening = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # 22.30: the night is half an hour away

    text = printed(at_times("nat"), printed_at=evening)

    assert "Nat man. 23. nov. 2026 Bolig" in text


def test_without_a_sure_clock_only_what_is_the_same_every_day_stands_there_undated(printed):
    weekly = at_weekly("morgen", brand="Methotrexix")

    text = printed(at_times("morgen", "nat", "03.30"), weekly, is_clock_trusted=False)

    assert NO_DATE in text
    assert CLOCK_UNSURE in text
    assert MAYBE_GIVEN not in text
    assert "Kl. 03.30 Bolig" in text
    assert "2026 kl. 07.00" not in text
    assert "Slut på listen: 3 doser · 1 skal afklares" in text
    assert text.index(UNDECIDED) < text.index("Methotrexix")


def test_without_a_sure_clock_nobody_is_said_to_get_nothing(printed):
    text = printed(is_clock_trusted=False)

    assert NOTHING_DUE not in text
    assert f"{NOTHING_DAILY} (2)" in text


def test_dose_for_any_time_stands_in_one_shift_and_may_have_been_given(printed):
    at_night = printed(at_times("", brand="Alendronix"))
    by_day = printed(
        at_times("", brand="Alendronix"), printed_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    )

    assert "Alendronix" not in at_night
    assert f"Én gang i døgnet, når som helst man. 23. nov. 2026 – {MAYBE_GIVEN}" in by_day
    assert by_day.count("Alendronix") == 1


def test_time_nobody_can_read_stands_as_the_source_has_it(printed):
    text = printed(at_times("før sengetid"), printed_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC))

    assert f"Før sengetid man. 23. nov. 2026 – {MAYBE_GIVEN}" in text


def test_two_orders_of_the_same_medicine_are_marked(printed):
    text = printed(at_times("04.00", id="x1"), at_times("04.00", id="x2"))

    assert text.count(DUPLICATE) == 2


def test_unit_whose_citizens_were_not_delivered_is_no_empty_round(printed):
    gone = SectionState(SYD.id, Section.CITIZENS, is_delivered=False, is_complete=False)

    assert "Borgere er ikke med i kopien." in printed(gone)


def test_needs_that_were_not_delivered_are_said_at_the_top(printed):
    gone = SectionState(SYD.id, Section.FLAGS, is_delivered=False, is_complete=False)

    assert NEEDS_UNKNOWN in printed(gone)


def test_undecided_medicine_has_no_tick_and_asks_who_said_what(printed):
    text = printed(order(citizen_id=AASE.id, dosage=Dosage("efter skema"), brand="Skemix"))

    assert f"Bolig Borger og CAVE {ASK_WHO}" in text
    assert "Gives – sæt kryds" not in text


def test_ordered_times_that_are_not_in_this_shift_are_said(printed):
    dosage = Dosage("1 kapsel kl. 07.00 og 14.00", times=("07.00", "14.00"))
    by_night = order(citizen_id=AASE.id, dosage=dosage, brand="Levodopix")

    assert NOT_NOW in printed(by_night)
    assert NOT_NOW not in printed(by_night, printed_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC))


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
    assert "Methotrexix (proevin) 5 mg 4 tabletter efter skema" in text
    assert "Slut på listen: 0 doser · 1 skal afklares · 2 borgere" in text


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


@pytest.mark.parametrize("length", [20, 200, 900, 3000])
def test_nothing_is_lost_below_the_page_however_long_it_is(print_pdf, tmp_path, length):
    words = " ".join(f"ord{number}" for number in range(length // 6))
    undecided = [
        order(
            id=f"u{number}",
            citizen_id=AASE.id,
            brand=f"Slutmiddel{number}",
            dosage=Dosage(f"{words}\n{words} SLUT{number}."),
        )
        for number in range(7)
    ]

    pdf = print_pdf(*undecided, penicillin())

    assert {f"SLUT{number}." for number in range(7)} <= set(in_bodies(pdf, tmp_path))


def test_names_of_seventy_letters_and_forty_medicines_do_not_overprint(print_pdf, tmp_path):
    long_named = [
        at_times("04.00", id=f"long{number}", brand=LONG_NAME, generic=LONG_NAME.lower())
        for number in range(40)
    ]
    long_name = replace(AASE, id=CitizenId("long"), given_name="Anna-Margrethe " * 4)

    pdf = print_pdf(*long_named, long_name, *rich_orders(), penicillin())

    assert [overprinted(words) for words in layout(pdf, tmp_path)] == [[]] * len(texts(pdf))
    assert bare("".join(in_bodies(pdf, tmp_path))).count(bare(LONG_NAME)) == 40


def test_plain_print_has_every_dose_too(tmp_path):
    store = opened(tmp_path / "r.sqlite", AASE, at_times("04.00", brand="Levodopix"))
    view = due_tonight.view(UnitPrint(store, SYD, context()), "900-00001")

    pdf, _ = plain_pdf.render(view, NIGHT)

    assert "Gives: 1 tablet – Levodopix (proevin) 5 mg – tablet" in texts(pdf)[0]


def in_bodies(pdf, folder):
    """Return the words that stand on the paper above the foot: what is below is lost or over it."""
    return [
        word.text for page in layout(pdf, folder) for word in page if word.bottom < FOOT_FROM_PT
    ]
