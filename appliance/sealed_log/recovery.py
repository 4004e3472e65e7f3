"""Find where the log ends after the box stopped, however it stopped.

Walks back from the newest segment to the last line that chains. What a cut left behind it stays
where it is, byte for byte, and is described for a gap record: nothing is repaired by deleting.
Refuses nothing. Called by the writer when it takes up the log.
"""

from dataclasses import dataclass
from pathlib import Path

from appliance.files import explaining_disk_errors
from appliance.sealed_log.chain import HEAD_NAME, End, Tail, genesis, read_segment, tail_of
from appliance.sealed_log.head import read_head
from appliance.sealed_log.outbox import segments_in


@dataclass(frozen=True, slots=True)
class Found:
    """Where the log ends; `last` may be written on only if no tail lies behind it.

    `behind` is the number of a head signed earlier that the log no longer reaches, or 0.
    """

    end: End
    last: Path | None
    size: int
    tails: tuple[Tail, ...]
    behind: int = 0


def find_end(folder: Path, public_key: bytes) -> Found:
    """Return the end of the log in a folder.

    A segment that has lines also states, in its first one, every tail before it: so the walk
    stops there.

    Raises:
        StorageError: a segment cannot be read.

    """
    tails: list[Tail] = []
    segments = segments_in(folder)
    end = None
    for path in reversed(segments):
        with explaining_disk_errors(f"reading {path.name}"):
            content = path.read_bytes()
        segment = read_segment(content)
        is_ours = segment.header is not None and segment.header.public_key == public_key
        if not is_ours or segment.tail:
            tails.insert(0, tail_of(path.name, segment.tail if is_ours else content))
        if is_ours:
            # Of several the newest counts; an older one is read for its tail only.
            end = end or segment.end
            if segment.lines:
                break
    last = segments[-1] if segments else None
    size = last.stat().st_size if last else 0
    end = end or genesis(public_key)
    signed = _signed_number(folder, public_key)
    return Found(end, last, size, tuple(tails), signed if signed > end.number else 0)


def _signed_number(folder: Path, public_key: bytes) -> int:
    """Return how far the log went when its end was last signed."""
    try:
        head = read_head((folder / HEAD_NAME).read_bytes())
    except (OSError, ValueError):
        return 0
    return head.end.number if head.public_key == public_key else 0
