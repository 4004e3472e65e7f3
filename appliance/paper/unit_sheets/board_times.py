"""Say at which times a citizen who cannot wait is to be looked to: doses and planned visits. Pure.

From the shift before the one under way, so that what nobody saw to is handed on and not lost, to a
day and a night after this one began. What was due well before the outage the care system has, and
the box cannot know that it was done: it is not called overdue. For medicine only who comes at its
time or later has seen to it; for a visit, who comes shortly before. A time of another day says
which. Called by the boards, and only where somebody vouches for the day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appliance.care_journal.events import JournalEvent
from appliance.clock import DANISH_TIME
from appliance.paper.unit_sheets.due_tonight import has_passed
from appliance.policy import PARTS_START, PARTS_USUALLY_GIVEN, SEEN_BEFORE_DUE
from appliance.records import medicine
from appliance.records.age import show_short_day, show_time
from appliance.records.day_parts import Span, SpanDoses, doses_between
from appliance.records.due import PARTS_OF_DAY
from appliance.records.models import MedicationOrder, Visit
from appliance.records.shifts import Shift, TimedDose, shift_at
from appliance.records.visits import ends_at, is_called_off, is_done

VISIT = "Besøg"
_NIGHT = PARTS_OF_DAY[-1]
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A time the record has for a citizen, in words, and what is due then.

    Whoever was seen from `seen_from` on was seen to for it.
    """

    at: datetime
    when: str
    what: str
    has_passed: bool
    seen_from: datetime

    @property
    def words(self) -> str:
        """Return it in one line: "kl. 08.00: NovoRapid"."""
        return f"{self.when}: {self.what}"


@dataclass(frozen=True, slots=True)
class Times:
    """The times of one citizen, in order; `has_unknown` where the record leaves some open."""

    dues: Sequence[Due]
    has_unknown: bool

    @property
    def next(self) -> Due | None:
        """Return the first that has not passed."""
        return next((due for due in self.dues if not due.has_passed), None)

    def overdue(self, seen: JournalEvent | None, since: datetime | None) -> list[Due]:
        """Return those that have passed since the citizen was last seen, none before `since`."""
        return [
            due
            for due in self.dues
            if due.has_passed
            and (seen is None or seen.happened_at < due.seen_from)
            and (since is None or due.at >= since)
        ]


def times_of(medicines: Iterable[MedicationOrder], visits: Iterable[Visit], now: datetime) -> Times:
    """Return the times of the shift before and of a day and a night."""
    orders, shift = list(medicines), shift_at(now)
    before, ahead = _before(shift), Span(shift.starts_at, length=_A_DAY)
    found = doses_between(orders, ahead)
    dues = [
        *_doses(doses_between(orders, before), now),
        *_doses(found, now),
        *_visits(visits, before.starts_at, ahead.ends_at, now),
    ]
    return Times(sorted(dues, key=lambda due: due.at), bool(found.unknown))


def _before(shift: Shift) -> Span:
    """Return the shift before, by the wall clock."""
    starts_at = shift_at(shift.starts_at - timedelta(minutes=1)).starts_at
    length = shift.starts_at.replace(tzinfo=None) - starts_at.replace(tzinfo=None)
    return Span(starts_at, length=length)


def _doses(found: SpanDoses, now: datetime) -> Iterator[Due]:
    """Yield every time at which something is to be given, with what; "any time" is no time."""
    together: dict[tuple[datetime, str], list[str]] = {}
    passed: dict[tuple[datetime, str], bool] = {}
    for order, doses in found.due:
        for dose in doses:
            at = _moment(dose)
            if at is not None:
                key = (at, _clock(at, now) if dose.at else _part(dose, now))
                together.setdefault(key, []).append(medicine.product_name(order))
                passed[key] = has_passed(dose, now)
    for (at, when), names in together.items():
        yield Due(at, when, ", ".join(dict.fromkeys(names)), passed[(at, when)], at)


def _moment(dose: TimedDose) -> datetime | None:
    """Return when a dose is due; of a part of the day, when it is usually given."""
    if dose.at is not None or dose.when not in PARTS_OF_DAY:
        return dose.at
    hour = PARTS_USUALLY_GIVEN[PARTS_OF_DAY.index(dose.when)]
    return datetime.combine(dose.day, time(hour), DANISH_TIME)


def _visits(
    visits: Iterable[Visit], since: datetime, until: datetime, now: datetime
) -> Iterator[Due]:
    """Yield the planned visits."""
    for visit in visits:
        at = visit.starts_at
        if not is_called_off(visit) and not is_done(visit) and since <= at < until:
            yield Due(at, _clock(at, now), VISIT, ends_at(visit) < now, at - SEEN_BEFORE_DUE)


def _clock(at: datetime, now: datetime) -> str:
    day = at.astimezone(DANISH_TIME).date()
    said = f"kl. {show_time(at)}"
    return said if day == _today(now) else f"{show_short_day(day)} {said}"


def _part(dose: TimedDose, now: datetime) -> str:
    """Return a part of the day; the night under way is that of the evening it began."""
    if dose.when == _NIGHT:
        is_small_hours = now.astimezone(DANISH_TIME).hour < PARTS_START[0]
        own = _today(now) - _A_DAY if is_small_hours else _today(now)
        return _NIGHT if dose.day == own else f"natten til {show_short_day(dose.day + _A_DAY)}"
    return dose.when if dose.day == _today(now) else f"{show_short_day(dose.day)} {dose.when}"


def _today(now: datetime) -> date:
    return now.astimezone(DANISH_TIME).date()
