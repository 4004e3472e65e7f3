"""Read whether an order is given, paused or withdrawn, and from when until when.

A pause that has a last day leaves an order nobody can tell of afterwards: FMK waits for somebody
to end it, and so does the box. What says of itself that it is yet to come, or cannot be read, makes
the status unknown; never active, never stopped. Called by `orders`.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from appliance.records.dosage import Dosage, Schedule, SchedulePeriod
from appliance.records.due import NO_STRUCTURE, schedule_of
from appliance.records.terms import MedicationStatus
from provisioning.sources.fhir.values import day as read_day
from provisioning.sources.fmk.words import date_words
from provisioning.sources.fmk_cards import names
from provisioning.sources.fmk_cards.names import Field
from provisioning.sources.fmk_cards.nodes import Node

_NOT_SAID = "does not say whether it is so"
_TO_COME = "is said to happen after the card was fetched"
_OVER = "is over, but still stands on the card"


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """An order's status on the day of the card; `begins` is a pause to come, `until` a last day.

    `doubts` are what a person should look at, by field; `has_unreadable_day` is one of them.
    """

    status: MedicationStatus = MedicationStatus.ACTIVE
    since: date | None = None
    reason: str | None = None
    begins: date | None = None
    until: date | None = None
    doubts: dict[str, str] = field(default_factory=dict)
    has_unreadable_day: bool = False

    @property
    def notice(self) -> str | None:
        """Return what is said of a pause that has not begun."""
        if self.begins is None:
            return None
        until = f" til {date_words(self.until)}" if self.until else ""
        return f"Pauseres fra {date_words(self.begins)}{until}."


def read_status(order: Node, day: date) -> OrderStatus:
    """Return an order's status as it is on `day`."""
    for name, read in ((names.WITHDRAWN, _withdrawn), (names.PAUSED, _paused)):
        stated = order.one(name)
        if stated is None or stated.flag is False:
            continue
        if stated.flag is None:
            return OrderStatus(MedicationStatus.UNKNOWN, doubts={name: _NOT_SAID})
        return read(stated, day)
    return OrderStatus()


def _withdrawn(stated: Node, day: date) -> OrderStatus:
    since, is_broken = _day_in(stated, names.WITHDRAWN_ON)
    reason = stated.said(names.REASON)
    if since and since > day != date.min:
        return OrderStatus(
            MedicationStatus.UNKNOWN, since, reason, doubts={names.WITHDRAWN: _TO_COME}
        )
    return OrderStatus(MedicationStatus.STOPPED, since, reason, has_unreadable_day=is_broken)


def _paused(stated: Node, day: date) -> OrderStatus:
    since, is_since_broken = _day_in(stated, names.PAUSED_FROM)
    until, is_until_broken = _day_in(stated, names.PAUSED_TO)
    reason = stated.said(names.REASON)
    if since and since > day:
        # Without the day of the card, nobody can tell whether it has begun.
        status = MedicationStatus.UNKNOWN if day == date.min else MedicationStatus.ACTIVE
        return OrderStatus(
            status, reason=reason, begins=since, until=until, has_unreadable_day=is_until_broken
        )
    if until:
        reason = " ".join(filter(None, (reason, f"(til {date_words(until)})")))
    if until and until < day:
        return OrderStatus(MedicationStatus.UNKNOWN, since, reason, doubts={names.PAUSED: _OVER})
    return OrderStatus(
        MedicationStatus.PAUSED,
        since,
        reason,
        until=until,
        has_unreadable_day=is_since_broken or is_until_broken,
    )


def _day_in(node: Node, where: Field) -> tuple[date | None, bool]:
    """Return a day, and whether one is there that cannot be read."""
    given = node.said(where)
    found = read_day(given)
    return found, bool(given) and found is None


def with_pause(dosage: Dosage, status: OrderStatus) -> Dosage:
    """Return a dosage that is due until its pause begins, and known until its pause ends."""
    if status.begins is None and status.until is None:
        return dosage
    schedule = schedule_of(dosage) or Schedule(unknown=NO_STRUCTURE)
    periods = schedule.periods
    if status.begins:
        periods = tuple(
            _until(period, status.begins - timedelta(days=1))
            for period in periods
            if period.first_day is None or period.first_day < status.begins
        )
    # A pause without an end: nothing is due from then on, and that is known for good.
    until = status.until or (date.max if status.begins else None)
    return replace(dosage, schedule=replace(schedule, periods=periods, known_until=until))


def _until(period: SchedulePeriod, day: date) -> SchedulePeriod:
    return replace(period, last_day=min(filter(None, (period.last_day, day))))
