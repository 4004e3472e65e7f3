"""The boards: who is overdue, who is not seen, and that no tick is taken for another one."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from appliance.care_journal.events import Board, JournalEvent, Seen, Ticked, What
from appliance.care_journal.state import Journal, fold
from appliance.paper.unit_sheets import boards
from appliance.paper.unit_sheets.boards import NO_DAY, NO_TIME, need_rows, route_boards
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.records.dosage import (
    Dosage,
    Schedule,
    ScheduledDay,
    ScheduledDose,
    SchedulePeriod,
)
from appliance.records.medicine import MEDICATION_UNKNOWN
from appliance.records.models import Visit
from appliance.records.terms import Section
from tests.appliance.paper.people import AASE, NIGHT, SYD, context, life_critical
from tests.appliance.paper.unit_sheets.crowd import BENT, visit
from tests.appliance.paper.unit_sheets.printing import not_delivered, spoil, two_citizens
from tests.appliance.records.orders import grid
from tests.appliance.records.orders import order as medicine

# The night is 03.00 in Denmark; its shift began at 23.00.
DOSES = tuple(ScheduledDose(when, "8", "enheder") for when in ("02.00", "08.00"))
INSULIN = medicine(
    id="m-i",
    citizen_id=AASE.id,
    brand="Insulix",
    dosage=Dosage("8 enheder", schedule=Schedule((SchedulePeriod(1, (ScheduledDay(1, DOSES),)),))),
)


TWICE_A_DAY = medicine(
    id="m-d", citizen_id=AASE.id, brand="Dobbelix", dosage=Dosage("1 + 1", grid("1", "", "1"))
)


def ticked(board: Board, thing: str, at: datetime, seen: Seen = Seen.SEEN) -> Journal:
    what: What = Ticked(board, thing, seen)
    return fold([JournalEvent("0" * 16, at, at, "AB", what, AASE.id, SYD.id)])


def needs_tick(seen: Seen = Seen.SEEN) -> Ticked:
    return Ticked(Board.LIFE_CRITICAL, AASE.id, seen)


def looked_to(at: datetime, seen: Seen = Seen.SEEN) -> Journal:
    return ticked(Board.LIFE_CRITICAL, AASE.id, at, seen)


@pytest.fixture
def about(tmp_path):
    """Return a function that opens a unit of two with these records."""

    def make(
        *records, journal: Journal | None = None, began_at: datetime | None = None, **changes
    ) -> UnitPrint:
        store = two_citizens(tmp_path / "r.sqlite", *records)
        return UnitPrint(
            store, SYD, context(**changes), journal=journal or Journal(), outage_started_at=began_at
        )

    return make


def test_board_has_those_the_paper_list_has_and_nobody_else(about):
    (row,) = need_rows(about(life_critical(AASE)))

    assert row.citizen.id == AASE.id
    assert row.needs == ["Livsnødvendig: Ilt i døgndrift"]
    assert list(row.lacks) == [NO_TIME]
    assert not row.is_unknown


def test_time_that_has_come_and_gone_is_overdue_and_the_next_is_told(about):
    (row,) = need_rows(about(life_critical(AASE), INSULIN))

    assert [due.words for due in row.overdue] == ["kl. 02.00: Insulix (proevin)"]
    assert row.next.words == "kl. 08.00: Insulix (proevin)"


@pytest.mark.parametrize(
    ("minutes_before", "seen", "is_overdue"),
    [
        (30, Seen.SEEN, False),
        (60, Seen.SEEN, False),
        (61, Seen.SEEN, True),
        (30, Seen.MISSED, True),
    ],
)
def test_seen_at_the_time_or_since_is_not_overdue_and_seen_before_it_or_missed_is(
    about, minutes_before, seen, is_overdue
):
    journal = looked_to(NIGHT - timedelta(minutes=minutes_before), seen)

    (row,) = need_rows(about(life_critical(AASE), INSULIN, journal=journal))

    assert bool(row.overdue) == is_overdue
    assert row.is_seen == (seen is Seen.SEEN)
    assert row.is_missed == (seen is Seen.MISSED)


def test_part_of_the_day_is_overdue_once_it_is_over_and_that_of_tomorrow_is_not(about):
    evening = NIGHT + timedelta(hours=18)

    (row,) = need_rows(about(life_critical(AASE), TWICE_A_DAY, printed_at=evening))

    assert row.overdue[-1].words == "aften: Dobbelix (proevin)"
    assert row.next.words == "tirs. 24. nov. morgen: Dobbelix (proevin)"


@pytest.mark.parametrize(
    ("hours", "overdue", "following"),
    [
        (3, ["søn. 22. nov. aften", "nat"], "morgen"),
        (9, ["natten til man. 23. nov."], "morgen"),
        (13, ["natten til man. 23. nov.", "morgen"], "aften"),
        (16, ["morgen"], "aften"),
        (21, ["morgen", "aften"], "nat"),
        (23, ["aften", "nat"], "tirs. 24. nov. morgen"),
    ],
)
def test_what_nobody_saw_to_is_handed_on_to_the_next_shift_with_its_day(
    about, hours, overdue, following
):
    parts = medicine(
        id="m-d", citizen_id=AASE.id, brand="X", dosage=Dosage("", grid("1", "", "1", "1"))
    )
    now = NIGHT + timedelta(hours=hours - 3)

    began_at = NIGHT - timedelta(days=2)
    (row,) = need_rows(about(life_critical(AASE), parts, printed_at=now, began_at=began_at))

    assert [due.when for due in row.overdue] == overdue
    assert row.next.when == following


@pytest.mark.parametrize(
    ("hours", "overdue", "following"),
    [
        (-8, ["kl. 08.00"], "man. 23. nov. kl. 02.00"),
        (20.5, [], "tirs. 24. nov. kl. 02.00"),
        (24, ["kl. 02.00"], "kl. 08.00"),
    ],
)
def test_clock_time_of_another_day_says_which(about, hours, overdue, following):
    now = NIGHT + timedelta(hours=hours)

    (row,) = need_rows(about(life_critical(AASE), INSULIN, printed_at=now))

    assert [due.when for due in row.overdue] == overdue
    assert row.next.when == following


def test_dose_that_was_seen_to_stays_so_when_nobody_is_met_later(about):
    said = [(NIGHT - timedelta(minutes=40), Seen.SEEN), (NIGHT, Seen.MISSED)]
    journal = fold(
        JournalEvent(f"{n:016x}", at, at, "AB", needs_tick(seen), AASE.id)
        for n, (at, seen) in enumerate(said)
    )

    (row,) = need_rows(about(life_critical(AASE), INSULIN, journal=journal))

    assert not row.overdue
    assert row.is_missed
    assert not row.is_seen


@pytest.mark.parametrize("is_clock_trusted", [False, True])
def test_tick_by_an_unsure_clock_is_shown_and_sees_to_nothing(about, is_clock_trusted):
    at = NIGHT - timedelta(minutes=5)
    tick = JournalEvent("0" * 16, at, at, "AB", needs_tick(), AASE.id, is_clock_sure=False)
    made = about(
        life_critical(AASE), INSULIN, journal=fold([tick]), is_clock_trusted=is_clock_trusted
    )

    (row,) = need_rows(made)

    assert (row.tick, row.is_seen, row.is_doubtful) == (tick, False, True)
    assert bool(row.overdue) == is_clock_trusted


def test_nobody_counts_as_seen_on_a_day_nobody_vouches_for(about):
    (row,) = need_rows(
        about(life_critical(AASE), INSULIN, journal=looked_to(NIGHT), is_clock_trusted=False)
    )

    assert row.tick is not None
    assert not row.is_seen


def test_overdue_stands_first_whatever_the_dwelling(about):
    late = replace(INSULIN, id="m-b", citizen_id=BENT.id)

    rows = need_rows(about(life_critical(AASE), life_critical(BENT), late))

    assert [row.citizen.id for row in rows] == [BENT.id, AASE.id]


def test_tick_of_the_shift_before_is_shown_and_counts_no_more(about):
    (row,) = need_rows(about(life_critical(AASE), journal=looked_to(NIGHT - timedelta(hours=6))))

    assert row.tick is not None
    assert not row.is_seen


def test_newer_copy_with_the_same_need_under_another_id_keeps_the_tick(about):
    flag = replace(life_critical(AASE), id="another")

    (row,) = need_rows(about(flag, journal=looked_to(NIGHT)))

    assert row.is_seen


@pytest.mark.parametrize("is_ticked", [False, True])
def test_planned_visit_is_a_time_too_until_the_other_board_has_it(about, is_ticked):
    early = visit(1, AASE, starts_at=NIGHT - timedelta(hours=1))
    journal = ticked(Board.VISITS, early.id, NIGHT) if is_ticked else None

    (row,) = need_rows(about(life_critical(AASE), early, journal=journal))

    assert [due.words for due in row.overdue] == ([] if is_ticked else ["kl. 02.00: Besøg"])


def test_nothing_is_overdue_where_nobody_vouches_for_the_day(about):
    (row,) = need_rows(about(life_critical(AASE), INSULIN, is_clock_trusted=False))

    assert list(row.lacks) == [NO_DAY]
    assert not row.overdue


def test_what_the_copy_lacks_is_said_and_nobody_is_left_off(about):
    rows = need_rows(about(*not_delivered(Section.FLAGS, Section.MEDICATION)))

    assert [row.is_unknown for row in rows] == [True, True]
    assert all(MEDICATION_UNKNOWN in row.lacks for row in rows)


def test_record_nobody_can_read_costs_words_and_not_the_board(about, tmp_path):
    one = about(life_critical(AASE), INSULIN)
    spoil(tmp_path / "r.sqlite", "UPDATE medication SET ordered_on = 'i går'")

    (row,) = need_rows(one)

    assert boards.UNREAD in row.lacks


def test_visits_are_counted_by_route_as_seen_missed_and_left(about):
    visits = [visit(n, AASE) for n in (1, 2, 3)]
    journal = fold(
        JournalEvent(f"{n:016x}", NIGHT, NIGHT, "AB", Ticked(Board.VISITS, f"v{n}", seen), AASE.id)
        for n, seen in ((1, Seen.SEEN), (2, Seen.MISSED))
    )

    (route,), plan = route_boards(about(*visits, journal=journal))

    assert (route.name, route.seen, route.missed, route.left) == ("Dag 1", 1, 1, 1)
    assert plan.unread == []


@pytest.mark.parametrize(("status", "is_seen"), [("completed", True), ("planned", False)])
def test_visit_done_according_to_the_copy_is_seen(about, status, is_seen):
    ((route,), _) = route_boards(about(visit(1, AASE, status=status)))

    assert route.rows[0].is_seen == is_seen


@pytest.mark.parametrize("is_said", [False, True])
def test_visit_that_should_be_over_is_late_until_somebody_says_something(about, is_said):
    past = visit(1, AASE, starts_at=NIGHT - timedelta(hours=2))
    missed = ticked(Board.VISITS, past.id, NIGHT, Seen.MISSED) if is_said else None

    row = _only(route_boards(about(past, journal=missed)))

    assert row.is_late == (not is_said)


def _only(found) -> boards.VisitRow:
    (route,), _ = found
    (row,) = route.rows
    return row


def test_tick_of_another_day_under_the_same_id_counts_for_nothing(about):
    today: Visit = visit(1, AASE)
    old = ticked(Board.VISITS, today.id, today.starts_at - timedelta(hours=13))

    assert _only(route_boards(about(today, journal=old))).tick is None


def test_visit_ticked_by_a_clock_that_is_far_behind_is_shown_and_still_to_be_made(about):
    past = visit(1, AASE, starts_at=NIGHT - timedelta(hours=2))
    at = NIGHT - timedelta(days=400)
    what = Ticked(Board.VISITS, past.id)
    tick = JournalEvent("0" * 16, at, at, "AB", what, AASE.id, is_clock_sure=False)

    row = _only(route_boards(about(past, journal=fold([tick]))))

    assert (row.tick, row.is_doubtful, row.is_seen, row.is_late) == (tick, True, False, True)


def test_visits_nobody_can_read_are_said_on_the_board_of_needs(about, tmp_path):
    one = about(life_critical(AASE), visit(1, AASE))
    spoil(tmp_path / "r.sqlite", "UPDATE visits SET starts_at = 'i går'")

    (row,) = need_rows(one)

    assert boards.UNREAD in row.lacks


@pytest.mark.parametrize(("minutes_ago", "is_overdue"), [(60, True), (0, True), (-1, False)])
def test_what_was_due_over_an_hour_before_the_outage_the_care_system_has(
    about, minutes_ago, is_overdue
):
    """The insulin of 02.00: from 03.00 on it is an hour ago."""
    began_at = NIGHT - timedelta(minutes=minutes_ago)

    (row,) = need_rows(about(life_critical(AASE), INSULIN, began_at=began_at))

    assert bool(row.overdue) == is_overdue
    assert row.next.words == "kl. 08.00: Insulix (proevin)"
