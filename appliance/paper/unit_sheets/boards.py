"""Say how the two boards of a unit stand: who cannot wait, and the visits of the day.

Whom the boards hold, and in which order, is the rule of the paper lists and no other:
`life_critical.cannot_wait` and `visit_plan`. A citizen is ticked by their own id: the rule is about
a citizen, and a newer copy may bring the same need under another id. A visit is ticked by its id,
which is the source's own and outlives a change of time, route or staff. Overdue is a time of the
record that has come and gone with nobody seen; where nobody vouches for the day nothing is called
overdue, and what the copy lacks is said in words. Pure but for the records. Called by the screens
and the sheets.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from appliance.care_journal import ticks
from appliance.care_journal.events import Board, JournalEvent
from appliance.clock import DANISH_TIME
from appliance.paper.fallback import or_else
from appliance.paper.unit_sheets.due_tonight import has_passed
from appliance.paper.unit_sheets.life_critical import cannot_wait, needs_told
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.paper.unit_sheets.visit_plan import VisitPlan, route_name, visit_plan
from appliance.policy import PARTS_USUALLY_GIVEN, SEEN_BEFORE_DUE, TICKED_BEFORE_VISIT
from appliance.records import medicine
from appliance.records.age import show_time
from appliance.records.alerts import lack_sentence
from appliance.records.day_parts import Span, SpanDoses, doses_between
from appliance.records.due import PARTS_OF_DAY
from appliance.records.models import Citizen, MedicationOrder, Visit
from appliance.records.shifts import TimedDose, shift_at
from appliance.records.terms import Section
from appliance.records.visits import VisitRoute, ends_at, is_called_off, is_done

VISIT = "Besøg"
NO_TIME = "Kopien siger ikke, hvornår."
SOME_UNKNOWN = "Boksen kan ikke regne tiden ud for al medicin. Se medicinlisten."
NO_DAY = "Uret er ikke bekræftet. Boksen ved ikke, hvad der er over tiden."
OVERDUE = "Over tiden"
UNREAD = "Noget kunne ikke læses. Se borgerens oplysninger, eller spørg en kollega."
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A time the record has for a citizen, in words, and what is due then."""

    at: datetime
    when: str
    what: str
    has_passed: bool

    @property
    def words(self) -> str:
        """Return it in one line: "kl. 08.00: NovoRapid"."""
        return f"{self.when}: {self.what}"


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One citizen who cannot wait, or may not: the times, what is lacking, and the last tick."""

    citizen: Citizen
    is_unknown: bool
    needs: Sequence[str]
    overdue: Sequence[Due] = ()
    next: Due | None = None
    lacks: Sequence[str] = ()
    tick: JournalEvent | None = None
    is_seen: bool = False

    @property
    def is_missed(self) -> bool:
        """Tell whether the last who tried found nobody."""
        return ticks.is_missed(self.tick)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit of a route: whose, and what is known of it."""

    visit: Visit
    citizen: Citizen
    tick: JournalEvent | None
    is_late: bool

    @property
    def is_done_in_copy(self) -> bool:
        """Tell whether the source says that somebody has been there."""
        return is_done(self.visit)

    @property
    def is_seen(self) -> bool:
        """Tell whether somebody has been there; a later tick that nobody was met has the word."""
        return ticks.is_seen(self.tick) or (self.is_done_in_copy and not self.is_missed)

    @property
    def is_missed(self) -> bool:
        """Tell whether whoever came met nobody."""
        return ticks.is_missed(self.tick)


@dataclass(frozen=True, slots=True)
class RouteBoard:
    """One route of the day with its visits, in the order of the paper."""

    name: str
    rows: Sequence[VisitRow]
    called_off: int

    @property
    def seen(self) -> int:
        """Return how many visits were made."""
        return sum(row.is_seen for row in self.rows)

    @property
    def missed(self) -> int:
        """Return how many met nobody."""
        return sum(row.is_missed for row in self.rows)

    @property
    def left(self) -> int:
        """Return how many nobody has said anything of."""
        return len(self.rows) - self.seen - self.missed


def need_rows(about: UnitPrint) -> list[NeedRow]:
    """Return whoever cannot wait or may not: the overdue first, else in the order of the paper."""
    urgent, unknown = cannot_wait(about)
    known = {citizen.id for citizen in urgent}
    rows = [
        or_else(
            partial(_need_row, about, citizen, is_unknown=citizen.id not in known),
            partial(_unread_row, about, citizen, is_unknown=citizen.id not in known),
            "a row of the board",
        )
        for citizen in (*urgent, *unknown)
    ]
    return sorted(rows, key=lambda row: not row.overdue)


def route_boards(about: UnitPrint) -> tuple[list[RouteBoard], VisitPlan]:
    """Return the routes of the day, and the plan they are from: it names whom nobody can read."""
    plan = visit_plan(about)
    return [_route(about, plan, route) for route in plan.routes], plan


