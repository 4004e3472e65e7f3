"""Cut one box's slim database out of the staged municipality.

Only the rows of the box's own units travel (`records/cutting.py`), so that a box that is stolen
holds nobody else's citizens; photos and documents are sealed on the way. Called by `publish` for
each box.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from appliance.clock import format_time
from appliance.records.cutting import count_rows, cutting
from appliance.records.schema import ATTACHMENT_IDENTITY, SCHEMA_VERSION
from appliance.records.terms import UnitId
from appliance.version import version


@dataclass(frozen=True, slots=True)
class BoxOrder:
    """What to put in one box's snapshot; times are aware."""

    box_id: str
    box_name: str
    municipality: str
    help_phone: str
    unit_ids: tuple[UnitId, ...]
    built_at: datetime


@dataclass(frozen=True, slots=True)
class BoxContent:
    """What came out: rows per table, and how old the citizens' data is."""

    counts: dict[str, int]
    data_as_of: datetime | None


_LOST = "Nogle billeder og dokumenter kunne ikke tages med."
# Says it to the units whose documents are lost, or whose citizens' are.
_LOST_SQL = f"""
    UPDATE section_states SET is_complete = 0, reason = coalesce(reason, '{_LOST}')
    WHERE section = 'attachments' AND unit_id IN (
        SELECT coalesce(attachments.unit_id, citizens.unit_id) FROM attachments
        LEFT JOIN citizens ON citizens.id = attachments.citizen_id
        WHERE object_sha256 = ?)
"""  # noqa: S608  (the words are our own)


class Sealer(Protocol):
    """Seals the photos and documents of one box (`attachments/sealer.py`)."""

    @property
    def identity(self) -> str:
        """Return what opens them."""
        ...

    def seal(self, key: str) -> str | None:
        """Return the name of the object an attachment travels as, by its key on the shelf.

        None where its bytes are nowhere any more.
        """
        ...


def build_box(
    staging: Path, order: BoxOrder, target: Path, sealer: Sealer | None = None
) -> BoxContent:
    """Write the database of one box; without a sealer it has no photos and documents.

    Raises:
        DiskFullError: there is no room.
        StorageError: SQLite refused for another reason.

    """
    with cutting(staging, target, order.unit_ids) as database:
        identity = _seal_attachments(database, sealer)
        as_of = _data_as_of(database)
        meta = _meta(order, as_of) | identity
        database.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
        counts = count_rows(database)
    return BoxContent(counts, datetime.fromisoformat(as_of) if as_of else None)


def _seal_attachments(database: sqlite3.Connection, sealer: Sealer | None) -> dict[str, str]:
    """Put the name of its object in each attachment; return the row that opens them all."""
    keys = database.execute("SELECT DISTINCT object_sha256 FROM attachments ORDER BY 1").fetchall()
    if sealer is None or not keys:
        database.execute("DELETE FROM attachments")
        return {}
    # Seal first: one statement for all of them never takes a new name for a key.
    names = [(key, sealer.seal(key)) for (key,) in keys]
    lost = [(key,) for key, name in names if name is None]
    database.executemany(_LOST_SQL, lost)
    database.executemany("DELETE FROM attachments WHERE object_sha256 = ?", lost)
    database.execute("CREATE TEMP TABLE named (key TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID")
    database.executemany("INSERT INTO named VALUES (?, ?)", names)
    database.execute(
        "UPDATE attachments SET object_sha256 ="
        " (SELECT name FROM named WHERE key = attachments.object_sha256)"
    )
    return {ATTACHMENT_IDENTITY: sealer.identity}


def _data_as_of(database: sqlite3.Connection) -> str | None:
    """Return the age to show for the whole copy: the oldest of its units' citizens."""
    sql = (
        "SELECT min(as_of), count(*) - count(as_of) FROM section_states"
        " WHERE section = 'citizens' AND citizen_id = '' AND is_delivered"
    )
    oldest, unknown = database.execute(sql).fetchone()
    return None if unknown else oldest


def _meta(order: BoxOrder, data_as_of: str | None) -> dict[str, str]:
    return {
        "schema_version": str(SCHEMA_VERSION),
        "box_id": order.box_id,
        "box_name": order.box_name,
        "municipality": order.municipality,
        "help_phone": order.help_phone,
        "built_at": format_time(order.built_at),
        "data_as_of": data_as_of or "",
        "hub_version": version(),
    }
