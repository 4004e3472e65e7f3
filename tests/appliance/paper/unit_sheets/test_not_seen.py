"""The list of whom nobody has seen: from both boards, with room to sign, and nobody left off."""

from datetime import timedelta

import pytest

from appliance.care_journal.events import Board, JournalEvent, MedicineGiven, Seen, Ticked
from appliance.care_journal.state import Journal, fold
from appliance.errors import JournalUnreadError
from appliance.paper.document import Typeset
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.unit_sheets import handover
from appliance.paper.unit_sheets.boards import DOSES_FROM, VISITS_FROM
from appliance.paper.unit_sheets.handover import ASK_FOR_PAPER, LOOKED_TO, NOT_DONE
from appliance.paper.unit_sheets.not_seen import (
    ALL_SEEN,
    KIND,
    LATE,
    MAYBE_ON_PAPER,
    ONLY_THE_BOX,
    ROW_UNREAD,
    SEEN_IS_NOT_GIVEN,
    SEEN_UNNOTED,
    UNNOTED,
    VISITS_UNREAD,
)
from appliance.paper.unit_sheets.unit_view import UNREAD
from appliance.records.dosage import Dosage, Schedule, ScheduledDay, ScheduledDose, SchedulePeriod
from appliance.records.models import SectionState
from appliance.records.terms import Section
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import AASE, NIGHT, SYD, context, life_critical
from tests.appliance.paper.unit_sheets.crowd import BENT, visit
from tests.appliance.paper.unit_sheets.printing import not_delivered, spoil, two_citizens
from tests.appliance.records.orders import order

DAILY_AT_TWO = Schedule(
    (SchedulePeriod(1, (ScheduledDay(1, (ScheduledDose("02.00", "1", "tablet"),)),)),)
)
VISITS = (
    visit(1, AASE, starts_at=NIGHT - timedelta(hours=2), tasks=("Øjendråber",)),
    visit(2, BENT, tasks=("Bad",)),
)


def journal(*said: tuple[Board, str, Seen]) -> Journal:
    at = NIGHT - timedelta(minutes=20)
    return fold(
        JournalEvent(f"{n:016x}", at, at, "AB", Ticked(board, thing, seen, "lukket dør"), AASE.id)
        for n, (board, thing, seen) in enumerate(said)
    )


@pytest.fixture
def page(tmp_path):
    """Return a function that prints the sheet with what was ticked."""

    def render(known, kind=KIND, *, records=(), spoilt="", began_at=None, **changes):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite"
        store = two_citizens(path, life_critical(AASE), *VISITS, *records)
        if spoilt:
            spoil(path, spoilt)
        wanted = Wanted(Subject.UNIT, SYD.id)
        (document,) = kind.make(
            Material(store, journal=known, outage_started_at=began_at), wanted, context(**changes)
        )
        assert document.typeset is Typeset.STRICT
        return " ".join(texts(document.pdf)).replace("\xa0", " ")

    return render


def test_whoever_is_not_seen_stands_on_it_with_the_time_and_what_for(page):
    text = page(Journal())

    assert "Livsnødvendig: Ilt i døgndrift" in text
    assert "kl. 01.00" in text
    assert LATE in text
    assert "Øjendråber" in text
    assert ONLY_THE_BOX in text
    assert "Slut på listen: 3 linjer" in text


def test_who_was_missed_stays_with_the_word_of_whoever_was_there(page):
    text = page(journal((Board.VISITS, "v1", Seen.MISSED)))

    assert "Ikke truffet kl. 02.40 af AB: lukket dør" in text
    assert "Slut på listen: 3 linjer" in text


def test_seen_is_off_the_list(page):
    text = page(journal((Board.VISITS, "v1", Seen.SEEN), (Board.LIFE_CRITICAL, AASE.id, Seen.SEEN)))

    assert "Øjendråber" not in text
    assert "Slut på listen: 1 linje" in text


EVERYBODY = (
    *((Board.VISITS, each.id, Seen.SEEN) for each in VISITS),
    (Board.LIFE_CRITICAL, AASE.id, Seen.SEEN),
)


def test_all_seen_is_said_and_that_paper_may_know_more(page):
    assert ALL_SEEN in page(journal(*EVERYBODY))


@pytest.mark.parametrize("section", [Section.FLAGS, Section.MEDICATION, Section.VISITS])
def test_all_seen_is_never_said_of_a_copy_that_lacks_something(page, section):
    text = page(journal(*EVERYBODY), records=not_delivered(section))

    assert ALL_SEEN not in text
    assert ONLY_THE_BOX in text


