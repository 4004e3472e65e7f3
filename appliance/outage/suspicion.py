"""Judge from what the box sees whether the care system is down. Pure; it decides nothing more.

The care system's own probe counts; where none is set up, the hub's, which is at the same end of the
line. A single missed answer is no outage: it must have been down for as long as box.toml says.
Called by the screens, and by the web where box.toml lets the box begin an outage itself.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.clock import format_time
from appliance.outage.probe_status import Probed, ProbeStatus, Seen


class Verdict(StrEnum):
    """What can be said of the care system."""

    WORKS = "works"
    DOUBTFUL = "doubtful"  # it has not answered, but not for long
    DOWN = "down"
    UNKNOWN = "unknown"  # nobody looks, or not lately


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What the box thinks, since when and for how long, and everything that is down."""

    verdict: Verdict
    since: datetime | None = None
    for_s: float = 0.0
    down: tuple[Probed, ...] = ()

    @property
    def key(self) -> str:
        """Return what tells this suspicion from the next, so that the box begins it once."""
        return f"{self.verdict} {format_time(self.since)}" if self.since else ""


NOTHING_SEEN = Suspicion(Verdict.UNKNOWN)


def suspicion_of(status: ProbeStatus | None, now_s: float, down_after_s: float) -> Suspicion:
    """Return what to think at this moment of the monotonic clock."""
    age = status.age_s(now_s) if status else None
    if status is None or age is None:
        return NOTHING_SEEN
    decisive = status.of(Probed.CARE_SYSTEM) or status.of(Probed.HUB)
    if decisive is None:
        return NOTHING_SEEN
    for_s = decisive.for_s + age
    down = tuple(each.what for each in status.seen if not each.is_up)
    return Suspicion(_verdict(decisive, for_s, down_after_s), decisive.since, for_s, down)


def _verdict(decisive: Seen, for_s: float, down_after_s: float) -> Verdict:
    if decisive.is_up:
        return Verdict.WORKS
    return Verdict.DOWN if for_s >= down_after_s else Verdict.DOUBTFUL
