"""Sum up an outage or a drill: when, who, how soon the paper came, what was done and what not.

Pure: reckons a report from the log and the plan. A report stands by itself: it holds the plan's
words and no ids, so that it still says the same when the plan is another one. Called by the screens
and by `report_shelf`, which keeps it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from appliance.outage.events import Event, Kind
from appliance.outage.stages import Due, due_of
from appliance.outage.state import Lapse, Outage
from appliance.outage.timeline import Elapsed
from appliance.plan.models import ResponsePlan


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing the plan asks for, or people did: what, the answer, who, who noted it, how soon.

    `after` is how long it had lasted by then, and None where nobody did it.
    """

    what: str
    answer: str = ""
    who: str = ""
    by: str = ""
    after: Elapsed | None = None

    @property
    def is_done(self) -> bool:
        """Tell whether somebody did it."""
        return self.after is not None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it, measured against the plan of that day.

    `points`, `called` and `decisions` also hold what was due and not done. `events` is how many
    lines the log had: a report that was kept is that of the log as long as both say the same.
    """

    number: int
    is_drill: bool
    is_over: bool
    municipality: str
    plan_version: str
    began_at: datetime | None
    held_by: str
    ended_by: str
    lasted: Elapsed
    first_paper: Elapsed | None
    stages: tuple[str, ...] = ()
    points: tuple[Deed, ...] = ()
    called: tuple[Deed, ...] = ()
    staff: tuple[Deed, ...] = ()
    decisions: tuple[Deed, ...] = ()
    told: tuple[Deed, ...] = ()
    undone: int = 0
    restarts: int = 0
    damaged: int = 0
    events: int = 0

    @property
    def done(self) -> tuple[Deed, ...]:
        """Return the points that were signed for."""
        return tuple(deed for deed in self.points if deed.is_done)

    @property
    def left(self) -> tuple[Deed, ...]:
        """Return the points that were due and not signed for."""
        return tuple(deed for deed in self.points if not deed.is_done)

    @property
    def rung(self) -> tuple[Deed, ...]:
        """Return who was rung in the contact round."""
        return tuple(deed for deed in self.called if deed.is_done)

    @property
    def undecided(self) -> tuple[Deed, ...]:
        """Return the decisions that were due and not made."""
        return tuple(deed for deed in self.decisions if not deed.is_done)

    @property
    def deeds(self) -> int:
        """Return how much was done at all."""
        every = (self.done, self.rung, self.staff, self.decisions, self.told)
        return sum(deed.is_done for deeds in every for deed in deeds) + bool(self.first_paper)


def report_of(plan: ResponsePlan, lapse: Lapse, number: int = 0) -> Report:
    """Return the report of an outage as it stands or ended."""
    outage, due = lapse.outage, due_of(plan, lapse)
    start, end = outage.start, outage.end
    return Report(
        number=number,
        is_drill=outage.is_drill,
        is_over=end is not None,
        municipality=plan.municipality,
        plan_version=plan.responsibility.version,
        began_at=lapse.began_at if start and lapse.is_time_sure(start) else None,
        held_by=start.what.by if start else "",
        ended_by=end.what.by if end else "",
        lasted=lapse.lasted,
        first_paper=lapse.after(outage.paper) if outage.paper else None,
        stages=tuple(f"{stage.when}: {stage.title}" for stage in due.reached),
        points=tuple(_points(plan, lapse, due)),
        called=tuple(_called(plan, lapse)),
        staff=tuple(_deed(lapse, event) for event in outage.all_of(Kind.CALL_IN)),
        decisions=tuple(_decisions(lapse, due)),
        told=tuple(_deed(lapse, event) for event in outage.letters),
        undone=len(outage.undone),
        restarts=sum(event.kind is Kind.RESTART for event in outage.events),
        damaged=outage.damaged,
        events=len(outage.events),
    )


def _points(plan: ResponsePlan, lapse: Lapse, due: Due) -> Iterable[Deed]:
    for item in plan.checklist:
        event = lapse.outage.about(Kind.STEP, item.id)
        if event is not None:
            yield Deed(item.text, by=event.what.by, after=lapse.after(event))
        elif due.is_reached(item.stage_id):
            yield Deed(item.text)


def _called(plan: ResponsePlan, lapse: Lapse) -> Iterable[Deed]:
    """Yield whoever was rung, then those of the plan's round whom nobody rang."""
    rung = lapse.outage.all_of(Kind.ROUND)
    yield from (_deed(lapse, event) for event in rung)
    names = {event.what.name.casefold() for event in rung}
    in_round = {each.id for each in plan.contact_types if each.is_in_round}
    for contact in plan.contacts:
        if contact.type_id in in_round and contact.name.casefold() not in names:
            yield Deed(contact.name)


def _decisions(lapse: Lapse, due: Due) -> Iterable[Deed]:
    """Yield every decision, also those that a later one took the place of; then what is missing."""
    yield from (_deed(lapse, event) for event in _live(lapse.outage, Kind.DECISION))
    yield from (Deed(decision.question, who=decision.by) for decision in due.decisions)


def _live(outage: Outage, kind: Kind) -> Iterable[Event]:
    return (e for e in outage.events if e.kind is kind and e.number not in outage.undone)


def _deed(lapse: Lapse, event: Event) -> Deed:
    what = event.what
    return Deed(what.name, what.answer, what.text, what.by, lapse.after(event))
