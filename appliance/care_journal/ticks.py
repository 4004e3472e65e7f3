"""Say what the boards know of one citizen or one visit: seen, missed, by whom, since when. Pure.

A tick counts for what it was meant for: what was seen before a visit could have begun was an
earlier visit under the same id. A copy that nobody can show the journal of knows of no tick, and
whoever asks must say so. Called by the boards on screen and on paper.
"""

from datetime import datetime

from appliance.care_journal.events import Board, JournalEvent, Seen, Ticked
from appliance.care_journal.state import Journal
from appliance.clock import DANISH_TIME
from appliance.records.age import show_date_time, show_time

SEEN, MISSED = "Set", "Ikke truffet"


def tick_of(
    journal: Journal | None, board: Board, thing: str, since: datetime | None = None
) -> JournalEvent | None:
    """Return the tick that counts, if it is no older than that."""
    found = journal.ticks.get((board, thing)) if journal else None
    is_old = found is not None and since is not None and found.happened_at < since
    return None if is_old else found


def is_seen(tick: JournalEvent | None) -> bool:
    """Tell whether somebody was there."""
    return _said(tick) is Seen.SEEN


def is_missed(tick: JournalEvent | None) -> bool:
    """Tell whether somebody tried, and found nobody."""
    return _said(tick) is Seen.MISSED


def told(tick: JournalEvent | None, now: datetime) -> str:
    """Return a tick in words: "Set kl. 14.05 af AB"; the date where it is not today's."""
    if tick is None or not isinstance(tick.what, Ticked):
        return ""
    word = SEEN if is_seen(tick) else MISSED
    is_today = _day(tick.happened_at) == _day(now)
    at = tick.happened_at
    when = f"kl. {show_time(at)}" if is_today else show_date_time(at)
    remark = f": {tick.what.remark}" if tick.what.remark else ""
    return f"{word} {when} af {tick.by}{remark}"


def _said(tick: JournalEvent | None) -> Seen | None:
    return tick.what.seen if tick is not None and isinstance(tick.what, Ticked) else None


def _day(moment: datetime) -> str:
    return moment.astimezone(DANISH_TIME).date().isoformat()