def visit_tick(about: UnitPrint, visit: Visit) -> JournalEvent | None:
    """Return the tick of a visit; one from long before is another day's."""
    since = visit.starts_at - TICKED_BEFORE_VISIT
    return ticks.tick_of(about.journal, Board.VISITS, visit.id, since)


def _route(about: UnitPrint, plan: VisitPlan, route: VisitRoute) -> RouteBoard:
    now, is_sure = about.context.printed_at, about.context.is_clock_trusted
    rows = []
    for stop in route.stops:
        tick = visit_tick(about, stop.visit)
        is_late = is_sure and tick is None and not is_done(stop.visit) and ends_at(stop.visit) < now
        rows.append(VisitRow(stop.visit, plan.citizens[stop.visit.citizen_id], tick, is_late))
    return RouteBoard(route_name(route), rows, len(route.called_off))


def _unread_row(about: UnitPrint, citizen: Citizen, *, is_unknown: bool) -> NeedRow:
    tick = ticks.tick_of(about.journal, Board.LIFE_CRITICAL, citizen.id)
    return NeedRow(citizen, is_unknown, (), lacks=(UNREAD,), tick=tick)


def _need_row(about: UnitPrint, citizen: Citizen, *, is_unknown: bool) -> NeedRow:
    tick = ticks.tick_of(about.journal, Board.LIFE_CRITICAL, citizen.id)
    span = _span(about)
    needs, medicines = needs_told(about, citizen), about.read(MedicationOrder, citizen)
    if span is None:
        is_seen = ticks.is_seen(tick)
        return NeedRow(citizen, is_unknown, needs, lacks=(NO_DAY,), tick=tick, is_seen=is_seen)
    found = doses_between(medicines or (), span)
    dues = sorted([*_doses(about, found), *_visits(about, citizen, span)], key=lambda due: due.at)
    overdue = [due for due in dues if due.has_passed and not _is_seen_to(tick, due)]
    following = next((due for due in dues if not due.has_passed), None)
    return NeedRow(
        citizen,
        is_unknown,
        needs,
        overdue,
        following,
        [*_lacks(about, citizen, found, is_read=medicines is not None), *_no_time(dues)],
        tick,
        ticks.is_seen(tick) and tick is not None and tick.happened_at >= span.starts_at,
    )


def _span(about: UnitPrint) -> Span | None:
    """Return the shift under way and what follows, a day in all; None where no day is sure."""
    if not about.context.is_clock_trusted:
        return None
    return Span(shift_at(about.context.printed_at).starts_at, length=_A_DAY)


def _is_seen_to(tick: JournalEvent | None, due: Due) -> bool:
    if tick is None or not ticks.is_seen(tick):
        return False
    return tick.happened_at >= due.at - SEEN_BEFORE_DUE


def _doses(about: UnitPrint, found: SpanDoses) -> Iterator[Due]:
    """Yield every time at which something is to be given, with what; "any time" is no time."""
    together: dict[tuple[datetime, str], list[str]] = {}
    passed: dict[tuple[datetime, str], bool] = {}
    for order, doses in found.due:
        for dose in doses:
            at = _moment(dose)
            if at is not None:
                key = (at, f"kl. {show_time(at)}" if dose.at else dose.when)
                together.setdefault(key, []).append(medicine.product_name(order))
                passed[key] = has_passed(dose, about.context.printed_at)
    for (at, when), names in together.items():
        yield Due(at, when, ", ".join(dict.fromkeys(names)), passed[(at, when)])


def _moment(dose: TimedDose) -> datetime | None:
    """Return when a dose is due; of a part of the day, when it is usually given."""
    if dose.at is not None or dose.when not in PARTS_OF_DAY:
        return dose.at
    hour = PARTS_USUALLY_GIVEN[PARTS_OF_DAY.index(dose.when)]
    return datetime.combine(dose.day, time(hour), DANISH_TIME)


def _visits(about: UnitPrint, citizen: Citizen, span: Span) -> Iterator[Due]:
    """Yield the planned visits that nobody has ticked on the other board."""
    for visit in about.read(Visit, citizen) or ():
        is_planned = not is_called_off(visit) and not is_done(visit)
        if is_planned and span.starts_at <= visit.starts_at < span.ends_at:
            tick = visit_tick(about, visit)
            if not ticks.is_seen(tick):
                is_over = ends_at(visit) < about.context.printed_at
                yield Due(visit.starts_at, f"kl. {show_time(visit.starts_at)}", VISIT, is_over)


def _lacks(about: UnitPrint, citizen: Citizen, found: SpanDoses, *, is_read: bool) -> Iterator[str]:
    if not is_read:
        yield UNREAD
    elif sentence := lack_sentence(
        Section.MEDICATION, about.store.section(citizen, Section.MEDICATION)
    ):
        yield sentence
    if found.unknown:
        yield SOME_UNKNOWN


def _no_time(dues: Sequence[Due]) -> Iterator[str]:
    if not dues:
        yield NO_TIME
