"""Find the plan a box works by: its municipality's own, else the one that ships with it.

Refuses to leave the night without a plan: a folder that cannot be read is logged, and the shipped
plan stands in for it and says so on paper. Called at the start of the programs and by the sheets.
"""

import logging
from dataclasses import replace
from functools import cache
from pathlib import Path

from appliance.errors import PlanError
from appliance.plan.loader import load_plan
from appliance.plan.models import ResponsePlan

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
        return load_plan(folder)
    except PlanError as error:
        _log.error("%s %s: %s", error.code, folder, error.detail)
        return replace(shipped_plan(), is_stand_in=True)
