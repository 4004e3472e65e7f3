"""Boxes that speak to each other, each with a key of its own, without any network."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from appliance.beacon.datagram import pack
from appliance.beacon.hearing import Hearing
from appliance.beacon.statement import Statement, Word, sign_statement, write_statement
from appliance.clock import ClockLevel
from appliance.signatures import public_key_of
from appliance.snapshot.neighbours import Neighbour

AT = datetime(2026, 11, 23, 2, 14, 7, tzinfo=UTC)
STATEMENT = Statement(
    "boks-1", "boks-2", "0123456789abcdef", 17, "00112233445566aa", ("ffeeddccbbaa9988",),
    AT, ClockLevel.NTP, Word(),
)  # fmt: skip


def key_of_box(number: int) -> bytes:
    """Return an invented signing key."""
    return bytes([number]) * 32


def neighbour(number: int, **changes: object) -> Neighbour:
    """Return a box as the others know it."""
    known = Neighbour(
        f"boks-{number}", f"Boks {number}", "age1x", public_key_of(key_of_box(number)).hex(),
        f"127.0.0.{number}", (f"Afsnit {number}",),
    )  # fmt: skip
    return replace(known, **changes)  # type: ignore[arg-type]


@dataclass
class TalkingBox:
    """One box: it hears, and says what it is told to say."""

    number: int
    word: Word = field(default_factory=Word)
    boot: str = "b007000000000001"
    said: int = 0
    at: datetime = AT

    def __post_init__(self) -> None:
        """Draw challenges that are told apart from every other box's."""
        drawn = count(1)
        self.hearing = Hearing(f"boks-{self.number}", lambda: f"{self.number:08x}{next(drawn):08x}")

    def knows(self, *numbers: int, now_s: float = 0.0) -> None:
        """Take a list of boxes as the one in force."""
        self.hearing.know([neighbour(each) for each in numbers], now_s)

    def says_to(self, number: int, now_s: float, **changes: object) -> bytes:
        """Return the next datagram to another box."""
        challenge, echoes = self.hearing.challenge_for(neighbour(number), now_s)
        self.said += 1
        statement = Statement(
            f"boks-{self.number}", f"boks-{number}", self.boot, self.said, challenge, echoes,
            self.at, ClockLevel.UNSURE, self.word,
        )  # fmt: skip
        return signed(replace(statement, **changes), self.number)  # type: ignore[arg-type]

    def word_of(self, number: int) -> Word | None:
        """Return what counts of another box."""
        of = [each for each in self.hearing.heard() if each.neighbour.box_id == f"boks-{number}"]
        return of[0].word if of else None

    def outcome(self, content: bytes, now_s: float, source: str = "127.0.0.9") -> str:
        """Return what became of a datagram."""
        before = self.hearing.counts.copy()
        self.hearing.take(content, source, now_s)
        (found,) = self.hearing.counts - before
        return found


def signed(statement: Statement, number: int) -> bytes:
    """Return a statement signed with the key of a box."""
    content = write_statement(statement)
    key = key_of_box(number)
    return pack(public_key_of(key), sign_statement(content, key), content)


def met(one: TalkingBox, other: TalkingBox, now_s: float = 0.0) -> None:
    """Let two boxes say so much that each believes the other."""
    for _ in range(2):
        other.hearing.take(one.says_to(other.number, now_s), "127.0.0.8", now_s)
        one.hearing.take(other.says_to(one.number, now_s), "127.0.0.9", now_s)
