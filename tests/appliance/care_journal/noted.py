"""One of every event of the care journal, for the tests of its readers and writers."""

from datetime import UTC, datetime, timedelta

from appliance.care_journal import events
from appliance.care_journal.events import JournalEvent, What

AT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
PANODIL = events.MedicineGiven(
    "PANODIL 500 mg", "2 tabletter", is_as_needed=True, reason="smerter i hoften", order_id="m-7"
)
EVERY: tuple[What, ...] = (
    events.Noted('Sover roligt.\n"Vågnede" kl. 2.'),
    PANODIL,
    events.MedicineGiven("Marevan 2,5 mg", "1 tablet", events.Outcome.REFUSED, remark="ville ikke"),
    events.Observed("Blodtryk", "120/80", "mmHg"),
    events.EffectSeen("0" * 16, "Smerterne er væk"),
    events.Ticked(events.Board.VISITS, "v-1", events.Seen.MISSED, "lukkede ikke op"),
    events.Struck("0" * 16, "forkert borger"),
    events.Entered("0" * 16),
    events.SheetAccounted("417-00023", events.SheetFate.MISSING),
    events.SignedOff(),
)


def noted(what: What, number: int = 1, after: timedelta = timedelta()) -> JournalEvent:
    """Return an event about citizen c-1 with this number as its id."""
    at = AT + after
    return JournalEvent(f"{number:016x}", at, at, "anh", what, "c-1", "u-syd")


def about(number: int) -> str:
    """Return the id of the event with this number."""
    return f"{number:016x}"
