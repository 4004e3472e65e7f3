"""Say what the boards know of one citizen or one visit: seen, missed, by whom, since when. Pure.

A tick counts for what it was meant for: what was seen before a visit could have begun was an
earlier visit under the same id. Seen counts only where the time it was noted with is sure and has
been; a tick by an unsure clock is shown with that said, whatever its time, and counts for nothing.
A later word that nobody was met does not undo that somebody was there before. A copy that nobody
can show the journal of knows of no tick, and whoever asks must say so. Called by the boards on
screen and on paper.
"""

from dataclasses import dataclass
from datetime import datetime

from appliance.care_journal.events import Board, JournalEvent, Seen, Ticked
from appliance.care_journal.state import Journal
from appliance.clock import DANISH_TIME
from appliance.records.age import show_date_time, show_time

SEEN, MISSED = "Set", "Ikke truffet"
UNSURE, DRILL = "boksens ur var usikkert", "øvelse"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one citizen or visit: the last word, and the last SEEN that counts."""

    last: JournalEvent | None = None
    seen: JournalEvent | None = None

    @property
    def is_missed(self) -> bool:
        """Tell whether the last who tried found nobody."""
        return _said(self.last) is Seen.MISSED

    @property
    def is_seen(self) -> bool:
        """Tell whether somebody was surely there, and nobody was missed since."""
        return self.seen is not None and not self.is_missed

    @property
    def is_doubtful(self) -> bool:
        """Tell whether it says seen, and nobody knows when: that counts for nothing."""
        return self.seen is None and _said(self.last) is Seen.SEEN


def said_of(
    journal: Journal | None,
    board: Board,
    thing: str,
    *,
    now: datetime | None,
    since: datetime | None = None,
) -> Said:
    """Return what was said since then; `now` is None where nobody vouches for the clock."""
    found = journal.ticks.get((board, thing), ()) if journal else ()
    told = [each for each in found if since is None or each.is_since(since)]
    seen = [each for each in told if _counts(each, now)]
    return Said(told[-1] if told else None, seen[-1] if seen else None)


def told(tick: JournalEvent | None, now: datetime) -> str:
    """Return a tick in words: "Set kl. 14.05 af AB"; the date where it is not surely today's."""
    if tick is None or not isinstance(tick.what, Ticked):
        return ""
    word = SEEN if tick.what.seen is Seen.SEEN else MISSED
    remark = f": {tick.what.remark}" if tick.what.remark else ""
    return f"{word} {when_and_who(tick, now)}{remark}"


def when_and_who(event: JournalEvent, now: datetime) -> str:
    """Return when and by whom: "kl. 14.05 af AB", and whether to doubt it."""
    is_today = event.is_clock_sure and _day(event.happened_at) == _day(now)
    at = event.happened_at
    when = f"kl. {show_time(at)}" if is_today else show_date_time(at)
    doubts = ((UNSURE, not event.is_clock_sure), (DRILL, event.is_drill))
    doubt = "".join(f" ({each})" for each, is_so in doubts if is_so)
    return f"{when} af {event.by}{doubt}"


def _counts(tick: JournalEvent, now: datetime | None) -> bool:
    has_been = now is None or tick.happened_at <= now
    return _said(tick) is Seen.SEEN and tick.is_clock_sure and has_been


def _said(tick: JournalEvent | None) -> Seen | None:
    return tick.what.seen if tick is not None and isinstance(tick.what, Ticked) else None


def _day(moment: datetime) -> str:
    return moment.astimezone(DANISH_TIME).date().isoformat()
