"""Name everything that can be noted of a citizen in an outage, and of the paper that came back.

An event is never changed: what was wrong is struck by a further event, and stays readable. One
event is the text of one entry of the sealed log, which says who, on which device, about whom; here
stands what. Pure, no I/O. `wire.py` writes and reads them, `state.py` says what counts. Called by
the screens, the sheets and the hub.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_ID_BYTES = 8


class Outcome(StrEnum):
    """What came of offering a medicine."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_GIVEN = "not_given"


class Board(StrEnum):
    """Which board a citizen or a visit was ticked on."""

    LIFE_CRITICAL = "life_critical"
    VISITS = "visits"


class Seen(StrEnum):
    """What a tick says."""

    SEEN = "seen"
    MISSED = "missed"


class SheetFate(StrEnum):
    """What became of a numbered sheet of paper."""

    UNUSED = "unused"  # came back, and nothing is written on it
    BACK = "back"  # came back, and is to be typed into the care system
    ENTERED = "entered"
    MISSING = "missing"  # somebody has looked for it


@dataclass(frozen=True, slots=True)
class Noted:
    """A note in words."""

    text: str


@dataclass(frozen=True, slots=True)
class MedicineGiven:
    """One dose of one medicine, and what came of it. As needed, `reason` says for what.

    `order_id` is that of the record's own order, empty for what is not on the list.
    """

    medicine: str
    dose: str
    outcome: Outcome = Outcome.GIVEN
    is_as_needed: bool = False
    reason: str = ""
    remark: str = ""
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """One measurement, with its unit as it was written; `value` is text, as 120/80 is one."""

    title: str
    value: str
    unit: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class EffectSeen:
    """How medicine given as needed worked; `of` is the event of the dose."""

    of: str
    text: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """A citizen with a life-critical need, or a visit, was seen or missed. `thing` is its id."""

    board: Board
    thing: str
    seen: Seen = Seen.SEEN
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Struck:
    """An entry or a tick was wrong; it stays readable, and counts no more.

    Also of an effect, or of what was said to be typed in: that is taken back.
    """

    of: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry was typed into the care system."""

    of: str


@dataclass(frozen=True, slots=True)
class SheetAccounted:
    """A numbered sheet was looked for; the last word on a number counts."""

    serial: str
    fate: SheetFate
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SignedOff:
    """Somebody vouches for it that everything up to here is back in the care system."""

    remark: str = ""


Written = Noted | MedicineGiven | Observed
What = Written | EffectSeen | Ticked | Struck | Entered | SheetAccounted | SignedOff
WRITTEN = (Noted, MedicineGiven, Observed)


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """What was noted, by whom, when it happened and when it was written down (aware times).

    `citizen_id` is empty for paper and for signing off. The same id twice is the same event: a
    phone that lost the connection sends what it had once more. What was noted in a drill is of no
    citizen's care, and goes nowhere. Where nobody vouched for the box's clock, day and time may be
    wrong (`is_clock_sure`), and whoever reads it is told.
    """

    id: str
    happened_at: datetime
    written_at: datetime
    by: str
    what: What = field(repr=False)
    citizen_id: str = ""
    unit_id: str = ""
    is_drill: bool = False
    is_clock_sure: bool = True

    def is_since(self, moment: datetime) -> bool:
        """Tell whether it happened since then, or may have: by an unsure clock nobody knows."""
        return not self.is_clock_sure or self.happened_at >= moment

    @property
    def is_written(self) -> bool:
        """Tell whether this is something of a citizen that belongs in the care record."""
        return isinstance(self.what, WRITTEN)


def spoken_of(what: What) -> str:
    """Return the id of the event that this one is about, or nothing."""
    return str(getattr(what, "of", ""))


def new_event_id() -> str:
    """Return an id for an event; it stands in the form, so that sending twice is one event."""
    return secrets.token_hex(_ID_BYTES)
