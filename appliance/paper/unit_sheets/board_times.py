"""Say at which times a citizen who cannot wait is to be looked to: doses and planned visits. Pure.

From the shift before the one under way, so that what nobody saw to is handed on and not lost, to a
day and a night after this one began. What was due well before the outage, or before the copy, the
care system has, and the box cannot know that it was done: it is not called overdue. Only a dose
that was noted is seen to; whoever was seen since is not overdue, and still nobody knows that they
had their medicine. Who comes shortly before a visit has made it. A time of another day says which.
Called by the boards, and only where somebody vouches for the day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from appliance.care_journal import noted_doses
from appliance.care_journal.events import JournalEvent
from appliance.clock import DANISH_TIME
from appliance.paper.unit_sheets.due_tonight import has_passed
from appliance.policy import (
    NOTED_BEFORE_DUE,
    PARTS_START,
    PARTS_USUALLY_GIVEN,
    SEEN_BEFORE_DUE,
)
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

    Whoever was seen from `seen_from` on was there for it; it is `over_at` then. `order_id` is that
    of a dose, empty for a visit.
    """

    at: datetime
    when: str
    what: str
    has_passed: bool
    seen_from: datetime
    over_at: datetime
    order_id: str = ""

    @property
    def words(self) -> str:
        """Return it in one line: "kl. 08.00: NovoRapid"."""
        return f"{self.when}: {self.what}"

    @property
    def is_medicine(self) -> bool:
        """Tell whether it is a dose and no visit."""
        return bool(self.order_id)


@dataclass(frozen=True, slots=True)
class CountedFrom:
    """From when a dose and a visit that have passed are counted; None where it is from any time."""

    doses: datetime | None = None
    visits: datetime | None = None

    def holds(self, due: Due) -> bool:
        """Tell whether one is counted."""
        since = self.doses if due.is_medicine else self.visits
        return since is None or due.over_at >= since


@dataclass(frozen=True, slots=True)
class Times:
    """The times of one citizen, in order; `has_unknown` where the record leaves some open."""

    dues: Sequence[Due]
    has_unknown: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a citizen's times is left: overdue, passed but seen since, and the next.

    `unnoted` is medicine that was due before the citizen was seen. `told` is what was noted of
    medicine that asks for a second look: not given, left, or by an unsure clock.
    """

    overdue: Sequence[Due] = ()
    unnoted: Sequence[Due] = ()
    next: Due | None = None
    told: Sequence[JournalEvent] = ()


def standing(
    times: Times, counted: CountedFrom, seen: JournalEvent | None, noted: Sequence[JournalEvent]
) -> Standing:
    """Return what is left of the times after what was seen, and noted of doses."""
    dues = [due for due in times.dues if counted.holds(due)]
    pairs = _with_entries(dues, noted)
    left = [due for due, entry in pairs if entry is None]
    passed = [due for due in left if due.has_passed]
    gone_by = [due for due in passed if seen is not None and seen.happened_at >= due.seen_from]
    asked = {due.order_id for due in passed}
    asked |= {due.order_id for due, entry in pairs if entry and not noted_doses.is_given(entry)}
    ahead = [due for due in left if not due.has_passed]
    return Standing(
        _together(due for due in passed if due not in gone_by),
        _together(due for due in gone_by if due.is_medicine),
        next(iter(_together(ahead)), None),
        list(_told(times, noted, asked)),
    )


def _with_entries(
    dues: Sequence[Due], noted: Sequence[JournalEvent]
) -> list[tuple[Due, JournalEvent | None]]:
    """Return each time with the entry that sees to it; a visit has none."""
    found: list[tuple[Due, JournalEvent | None]] = []
    for order_id in dict.fromkeys(due.order_id for due in dues):
        of_order = [due for due in dues if due.order_id == order_id]
        own = [each for each in noted if order_id and noted_doses.order_of(each) == order_id]
        entries = noted_doses.seen_to([due.at for due in of_order], own)
        found.extend(zip(of_order, entries, strict=True))
    return sorted(found, key=lambda pair: pair[0].at)


def _told(times: Times, noted: Iterable[JournalEvent], asked: set[str]) -> Iterator[JournalEvent]:
    """Yield what to tell: of an order that is asked about all, else the last by an unsure clock."""
    first = {due.order_id: due.at for due in reversed(times.dues)}
    last_unsure = {noted_doses.order_of(each): each for each in noted if not each.is_clock_sure}
    for each in noted:
        order_id = noted_doses.order_of(each)
        if not each.is_clock_sure:
            is_told = order_id in first and each is last_unsure[order_id]
        else:
            is_told = order_id in asked and each.happened_at >= first[order_id] - NOTED_BEFORE_DUE
        if is_told:
            yield each


def _together(dues: Iterable[Due]) -> list[Due]:
    """Return them with what is due at one time in one line, medicine apart from visits."""
    found: dict[tuple[datetime, str, bool], list[Due]] = {}
    for due in dues:
        found.setdefault((due.at, due.when, due.is_medicine), []).append(due)
    return [
        replace(same[0], what=", ".join(dict.fromkeys(due.what for due in same)))
        for same in found.values()
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
    """Yield every dose that is to be given at a time; "any time" is no time."""
    for order, doses in found.due:
        for dose in doses:
            at = _moment(dose)
            if at is not None:
                when = clock_words(at, now) if dose.at else _part(dose, now)
                name = medicine.product_name(order)
                yield Due(at, when, name, has_passed(dose, now), at, at, order.id)


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
            over_at = ends_at(visit)
            seen_from = at - SEEN_BEFORE_DUE
            yield Due(at, clock_words(at, now), VISIT, over_at < now, seen_from, over_at)


def clock_words(at: datetime, now: datetime) -> str:
    """Return a clock time: "kl. 08.00"; with its day where it is another one."""
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
