"""Gather what every page says of the outage: the strip, the clock, what is due. Once a request.

A log that cannot be read takes no page down with it: the strip is then left out. Called by the
templates through `create_app` and by the screens of the plan.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g

from appliance.clock import DANISH_TIME
from appliance.errors import StorageError
from appliance.outage import answer_words
from appliance.outage.events import Event
from appliance.outage.stages import Due, due_of
from appliance.outage.state import Lapse
from appliance.outage.under_way import again_at
from appliance.plan.models import ResponsePlan, Stage
from appliance.web.i18n import translate, translate_plural


@dataclass(frozen=True, slots=True)
class OutageView:
    """An outage beside the plan, at the moment of this request."""

    plan: ResponsePlan
    lapse: Lapse
    due: Due
    now: datetime

    @property
    def is_on(self) -> bool:
        """Tell whether an outage or a drill is under way."""
        return self.lapse.outage.is_on

    @property
    def is_drill(self) -> bool:
        """Tell whether it is a drill."""
        return self.lapse.outage.is_drill

    @property
    def is_beginning_sure(self) -> bool:
        """Tell whether the hour it began is by a clock somebody vouched for."""
        start = self.lapse.outage.start
        return start is not None and self.lapse.is_time_sure(start)

    @property
    def began_today(self) -> bool:
        """Tell whether the hour alone says when it began."""
        began = self.lapse.began_at
        return began is not None and _day(began) == _day(self.now)

    def again_at(self, event: Event) -> datetime | None:
        """Return when something is to be taken up again, or None."""
        return again_at(self.lapse, event)


def outage_view() -> OutageView:
    """Return the outage as it stands.

    Raises:
        StorageError: the log cannot be read.

    """
    found: OutageView | None = g.get("outage_view")
    if found is None:
        lapse = g.services.outage.lapse()
        plan = g.services.plan
        found = OutageView(plan, lapse, due_of(plan, lapse), g.services.clock.now())
        g.outage_view = found
    return found


def outage_for_strip() -> OutageView | None:
    """Return what is on, or None: nothing is, or nobody can tell."""
    if g.get("services") is None:
        return None
    try:
        view = outage_view()
    except StorageError:
        return None
    return view if view.is_on else None


def duration(time: timedelta) -> str:
    """Write a duration to the minute, in the visitor's language."""
    return answer_words.duration(time, translate)


def when_reached(stage: Stage) -> str:
    """Say when a stage of the plan is reached: "Efter 8 timer"."""
    words, number = stage.when_words
    return translate_plural(*words, number).format(n=number)


def _day(moment: datetime) -> str:
    return moment.astimezone(DANISH_TIME).date().isoformat()
