"""Say what one entry of the sealed log may hold: a small closed set of fields, and nothing else.

Who, on which device, did what, about whom, when. Pure: values in, JSON out, and back. Refuses an
unknown field, an unknown action, a text that is too long, and free text where the action has none.
The plain text of an entry exists in memory only; on disk stands its ciphertext, padded so that its
length tells little. Called by the web and the keeper (writing) and by the hub (reading).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from appliance.clock import JudgedClock, format_time, parse_time

VERSION = 1
PADDED_TO = 256
MOST_WHOM = 100
LONGEST_TEXT = 4000
_LONGEST = {"initials": 16, "staff": 128, "role": 32, "device": 64, "unit": 128, "about": 128}
_LONGEST_ID = 128
_LONGEST_CPR = 16


class EntryError(ValueError):
    """The bytes are no entry of this version; the message never repeats them."""


class Action(StrEnum):
    """What was done. A new action is one line here and one in FORMAT.md."""

    START = "start"
    STOP = "stop"
    UNLOCK = "unlock"
    LOCK = "lock"
    WRONG_CARD = "wrong_card"
    KEY_ISSUED = "key_issued"
    KEY_REVOKED = "key_revoked"
    CARD_LOGIN = "card_login"
    CARD_REFUSED = "card_refused"
    LOGIN = "login"
    LOGIN_REFUSED = "login_refused"
    LOGOUT = "logout"
    LOCK_ASKED = "lock_asked"
    SHIFT_CODE_MADE = "shift_code_made"
    VIEW_UNIT = "view_unit"
    VIEW_CITIZEN = "view_citizen"
    VIEW_DOCUMENTS = "view_documents"
    VIEW_PRINTS = "view_prints"
    VIEW_JOURNAL = "view_journal"
    SEARCH = "search"
    SHOW_CPR = "show_cpr"
    OPEN_DOCUMENT = "open_document"
    PRINT_ORDERED = "print_ordered"
    PRINT_CHANGED = "print_changed"
    SHEET_MADE = "sheet_made"
    CLOCK_ASKED = "clock_asked"
    CLOCK_SET = "clock_set"
    BREAK_GLASS = "break_glass"
    GLASS_ENDED = "glass_ended"
    JOURNAL = "journal"
    RUNNER_MADE = "runner_made"
    RUNNER_TAKEN = "runner_taken"
    RUNNER_DROPPED = "runner_dropped"


# On the disk before anybody is told that it is done. The rest is there within a second.
DURABLE = frozenset(
    {
        Action.UNLOCK,
        Action.LOCK,
        Action.WRONG_CARD,
        Action.KEY_ISSUED,
        Action.KEY_REVOKED,
        Action.CARD_LOGIN,
        Action.CARD_REFUSED,
        Action.LOGIN_REFUSED,
        Action.SHIFT_CODE_MADE,
        Action.PRINT_ORDERED,
        Action.CLOCK_SET,
        Action.BREAK_GLASS,
        Action.JOURNAL,
        Action.RUNNER_MADE,
        Action.RUNNER_TAKEN,
    }
)
# Words that were searched for, why the glass was broken or a pack taken in, what was noted.
WITH_TEXT = frozenset({Action.SEARCH, Action.BREAK_GLASS, Action.JOURNAL, Action.RUNNER_TAKEN})
NEEDS_TEXT = frozenset({Action.BREAK_GLASS, Action.JOURNAL, Action.RUNNER_TAKEN})


# What anybody on the hotspot can cause.
_AT_THE_DOOR = frozenset({Action.CARD_REFUSED, Action.LOGIN_REFUSED})


class ClockTrust(StrEnum):
    """What the box knew of its own clock when the entry was made."""

    OK = "ok"
    UNSURE = "unsure"  # earlier than something that had already happened, or nobody vouched for it


@dataclass(frozen=True, slots=True)
class When:
    """The wall time for people; the monotonic seconds order what a clock step would shuffle."""

    at: datetime
    monotonic_s: float
    clock: ClockTrust = ClockTrust.OK

    @classmethod
    def by(cls, clock: JudgedClock) -> "When":
        """Return now by a clock, with what it knows of itself."""
        trust = ClockTrust.OK if clock.judged().is_trusted else ClockTrust.UNSURE
        return cls(clock.now(), clock.monotonic(), trust)


@dataclass(frozen=True, slots=True)
class Who:
    """Who did it, and on which device; all empty for the box itself."""

    initials: str = ""
    staff_id: str = ""
    role: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Whom:
    """A citizen: the id of the snapshot, and the CPR number so that the hub can find them."""

    citizen_id: str
    cpr: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `about` names a document, a print job, a shift code or a sheet by its id.

    For a clock that was set it is the new time; `when` is what the old one showed.
    """

    action: Action
    when: When
    who: Who = Who()
    whom: tuple[Whom, ...] = field(default=(), repr=False)
    unit_id: str = ""
    about: str = ""
    text: str = field(default="", repr=False)


