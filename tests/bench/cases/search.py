"""Find a citizen by any word of the record."""

import itertools
import sqlite3
from pathlib import Path

from tests.bench.harness import Case, Goal, Work

# A name, a begun name, two words, a common word of notes, a medicine, and nothing at all.
_WORDS = ("hansen", "kirst", "jens peder", "sove", "paracet", "zzz")
_MOST = 50


def with_index(folder: Path) -> Work:
    """Ask the FTS5 index the keeper builds in RAM."""
    from appliance.records.search import SearchIndex

    index = SearchIndex(folder / "search.db")
    words = itertools.cycle(_WORDS)
    return lambda: index.find(next(words))


def with_like(folder: Path) -> Work:
    """Read every text of every citizen and look inside it."""
    from appliance.records.search import _SOURCES

    parts = []
    for section, table, citizen, columns in _SOURCES:
        text = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
        parts.append(f"SELECT {citizen}, '{section}', {text} AS text FROM {table}")  # noqa: S608
    query = f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE "  # noqa: S608
    connection = sqlite3.connect(f"file:{folder / 'records.db'}?mode=ro&immutable=1", uri=True)
    words = itertools.cycle(_WORDS)

    def find() -> object:
        asked = [f"%{word}%" for word in next(words).split()]
        where = " AND ".join(["text LIKE ?"] * len(asked))
        return connection.execute(f"{query}{where} LIMIT {_MOST}", asked).fetchall()

    return find


CASES = (
    Case(
        "search",
        "LIKE scan",
        "what one would write without an index; the index costs memory and seconds at unlock",
        with_index,
        with_like,
        time_goal=Goal(0.5),
        memory_goal=Goal(2),
        calls=len(_WORDS) * 5,
    ),
)
