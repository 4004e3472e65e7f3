"""Say what of the care journal need not be shown any more: what was signed off long ago. Pure.

Only what a sign-off covered with nothing left to enter is let go of, and never what something newer
speaks of: an entry that was struck after the sign-off must be put right in the care system. A
sign-off of a drill covers nothing. The sealed log keeps all of it by its own rules. Called by the
keeper when it puts the journal beside the records.
"""

from collections.abc import Sequence
from datetime import datetime

from appliance.care_journal.events import JournalEvent, SignedOff, spoken_of
from appliance.care_journal.state import fold
from appliance.policy import JOURNAL_SHOWN


def let_go(happened: Sequence[JournalEvent], now: datetime) -> frozenset[str]:
    """Return the ids of the events to be left out; the sign-off itself stays."""
    settled = _settled(happened, now)
    before, since = happened[:settled], happened[settled:]
    still_meant = {spoken_of(event.what) for event in since} - {""}
    groups = _groups(before)
    kept = {id_ for group in groups if group & still_meant for id_ in group}
    return frozenset(event.id for event in before if event.id not in kept)


def _settled(happened: Sequence[JournalEvent], now: datetime) -> int:
    """Return the place of the newest sign-off that is old enough and left nothing open, or 0."""
    places = [
        place
        for place, event in enumerate(happened)
        if isinstance(event.what, SignedOff)
        and not event.is_drill
        and event.written_at <= now - JOURNAL_SHOWN
    ]
    sound = (place for place in reversed(places) if not fold(happened[:place]).to_enter)
    return next(sound, 0)


def _groups(happened: Sequence[JournalEvent]) -> list[set[str]]:
    """Return the ids that belong together: an entry and all that was said of it, and of that."""
    group_of: dict[str, set[str]] = {}
    for event in happened:
        group = group_of.get(spoken_of(event.what), set())
        group.add(event.id)
        group_of[event.id] = group
    return list({id(group): group for group in group_of.values()}.values())
