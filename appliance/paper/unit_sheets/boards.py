"""Say how the two boards of a unit stand: who cannot wait, and the visits of the day.

Whom the boards hold, and in which order, is the rule of the paper lists and no other:
`life_critical.cannot_wait` and `visit_plan`. A citizen is ticked by their own id: the rule is about
a citizen, and a newer copy may bring the same need under another id. A visit is ticked by its id,
which is the source's own and outlives a change of time, route or staff. Overdue is a time of the
record that has come and gone with nobody seen and no dose noted; where nobody vouches for the day
nothing is called overdue, and what the copy lacks is said in words; and there nobody counts as
seen. Pure but for the records. Called by the screens and the sheets.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from appliance.care_journal import noted_doses, ticks
from appliance.care_journal.events import Board, JournalEvent
from appliance.care_journal.ticks import Said
from appliance.paper.fallback import or_else
from appliance.paper.unit_sheets.board_times import CountedFrom, Due, Times, standing, times_of
from appliance.paper.unit_sheets.life_critical import cannot_wait, needs_told
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.paper.unit_sheets.visit_plan import VisitPlan, route_name, visit_plan
from appliance.policy import DOUBTED_BEFORE, TICKED_BEFORE_VISIT
from appliance.records.age import Freshness, judge_age
from appliance.records.alerts import lack_sentence
from appliance.records.models import Citizen, MedicationOrder, Visit
from appliance.records.shifts import shift_at
from appliance.records.terms import Section
from appliance.records.visits import VisitRoute, ends_at, is_done

NO_TIME = "Kopien siger ikke, hvornår."
SOME_UNKNOWN = "Boksen kan ikke regne tiden ud for al medicin. Se medicinlisten."
NO_DAY = "Uret er ikke bekræftet. Boksen ved ikke, hvad der er over tiden."
OVERDUE = "Over tiden"
# Each for one time, and for citizens whose parts of the copy differ in age.
DOSES_FROM = (
    "Doser før {when} vises ikke. De skulle være noteret i omsorgssystemet.",
    "Ikke alle doser før {when} vises. Resten skulle være noteret i omsorgssystemet.",
)
_REST = "skulle være noteret i omsorgssystemet."
VISITS_FROM = (
    f"Besøg, der skulle være slut før {{when}}, kaldes ikke over tiden. De {_REST}",
    f"Ikke alle besøg, der skulle være slut før {{when}}, kaldes over tiden. Resten {_REST}",
)
SEEN_IS_NOT_GIVEN = "Set betyder ikke, at medicinen er givet."
MAYBE_ON_PAPER = (
    "Medicin, der er over tiden, kan være givet og skrevet på papir. Se medicinskemaet."
)
UNNOTED = "Set, men medicinen er ikke noteret. Se medicinskemaet:"
UNREAD = "Noget kunne ikke læses. Se borgerens oplysninger, eller spørg en kollega."


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One citizen who cannot wait, or may not: the times, what is lacking, and what was said.

    `is_seen` is of the shift under way. `unnoted` is medicine that was due before the citizen was
    seen and nobody noted; `told` is what was noted of medicine that asks for a second look.
    """

    citizen: Citizen
    is_unknown: bool
    needs: Sequence[str]
    overdue: Sequence[Due] = ()
    unnoted: Sequence[Due] = ()
    next: Due | None = None
    told: Sequence[str] = ()
    lacks: Sequence[str] = ()
    said: Said = field(default_factory=Said)
    is_seen: bool = False
    counted_from: CountedFrom = field(default_factory=CountedFrom)

    @property
    def tick(self) -> JournalEvent | None:
        """Return the last word, as it is shown."""
        return self.said.last

    @property
    def is_missed(self) -> bool:
        """Tell whether the last who tried found nobody."""
        return self.said.is_missed

    @property
    def is_doubtful(self) -> bool:
        """Tell whether somebody was there, and nobody knows when."""
        return self.said.is_doubtful

    @property
    def has_medicine_overdue(self) -> bool:
        """Tell whether a dose is overdue, and not only a visit."""
        return any(due.is_medicine for due in self.overdue)

    @property
    def is_unread(self) -> bool:
        """Tell whether some of the times cannot be read: then nobody can tell that all is well."""
        return UNREAD in self.lacks


@dataclass(frozen=True, slots=True)
class FromWhen:
    """A sentence that says from when something is counted, with `{when}` for the moment."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit of a route: whose, and what is known of it."""

    visit: Visit
    citizen: Citizen
    said: Said
    is_late: bool
    counted_from: datetime | None = None

    @property
    def tick(self) -> JournalEvent | None:
        """Return the last word, as it is shown."""
        return self.said.last

    @property
    def is_done_in_copy(self) -> bool:
        """Tell whether the source says that somebody has been there."""
        return is_done(self.visit)

    @property
    def is_seen(self) -> bool:
        """Tell whether somebody has been there; a later tick that nobody was met has the word."""
        return self.said.is_seen or (self.is_done_in_copy and not self.is_missed)

    @property
    def is_missed(self) -> bool:
        """Tell whether whoever came met nobody."""
        return self.said.is_missed

    @property
    def is_doubtful(self) -> bool:
        """Tell whether somebody was there, and nobody knows when."""
        return self.said.is_doubtful and not self.is_done_in_copy


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


