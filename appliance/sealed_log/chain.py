"""Chain the lines of the sealed log so that no line can be changed, moved or left out unseen.

A segment is one header line and then one line for each entry: its number, its payload in base64
and h(n) = SHA-256(h(n-1) ‖ n ‖ payload). `FORMAT.md` beside this file is the specification. Pure:
bytes in, values out; no keys, no files. Refuses nothing: what does not chain is the `tail` of what
was read, and the caller decides what that means. Called by the writer, the outbox and the hub.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MAGIC = "nodboks-log"
FORMAT = 1
SEGMENT_SUFFIX = ".log"
HEAD_NAME = "head.json"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_SEGMENT = re.compile(r"([0-9]{6}|[1-9][0-9]{6,11})\.log")
_NUMBER_BYTES = 8
_SHOWN_ON_PAPER = 8
_AGE = b"age-encryption.org/v1\n"


@dataclass(frozen=True, slots=True)
class End:
    """The end of a chain: the number of the last line and its digest; number 0 before any."""

    number: int
    digest: bytes

    @property
    def shown(self) -> str:
        """Return what stands on paper: the first eight characters, "3F9A12C0"."""
        return self.digest.hex()[:_SHOWN_ON_PAPER].upper()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a sealed entry, or a gap record in the clear."""

    number: int
    payload: bytes
    digest: bytes

    @property
    def end(self) -> End:
        """Return the chain's end once this line is written."""
        return End(self.number, self.digest)

    @property
    def is_sealed(self) -> bool:
        """Tell a sealed entry from a gap record."""
        return self.payload.startswith(_AGE)


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a segment: whose log it is, and where in the chain the segment begins."""

    public_key: bytes
    first: int
    previous: bytes

    @property
    def before(self) -> End:
        """Return the chain's end before the segment's first line."""
        return End(self.first - 1, self.previous)


@dataclass(frozen=True, slots=True)
class Segment:
    """What could be read: the lines that chain, and the bytes after them that do not."""

    header: Header | None
    lines: tuple[Line, ...]
    tail: bytes

    @property
    def end(self) -> End | None:
        """Return the end of what chains; None without a header."""
        if self.lines:
            return self.lines[-1].end
        return self.header.before if self.header else None


def genesis(public_key: bytes) -> End:
    """Return the end of the empty chain of a box: no line of one box fits another's chain."""
    return End(0, hashlib.sha256(f"{MAGIC} {FORMAT}\n".encode() + public_key).digest())


def next_line(end: End, payload: bytes) -> Line:
    """Return the line that comes after the end."""
    number = end.number + 1
    linked = end.digest + number.to_bytes(_NUMBER_BYTES, "big") + payload
    return Line(number, payload, hashlib.sha256(linked).digest())


def format_line(line: Line) -> bytes:
    """Write a line as it stands in the file."""
    payload = base64.b64encode(line.payload).decode("ascii")
    return f"{line.number} {payload} {line.digest.hex()}\n".encode("ascii")


def parse_line(raw: bytes) -> Line | None:
    """Read a line without its line feed, whatever its digest; None if it is no line."""
    parts = _ascii(raw).split(" ")
    if len(parts) != 3 or not _NUMBER.fullmatch(parts[0]) or not _DIGEST.fullmatch(parts[2]):  # noqa: PLR2004
        return None
    payload = _from_base64(parts[1])
    if payload is None:
        return None
    return Line(int(parts[0]), payload, bytes.fromhex(parts[2]))


def format_header(header: Header) -> bytes:
    """Write the first line of a segment."""
    key, previous = header.public_key.hex(), header.previous.hex()
    return f"{MAGIC} {FORMAT} {key} {header.first} {previous}\n".encode("ascii")


def parse_header(raw: bytes) -> Header | None:
    """Read the first line of a segment without its line feed; None if it is none."""
    parts = _ascii(raw).split(" ")
    if len(parts) != 5 or parts[:2] != [MAGIC, str(FORMAT)]:  # noqa: PLR2004
        return None
    key, first, previous = parts[2:]
    if not (_DIGEST.fullmatch(key) and _NUMBER.fullmatch(first) and _DIGEST.fullmatch(previous)):
        return None
    return Header(bytes.fromhex(key), int(first), bytes.fromhex(previous))


def read_segment(content: bytes) -> Segment:
    """Read as many lines as chain; everything from the first that does not is the tail."""
    raw, line_feed, rest = content.partition(b"\n")
    header = parse_header(raw) if line_feed else None
    if header is None:
        return Segment(None, (), content)
    end, lines = header.before, []
    while rest:
        raw, line_feed, after = rest.partition(b"\n")
        line = parse_line(raw) if line_feed else None
        if line is None or line != next_line(end, line.payload):
            break
        lines.append(line)
        end, rest = line.end, after
    return Segment(header, tuple(lines), rest)


@dataclass(frozen=True, slots=True)
class Tail:
    """Bytes at the end of a segment that do not chain, as a gap record describes them."""

    segment: str
    size: int
    sha256: str


def tail_of(segment: str, content: bytes) -> Tail:
    """Describe the bytes of a segment that do not chain."""
    return Tail(segment, len(content), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class Gap:
    """What the box itself states about a hole in its log; holds nothing of anybody.

    `tails` were left by a cut; `kept` entries waited in memory and follow; `lost` are gone;
    `behind` is the number of a signed head the log no longer reaches.
    """

    tails: tuple[Tail, ...] = ()
    kept: int = 0
    lost: int = 0
    behind: int = 0

    def __bool__(self) -> bool:
        """Tell whether there is anything to state."""
        return self != _NO_GAP


_NO_GAP = Gap()


def gap_payload(gap: Gap) -> bytes:
    """Write a gap record; in the clear, so that anybody who verifies sees it."""
    tails = [[tail.segment, tail.size, tail.sha256] for tail in gap.tails]
    raw = {"gap": 1, "tails": tails, "kept": gap.kept, "lost": gap.lost, "behind": gap.behind}
    return json.dumps(raw, separators=(",", ":")).encode("ascii")


def parse_gap(payload: bytes) -> Gap | None:
    """Read a gap record; None if the payload is none."""
    try:
        raw: Any = json.loads(payload)
        tails = tuple(Tail(str(name), int(size), str(sha)) for name, size, sha in raw["tails"])
        gap = Gap(tails, int(raw["kept"]), int(raw["lost"]), int(raw["behind"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return gap if gap_payload(gap) == payload else None


def segment_name(number: int) -> str:
    """Return the file name of a segment, "000001.log"."""
    return f"{number:06}{SEGMENT_SUFFIX}"


def segment_numbers(names: Sequence[str]) -> list[int]:
    """Return the numbers of the names that are segments', in order."""
    matches = (_SEGMENT.fullmatch(name) for name in names)
    return sorted(int(match[1]) for match in matches if match)


def _ascii(raw: bytes) -> str:
    return raw.decode("ascii") if raw.isascii() else ""


def _from_base64(text: str) -> bytes | None:
    try:
        payload = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # One payload has one spelling: the spare bits of the last character count as well.
    return payload if base64.b64encode(payload).decode("ascii") == text else None
