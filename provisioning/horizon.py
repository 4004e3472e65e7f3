"""Decide how far back and forward a record goes, counted from the age of its section.

Visits go three days back and a fortnight forward, always to a working day, so that a box that
hears nothing over a holiday still knows the first day after it; observations and notes go some
days back. What lies outside stays behind and is counted. Never looks at a clock: a late copy is
cut by its own time. Pure but for `cut`. Called by `intake`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appliance.clock import DANISH_TIME, format_time, parse_time
from appliance.records.terms import Section
from appliance.working_days import is_working_day
from provisioning.staging import Staging

HISTORY_DAYS = 14
_VISITS_BACK, _VISITS_FORWARD = 3, 14


@dataclass(frozen=True, slots=True)
class Window:
    """The time a section goes over: from the first moment to before the last; None is no end."""

    first: datetime
    end: datetime | None = None


def visit_window(as_of: datetime) -> Window:
    """Return the days visits are kept for."""
    today = as_of.astimezone(DANISH_TIME).date()
    last = today + timedelta(days=_VISITS_FORWARD)
    while not is_working_day(last):
        last += timedelta(days=1)
    first = today - timedelta(days=_VISITS_BACK)
    return Window(_midnight(first), _midnight(last + timedelta(days=1)))


def history_window(as_of: datetime, days: int) -> Window:
    """Return the time observations and notes are kept for; one dated later is kept as it is."""
    return Window(_midnight(as_of.astimezone(DANISH_TIME).date() - timedelta(days=days)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), DANISH_TIME)


@dataclass(frozen=True, slots=True)
class _Cut:
    """One section with a horizon: its table, and the column that says when."""

    section: Section
    table: str
    column: str
    what: str


_AGES_SQL = (
    "SELECT unit_id, as_of FROM section_states"
    " WHERE section = ? AND citizen_id = '' AND as_of IS NOT NULL ORDER BY unit_id"
)
_CUTS = (
    _Cut(Section.OBSERVATIONS, "observations", "observed_at", "Observation"),
    _Cut(Section.NOTES, "notes", "written_at", "Note"),
    _Cut(Section.VISITS, "visits", "starts_at", "Visit"),
)


def cut(staging: Staging, history_days: int) -> Counter[str]:
    """Take out what lies outside the horizon of its unit's section, and say how much that was.

    What has no date, and what is in a section of unknown age, stays.
    """
    left_out: Counter[str] = Counter()
    for one in _CUTS:
        for unit, as_of in staging.execute(_AGES_SQL, (one.section.value,)).fetchall():
            for reason, where, moment in _bounds(one, parse_time(as_of), history_days):
                sql = (
                    f"DELETE FROM {one.table} WHERE {where}"  # noqa: S608  (names are our own)
                    " AND citizen_id IN (SELECT id FROM citizens WHERE unit_id = ?)"
                )
                number = staging.execute(sql, (format_time(moment), unit)).rowcount
                if number:
                    left_out[f"{one.what} {reason}"] += number
    return left_out


def _bounds(one: _Cut, as_of: datetime, days: int) -> Iterator[tuple[str, str, datetime]]:
    if one.section is Section.VISITS:
        window, back = visit_window(as_of), _VISITS_BACK
    else:
        window, back = history_window(as_of, days), days
    age = "1 day" if back == 1 else f"{back} days"
    yield f"older than {age}", f"{one.column} < ?", window.first
    if window.end:
        yield f"later than {_VISITS_FORWARD} days ahead", f"{one.column} >= ?", window.end
