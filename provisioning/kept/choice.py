"""Decide which units go out as they last were, and which cannot go out at all. Pure.

Called by `publish` when the night is staged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from appliance.records.terms import UnitId
from appliance.snapshot.trust import find_loss
from provisioning.errors import Problem
from provisioning.kept.store import KeptUnit

NOT_IN_FEED = "is not in the feed"
_SHOWN = 3  # reasons said in one line; the report file has them all


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """A unit whose data of tonight is not used, and why."""

    id: UnitId
    reason: str
    problems: tuple[Problem, ...] = ()

    @property
    def may_be_released(self) -> bool:
        """Tell whether a person may say that the numbers are right; a fault is never right."""
        return not self.problems


@dataclass(slots=True)
class Choice:
    """What happens to each unit that is not simply sent out."""

    brought_back: dict[UnitId, HeldUnit] = field(default_factory=dict)
    waiting: dict[UnitId, HeldUnit] = field(default_factory=dict)
    # Kept units that are not in the feed and that somebody said may go.
    dropped: set[UnitId] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Tonight:
    """What is known of the night: rows and problems of each unit in the feed."""

    counts: Mapping[UnitId, Mapping[str, int]]
    problems: Mapping[UnitId, list[Problem]]


def choose(
    tonight: Tonight,
    kept: Mapping[UnitId, KeptUnit],
    served: Iterable[UnitId],
    released: frozenset[UnitId],
) -> Choice:
    """Decide over every unit; `served` are those some box serves, `released` may lose data."""
    found = Choice()
    for unit_id in sorted({*tonight.counts, *(one for one in served if one in kept)}):
        is_released = unit_id in released
        if unit_id not in tonight.counts and is_released:
            found.dropped.add(unit_id)
            continue
        held = _held(unit_id, tonight, kept.get(unit_id), is_released=is_released)
        if held:
            (found.brought_back if unit_id in kept else found.waiting)[unit_id] = held
    return found


def _held(
    unit_id: UnitId, tonight: Tonight, kept: KeptUnit | None, *, is_released: bool
) -> HeldUnit | None:
    if unit_id not in tonight.counts:
        return HeldUnit(unit_id, NOT_IN_FEED)
    problems = tonight.problems.get(unit_id, [])
    if problems:
        return HeldUnit(unit_id, listed(problems), tuple(problems))
    loss = find_loss(kept.counts, tonight.counts[unit_id]) if kept else None
    return HeldUnit(unit_id, loss) if loss and not is_released else None


def listed(problems: Iterable[Problem]) -> str:
    """Return the first problems in one line."""
    messages = [problem.message for problem in problems]
    more = len(messages) - _SHOWN
    shown = "; ".join(messages[:_SHOWN])
    return f"{shown}; and {more} more" if more > 0 else shown
