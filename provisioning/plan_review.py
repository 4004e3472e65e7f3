"""Watch over the response plan that lies on the boxes: who answers for it, and when it is due.

`municipality.plan` names the folder the boxes were given. A plan that is not approved, or whose
review is overdue or near, is warned of every night and holds nobody; so is one that cannot be read,
which boxes replace by the shipped one. Called by `publish`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from appliance.clock import DANISH_TIME
from appliance.errors import PlanError
from appliance.plan.checking import duty_notices
from appliance.plan.loader import load_plan
from appliance.plan.models import Responsibility
from appliance.policy import REVIEW_AHEAD


@dataclass(frozen=True, slots=True)
class PlanReview:
    """Who answers for the plan, or what is wrong with its folder; `today` decides what is due."""

    today: date
    duty: Responsibility | None = None
    problem: str = ""

    @property
    def is_overdue(self) -> bool:
        """Tell whether somebody should have gone through it by now."""
        return self.duty is not None and self.duty.is_review_overdue(self.today)

    def warnings(self) -> Iterator[str]:
        """Yield what needs a person: English, as all of a run's lines."""
        if self.duty is None:
            yield f"response plan: cannot be read: {self.problem}; try: nodboks plan check"
            return
        yield from (f"response plan: {each}" for each in duty_notices(self.duty, self.today))
        due = self.duty.next_review
        if due is not None and not self.is_overdue and due - self.today <= REVIEW_AHEAD:
            yield f"response plan: next review is due on {due.isoformat()}"

    def to_dict(self) -> dict[str, Any]:
        """Return what the report says of it."""
        duty = self.duty
        return {
            "version": duty.version if duty else None,
            "owner": duty.owner if duty else None,
            "approver": (duty.approver or None) if duty else None,
            "approved_on": _day(duty.approved_on if duty else None),
            "next_review": _day(duty.next_review if duty else None),
            "is_review_overdue": self.is_overdue,
            "problem": self.problem,
        }


def review_of(folder: Path | None, now: datetime) -> PlanReview | None:
    """Return how the plan in a folder stands; None where the fleet names none."""
    if folder is None:
        return None
    today = now.astimezone(DANISH_TIME).date()
    try:
        return PlanReview(today, load_plan(folder).responsibility)
    except PlanError as error:
        return PlanReview(today, problem=str(error))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
