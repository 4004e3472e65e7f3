"""Find the plan a box works by: its municipality's own, else the one that ships with it.

Refuses to leave the night without a plan: a folder that cannot be read is logged, and the shipped
plan stands in for it and says so on paper. Called at the start of the programs and by the sheets.
"""

import logging
from dataclasses import replace
from functools import cache
from pathlib import Path

from appliance.errors import PlanError
from appliance.plan.differences import differences
from appliance.plan.loader import PREVIOUS, load_plan
from appliance.plan.models import Changed, ResponsePlan

SHIPPED = Path(__file__).parent / "default"
_log = logging.getLogger(__name__)


@cache
def shipped_plan() -> ResponsePlan:
    """Return the plan that ships with the box; read once, as it never changes."""
    return load_plan(SHIPPED)


def plan_in_force(folder: Path | None) -> ResponsePlan:
    """Return the plan of the folder that `box.plan_dir` names, or the shipped one."""
    if folder is None:
        return shipped_plan()
    try:
        plan = load_plan(folder)
    except PlanError as error:
        _log.error("%s %s: %s", error.code, folder, error.detail)
        return replace(shipped_plan(), is_stand_in=True)
    return replace(plan, changed=_changed(folder / PREVIOUS, plan))


def _changed(folder: Path, plan: ResponsePlan) -> Changed | None:
    """Return what differs from the version before; None where there is none that can be read."""
    if not folder.is_dir():
        return None
    try:
        before = load_plan(folder)
    except PlanError as error:  # nobody's night depends on it
        _log.warning("what has changed is not shown: %s %s: %s", error.code, folder, error.detail)
        return None
    return Changed(before.responsibility.version, differences(before, plan))