def test_all_seen_is_never_said_by_an_unsure_clock(page):
    assert ALL_SEEN not in page(journal(*EVERYBODY), is_clock_trusted=False)


def test_whose_visits_cannot_be_read_stands_on_the_list(page):
    spoilt = "UPDATE visits SET starts_at = 'i går' WHERE id = 'v2'"

    text = page(journal(*EVERYBODY), spoilt=spoilt)

    assert ALL_SEEN not in text
    assert f"{VISITS_UNREAD} (1)" in text
    assert BENT.family_name in text
    assert "Slut på listen: 1 linje" in text


def test_who_was_seen_and_whose_medicine_cannot_be_read_stands_on_the_list(page):
    medicine = order(citizen_id=AASE.id)
    spoilt = "UPDATE medication SET ordered_on = 'i går'"

    text = page(journal(*EVERYBODY), records=(medicine,), spoilt=spoilt)

    assert ALL_SEEN not in text
    assert ROW_UNREAD in text
    assert UNREAD in text


def test_journal_nobody_can_read_leaves_nobody_off_and_says_so(page):
    text = page(None)

    assert JournalUnreadError.sentence in text
    assert "Slut på listen: 3 linjer" in text


def test_handover_tells_what_was_ticked_and_missed(page):
    ticked = ((Board.LIFE_CRITICAL, AASE.id, Seen.SEEN), (Board.VISITS, "v1", Seen.MISSED))

    text = page(journal(*ticked), handover.KIND)

    assert f"{LOOKED_TO}: Set kl. 02.40 af AB" in text
    assert "Ikke truffet kl. 02.40 af AB: lukket dør" in text
    assert NOT_DONE not in text
    assert ASK_FOR_PAPER in text


@pytest.mark.parametrize("is_clock_trusted", [True, False])
@pytest.mark.parametrize(("began_at", "when"), [(NIGHT, "kl. 02.00"), (None, "kl. 01.05")])
def test_from_when_times_are_counted_is_said_by_a_sure_clock(
    page, began_at, when, *, is_clock_trusted
):
    """With an outage from its beginning, without one from the age of the copy."""
    text = page(Journal(), began_at=began_at, is_clock_trusted=is_clock_trusted)

    told = (DOSES_FROM[0].format(when=when), VISITS_FROM[0].format(when=when))
    assert all((each in text) is is_clock_trusted for each in told)


def test_where_citizens_differ_in_age_the_latest_time_is_said_and_that_not_all_is_hidden(page):
    own = [
        SectionState(SYD.id, part, citizen_id=BENT.id, as_of=NIGHT - timedelta(hours=2))
        for part in (Section.MEDICATION, Section.VISITS)
    ]

    text = page(Journal(), records=(life_critical(BENT), *own))

    assert DOSES_FROM[1].format(when="kl. 01.05") in text
    assert VISITS_FROM[1].format(when="kl. 01.05") in text


NIGHTLY = order(
    id="m-n",
    citizen_id=AASE.id,
    brand="Natrix",
    dosage=Dosage("1 tablet", schedule=DAILY_AT_TWO),
)


def test_medicine_of_who_was_seen_stands_apart_until_it_is_noted(page):
    seen = journal(*EVERYBODY)
    at = NIGHT - timedelta(minutes=10)
    dose = MedicineGiven("Natrix", "1 tablet", order_id="m-n")
    noted = fold(
        [
            *(tick for ticks in seen.ticks.values() for tick in ticks),
            JournalEvent("f" * 16, at, at, "AB", dose, AASE.id),
        ]
    )

    text, after = (page(each, records=(NIGHTLY,)) for each in (seen, noted))

    assert f"{SEEN_UNNOTED} (1)" in text
    assert f"{UNNOTED} kl. 02.00: Natrix" in text
    assert SEEN_IS_NOT_GIVEN in text
    assert ALL_SEEN not in text
    assert ALL_SEEN in after


def test_overdue_medicine_may_be_on_paper_and_that_is_said_once(page):
    text = page(Journal(), records=(NIGHTLY,))

    assert "Over tiden: kl. 02.00: Natrix" in text
    assert text.count(MAYBE_ON_PAPER) == 1
    assert MAYBE_ON_PAPER not in page(Journal())


@pytest.mark.parametrize(("hours_ago", "is_late"), [(3, True), (0, False)])
def test_visit_that_was_over_well_before_the_outage_is_not_called_late(page, hours_ago, is_late):
    text = page(Journal(), began_at=NIGHT - timedelta(hours=hours_ago))

    assert (LATE in text) is is_late
