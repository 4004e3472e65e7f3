"""Find a citizen by any word of the record: an FTS5 index made in RAM at unlock.

The index is not in the snapshot (it would triple what travels). `build_search` is called by the
keeper; `SearchIndex` reads it and is called by the web. What stands as it was typed comes first,
then its other spellings (`folding.py`): Ågård is found by "aagaard".
"""

import json
import re
import sqlite3
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from appliance.records.database import ReadOnlyDatabase, read_only_uri
from appliance.records.folding import folded
from appliance.records.terms import CitizenId, UnitId

# What is searched: (section, table, column of the citizen's id, columns of text).
_SOURCES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("citizens", "citizens", "id", ("given_name", "family_name", "dwelling", "address")),
    ("relatives", "relatives", "citizen_id", ("name", "relation")),
    ("warnings", "warnings", "citizen_id", ("substance", "reaction")),
    ("medication", "medication", "citizen_id", ("brand", "generic", "indication")),
    ("conditions", "conditions", "citizen_id", ("title", "note")),
    ("care_plan", "care_plan", "citizen_id", ("title", "text")),
    ("notes", "notes", "citizen_id", ("title", "text")),
    ("interventions", "interventions", "citizen_id", ("title", "text")),
    ("flags", "flags", "citizen_id", ("text",)),
)
_WORDS = re.compile(r"\w+")
# A very common word hits most notes; beyond this many hits nobody reads on.
_MOST_HITS = 50
# Words around the one that was found in another spelling.
_BEFORE, _AROUND = 4, 12
_EXACT = (
    "SELECT rowid, citizen_id, section, snippet(found, 2, '', '', '…', 12) FROM found"
    " WHERE found MATCH ?{within} ORDER BY section <> 'citizens', rank LIMIT ?"
)
_SPELT = (
    "SELECT found.rowid, citizen_id, section, found.text FROM spelt"
    " JOIN found ON found.rowid = spelt.rowid"
    " WHERE spelt MATCH ?{within} ORDER BY section <> 'citizens', spelt.rank LIMIT ?"
)
_TOKENS = "tokenize = \"unicode61 remove_diacritics 0\", prefix = '2 3'"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where the words stand; `snippet` is a short piece of the text around them."""

    citizen_id: CitizenId
    section: str
    snippet: str


def build_search(records_db: Path, search_db: Path) -> None:
    """Read the snapshot and write its search index beside it, complete or not at all."""
    growing = search_db.with_suffix(".growing")
    growing.unlink(missing_ok=True)
    connection = sqlite3.connect(growing, isolation_level=None, uri=True)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"ATTACH '{read_only_uri(records_db)}' AS records")
        connection.execute(
            "CREATE VIRTUAL TABLE found USING fts5(citizen_id UNINDEXED, section UNINDEXED, text,"
            f" unit_id UNINDEXED, {_TOKENS})"
        )
        # Holds no text of its own: the RAM copy grows by an index only.
        connection.execute(f"CREATE VIRTUAL TABLE spelt USING fts5(text, content = '', {_TOKENS})")
        connection.create_function("folded", 1, folded, deterministic=True)
        connection.execute("BEGIN")
        for section, table, citizen, columns in _SOURCES:
            text = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
            connection.execute(
                f"INSERT INTO found SELECT each.{citizen}, ?, {text},"  # noqa: S608
                " (SELECT unit_id FROM records.citizens AS who"
                f" WHERE who.id = each.{citizen}) FROM records.{table} AS each",
                (section,),
            )
        connection.execute("INSERT INTO spelt(rowid, text) SELECT rowid, folded(text) FROM found")
        connection.execute("INSERT INTO found(found) VALUES ('optimize')")
        connection.execute("INSERT INTO spelt(spelt) VALUES ('optimize')")
        connection.execute("COMMIT")
    finally:
        connection.close()
    growing.replace(search_db)


class SearchIndex:
    """The search index of one opened snapshot."""

    def __init__(self, path: Path) -> None:
        self._database = ReadOnlyDatabase(path)

    def find(
        self, words: str, most: int = _MOST_HITS, unit_ids: Collection[UnitId] | None = None
    ) -> list[Hit]:
        """Return the best hits; every word must occur, the last may be only begun.

        Only citizens of these units are looked at, before the hits are counted; None is everybody.
        """
        parts = _WORDS.findall(unicodedata.normalize("NFC", words))
        if not parts:
            return []
        exact = self._rows(_EXACT, parts, most, unit_ids)
        known = {row[0] for row in exact}
        bare = _WORDS.findall(folded(" ".join(parts)))
        spelt = [row for row in self._rows(_SPELT, bare, most, unit_ids) if row[0] not in known]
        hits = [Hit(CitizenId(row[1]), row[2], row[3]) for row in exact]
        hits += [Hit(CitizenId(row[1]), row[2], _around(row[3], bare)) for row in spelt]
        return sorted(hits, key=_is_mention)[:most]

    def _rows(
        self, query: str, parts: list[str], most: int, unit_ids: Collection[UnitId] | None
    ) -> list[tuple[str, ...]]:
        """Return number, citizen, section and text of what one index has."""
        if not parts:
            return []
        words = " ".join(f'"{part}"' for part in parts) + "*"
        within = "" if unit_ids is None else " AND unit_id IN (SELECT value FROM json_each(?))"
        units = () if unit_ids is None else (json.dumps(list(unit_ids)),)
        rows = self._database.execute(query.format(within=within), (words, *units, most))
        return list(rows)


def _is_mention(hit: Hit) -> bool:
    return hit.section != "citizens"


def _around(text: str, bare: list[str]) -> str:
    """Return the words around the first that was meant, as they are spelt."""
    words = text.split()
    meant = (at for at, word in enumerate(words) if any(part in folded(word) for part in bare))
    start = max(next(meant, 0) - _BEFORE, 0)
    cut = " ".join(words[start : start + _AROUND])
    return f"{'…' if start else ''}{cut}{'…' if len(words) > start + _AROUND else ''}"