def is_by_somebody_in(entry: Entry) -> bool:
    """Tell whether somebody who is in did this: knocking at the door is no use of the box."""
    return bool(entry.who.initials or entry.who.role) and entry.action not in _AT_THE_DOOR


def to_json(entry: Entry) -> dict[str, Any]:
    """Return the entry as plain values."""
    who = entry.who
    return {
        "v": VERSION,
        "action": entry.action.value,
        "at": format_time(entry.when.at),
        "mono": round(entry.when.monotonic_s, 3),
        "clock": entry.when.clock.value,
        "initials": who.initials,
        "staff": who.staff_id,
        "role": who.role,
        "device": who.device,
        "whom": [[whom.citizen_id, whom.cpr] for whom in entry.whom],
        "unit": entry.unit_id,
        "about": entry.about,
        "text": entry.text,
    }


def from_json(raw: Any) -> Entry:
    """Read an entry from plain values.

    Raises:
        EntryError: a field is unknown, missing, of the wrong kind or too long.

    """
    if not isinstance(raw, dict) or raw.keys() != _FIELDS:
        raise EntryError("the fields are not exactly those of an entry")
    if raw["v"] != VERSION:
        raise EntryError(f"an entry of another version than {VERSION}")
    for name, longest in _LONGEST.items():
        _check_text(name, raw[name], longest)
    action = _action(raw)
    return Entry(
        action,
        _when(raw),
        Who(raw["initials"], raw["staff"], raw["role"], raw["device"]),
        _whom(raw["whom"]),
        raw["unit"],
        raw["about"],
        _text_of(raw, action),
    )


def to_bytes(entry: Entry) -> bytes:
    """Return what is sealed: one JSON object, filled up with spaces."""
    plain = json.dumps(to_json(entry), ensure_ascii=False, separators=(",", ":")).encode()
    return plain + b" " * (-len(plain) % PADDED_TO)


def from_bytes(plain: bytes) -> Entry:
    """Read an opened entry.

    Raises:
        EntryError: it is none; the message does not repeat it.

    """
    try:
        raw = json.loads(plain)
    except (ValueError, RecursionError) as error:
        raise EntryError("not JSON") from error
    return from_json(raw)


def clipped(text: str, field_name: str) -> str:
    """Return a text cut to what its field may hold: an entry is never refused for a long name."""
    longest = LONGEST_TEXT if field_name == "text" else _LONGEST[field_name]
    return text[:longest]


def in_parts(entry: Entry) -> Iterator[Entry]:
    """Yield the entry, as several where it names more citizens than one may hold."""
    yield replace(entry, whom=entry.whom[:MOST_WHOM])
    for start in range(MOST_WHOM, len(entry.whom), MOST_WHOM):
        yield replace(entry, whom=entry.whom[start : start + MOST_WHOM])


def new_whom(citizen_id: str, cpr: str | None) -> Whom:
    """Return a citizen as an entry names them; the CPR without dash or spaces."""
    plain = (cpr or "").replace("-", "").replace(" ", "")
    return Whom(citizen_id[:_LONGEST_ID], plain[:_LONGEST_CPR])


_FIELDS = to_json(
    Entry(Action.START, When(datetime.fromisoformat("2026-01-01T00:00Z"), 0.0))
).keys()


def _action(raw: Mapping[str, Any]) -> Action:
    if raw["action"] not in list(Action):
        raise EntryError("unknown action")
    return Action(raw["action"])


def _when(raw: Mapping[str, Any]) -> When:
    mono, clock = raw["mono"], raw["clock"]
    is_number = isinstance(mono, int | float) and not isinstance(mono, bool)
    if not is_number or not isinstance(raw["at"], str) or clock not in list(ClockTrust):
        raise EntryError("at, mono or clock is not what it should be")
    try:
        return When(parse_time(raw["at"]), float(mono), ClockTrust(clock))
    except (ValueError, OverflowError) as error:
        raise EntryError("at is not a time") from error


def _whom(raw: Any) -> tuple[Whom, ...]:
    if not isinstance(raw, list) or len(raw) > MOST_WHOM:
        raise EntryError(f"whom is not a list of at most {MOST_WHOM}")
    return tuple(_one_whom(pair) for pair in raw)


def _one_whom(pair: Any) -> Whom:
    if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004  (id and CPR)
        raise EntryError("whom holds something else than pairs")
    _check_text("whom", pair[0], _LONGEST_ID)
    _check_text("whom", pair[1], _LONGEST_CPR)
    return Whom(*pair)


def _text_of(raw: Mapping[str, Any], action: Action) -> str:
    text = raw["text"]
    _check_text("text", text, LONGEST_TEXT if action in WITH_TEXT else 0)
    if action in NEEDS_TEXT and not text.strip():
        raise EntryError(f"{action} without a text")
    return str(text)


def _check_text(name: str, value: Any, longest: int) -> None:
    if not isinstance(value, str) or len(value) > longest:
        raise EntryError(f"{name} is not a text of at most {longest} characters")
