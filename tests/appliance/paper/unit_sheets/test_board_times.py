"""The times of who cannot wait: what was noted is seen to, and what was not never vanishes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from appliance.care_journal.events import (
    Board,
    JournalEvent,
    MedicineGiven,
    Outcome,
    Struck,
    Ticked,
    What,
)
from appliance.care_journal.state import fold
from appliance.clock import DANISH_TIME
from appliance.paper.unit_sheets.boards import (
    DOSES_FROM,
    FromWhen,
    NeedRow,
    doses_from,
    need_rows,
    route_boards,
)
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.records.dosage import Dosage, Schedule, ScheduledDay, ScheduledDose, SchedulePeriod
from appliance.records.models import SectionState
from appliance.records.terms import Section
from tests.appliance.paper.people import AASE, SYD, context, life_critical
from tests.appliance.paper.unit_sheets.crowd import BENT, visit
from tests.appliance.paper.unit_sheets.printing import not_delivered, two_citizens
from tests.appliance.records.orders import grid, order

NOW = datetime(2026, 11, 26, 22, 30, tzinfo=DANISH_TIME)


def scheduled(name: str, *clock: str):
    """Return an order of eight units at these times."""
    doses = tuple(ScheduledDose(when, "8", "enheder") for when in clock)
    schedule = Schedule((SchedulePeriod(1, (ScheduledDay(1, doses),)),))
    dosage = Dosage("8 enheder", schedule=schedule)
    return order(id=name, citizen_id=AASE.id, brand=name.title(), generic="", dosage=dosage)


EVENING = scheduled("glargilin", "22.00")
TWICE = scheduled("dobbelin", "21.00", "22.00")


def event(what: What, clock: str, number: int = 1, **changes) -> JournalEvent:
    hour, minute = map(int, clock.split("."))
    at = NOW.replace(hour=hour, minute=minute)
    return replace(JournalEvent(f"{number:016x}", at, at, "AB", what, AASE.id, SYD.id), **changes)


def given(clock: str, number: int = 1, of: str = "glargilin", **changes) -> JournalEvent:
    return event(MedicineGiven(of.title(), "8 enheder", order_id=of), clock, number, **changes)


def seen(clock: str) -> JournalEvent:
    return event(Ticked(Board.LIFE_CRITICAL, AASE.id), clock, 99)


def as_of(moment: datetime | None, section: Section, citizen_id: str = "") -> SectionState:
    return SectionState(SYD.id, section, citizen_id=citizen_id, as_of=moment)


@pytest.fixture
def about(tmp_path):
    """Return a function that opens the unit half past ten in the evening, an outage since noon."""

    def make(*records, events=(), began_at=NOW - timedelta(hours=10), **changes) -> UnitPrint:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite"
        store = two_citizens(path, life_critical(AASE), *records)
        made = context(**{"printed_at": NOW, **changes})
        return UnitPrint(store, SYD, made, journal=fold(events), outage_started_at=began_at)

    return make


@pytest.fixture
def row(about):
    """Return a function that gives the row of Åse."""

    def make(*records, **changes) -> NeedRow:
        (found,) = need_rows(about(*records, **changes))
        return found

    return make


def words(dues) -> list[str]:
    return [due.words for due in dues]


@pytest.mark.parametrize("clock", ["21.40", "22.05"])
def test_dose_that_was_noted_is_not_overdue(row, clock):
    found = row(EVENING, events=[given(clock)])

    assert words(found.overdue) == []
    assert found.told == []


def test_dose_noted_before_it_is_due_is_not_the_next_any_more(row):
    at_21 = NOW.replace(hour=21, minute=30)

    before = row(EVENING, printed_at=at_21).next
    after = row(EVENING, printed_at=at_21, events=[given("21.20")]).next

    assert before.when == "kl. 22.00"
    assert after is None or after.when != "kl. 22.00"


def test_one_entry_sees_to_one_of_two_doses_and_is_told_beside_the_other(row):
    found = row(TWICE, events=[given("22.05", of="dobbelin")])

    assert words(found.overdue) == ["kl. 21.00: Dobbelin"]
    assert found.told == ["Noteret kl. 22.05 af AB: Dobbelin · 8 enheder · givet"]


def test_two_entries_within_the_hour_see_to_both(row):
    events = [given("21.05", 1, "dobbelin"), given("21.55", 2, "dobbelin")]

    assert words(row(TWICE, events=events).overdue) == []


def test_entry_of_another_order_sees_to_nothing(row):
    assert words(row(EVENING, TWICE, events=[given("22.05", of="dobbelin")]).overdue) == [
        "kl. 21.00: Dobbelin",
        "kl. 22.00: Glargilin",
    ]


def test_struck_entry_sees_to_nothing_any_more(row):
    events = [given("22.05"), event(Struck(given("22.05").id), "22.10", 2)]

    assert words(row(EVENING, events=events).overdue) == ["kl. 22.00: Glargilin"]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Outcome.REFUSED, "borgeren ville ikke have det"),
        (Outcome.NOT_GIVEN, "ikke givet"),
    ],
)
def test_dose_that_was_not_given_is_not_overdue_and_is_said(row, outcome, told):
    what = MedicineGiven("Glargilin", "8 enheder", outcome, order_id="glargilin")

    found = row(EVENING, events=[event(what, "22.05"), given("22.20", 2)])

    assert words(found.overdue) == []
    assert found.told == [
        f"Noteret kl. 22.05 af AB: Glargilin · 8 enheder · {told}",
        "Noteret kl. 22.20 af AB: Glargilin · 8 enheder · givet",
    ]


def test_entry_by_an_unsure_clock_sees_to_nothing_and_the_last_is_told(row):
    events = [given("22.05", n, is_clock_sure=False) for n in (1, 2)]

    found = row(EVENING, events=events)

    assert words(found.overdue) == ["kl. 22.00: Glargilin"]
    (told,) = found.told
    assert "(boksens ur var usikkert): Glargilin" in told


def test_seen_is_not_given_and_what_nobody_noted_stays_on_the_row(row):
    found = row(EVENING, events=[seen("22.10")])

    assert found.is_seen
    assert words(found.overdue) == []
    assert words(found.unnoted) == ["kl. 22.00: Glargilin"]


def test_what_was_seen_and_then_noted_is_off_the_row(row):
    found = row(EVENING, events=[seen("22.10"), given("22.15")])

    assert (words(found.overdue), words(found.unnoted)) == ([], [])


def test_medicine_nobody_noted_stays_until_the_shift_that_follows_is_over(row):
    """The evening shift ends at 23.00, the night at 07.00."""
    events = [seen("22.10")]
    in_the_night = row(EVENING, events=events, printed_at=NOW + timedelta(hours=8))

    assert words(in_the_night.unnoted) == ["tors. 26. nov. kl. 22.00: Glargilin"]
    after = row(EVENING, events=events, printed_at=NOW + timedelta(hours=9))
    assert words(after.unnoted) == []


def test_dose_is_counted_from_the_age_of_the_copy_where_no_outage_is_on(row):
    """The copy is of 22.36 and an hour is in doubt: 21.00 the care system has."""
    now = NOW.replace(hour=22, minute=40)
    states = as_of(now - timedelta(minutes=4), Section.MEDICATION)

    found = row(TWICE, states, printed_at=now, began_at=None)

    assert words(found.overdue) == ["kl. 22.00: Dobbelin"]
    assert found.counted_from.doses == NOW.replace(hour=21, minute=36)


@pytest.mark.parametrize("moment", [None, NOW + timedelta(days=2)])
def test_copy_of_unknown_age_gives_no_bound(row, moment):
    found = row(TWICE, as_of(moment, Section.MEDICATION), began_at=None)

    assert found.counted_from.doses is None
    assert words(found.overdue) == ["kl. 21.00: Dobbelin", "kl. 22.00: Dobbelin"]


def test_section_that_is_not_in_the_copy_gives_no_bound(row):
    assert row(*not_delivered(Section.MEDICATION), began_at=None).counted_from.doses is None


def test_what_was_noted_sees_to_no_dose_from_before_it_is_counted(row):
    """That of 21.00 the care system has: the entry is of 22.00."""
    now = NOW.replace(hour=22, minute=40)
    state = as_of(now - timedelta(minutes=4), Section.MEDICATION)
    events = [given("22.05", of="dobbelin")]

    assert words(row(TWICE, state, printed_at=now, began_at=None, events=events).overdue) == []


def test_citizens_of_different_age_are_counted_each_from_their_own(about):
    states = (
        as_of(NOW - timedelta(minutes=4), Section.MEDICATION),
        as_of(NOW - timedelta(hours=5), Section.MEDICATION, BENT.id),
    )

    rows = need_rows(about(life_critical(BENT), *states, began_at=None))

    since = [row.counted_from.doses for row in rows]
    assert since == [NOW - timedelta(hours=6), NOW - timedelta(hours=1, minutes=4)]
    assert doses_from(rows) == FromWhen(DOSES_FROM[1], since[1])
    assert doses_from(rows[:1]) == FromWhen(DOSES_FROM[0], since[0])


def test_visit_is_late_from_the_age_of_the_visits_and_not_of_the_medicine(about):
    early, late = (
        visit(n, AASE, starts_at=NOW.replace(hour=hour)) for n, hour in enumerate((18, 21))
    )
    states = (as_of(NOW - timedelta(minutes=30), Section.VISITS), as_of(None, Section.MEDICATION))
    one = about(early, late, *states, began_at=None)

    (route,), _ = route_boards(one)

    assert [each.is_late for each in route.rows] == [False, True]
    (row,) = need_rows(one)
    assert words(row.overdue) == ["kl. 21.30: Besøg"]
    assert row.counted_from.visits == NOW - timedelta(hours=1, minutes=30)


def test_seen_sees_to_a_visit_and_leaves_the_medicine_of_that_time(row):
    at = NOW.replace(minute=0)

    found = row(EVENING, visit(1, AASE, starts_at=at), events=[seen("22.25")])

    assert words(found.overdue) == []
    assert words(found.unnoted) == ["kl. 22.00: Glargilin"]


def test_part_of_the_day_is_seen_to_by_a_dose_noted_at_its_hour(row):
    evening = order(
        id="parts", citizen_id=AASE.id, brand="Parts", dosage=Dosage("", grid("", "", "1"))
    )

    assert row(evening).overdue[0].when == "aften"
    assert words(row(evening, events=[given("17.30", of="parts")]).overdue) == []
