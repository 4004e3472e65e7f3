"""Write an event of the care journal as the text of an entry of the sealed log, and read it back.

Strict both ways: what does not fit the closed set of fields and lengths is refused, so that the hub
never guesses. Messages name the field and never repeat what stands in it. Called by the screens
(writing), by whoever reads the journal on the box, and by the hub.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, get_type_hints

from appliance.care_journal import events
from appliance.care_journal.events import JournalEvent, What
from appliance.clock import format_time, parse_time

VERSION = 1
NAMES: Mapping[str, type[What]] = MappingProxyType(
    {
        "note": events.Noted,
        "medicine": events.MedicineGiven,
        "observation": events.Observed,
        "effect": events.EffectSeen,
        "tick": events.Ticked,
        "struck": events.Struck,
        "entered": events.Entered,
        "sheet": events.SheetAccounted,
        "signed_off": events.SignedOff,
    }
)
_NAME_OF = {kind: name for name, kind in NAMES.items()}
# Together less than an entry of the log may hold, also where every letter is a quotation mark.
LONGEST: Mapping[str, int] = MappingProxyType(
    {
        "text": 1500, "remark": 400, "reason": 400, "medicine": 200, "dose": 100, "title": 100,
        "value": 60, "unit": 40, "order_id": 128, "thing": 128, "serial": 32, "of": 16,
    }
)  # fmt: skip
_NEVER_EMPTY = frozenset({"text", "medicine", "dose", "title", "value", "of", "thing", "serial"})
_LONGEST_BY, _LONGEST_ID = 16, 128
_ID = re.compile(r"[0-9a-f]{16}")
_FIELDS = frozenset(
    {
        "v", "id", "happened", "written", "clock_sure", "by", "citizen", "unit", "drill", "what",
        "fields",
    }
)  # fmt: skip
_SPACES = frozenset("\n\t")


class JournalError(ValueError):
    """It is no event of this version, or does not fit; the message names the field only.

    `field` is the name of the field that is wrong, empty where it is the whole.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def to_text(event: JournalEvent) -> str:
    """Return the event as JSON on one line.

    Raises:
        JournalError: a field is empty, too long, or holds control characters.

    """
    _check(event)
    raw = {
        "v": VERSION,
        "id": event.id,
        "happened": format_time(event.happened_at),
        "written": format_time(event.written_at),
        "clock_sure": event.is_clock_sure,
        "by": event.by,
        "citizen": event.citizen_id,
        "unit": event.unit_id,
        "drill": event.is_drill,
        "what": _NAME_OF[type(event.what)],
        "fields": asdict(event.what),
    }
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> JournalEvent:
    """Read an event.

    Raises:
        JournalError: it is none of this version.

    """
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise JournalError("no JSON") from error
    if not isinstance(raw, dict) or raw.keys() != _FIELDS or raw["v"] != VERSION:
        raise JournalError("the fields are not exactly those of an event of this version")
    texts = [raw[name] for name in ("id", "happened", "written", "by", "citizen", "unit")]
    answers = [raw[name] for name in ("clock_sure", "drill")]
    if not all(type(each) is str for each in texts) or {type(each) for each in answers} != {bool}:
        raise JournalError("a field is of the wrong kind")
    event = JournalEvent(
        raw["id"],
        _time("happened", raw["happened"]),
        _time("written", raw["written"]),
        raw["by"],
        _what(raw["what"], raw["fields"]),
        raw["citizen"],
        raw["unit"],
        raw["drill"],
        raw["clock_sure"],
    )
    _check(event)
    return event


def _what(name: Any, raw: Any) -> What:
    kind = NAMES.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(raw, dict):
        raise JournalError("an event of an unknown kind", "what")
    wanted = get_type_hints(kind)
    if raw.keys() != wanted.keys():
        raise JournalError(f"the fields are not exactly those of {name}", "fields")
    return kind(**{each: _value(each, raw[each], wanted[each]) for each in wanted})


def _value(name: str, value: Any, kind: type) -> Any:
    if issubclass(kind, StrEnum):
        try:
            return kind(value)
        except ValueError as error:
            raise JournalError(f"{name} is none of {', '.join(kind)}", name) from error
    if type(value) is not kind:
        raise JournalError(f"{name} is no {kind.__name__}", name)
    return value


def _time(name: str, text: str) -> Any:
    try:
        return parse_time(text)
    except ValueError as error:
        raise JournalError(f"{name} is no time", name) from error


def _check(event: JournalEvent) -> None:
    """Refuse what the log could not hold or the hub could not read."""
    if not _ID.fullmatch(event.id):
        raise JournalError("an id is 16 hexadecimal digits", "id")
    _check_text("by", event.by, _LONGEST_BY, may_be_empty=False)
    is_of_citizen = event.is_written or isinstance(event.what, events.EffectSeen | events.Ticked)
    _check_text("citizen", event.citizen_id, _LONGEST_ID, may_be_empty=not is_of_citizen)
    _check_text("unit", event.unit_id, _LONGEST_ID)
    for each in fields(event.what):
        value = getattr(event.what, each.name)
        if isinstance(value, str) and not isinstance(value, StrEnum):
            is_empty_fine = each.name not in _NEVER_EMPTY
            _check_text(each.name, value, LONGEST[each.name], may_be_empty=is_empty_fine)


def _check_text(name: str, text: str, longest: int, *, may_be_empty: bool = True) -> None:
    if not may_be_empty and not text.strip():
        raise JournalError(f"{name} is empty", name)
    if len(text) > longest:
        raise JournalError(f"{name} has more than {longest} characters", name)
    if any(unicodedata.category(one) in {"Cc", "Cs"} and one not in _SPACES for one in text):
        raise JournalError(f"{name} holds characters nobody can read", name)
