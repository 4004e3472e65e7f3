"""Say what the box last saw of the world: a small file, written by the worker, read by the screens.

Holds names of probes and times; nothing personal and no address. Durations are measured by a clock
nobody can set, so a wrong wall clock makes no outage. What cannot be read, or is old, says nothing.
"""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.files import write_atomically

NAME = "probes.json"
# The worker writes at least every five minutes; a file this old was left by one that is dead.
OLD_AFTER_S = 1800.0
_FORMAT = 1


class Probed(StrEnum):
    """What is looked at, from near to far."""

    LINK = "link"
    GATEWAY = "gateway"
    INTERNET = "internet"
    HUB = "hub"
    CARE_SYSTEM = "care_system"


@dataclass(frozen=True, slots=True)
class Seen:
    """How one of them is, since when, and for how many seconds when it was written down."""

    what: Probed
    is_up: bool
    since: datetime
    for_s: float


@dataclass(frozen=True, slots=True)
class ProbeStatus:
    """What was seen at one look, `monotonic_s` seconds after the machine started."""

    monotonic_s: float
    seen: tuple[Seen, ...]

    def of(self, what: Probed) -> Seen | None:
        """Return how one thing is; None if it is not looked at."""
        return next((each for each in self.seen if each.what is what), None)

    def age_s(self, now_s: float) -> float | None:
        """Return how old the look is; None for one that says nothing any more."""
        age = now_s - self.monotonic_s
        return age if 0 <= age <= OLD_AFTER_S else None


def read_probes(state_dir: Path) -> ProbeStatus | None:
    """Return what was last seen, or None if there is nothing to be read."""
    try:
        raw = json.loads((state_dir / NAME).read_bytes())
        if raw["format"] != _FORMAT:
            return None
        return ProbeStatus(float(raw["mono"]), tuple(map(_seen, raw["seen"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is rewritten every few minutes


def write_probes(state_dir: Path, status: ProbeStatus) -> None:
    """Replace what was seen.

    Raises:
        DiskFullError, StorageError: the disk refused; the old file stays.

    """
    seen = [
        {"what": each.what.value, "is_up": each.is_up, "since": format_time(each.since),
         "for_s": round(each.for_s, 1)}
        for each in status.seen
    ]  # fmt: skip
    # Down, never up: a look from the next tenth of a second would say nothing until then.
    monotonic_s = math.floor(status.monotonic_s * 10) / 10
    content = {"format": _FORMAT, "mono": monotonic_s, "seen": seen}
    write_atomically(state_dir / NAME, json.dumps(content, indent=1).encode(), mode=0o644)


def _seen(raw: dict[str, Any]) -> Seen:
    return Seen(
        Probed(raw["what"]), bool(raw["is_up"]), parse_time(raw["since"]), float(raw["for_s"])
    )