def counted_from(about: UnitPrint, citizen: Citizen, section: Section) -> datetime | None:
    """Return from when what has passed can be overdue; None where it is from any time.

    The outage's beginning; without an outage the age of the citizen's own part of the copy.
    """
    now = _now(about)
    if now is None:
        return None
    known_until = about.outage_started_at or _as_of(about, citizen, section, now)
    if known_until is None:
        return None
    return (known_until - DOUBTED_BEFORE).replace(second=0, microsecond=0)


def doses_from(rows: Iterable[NeedRow]) -> FromWhen | None:
    """Return from when the doses of a board are counted; None where all are shown."""
    return _from_when(DOSES_FROM, [row.counted_from.doses for row in rows])


def visits_from(rows: Iterable[NeedRow], routes: Iterable[RouteBoard]) -> FromWhen | None:
    """Return from when the visits of both boards are counted; None where all are shown."""
    moments = [row.counted_from.visits for row in rows]
    return _from_when(
        VISITS_FROM, [*moments, *(row.counted_from for one in routes for row in one.rows)]
    )


def _from_when(words: tuple[str, str], moments: Sequence[datetime | None]) -> FromWhen | None:
    """Return the latest: whatever is hidden on any row was due before it, so nothing is silent."""
    known = {moment for moment in moments if moment is not None}
    return FromWhen(words[len(known) > 1], max(known)) if known else None


def _as_of(about: UnitPrint, citizen: Citizen, section: Section, now: datetime) -> datetime | None:
    """Return how old a part of the copy is; one of the future is of unknown age."""

    def told() -> datetime | None:
        return about.store.section(citizen, section).as_of

    as_of = or_else(told, lambda: None, "the age of a section")
    return None if judge_age(as_of, now).freshness is Freshness.UNKNOWN else as_of


def route_boards(about: UnitPrint) -> tuple[list[RouteBoard], VisitPlan]:
    """Return the routes of the day, and the plan they are from: it names whom nobody can read."""
    plan = visit_plan(about)
    return [_route(about, plan, route) for route in plan.routes], plan


def need_said(about: UnitPrint, citizen: Citizen) -> Said:
    """Return what was said of a citizen who cannot wait."""
    return ticks.said_of(about.journal, Board.LIFE_CRITICAL, citizen.id, now=_now(about))


def visit_said(about: UnitPrint, visit: Visit) -> Said:
    """Return what was said of a visit; what is from long before is another day's."""
    since = visit.starts_at - TICKED_BEFORE_VISIT
    return ticks.said_of(about.journal, Board.VISITS, visit.id, now=_now(about), since=since)


def _now(about: UnitPrint) -> datetime | None:
    return about.context.printed_at if about.context.is_clock_trusted else None


def _route(about: UnitPrint, plan: VisitPlan, route: VisitRoute) -> RouteBoard:
    citizens = [plan.citizens[stop.visit.citizen_id] for stop in route.stops]
    counted = [counted_from(about, citizen, Section.VISITS) for citizen in citizens]
    rows = [
        VisitRow(
            stop.visit,
            plan.citizens[stop.visit.citizen_id],
            visit_said(about, stop.visit),
            _is_late(about, stop.visit, since),
            since,
        )
        for stop, since in zip(route.stops, counted, strict=True)
    ]
    return RouteBoard(route_name(route), rows, len(route.called_off))


def _is_late(about: UnitPrint, visit: Visit, since: datetime | None) -> bool:
    """Tell whether a visit should be over and nobody has surely said anything of it since."""
    now, said = _now(about), visit_said(about, visit)
    is_counted = since is None or ends_at(visit) >= since
    is_over = now is not None and is_counted and ends_at(visit) < now
    is_surely_said = said.last is not None and said.last.is_clock_sure and not said.is_doubtful
    return is_over and not is_done(visit) and not said.is_seen and not is_surely_said


def _unread_row(about: UnitPrint, citizen: Citizen, *, is_unknown: bool) -> NeedRow:
    said = need_said(about, citizen)
    return NeedRow(citizen, is_unknown, (), lacks=(UNREAD,), said=said)


def _need_row(about: UnitPrint, citizen: Citizen, *, is_unknown: bool) -> NeedRow:
    said, now = need_said(about, citizen), _now(about)
    needs = needs_told(about, citizen)
    if now is None:
        return NeedRow(citizen, is_unknown, needs, lacks=(NO_DAY,), said=said)
    medicines, visits = about.read(MedicationOrder, citizen), about.read(Visit, citizen)
    # What was ticked on the other board asks for nobody here.
    left = [visit for visit in visits or () if not visit_said(about, visit).is_seen]
    times = times_of(medicines or (), left, now)
    counted = CountedFrom(
        counted_from(about, citizen, Section.MEDICATION),
        counted_from(about, citizen, Section.VISITS) if visits else None,
    )
    noted = noted_doses.noted_doses(about.journal, citizen.id, now)
    stands = standing(times, counted, said.seen, noted)
    return NeedRow(
        citizen,
        is_unknown,
        needs,
        stands.overdue,
        stands.unnoted,
        stands.next,
        [noted_doses.told(each, now) for each in stands.told],
        list(_lacks(about, citizen, times, is_read=None not in (medicines, visits))),
        said,
        said.is_seen and said.seen is not None and said.seen.is_since(shift_at(now).starts_at),
        counted,
    )


def _lacks(about: UnitPrint, citizen: Citizen, times: Times, *, is_read: bool) -> Iterator[str]:
    if not is_read:
        yield UNREAD
    if sentence := lack_sentence(
        Section.MEDICATION, about.store.section(citizen, Section.MEDICATION)
    ):
        yield sentence
    if times.has_unknown:
        yield SOME_UNKNOWN
    if not times.dues:
        yield NO_TIME
