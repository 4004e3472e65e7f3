"""Say which due doses the entries of the care journal see to. Pure.

An entry sees to one dose of the order it names: of those no other entry sees to, the one nearest in
time, due no later than an hour after it. An older one may stand on paper only, and stays open. What
came of it does not matter: who refused a dose is not to be offered it twice unawares. By an unsure
clock nobody can tell which dose was meant, and what is as needed is due at no time: those see to
nothing. Called by the boards.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from appliance.care_journal import ticks, words
from appliance.care_journal.events import JournalEvent, MedicineGiven, Outcome
from appliance.care_journal.state import Journal
from appliance.policy import NOTED_BEFORE_DUE

NOTED = "Noteret"


def noted_doses(journal: Journal | None, citizen_id: str, now: datetime) -> list[JournalEvent]:
    """Return what was noted of a citizen's ordered medicine by now and is not struck."""
    return [
        entry.event
        for entry in (journal.of_citizen(citizen_id) if journal else ())
        if entry.struck is None
        and order_of(entry.event)
        and (entry.event.happened_at <= now or not entry.event.is_clock_sure)
    ]


def order_of(noted: JournalEvent) -> str:
    """Return the id of the order an entry is a dose of; nothing for what is as needed."""
    what = noted.what
    return what.order_id if isinstance(what, MedicineGiven) and not what.is_as_needed else ""


def is_given(noted: JournalEvent) -> bool:
    """Tell whether the citizen got it."""
    return isinstance(noted.what, MedicineGiven) and noted.what.outcome is Outcome.GIVEN


def seen_to(due: Sequence[datetime], noted: Iterable[JournalEvent]) -> list[JournalEvent | None]:
    """Return for each due time of one order, in order, the entry that sees to it."""
    found: list[JournalEvent | None] = [None] * len(due)
    for event in sorted(_sure(noted), key=lambda each: each.happened_at):
        # In UTC: by the wall clock a night when the clocks change has other hours.
        given_at = event.happened_at.astimezone(UTC)
        ahead = [at.astimezone(UTC) - given_at for at in due]
        open_ones = [
            place
            for place, left in enumerate(ahead)
            if found[place] is None and left <= NOTED_BEFORE_DUE
        ]
        if open_ones:
            found[min(open_ones, key=lambda place: abs(ahead[place]))] = event
    return found


def told(noted: JournalEvent, now: datetime) -> str:
    """Return an entry in words: "Noteret kl. 22.05 af AB: Insulix · 8 enheder · ikke givet"."""
    return f"{NOTED} {ticks.when_and_who(noted, now)}: {' · '.join(words.in_short(noted.what))}"


def _sure(noted: Iterable[JournalEvent]) -> Iterator[JournalEvent]:
    return (event for event in noted if event.is_clock_sure)
