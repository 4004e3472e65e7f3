"""List everything that was noted, so that people can hold it against the care record. Pure.

Every entry is on it, also those a machine must not put in: "Sendes" says why, and the row has what
a person needs to type it in. Called by the commands.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from appliance.care_journal.events import EffectSeen, JournalEvent, Struck, Written
from appliance.care_journal.state import Entry
from appliance.clock import DANISH_TIME
from appliance.records.models import Citizen
from provisioning.reconciliation.bundles import bundle_names
from provisioning.reconciliation.choice import Chosen
from provisioning.reconciliation.people import NOBODY, Known
from provisioning.reconciliation.words import CELLS, cells, kind_of, legible
from provisioning.sealed_log.shown import Sheet

_COLUMNS = (
    "Boks", "Afsnit", "CPR", "Navn", "Født", "Bolig", "Tid", "Hvad", *CELLS, "Effekt",
    "Noteret af", "Noteret", "Tastet ind af", "Tastet ind", "Streget", "Sendes", "Fil", "Id",
    "Borger-id",
)  # fmt: skip
_BIRTH_DATE = 6
# Half a tablet, 1/2, would be the first of February in a spreadsheet, and 1.5 the first of May.
_LIKE_A_NUMBER = re.compile(r"[0-9][0-9\s.,/:eE+-]*")


def listed(chosen: Iterable[Chosen], known: Known = NOBODY) -> Sheet:
    """Return the list, in the order it is given, with the names of whom the hub knows."""
    chosen = tuple(chosen)
    names = bundle_names(chosen)
    rows = tuple(_row(one, known, names) for one in chosen)
    return Sheet("Noteret under nøddrift", (f"{len(rows)} noteringer.",), _COLUMNS, rows)


def _row(one: Chosen, known: Known, names: Mapping[str, str]) -> tuple[str, ...]:
    entry, event = one.entry, one.entry.event
    entered = entry.entered
    return (
        one.box.box_id,
        known.units.get(event.unit_id, event.unit_id),
        *_whom(one.cpr, known.citizens.get(event.citizen_id)),
        _time(event.happened_at),
        *_told(event),
        _effect(entry),
        legible(event.by),
        _time(event.written_at),
        legible(entered.by) if entered else "",
        _time(entered.written_at) if entered else "",
        _struck(entry),
        one.fate.danish,
        names[one.cpr] if one.going else "",
        # Begins with a letter: a spreadsheet would take 0000000000012e45 for a number.
        f"id {event.id}",
        f"id {event.citizen_id}",
    )


def _whom(cpr: str, citizen: Citizen | None) -> tuple[str, str, str, str]:
    """Return what somebody finds a citizen by in the care system: CPR, name, birth, dwelling."""
    # With a hyphen: a spreadsheet would take ten digits for a number and eat the first nought.
    number = f"{cpr[:_BIRTH_DATE]}-{cpr[_BIRTH_DATE:]}" if cpr else ""
    if citizen is None:
        return number, "", "", ""
    born = citizen.birth_date.strftime("%d.%m.%Y") if citizen.birth_date else ""
    address = "" if citizen.is_address_protected else citizen.address
    return number, citizen.name, born, citizen.dwelling or address or ""


def _told(event: JournalEvent) -> tuple[str, ...]:
    what = event.what
    if not isinstance(what, Written):
        return ("", *("" for _ in CELLS))
    return (kind_of(what), *map(_as_text, cells(what)))


def _as_text(cell: str) -> str:
    return f"'{cell}" if _LIKE_A_NUMBER.fullmatch(cell) else cell


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
