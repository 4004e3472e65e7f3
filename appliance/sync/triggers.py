"""Decide whether it is time to sync, and why: one pure function over a few numbers.

All waiting is measured by a clock nobody can set, so that no step of the wall clock loses a turn;
only the age of the data is a matter of wall time, and a wrong age costs at most a request every
quarter of an hour. Called by the watch.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from appliance.sync.pace import turn_after, wait_after

# A connection that comes and goes every second must not make a try each time.
LEAST_GAP_S = 60.0
# An interface is up before it has an address and names are found.
LINK_SETTLES_S = 5.0
# The power comes back in a whole town at once: its boxes ask over one minute.
START_SPREAD_S = 60.0
OLD_DATA_EVERY_S = 15 * 60.0


class Reason(StrEnum):
    """Why a sync begins."""

    START = "the box has started"
    SCHEDULE = "its turn has come"
    RETRY = "the last try failed"
    LINK_UP = "the network came up"
    OLD_DATA = "the data is old"
    STICK = "a USB stick came"


@dataclass(frozen=True, slots=True)
class Plan:
    """What does not change: the settings, and the box's place in line from 0 to 1."""

    cadence_s: float
    old_after: timedelta
    share: float


@dataclass(frozen=True, slots=True)
class Situation:
    """How things stand; times in seconds, None for what has not happened.

    `chance` is drawn anew after each try, from 0 to 1. `link_up_s` is how long ago the network
    came up, if there was no try since.
    """

    since_start_s: float
    since_try_s: float | None
    failures: int
    chance: float
    data_age: timedelta | None
    link_up_s: float | None


def due(plan: Plan, now: Situation) -> Reason | None:
    """Return why to sync now, or None if it is not time."""
    if now.since_try_s is not None and now.since_try_s < LEAST_GAP_S:
        return None
    if now.link_up_s is not None and now.link_up_s >= LINK_SETTLES_S + START_SPREAD_S * plan.share:
        return Reason.LINK_UP
    if now.since_try_s is None:
        # A box that has nothing yet has just been set up, and somebody is waiting beside it.
        wait_s = START_SPREAD_S * plan.share if now.data_age is not None else 0.0
        return Reason.START if now.since_start_s >= wait_s else None
    if now.failures:
        is_due = now.since_try_s >= wait_after(now.failures, now.chance)
        return Reason.RETRY if is_due else None
    return _due_after_success(plan, now, now.since_try_s)


def _due_after_success(plan: Plan, now: Situation, since_try_s: float) -> Reason | None:
    if since_try_s >= turn_after(plan.cadence_s, now.chance):
        return Reason.SCHEDULE
    is_old = now.data_age is None or now.data_age > plan.old_after
    if is_old and since_try_s >= turn_after(OLD_DATA_EVERY_S, now.chance):
        return Reason.OLD_DATA
    return None
