"""Sum up an outage or a drill: how long, when the first paper came, what was done and what not.

Pure: a view of the log, reckoned anew whenever somebody looks. It is kept by keeping the log, so
that no second truth lies beside it. Called by the screen of the log.
"""

from dataclasses import dataclass

from appliance.outage.events import Event, Kind
from appliance.outage.stages import due_of
from appliance.outage.state import Lapse
from appliance.outage.timeline import Elapsed
from appliance.plan.models import ChecklistItem, Decision, ResponsePlan


@dataclass(frozen=True, slots=True)
class Done:
    """A point of the checklist that was signed for, and how long after the beginning."""

    item: ChecklistItem
    event: Event
    after: Elapsed


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it, measured against the plan; `left` is what was due and not done."""

    lasted: Elapsed
    first_paper: Elapsed | None
    done: tuple[Done, ...]
    left: tuple[ChecklistItem, ...]
    undecided: tuple[Decision, ...]
    rung: int
    told: int
    undone: int

    @property
    def points(self) -> int:
        """Return how many points were due."""
        return len(self.done) + len(self.left)


def report_of(plan: ResponsePlan, lapse: Lapse) -> Report:
    """Return the report of an outage as it stands or ended."""
    outage, due = lapse.outage, due_of(plan, lapse)
    signed = [(item, outage.about(Kind.STEP, item.id)) for item in plan.checklist]
    done = tuple(Done(item, event, lapse.after(event)) for item, event in signed if event)
    return Report(
        lasted=lapse.lasted,
        first_paper=lapse.after(outage.paper) if outage.paper else None,
        done=done,
        left=tuple(
            item for item, event in signed if event is None and due.is_reached(item.stage_id)
        ),
        undecided=due.decisions,
        rung=len(outage.all_of(Kind.ROUND)),
        told=len(outage.letters),
        undone=len(outage.undone),
    )
