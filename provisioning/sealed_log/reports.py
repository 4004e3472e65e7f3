"""Turn opened entries into what the municipality owes its citizens and itself. Pure.

Who saw this citizen (GDPR art. 15) · some looks of the month drawn at random, to be accounted for ·
every time somebody went beyond their units, by breaking the glass or with the unit of another box.
Each is a `Sheet` of rows. Called by the commands.
"""

import hashlib
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from appliance.clock import DANISH_TIME
from appliance.policy import GLASS_BROKEN_FOR
from appliance.sealed_log.entry import Action, Entry, Who
from provisioning.sealed_log.reading import OpenedEntry
from provisioning.sealed_log.shown import Sheet, what, when, who

# What lets somebody look beyond their own units.
_BEYOND = frozenset({Action.BREAK_GLASS, Action.RUNNER_TAKEN})
# Looks somebody may have to account for; logins and the box's own events are none.
LOOKS = frozenset(
    {
        Action.VIEW_UNIT,
        Action.VIEW_CITIZEN,
        Action.VIEW_ROUTES,
        Action.VIEW_DOCUMENTS,
        Action.VIEW_PRINTS,
        Action.VIEW_JOURNAL,
        Action.SEARCH,
        Action.SHOW_CPR,
        Action.OPEN_DOCUMENT,
        Action.PRINT_ORDERED,
    }
)
_PLACE = ("Linje",)


def plain_cpr(text: str) -> str:
    """Return a CPR number as entries hold it: without dash and spaces."""
    return text.replace("-", "").replace(" ", "").strip()


def all_entries(entries: Iterable[OpenedEntry]) -> Sheet:
    """Return every entry, with everything it holds."""
    rows = tuple(
        (*_start(one), _device(one), _whom(one.entry), one.entry.unit_id, one.entry.text)
        for one in entries
    )
    columns = (*_PLACE, "Tid", "Hvem", "Hvad", "Enhed (udstyr)", "Borgere", "Afsnit", "Tekst")
    return Sheet("Boksens log", (f"{len(rows)} poster.",), columns, rows)


def access_report(entries: Iterable[OpenedEntry], cpr: str) -> Sheet:
    """Return who saw or printed one citizen's data, and when.

    Also lists and search results the citizen stood in. Holds no other citizen.
    """
    wanted = plain_cpr(cpr)
    found = [one for one in entries if any(whom.cpr == wanted for whom in one.entry.whom)]
    rows = tuple((*_start(one), _device(one)) for one in found)
    notes = (
        f"Opslag og udskrifter om borgeren med CPR {wanted} på denne boks.",
        f"{len(rows)} poster. Søgninger og lister er med, når borgeren stod på dem.",
    )
    return Sheet("Indsigt: hvem har set", notes, (*_PLACE, "Tid", "Hvem", "Hvad", "Udstyr"), rows)


def spot_check(
    entries: Iterable[OpenedEntry], month: tuple[int, int], count: int, seed: str
) -> Sheet:
    """Return looks of a month drawn at random, to be accounted for by whoever made them.

    Of all looks of the month those with the smallest SHA-256(seed ‖ line feed ‖ line number) are
    taken: nobody can steer which, and anybody with the seed can draw again.
    """
    eligible = [
        one for one in entries if one.entry.action in LOOKS and _month_of(one.entry) == month
    ]
    drawn = heapq.nsmallest(count, eligible, key=lambda one: _lot(seed, one.number))
    rows = tuple(
        (*_start(one), _whom(one.entry), one.entry.text, "", "")
        for one in sorted(drawn, key=lambda one: one.number)
    )
    year, number = month
    notes = (
        f"{len(rows)} af {len(eligible)} opslag i {number:02}.{year}, trukket med nøglen {seed}.",
        "Ledelsen skriver ved hvert opslag, om det var nødvendigt for arbejdet, og skriver under.",
    )
    columns = (*_PLACE, "Tid", "Hvem", "Hvad", "Borgere", "Søgte ord", "Begrundelse", "Underskrift")
    return Sheet("Stikprøve af opslag", notes, columns, rows)


def break_glass(entries: Sequence[OpenedEntry]) -> Sheet:
    """Return every time somebody went beyond their units, why, and what they looked at after.

    By breaking the glass, or by taking a neighbour box's unit in.
    """
    broken = [one for one in entries if one.entry.action in _BEYOND]
    rows = tuple(
        (
            *_start(one),
            one.entry.unit_id or one.entry.about,
            one.entry.text,
            *_looked_at(one, entries),
            "",
        )
        for one in broken
    )
    notes = (f"{len(rows)} gange. Alle skal gennemgås.",)
    columns = (
        *_PLACE, "Tid", "Hvem", "Hvad", "Afsnit", "Begrundelse", "Opslag i timen efter",
        "Borgere", "Gennemgået af",
    )  # fmt: skip
    return Sheet("Nødadgang", notes, columns, rows)


def _looked_at(broken: OpenedEntry, entries: Sequence[OpenedEntry]) -> tuple[str, str]:
    start = broken.entry
    looks = [
        one.entry
        for one in entries
        if one.number > broken.number
        and one.entry.action in LOOKS
        and _is_same_person(one.entry.who, start.who)
        and _is_within_the_hour(start, one.entry)
    ]
    citizens = {whom.cpr or whom.citizen_id for look in looks for whom in look.whom}
    return str(len(looks)), ", ".join(sorted(citizens))


def _is_same_person(one: Who, other: Who) -> bool:
    """Compare who did it and on what; the role says more when it took broken glass."""
    return replace(one, role="") == replace(other, role="")


def _is_within_the_hour(start: Entry, look: Entry) -> bool:
    return timedelta(0) <= look.when.at - start.when.at <= GLASS_BROKEN_FOR


def _month_of(entry: Entry) -> tuple[int, int]:
    local = entry.when.at.astimezone(DANISH_TIME)
    return local.year, local.month


def _lot(seed: str, number: int) -> str:
    return hashlib.sha256(f"{seed}\n{number}".encode()).hexdigest()


def _start(one: OpenedEntry) -> tuple[str, str, str, str]:
    return str(one.number), when(one.entry), who(one.entry), what(one.entry)


def _device(one: OpenedEntry) -> str:
    return one.entry.who.device


def _whom(entry: Entry) -> str:
    return ", ".join(whom.cpr or whom.citizen_id for whom in entry.whom)
