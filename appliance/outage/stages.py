"""Decide what the plan asks for by now: stages reached, what to do, what must be decided. Pure.

Every limit is the plan's own. A stage with decisions is one that leaders must answer: it is warned
of as many hours before as the plan says, whatever stages lie between, and from its hour on it is
asked for until somebody has answered. Called by the screens and the report.
"""

from dataclasses import dataclass
from datetime import timedelta

from appliance.outage.events import Kind
from appliance.outage.state import Lapse, is_time_again
from appliance.plan.models import ChecklistItem, Decision, ResponsePlan, Stage


@dataclass(frozen=True, slots=True)
class Warned:
    """A decision ahead: at which stage, and how long there is until then."""

    stage: Stage
    left: timedelta


@dataclass(frozen=True, slots=True)
class Due:
    """What the plan asks for at one moment; `share` is how far it is to the first decision."""

    reached: tuple[Stage, ...]
    coming: Stage | None
    decisions: tuple[Decision, ...]
    warned: Warned | None
    limit: Stage | None
    share: float

    def is_reached(self, stage_id: str) -> bool:
        """Tell whether a stage's hour has come."""
        return any(stage.id == stage_id for stage in self.reached)


def due_of(plan: ResponsePlan, lapse: Lapse) -> Due:
    """Return what is due."""
    lasted = lapse.lasted.time
    reached = tuple(stage for stage in plan.stages if _hours(stage) <= lasted)
    coming = next((stage for stage in plan.stages if _hours(stage) > lasted), None)
    limit = _first_to_decide(plan)
    return Due(
        reached,
        coming,
        tuple(
            decision
            for decision in plan.decisions
            if any(stage.id == decision.stage_id for stage in reached) and is_open(decision, lapse)
        ),
        _warned(plan, lapse),
        limit,
        min(lasted / _hours(limit), 1.0) if limit and limit.after_hours else 1.0,
    )


def is_open(decision: Decision, lapse: Lapse) -> bool:
    """Tell whether a decision still has to be made, or made again at an hour that has come."""
    made = lapse.outage.about(Kind.DECISION, decision.id)
    return made is None or is_time_again(made, lapse)


def to_do(plan: ResponsePlan, lapse: Lapse, due: Due) -> tuple[ChecklistItem, ...]:
    """Return the points whose hour has come and that nobody has signed for."""
    return tuple(
        item
        for item in plan.checklist
        if due.is_reached(item.stage_id) and lapse.outage.about(Kind.STEP, item.id) is None
    )


def _warned(plan: ResponsePlan, lapse: Lapse) -> Warned | None:
    """Return the next stage with an open decision that is to be warned of by now."""
    lasted = lapse.lasted.time
    open_at = {each.stage_id for each in plan.decisions if is_open(each, lapse)}
    for stage in plan.stages:
        is_ahead = timedelta(hours=stage.warned_after_hours) <= lasted < _hours(stage)
        if stage.id in open_at and is_ahead:
            return Warned(stage, _hours(stage) - lasted)
    return None


def _first_to_decide(plan: ResponsePlan) -> Stage | None:
    decisive = {decision.stage_id for decision in plan.decisions}
    return next((stage for stage in plan.stages if stage.id in decisive), None)


def _hours(stage: Stage) -> timedelta:
    return timedelta(hours=stage.after_hours)
