"""List everything that was noted, so that people can hold it against the care record. Pure.

Every entry is on it, also those a machine must not put in: "Sendes" says why. Called by the
commands.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from appliance.care_journal.events import EffectSeen, JournalEvent, Struck, Written
from appliance.care_journal.state import Entry
from appliance.clock import DANISH_TIME
from provisioning.reconciliation.bundles import bundle_names
from provisioning.reconciliation.choice import Chosen
from provisioning.reconciliation.words import kind_of, legible, said
from provisioning.sealed_log.shown import Sheet

_COLUMNS = (
    "Boks", "Afsnit", "CPR", "Borger", "Tid", "Hvad", "Ord", "Noteret af", "Noteret",
    "Tastet ind af", "Tastet ind", "Streget", "Effekt", "Sendes", "Fil", "Id",
)  # fmt: skip
_BIRTH_DATE = 6


def listed(chosen: Iterable[Chosen]) -> Sheet:
    """Return the list, in the order it is given."""
    chosen = tuple(chosen)
    names = bundle_names(chosen)
    rows = tuple(_row(one, names) for one in chosen)
    return Sheet("Noteret under nøddrift", (f"{len(rows)} noteringer.",), _COLUMNS, rows)


def _row(one: Chosen, names: Mapping[str, str]) -> tuple[str, ...]:
    entry, event = one.entry, one.entry.event
    entered = entry.entered
    # With a hyphen: a spreadsheet would take ten digits for a number and eat the first nought.
    cpr = f"{one.cpr[:_BIRTH_DATE]}-{one.cpr[_BIRTH_DATE:]}" if one.cpr else ""
    return (
        one.box.box_id,
        event.unit_id,
        cpr,
        event.citizen_id,
        _time(event.happened_at),
        *_told(event),
        legible(event.by),
        _time(event.written_at),
        legible(entered.by) if entered else "",
        _time(entered.written_at) if entered else "",
        _struck(entry),
        _effect(entry),
        one.fate.danish,
        names[one.cpr] if one.going else "",
        # Begins with a letter: a spreadsheet would take 0000000000012e45 for a number.
        f"id {event.id}",
    )


def _told(event: JournalEvent) -> tuple[str, str]:
    what = event.what
    return (kind_of(what), said(what)) if isinstance(what, Written) else ("", "")


def _struck(entry: Entry) -> str:
    struck = entry.struck
    if struck is None or not isinstance(struck.what, Struck):
        return ""
    return _by(struck, struck.what.reason)


def _effect(entry: Entry) -> str:
    seen = entry.effect
    return _by(seen, seen.what.text) if seen and isinstance(seen.what, EffectSeen) else ""


def _by(event: JournalEvent, words: str) -> str:
    told = (legible(words) if words.strip() else "", legible(event.by), _time(event.happened_at))
    return " · ".join(filter(None, told))


def _time(at: datetime) -> str:
    return at.astimezone(DANISH_TIME).strftime("%d.%m.%Y kl. %H.%M")
