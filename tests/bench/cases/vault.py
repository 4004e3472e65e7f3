"""The box's vault beside restic and SQLCipher: what is kept, what moves, how it opens at an outage.

The goals: a night in which every citizen has a new note moves at most a twentieth of the base; a
second after the key is known the records of 100 citizens can be read, on a seventh of one core;
memory stays near what the data needs.
"""

import functools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench.copies import moved, restic, sqlcipher
from tests.bench.copies.moved import Moved
from tests.bench.copies.nights import Nights, make_nights
from tests.bench.copies.opening import Opening
from tests.bench.copies.openings import clear, lay_out, open_all
from tests.bench.harness import Comparison, Goal, Result, result

_MOST_OF_BASE = 5  # percent
_MOST_MS = 1000
_GOAL_FOR = 100  # citizens; a box of a thousand is no small box
_SHARE_OF_CORE = 15  # percent
_ROUNDS, _SLOW_ROUNDS = 5, 3
# What is not the data: zstd's window at its level, SQLite's pages, the reader's objects.
_MIB_OVER_DATA = 12
_MIB = 1024 * 1024


class Rows:
    """The lines of one size of box."""

    def __init__(self, citizens: int) -> None:
        self.results: list[Result] = []
        self._citizens = citizens

    def beside(self, what: str, unit: str, ours: float, peers: Mapping[str, float]) -> None:
        """Add a line for each peer, or one with none."""
        for peer, value in (peers or {"": None}).items():
            self.results.append(result(f"vault-{self._citizens} {what}", peer, (ours, value, unit)))

    def judged(self, what: str, unit: str, ours: float, most: float) -> None:
        """Add a line that can fail."""
        goal = Goal(round(most, 1), is_ratio=False)
        self.results.append(result(f"vault-{self._citizens} {what}", "", (ours, None, unit), goal))


def compare(citizens: int, folder: Path) -> list[Result]:
    """Measure a box of so many citizens."""
    room = folder / f"vault-{citizens}"
    nights = make_nights(room / "nights", citizens)
    rows = Rows(citizens)
    _say(f"{citizens} citizens: the plain database has {_mib(nights.night):.1f} MiB")
    _add_sizes(rows, nights, room)
    copies = {}
    try:
        copies = lay_out(nights, room)
        _add_openings(rows, *open_all(copies, _ROUNDS), _mib(nights.night))
        _add_slow_openings(rows, citizens, *open_all(copies, _SLOW_ROUNDS, _SHARE_OF_CORE))
    finally:
        clear(room)
    return rows.results


def _add_sizes(rows: Rows, nights: Nights, room: Path) -> None:
    ours = moved.by_deltas(nights, room)
    peers = _sizes_of_peers(nights, room)
    rows.beside("whole copy", "KiB", ours.whole / 1024,
                {name: each.whole / 1024 for name, each in peers.items()})  # fmt: skip
    for what in ("night", "quarter"):
        figures = {name: getattr(each, what) / 1024 for name, each in peers.items()}
        rows.beside(f"{what} moves", "KiB", getattr(ours, what) / 1024, figures)
    rows.judged("night of its base", "%", 100 * ours.night / ours.whole, _MOST_OF_BASE)


def _sizes_of_peers(nights: Nights, room: Path) -> dict[str, Moved]:
    peers: dict[str, Moved] = {}
    if reason := restic.lacking():
        _say(f"no column for restic: {reason}")
    else:
        for name, prepare in (("SQLite file", moved.as_it_is), (".sql dump", moved.as_dump)):
            place = room / name
            place.mkdir()
            peers[f"{restic.version()}, {name}"] = moved.by_restic(nights, place, prepare)
    if reason := sqlcipher.lacking():
        _say(f"no column for SQLCipher: {reason}")
    else:
        by_pages = moved.by_pages(nights, room)
        peers[f"{sqlcipher.version()}, changed pages"] = by_pages
        # What moves when the hub writes it anew, as it does with ours.
        peers["the same, written anew"] = Moved(*[by_pages.whole] * 3)
    return peers


def _add_openings(rows: Rows, opened: dict[str, Opening], _how: str, plain_mib: float) -> None:
    _add_times(rows, opened, "")
    base, delta = opened["base"], opened["delta"]
    ways = [way for way in ("restic", "sqlcipher") if way in opened]
    peers = {_NAMES[way]: opened[way].opening_mib for way in ways}
    rows.beside("memory to open", "MiB", delta.opening_mib, peers)
    rows.beside("plain database", "MiB", plain_mib, {})
    rows.beside("peak of keeper, Python and Argon2 in it", "MiB", delta.peak_mib, {})
    rows.judged("memory to open a base", "MiB", base.opening_mib, _MIB_OVER_DATA)
    # zstd needs the database before and the new one to apply a patch.
    most = 2 * plain_mib + _MIB_OVER_DATA
    rows.judged("memory to open base and delta", "MiB", delta.opening_mib, most)
    _say(
        f"processor time key → list: base {base.processor:.0f} ms, with delta {delta.processor:.0f}"
    )


def _add_slow_openings(rows: Rows, citizens: int, opened: dict[str, Opening], how: str) -> None:
    share = f" at {_SHARE_OF_CORE} %"
    _say(f"{_SHARE_OF_CORE} % of one core by {how}")
    _add_times(rows, opened, share)
    delta = opened["delta"]
    from_card = delta.browsable
    from_key = from_card - delta.key_known
    if citizens == _GOAL_FOR:
        rows.judged(f"key → list{share}", "ms", from_key, _MOST_MS)
    verdict = "hold" if from_card <= _MOST_MS else "do NOT hold"
    _say(
        f"{share.strip()}: {from_card:.0f} ms from the typed card, {delta.key_known:.0f} of them"
        " for its key (64 MiB, 3 passes: what makes guessing dear)"
    )
    _say(f"{_MOST_MS} ms {verdict} from the card; judged is the known key: {from_key:.0f} ms")


def _add_times(rows: Rows, opened: dict[str, Opening], share: str) -> None:
    """Add the times of the usual state of a box, a base with a delta."""
    for what, ways, figure in _TIMES:
        peers = {_NAMES[way]: figure(opened[way]) for way in ways if way in opened}
        rows.beside(f"{what}{share}", "ms", figure(opened["delta"]), peers)


_NAMES = {
    "restic": "restic",
    "sqlcipher": "SQLCipher, password",
    "sqlcipher-key": "SQLCipher, raw key",
}
# What is timed, what it is put beside, and which figure it is.
_TIMES: tuple[tuple[str, tuple[str, ...], Callable[[Opening], float]], ...] = (
    ("card → list", ("restic", "sqlcipher"), lambda each: each.browsable),
    ("card → found", ("restic", "sqlcipher"), lambda each: each.searchable),
    ("card → key", ("restic",), lambda each: each.key_known),
    ("key → list", ("sqlcipher-key",), lambda each: each.browsable - each.key_known),
)


def _mib(path: Path) -> float:
    return path.stat().st_size / _MIB


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr)


CASES = tuple(
    Comparison(
        f"vault-{citizens}-citizens",
        "restic and SQLCipher",
        "a repository and how it grows; one encrypted database whose rows are changed in place and"
        " whose search index is inside; restic's restored copy is indexed as ours is",
        functools.partial(compare, citizens),
    )
    for citizens in (100, 1000)
)
