"""Say what became of bytes that do not chain and that no gap record accounts for. Pure.

Called by `verify`.
"""

from appliance.sealed_log.chain import Line, Segment, parse_line
from provisioning.sealed_log.findings import Finding, Kind


def name_tail(name: str, segment: Segment, content: bytes, *, is_newest: bool) -> Finding:
    """Return the finding for a segment's bytes that do not chain."""
    end = segment.end
    if end is None and is_newest and b"\n" not in content:
        return _half_line(name, 1, is_newest=True)
    if end is None:
        return Finding(Kind.TAMPERED, name, "the first line is no header of a log")
    expected = end.number + 1
    first, line_feed, _ = content.partition(b"\n")
    if not line_feed:
        return _half_line(name, expected, is_newest=is_newest)
    line = parse_line(first)
    if line is None or line.number == expected:
        return Finding(Kind.TAMPERED, name, f"line {expected} is not what was written")
    return _misplaced(name, line, expected, content)


def _half_line(name: str, expected: int, *, is_newest: bool) -> Finding:
    if is_newest:
        text = f"stops in the middle of line {expected}; it may have been copied while written"
        return Finding(Kind.UNANCHORED, name, text)
    return Finding(Kind.TRUNCATED, name, f"stops in the middle of line {expected}")


def _misplaced(name: str, line: Line, expected: int, content: bytes) -> Finding:
    numbers = [found.number for raw in content.split(b"\n") if (found := parse_line(raw))]
    if line.number < expected or expected in numbers:
        text = f"line {line.number} stands where line {expected} belongs"
        return Finding(Kind.REORDERED, name, text)
    return Finding(Kind.DROPPED, name, f"lines {expected} to {line.number - 1} are missing")
