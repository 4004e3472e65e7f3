"""Put a unit's last good night in the place of tonight's, in the staging file.

Only what belongs to the unit is exchanged. A citizen who is in another unit tonight stays there;
what all units share (contacts, plans) and who may log in is tonight's where tonight has it.
Called by `publish`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from appliance.records.schema import TABLES
from appliance.records.terms import UnitId
from provisioning.staging import named_storage_error

_OF_UNIT = "citizen_id IN (SELECT id FROM main.citizens WHERE unit_id = :unit)"
# Which rows are a unit's own, tonight's and kept ones alike; every other table goes by citizen.
_OWN = {
    "units": "id = :unit",
    "contacts": "unit_id = :unit",
    "plan_documents": "unit_id = :unit",
    "attachments": f"({_OF_UNIT}) OR (citizen_id IS NULL AND unit_id = :unit)",
    "section_states": f"unit_id = :unit AND (citizen_id = '' OR {_OF_UNIT})",
}
# Somebody may work in several units: nobody is taken away, and who is missing comes back, since
# a nurse who cannot log in is worse than one who left yesterday.
_GONE = {**_OWN, "section_states": "unit_id = :unit", "staff": "0"}
_COMING = {**_OWN, "staff": "1"}
# In this order, because citizens decide which of the others come along.
_LAST = ("citizens",)
_ROWS = [table.name for table in TABLES if table.name not in _LAST]


def bring_back(staging: Path, kept: Path, unit_id: UnitId) -> None:
    """Exchange a unit's rows for those of its kept database.

    Raises:
        StorageError: SQLite refused; the run must not go on with half a unit.

    """
    values = {"unit": unit_id}
    with _explained(), closing(sqlite3.connect(staging, isolation_level=None, uri=True)) as base:
        for pragma in ("journal_mode = MEMORY", "synchronous = OFF"):
            base.execute(f"PRAGMA {pragma}")
        base.execute("ATTACH ? AS kept", (f"{kept.absolute().as_uri()}?mode=ro",))
        base.execute("BEGIN")
        for name in _ROWS:
            base.execute(f"DELETE FROM main.{name} WHERE {_GONE.get(name, _OF_UNIT)}", values)  # noqa: S608
        base.execute("DELETE FROM main.citizens WHERE unit_id = :unit", values)
        _insert(base, "citizens", "1", values)
        for name in _ROWS:
            _insert(base, name, _COMING.get(name, _OF_UNIT), values)
        base.execute("COMMIT")


def _insert(base: sqlite3.Connection, name: str, where: str, values: dict[str, UnitId]) -> None:
    # A database that an older version of this software kept lacks the newer columns.
    columns = ", ".join(
        one for one in _columns(base, "main", name) if one in _columns(base, "kept", name)
    )
    if columns:
        sql = (
            f"INSERT OR IGNORE INTO main.{name} ({columns})"  # noqa: S608
            f" SELECT {columns} FROM kept.{name} WHERE {where}"
        )
        base.execute(sql, values)


def _columns(base: sqlite3.Connection, schema: str, name: str) -> list[str]:
    return [row[1] for row in base.execute(f"PRAGMA {schema}.table_info({name})")]


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise named_storage_error(error) from error
