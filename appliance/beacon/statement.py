"""Say what one box tells another of itself: the statement that is signed, and how it is written.

Nothing of any person: no citizen, no initials, no unit. Refuses whatever is not exactly what this
module would have written, so that one statement has one spelling. Pure. `FORMAT.md` beside this
file is the specification. Called by the post (writing, reading) and by the keeper, which signs
nothing else for the worker.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from appliance.clock import ClockLevel, format_time, parse_time
from appliance.signatures import is_signed_by, sign
from appliance.snapshot.manifest import BOX_ID
from appliance.snapshot.strict_json import number_of, text_of

VERSION = 1
LARGEST = 1000
MOST_ECHOES = 2
# A signature for one purpose must never pass for another: the head of the log has its own.
_PURPOSE = b"nodboks-beacon 1\n"
_MARK = re.compile(r"[0-9a-f]{16}")
_PROBE = re.compile(r"[a-z_]{1,16}")
_MOST_PROBES = 8
_LONGEST_MIN = 60 * 24 * 366


class StatementError(ValueError):
    """The bytes are no statement of this version; nothing of them is repeated."""


class Standing(StrEnum):
    """Whether the box is in an outage; a drill is a word of its own and never an outage."""

    NONE = "none"
    OUTAGE = "outage"
    DRILL = "drill"


class Answer(StrEnum):
    """What a person at the box has said of their own place in the contact round."""

    NOBODY_SAID = ""
    HIT = "hit"
    SPARED = "spared"


class Ready(StrEnum):
    """Whether paper comes out there."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Word:
    """How a box is: `for_min` is how many minutes its outage has lasted, `down` what it misses.

    `copy_at` is when the hub signed the copy it has, so no clock of a box decides about it.
    """

    standing: Standing = Standing.NONE
    for_min: int | None = None
    down: tuple[str, ...] = ()
    printer: Ready = Ready.UNKNOWN
    copy_at: datetime | None = None
    answer: Answer = Answer.NOBODY_SAID


@dataclass(frozen=True, slots=True)
class Statement:
    """One word from one box to another.

    `boot` is the mark of this run of the sender and `number` counts in it; `challenge` is what the
    sender wants to see again and `echoes` are what it saw of the receiver's. `at` and `clock` are
    for whoever looks into it: nothing is decided by them.
    """

    sender: str
    to: str
    boot: str
    number: int
    challenge: str
    echoes: tuple[str, ...]
    at: datetime
    clock: ClockLevel
    word: Word


def write_statement(statement: Statement) -> bytes:
    """Return the one spelling of a statement."""
    plain = {
        "v": VERSION,
        "box": statement.sender,
        "to": statement.to,
        "boot": statement.boot,
        "n": statement.number,
        "challenge": statement.challenge,
        "echo": list(statement.echoes),
        "at": format_time(statement.at),
        "clock": statement.clock.value,
        **word_to_json(statement.word),
    }
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def read_statement(content: bytes) -> Statement:
    """Read a statement.

    Raises:
        StatementError: it is none of this version, or spelled in another way.

    """
    if len(content) > LARGEST:
        raise StatementError("longer than any statement")
    try:
        statement = _statement(json.loads(content))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StatementError(f"no statement: {type(error).__name__}") from None
    if write_statement(statement) != content:
        raise StatementError("not the one spelling of a statement")
    return statement


def sign_statement(content: bytes, signing_key: bytes) -> bytes:
    """Return the signature of a statement.

    Raises:
        ValueError: the key is not 32 bytes.

    """
    return sign(_PURPOSE + content, signing_key)


def is_statement_of(content: bytes, signature: bytes, public_key: bytes) -> bool:
    """Tell whether the holder of the key signed exactly this, as a statement and nothing else."""
    return is_signed_by(_PURPOSE + content, signature, public_key)


def word_to_json(word: Word) -> dict[str, Any]:
    """Return a word as the fields it is written in."""
    return {
        "outage": word.standing.value,
        "for_min": word.for_min,
        "down": list(word.down),
        "printer": word.printer.value,
        "copy_at": format_time(word.copy_at) if word.copy_at else None,
        "answer": word.answer.value,
    }


def read_word(raw: dict[str, Any]) -> Word:
    """Read a word from its fields.

    Raises:
        ValueError, KeyError, TypeError: they are none.

    """
    for_min, copy_at = raw["for_min"], raw["copy_at"]
    return Word(
        standing=Standing(raw["outage"]),
        for_min=None if for_min is None else number_of(for_min, 0, _LONGEST_MIN),
        down=_texts(raw["down"], _PROBE, _MOST_PROBES),
        printer=Ready(raw["printer"]),
        copy_at=None if copy_at is None else parse_time(_text(copy_at)),
        answer=Answer(raw["answer"]),
    )


def _statement(raw: dict[str, Any]) -> Statement:
    if raw["v"] != VERSION:
        raise StatementError("another version")
    return Statement(
        sender=_text(raw["box"], BOX_ID),
        to=_text(raw["to"], BOX_ID),
        boot=_text(raw["boot"], _MARK),
        number=number_of(raw["n"], 1),
        challenge=_text(raw["challenge"], _MARK),
        echoes=_texts(raw["echo"], _MARK, MOST_ECHOES),
        at=parse_time(_text(raw["at"])),
        clock=ClockLevel(raw["clock"]),
        word=read_word(raw),
    )


def _text(value: Any, shape: re.Pattern[str] | None = None) -> str:
    return text_of(value, shape, longest=LARGEST)


def _texts(value: Any, shape: re.Pattern[str], most: int) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > most:
        raise TypeError("no short list")
    return tuple(_text(each, shape) for each in value)
