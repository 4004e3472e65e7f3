"""Decide how long to wait between two tries, and remember it over restarts: `sync-pace.json`.

A thousand boxes must not come at once, and a box that fails must not hammer the hub: turns are
spread by the box's id and by chance, failures double the wait up to a limit. A try is written down
*before* it begins, as a failure until it ends well: a program that dies in each sync and is started
again waits longer each time too. Pure but for reading and writing the file. Called by the watch.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from appliance.clock import Clock, format_time, parse_time
from appliance.files import write_atomically

FIRST_WAIT_S = 60.0
# Longer would keep the data old after the hub is back; a thousand boxes are then two in a second.
LONGEST_WAIT_S = 30 * 60.0
# After a restart of the whole machine the network may be another: start over, but not at once.
_FAILURES_KEPT = 3
_JITTER = 0.1
_STEP_S = 60.0
_NAME = "sync-pace.json"


@dataclass(frozen=True, slots=True)
class Pace:
    """The tries so far: failures in a row, and when the last one began, by both clocks."""

    failures: int
    began_at: datetime
    began_uptime_s: float


def share_of(box_id: str) -> float:
    """Return the box's own place in line, from 0 to 1, the same for ever."""
    digest = hashlib.sha256(box_id.encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32


def turn_after(cadence_s: float, chance: float) -> float:
    """Return how long after a good try the next is due; `chance` runs from 0 to 1."""
    return cadence_s * (1 - _JITTER + 2 * _JITTER * chance)


def wait_after(failures: int, chance: float) -> float:
    """Return how long after that many failures in a row the next try is due."""
    doublings = min(failures - 1, 16)  # no need to reckon with astronomical numbers
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**doublings)
    return longest * (0.5 + 0.5 * chance)


def resumed(pace: Pace | None, clock: Clock) -> tuple[int, float | None]:
    """Return the failures that count when the program starts, and the seconds since the last try.

    None is: no try is known of. Within one run of the machine its uptime tells; after a restart
    nothing does, as a box without a battery has no clock then, and the wait begins anew.
    """
    if pace is None:
        return 0, None
    steady = clock.monotonic() - pace.began_uptime_s
    wall = (clock.now() - pace.began_at).total_seconds()
    if steady >= 0 and abs(wall - steady) <= _STEP_S:
        return pace.failures, steady
    failures = min(pace.failures, _FAILURES_KEPT)
    return failures, 0.0 if failures else None


def read_pace(state_dir: Path) -> Pace | None:
    """Return what is known of the last try; None if nothing, or nothing that can be read."""
    try:
        raw = json.loads((state_dir / _NAME).read_bytes())
        failures, uptime = int(raw["failures"]), float(raw["began_uptime_s"])
        return Pace(max(failures, 0), parse_time(raw["began_at"]), uptime)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_pace(state_dir: Path, pace: Pace) -> None:
    """Replace what is known.

    Raises:
        DiskFullError, StorageError: the disk refused.

    """
    content = {
        "failures": pace.failures,
        "began_at": format_time(pace.began_at),
        "began_uptime_s": round(pace.began_uptime_s, 1),
    }
    write_atomically(state_dir / _NAME, json.dumps(content, indent=1).encode())


def age_of(signed_at: datetime | None, clock: Clock) -> timedelta | None:
    """Return how old the installed data is, or None if there is none."""
    return clock.now() - signed_at if signed_at else None
