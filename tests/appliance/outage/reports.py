"""A drill that was held and ended, for whoever tests what is made of its report."""

from datetime import timedelta

from appliance.outage.events import Kind
from appliance.outage.report import Report, report_of
from appliance.outage.state import DRILL, fold, lapse_of
from appliance.outage.timeline import Elapsed
from appliance.plan.models import ResponsePlan
from appliance.plan.shipped import shipped_plan
from tests.appliance.outage.happenings import event

MINUTE = 60.0
EVENTS = (
    event(1, Kind.START, answer=DRILL, by="BKR"),
    event(2, Kind.PAPER, 2 * MINUTE, by=""),
    event(3, Kind.STEP, 3 * MINUTE, about="ring-it", name="Ring til IT-vagten.", by="AHO"),
    event(4, Kind.ROUND, 4 * MINUTE, about="x", name="Plejecenter Engen", answer="spared"),
    event(
        5, Kind.LETTER, 5 * MINUTE, about="sygehus", name="Til sygehuset", text="Akutmodtagelsen"
    ),
    event(6, Kind.NOTE, 6 * MINUTE, text="Printeren manglede papir"),
    event(7, Kind.UNDO, 7 * MINUTE, about="6"),
    event(8, Kind.CALL_IN, 8 * MINUTE, about="NPR", name="NPR", answer="comes"),
    event(
        9, Kind.DECISION, 9 * MINUTE, about="andet-9", answer="Alle bliver på vagt", text="B. Krogh"
    ),
    event(10, Kind.END, 30 * MINUTE, by="CD"),
)


def minutes(number: float) -> Elapsed:
    """Return so many minutes, as surely as a clock can tell."""
    return Elapsed(timedelta(minutes=number))


def held_drill(plan: ResponsePlan | None = None, number: int = 3) -> Report:
    """Return the report of the drill above, against a plan."""
    outage = fold(EVENTS)
    return report_of(plan or shipped_plan(), lapse_of(outage, EVENTS[-1].read), number)
