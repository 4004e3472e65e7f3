"""What paper is told of an outage: all that counts, while it is on, and nothing afterwards."""

from datetime import timedelta

from appliance.clock import HeldClock
from appliance.outage.events import Happening, Kind
from appliance.outage.journal import LONGEST_DRILL, Beginning, OutageJournal
from appliance.outage.under_way import again_at
from tests.appliance.outage.nights import DRILLED, REAL, STEP

LATER = Happening(Kind.DECISION, "AB", "krisestab", "Skal staben samles?", "Ja", "Chef Holm")
FIRST = Happening(Kind.DECISION, "AB", "krisestab", "Skal staben samles?", "Nej", "Chef Holm")


def test_paper_knows_what_the_screens_know_while_it_is_on(journal: OutageJournal) -> None:
    journal.begin(REAL)
    journal.write(STEP)

    known = journal.on_paper().under_way

    assert known is not None
    assert known.number == 1
    assert known.lapse.outage.about(Kind.STEP, "ring-it") is not None


def test_with_nothing_on_there_is_nothing_to_tell(journal: OutageJournal, clock: HeldClock) -> None:
    assert journal.on_paper().under_way is None
    journal.begin(DRILLED)
    clock.move(LONGEST_DRILL)

    assert journal.on_paper().under_way is None


def test_every_decision_is_told_in_its_order_but_for_what_was_taken_back(
    journal: OutageJournal,
) -> None:
    journal.begin(REAL)
    journal.write(FIRST)
    journal.write(LATER)
    journal.write(LATER)
    journal.undo(4, "AB")

    known = journal.on_paper().under_way

    assert known is not None
    assert [event.what.answer for event in known.decisions] == ["Nej", "Ja"]


def test_what_is_down_was_told_at_the_beginning_and_whenever_it_changed(
    journal: OutageJournal,
) -> None:
    journal.begin(Beginning("AB", down=("FMK",)))
    journal.write(Happening(Kind.DOWN, "AB"))

    known = journal.on_paper().under_way

    assert known is not None
    assert [event.what.items for event in known.told_down] == [("FMK",), ()]


def test_time_to_ring_again_counts_from_when_it_was_noted(
    journal: OutageJournal, clock: HeldClock
) -> None:
    journal.begin(REAL)
    journal.write(Happening(Kind.ROUND, "AB", "x", "Engen", "silent", minutes=20))
    journal.write(Happening(Kind.ROUND, "AB", "y", "Skoven", "hit"))
    noted = clock.now()
    clock.move(timedelta(minutes=5))

    silent, hit = journal.outage().all_of(Kind.ROUND)

    assert again_at(journal.lapse(), silent) == noted + timedelta(minutes=20)
    assert again_at(journal.lapse(), hit) is None
