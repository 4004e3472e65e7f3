"""Prove that a box's log is whole: every line in its place, up to the end the box signed. Pure.

Needs no key but the box's public one: whoever keeps the logs can do it every night. What does not
fit is named (`findings.Kind`); what the box states about itself, such as half a line after a power
cut, is a gap and no fault, as long as the bytes are the ones it stated. Called by the commands.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from appliance.sealed_log.chain import (
    End,
    Gap,
    Line,
    Segment,
    genesis,
    parse_gap,
    read_segment,
    tail_of,
)
from appliance.sealed_log.head import Head, read_head
from provisioning.sealed_log.findings import Finding, Kind
from provisioning.sealed_log.tails import name_tail


@dataclass(frozen=True, slots=True)
class NamedContent:
    """A file of a log: its name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Placed:
    """A line that chains, and the segment it stands in."""

    segment: str
    line: Line


@dataclass(frozen=True, slots=True)
class Verified:
    """What chains, where it ends, and everything that was found."""

    lines: tuple[Placed, ...]
    end: End
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether there is no fault; stated gaps are none."""
        return not any(finding.is_fault for finding in self.findings)


@dataclass(slots=True)
class _Walk:
    """How far the walk along the chain has come."""

    end: End
    lines: list[Placed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    # Bytes that do not chain, by segment, until a gap record accounts for them.
    tails: dict[str, tuple[Segment, bytes]] = field(default_factory=dict)
    # Every line seen, by number and digest: a segment that is there twice.
    known: set[tuple[int, bytes]] = field(default_factory=set)

    def find(self, kind: Kind, where: str, text: str) -> None:
        self.findings.append(Finding(kind, where, text))


def verify(
    segments: Iterable[NamedContent],
    heads: Iterable[NamedContent],
    public_key: bytes,
    on_paper: Iterable[str] = (),
) -> Verified:
    """Walk along the whole log of one box; `segments` in the order of their names."""
    walk = _Walk(genesis(public_key))
    own = list(_own(segments, public_key, walk))
    in_order = sorted(own, key=_place)
    if in_order != own:
        moved = [name for (name, _), (other, _) in zip(own, in_order, strict=True) if name != other]
        walk.find(Kind.REORDERED, ", ".join(moved), "the segments stand in another order")
    for name, segment in in_order:
        _join(walk, name, segment)
    _judge_tails(walk, in_order)
    _judge_heads(walk, heads, public_key)
    _judge_paper(walk, on_paper)
    return Verified(tuple(walk.lines), walk.end, tuple(walk.findings))


def _own(
    segments: Iterable[NamedContent], public_key: bytes, walk: _Walk
) -> Iterator[tuple[str, Segment]]:
    """Yield the segments of this box; what has no readable header waits for a gap record."""
    for named in segments:
        segment = read_segment(named.content)
        if segment.header is None:
            walk.tails[named.name] = (segment, named.content)
        elif segment.header.public_key != public_key:
            key = segment.header.public_key.hex()
            walk.find(Kind.FOREIGN, named.name, f"the segment is of the box with log key {key}")
        else:
            yield named.name, segment


def _place(named: tuple[str, Segment]) -> int:
    header = named[1].header
    return header.first if header else 0


def _join(walk: _Walk, name: str, segment: Segment) -> None:
    """Put a segment behind what has been walked."""
    before = segment.header.before if segment.header else walk.end
    if before.number > walk.end.number:
        missing = f"lines {walk.end.number + 1} to {before.number} are missing before it"
        walk.find(Kind.DROPPED, name, missing)
    elif before.number < walk.end.number:
        if _is_repeat(walk, segment):
            walk.find(Kind.REORDERED, name, f"lines from {before.number + 1} on are there twice")
            return
        text = f"there is a second line {before.number + 1}: the log went back and on another way"
        walk.find(Kind.TAMPERED, name, text)
    elif before != walk.end:
        walk.find(Kind.TAMPERED, name, f"line {before.number + 1} does not follow what is before")
    for line in segment.lines:
        _take(walk, name, line)
    if segment.tail:
        walk.tails[name] = (segment, segment.tail)
    walk.end = segment.end or walk.end


def _is_repeat(walk: _Walk, segment: Segment) -> bool:
    return {(line.number, line.digest) for line in segment.lines} <= walk.known


def _take(walk: _Walk, name: str, line: Line) -> None:
    walk.lines.append(Placed(name, line))
    walk.known.add((line.number, line.digest))
    if line.is_sealed:
        return
    gap = parse_gap(line.payload)
    if gap is None:
        walk.find(Kind.TAMPERED, name, f"line {line.number} is neither sealed nor a gap record")
    else:
        _state_gap(walk, f"{name}, line {line.number}", gap)


def _state_gap(walk: _Walk, where: str, gap: Gap) -> None:
    for tail in gap.tails:
        segment, content = walk.tails.pop(tail.segment, (None, b""))
        if tail_of(tail.segment, content) != tail:
            walk.find(
                Kind.TAMPERED,
                tail.segment,
                f"{where} states {tail.size} bytes that do not chain; those are not there",
            )
        else:
            whole = content.count(b"\n") if segment and segment.header else 0
            walk.find(
                Kind.GAP,
                where,
                f"{tail.size} bytes of {tail.segment} were cut ({whole} whole lines)",
            )
    if gap.kept or gap.lost:
        walk.find(
            Kind.GAP, where, f"{gap.kept} entries came late, {gap.lost} were lost: nowhere to write"
        )
    if gap.behind:
        walk.find(
            Kind.TRUNCATED, where, f"the box itself had signed line {gap.behind} before this one"
        )


def _judge_tails(walk: _Walk, in_order: Sequence[tuple[str, Segment]]) -> None:
    newest = in_order[-1][0] if in_order else ""
    for name, (segment, content) in sorted(walk.tails.items()):
        walk.findings.append(name_tail(name, segment, content, is_newest=name >= newest))


def _judge_heads(walk: _Walk, heads: Iterable[NamedContent], public_key: bytes) -> None:
    signed = [head for named in heads if (head := _read_head(walk, named, public_key))]
    if not signed:
        walk.find(Kind.UNANCHORED, "log", "no signed head: nobody knows whether the end is missing")
        return
    digests = {0: genesis(public_key).digest} | {
        placed.line.number: placed.line.digest for placed in walk.lines
    }
    for head in signed:
        _judge_head(walk, head, digests)
    last = max(head.end.number for head in signed)
    if last < walk.end.number:
        walk.find(
            Kind.UNANCHORED,
            "log",
            f"lines {last + 1} to {walk.end.number} are after the last signed head",
        )


def _read_head(walk: _Walk, named: NamedContent, public_key: bytes) -> Head | None:
    try:
        head = read_head(named.content)
    except ValueError as error:
        walk.find(Kind.TAMPERED, named.name, str(error))
        return None
    if head.public_key != public_key:
        walk.find(Kind.FOREIGN, named.name, f"the head is of box {head.box_id!r}")
        return None
    return head


def _judge_head(walk: _Walk, head: Head, digests: dict[int, bytes]) -> None:
    number = head.end.number
    if number > walk.end.number:
        text = f"lines {walk.end.number + 1} to {number} were signed and are missing"
        walk.find(Kind.TRUNCATED, "log", text)
    elif number in digests and digests[number] != head.end.digest:
        walk.find(Kind.TAMPERED, "log", f"line {number} is another one than the box signed")


def _judge_paper(walk: _Walk, on_paper: Iterable[str]) -> None:
    shown = {placed.line.end.shown: placed for placed in walk.lines}
    for text in on_paper:
        placed = shown.get(text.strip().upper().removeprefix("LOG").strip())
        if placed is None:
            walk.find(Kind.NOT_ON_RECORD, "paper", f"no line of the log ends in {text}")
        else:
            where = f"{placed.segment}, line {placed.line.number}"
            walk.find(Kind.PAPER, where, f"paper with {text} was made after this line")
