"""Say what can happen to a plan at work, and write each happening as one line. Pure.

An event is never changed: what was wrong is undone by a further event. Holds nothing of any
citizen: ids of the plan, names of places, initials, and one short line of text. `FORMAT.md` is the
same as a file format. Called by the journal and the folding.
"""

import hashlib
import json
import math
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from appliance.clock import ClockLevel, format_time, parse_time

_SUM_LENGTH = 16
_TEXTS = ("by", "about", "name", "answer", "text")
_LINE = re.compile(rb'(\{.*),"sum":"([0-9a-f]{16})"\}', re.DOTALL)
# Beyond what any machine has been up, and still a time when added to one.
_LONGEST_UP_S = 1e9


class Kind(StrEnum):
    """What happened."""

    START = "start"
    END = "end"
    RESUME = "resume"  # the end was a mistake, or it broke down again
    RESTART = "restart"  # the box was without power
    DOWN = "down"  # what is down, as a whole list
    STEP = "step"  # a point of the checklist was done
    ROUND = "round"
    CALL_IN = "call_in"
    DECISION = "decision"
    LETTER = "letter"
    NOTE = "note"
    PAPER = "paper"  # the first paper came out
    UNDO = "undo"


# What a slip of the thumb may take back.
UNDOABLE = frozenset(
    {Kind.STEP, Kind.ROUND, Kind.CALL_IN, Kind.DECISION, Kind.LETTER, Kind.DOWN, Kind.NOTE}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks read together: one people read, one nobody can set, in which run of the box."""

    at: datetime
    monotonic_s: float
    boot: str
    level: ClockLevel

    @property
    def is_trusted(self) -> bool:
        """Tell whether somebody vouched for the wall time."""
        return self.level is not ClockLevel.UNSURE


@dataclass(frozen=True, slots=True)
class Happening:
    """What is to be written down. Which fields count depends on the kind (`FORMAT.md`).

    `about` is the id of what it concerns, `name` what people call that, so that the log stays
    readable when the plan is another one. `minutes` is how long before or after the event.
    """

    kind: Kind
    by: str = ""
    about: str = ""
    name: str = ""
    answer: str = ""
    text: str = ""
    minutes: int | None = None
    items: tuple[str, ...] = ()
    earlier: Reading | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A happening with its number and when it was written down."""

    number: int
    what: Happening
    read: Reading

    @property
    def kind(self) -> Kind:
        """Return what happened."""
        return self.what.kind


def encode(event: Event) -> bytes:
    """Return the event as a line, its checksum in it, without the end of the line."""
    what = event.what
    fields: dict[str, Any] = {
        "n": event.number,
        "kind": what.kind.value,
        **reading_fields(event.read),
        **{name: getattr(what, name) for name in _TEXTS if getattr(what, name)},
    }
    if what.minutes is not None:
        fields["minutes"] = what.minutes
    if what.items:
        fields["items"] = list(what.items)
    if what.earlier is not None:
        fields["earlier"] = reading_fields(what.earlier)
    body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
    return body + b',"sum":"' + _sum(body) + b'"}'


def decode(line: bytes) -> Event | None:
    """Return the event of a line; None for one that is torn, damaged or of no known kind."""
    found = _LINE.fullmatch(line)
    if found is None or _sum(found[1]) != found[2]:
        return None
    try:
        raw = json.loads(found[1] + b"}")
        return Event(int(raw["n"]), _happening(raw), reading_of(raw))
    except (ValueError, KeyError, TypeError, OverflowError):
        return None  # whole, but of another version


def reading_fields(reading: Reading) -> dict[str, Any]:
    """Return a reading as what JSON can carry."""
    return {
        "at": format_time(reading.at),
        "mono": round(reading.monotonic_s, 3),
        "boot": reading.boot,
        "clock": reading.level.value,
    }


def reading_of(raw: Any) -> Reading:
    """Return the reading that was written.

    Raises:
        ValueError, KeyError, TypeError: it is none.

    """
    mono = float(raw["mono"])
    if not math.isfinite(mono) or not 0 <= mono <= _LONGEST_UP_S:
        raise ValueError(f"{mono} is no time since a machine started")
    return Reading(parse_time(raw["at"]), mono, str(raw["boot"]), ClockLevel(raw["clock"]))


def _happening(raw: dict[str, Any]) -> Happening:
    minutes, earlier = raw.get("minutes"), raw.get("earlier")
    by, about, name, answer, text = (str(raw.get(key, "")) for key in _TEXTS)
    return Happening(
        Kind(raw["kind"]), by, about, name, answer, text,
        minutes=None if minutes is None else int(minutes),
        items=tuple(map(str, raw.get("items", ()))),
        earlier=None if earlier is None else reading_of(earlier),
    )  # fmt: skip


def _sum(body: bytes) -> bytes:
    """Return what tells a whole line from a torn one; it keeps no forger out."""
    return hashlib.sha256(body).hexdigest()[:_SUM_LENGTH].encode()
