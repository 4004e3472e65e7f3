"""Show a citizen's visits as rows, the same in the folder and on the sheet of the day. Pure.

A visit belongs to every day it is under way: one that runs past midnight stands on both sheets.
Called by the sheets about one citizen.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from appliance.clock import DANISH_TIME
from appliance.paper.document import View
from appliance.paper.frame import count
from appliance.records.age import show_short_day, show_time
from appliance.records.key_codes import without_codes
from appliance.records.medicine import MISSING
from appliance.records.models import Visit

# A visit of unknown length must not vanish from the hour it is in.
_LEAST = timedelta(minutes=1)
# What a source calls a visit that is simply planned; any other word is shown.
_PLAIN = {"", "booked", "planned", "pending", "arrived", "in-progress", "proposed"}
_STATUS = {"cancelled": "Aflyst", "noshow": "Ikke truffet", "fulfilled": "Udført"}
NO_TASKS = f"Opgaver {MISSING}"


def visits_between(visits: Iterable[Visit], start: datetime, end: datetime) -> list[Visit]:
    """Return the visits under way at some time between two moments, in order."""
    found = (visit for visit in visits if visit.starts_at < end and visit_end(visit) > start)
    return sorted(found, key=lambda visit: (visit.starts_at, visit.id))


def visit_end(visit: Visit) -> datetime:
    """Return when a visit is over; at once, when nobody says how long it takes."""
    return visit.starts_at + max(timedelta(minutes=visit.minutes or 0), _LEAST)


def visit_row(visit: Visit, codes: tuple[str, ...]) -> View:
    """Return when a visit is, by whom, and what is to be done, without the codes of the door."""
    hours = f"kl. {show_time(visit.starts_at)}"
    if visit.minutes:
        hours += f"–{show_time(visit_end(visit))}"
    length = f"{visit.minutes} min." if visit.minutes else f"Varighed {MISSING}"
    said = _status(visit)
    told = [f"Status: {said}"] if said and said not in _STATUS.values() else []
    return {
        "when": [hours, show_day_of(visit), length, *told],
        "marks": _marks(visit),
        "tasks": [without_codes(task, codes) for task in visit.tasks] or [NO_TASKS],
        "route": [part for part in (visit.route, visit.staff) if part] or ["–"],
    }


def show_day_of(visit: Visit) -> str:
    """Return the Danish day a visit begins on."""
    return show_short_day(visit.starts_at.astimezone(DANISH_TIME).date())


def _marks(visit: Visit) -> list[str]:
    """Return the words in boxes; a source's own word may be too long for one."""
    said = _status(visit)
    shown = [said] if said in _STATUS.values() else []
    if visit.persons > 1:
        shown.append(count(visit.persons, "medarbejder", "medarbejdere"))
    return shown


def _status(visit: Visit) -> str:
    """Return in words that a visit is not simply planned."""
    word = (visit.status or "").strip()
    return "" if word.casefold() in _PLAIN else _STATUS.get(word.casefold(), word)
