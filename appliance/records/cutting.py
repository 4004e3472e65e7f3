"""Cut units out of a database of records, and put a unit into one: the rows that belong together.

Only the rows of the wanted units come along, in a fixed order, without indexes or free pages: the
same input gives the same bytes, and nobody else's citizens travel. What is about no citizen of them
(kept resources of other people, unlinked items) stays behind. Called by the hub for each box, and
by a box that hands one of its units to a neighbour.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType

from appliance.crypto import is_login_hash_of_ours
from appliance.errors import DiskFullError, StorageError
from appliance.records.guest import bound, refuse_unfit
from appliance.records.models import GUEST_ACCOUNT
from appliance.records.rows import columns_of
from appliance.records.schema import META_SQL, PAGE_BYTES, TABLES, Table
from appliance.records.terms import Role, UnitId

_OWN_CITIZENS = "citizen_id IN (SELECT id FROM main.citizens)"
_OWN_UNITS = "(SELECT value FROM wanted)"
# Which rows of a table travel; every other table goes by its citizen.
_WHERE = {
    "units": f"id IN {_OWN_UNITS}",
    "citizens": f"unit_id IN {_OWN_UNITS}",
    "contacts": f"unit_id IS NULL OR unit_id IN {_OWN_UNITS}",
    "staff": f"EXISTS (SELECT 1 FROM json_each(unit_ids) AS own WHERE own.value IN {_OWN_UNITS})",  # noqa: S608
    "plan_documents": f"unit_id IS NULL OR unit_id IN {_OWN_UNITS}",
    "attachments": f"{_OWN_CITIZENS} OR (citizen_id IS NULL AND unit_id IN {_OWN_UNITS})",
    "section_states": f"unit_id IN {_OWN_UNITS} AND (citizen_id = '' OR {_OWN_CITIZENS})",
}
# A guest's rows: those of its one unit, and of nobody who is here already.
_GUESTS_SQL = f"""
    INSERT INTO guests SELECT id FROM other.citizens
    WHERE unit_id IN {_OWN_UNITS} AND id NOT IN (SELECT id FROM main.citizens)
"""  # noqa: S608
_GUEST_CITIZENS = "citizen_id IN (SELECT value FROM guests)"
# Nobody of theirs may stand in the way of somebody here: accounts are found by their initials.
_GUEST_STAFF = f"""
    role <> '{Role.IT}' AND id NOT IN (SELECT id FROM main.staff)
    AND folded(initials) NOT IN (SELECT folded(initials) FROM main.staff)
    AND (login_code_phc IS NULL OR is_login_hash_of_ours(login_code_phc))
    AND EXISTS (SELECT 1 FROM json_each(unit_ids) AS own WHERE own.value IN {_OWN_UNITS})
"""  # noqa: S608
_GUEST_WHERE = {
    "units": f"id IN {_OWN_UNITS}",
    "citizens": "id IN (SELECT value FROM guests)",
    "contacts": f"unit_id IN {_OWN_UNITS}",
    "staff": _GUEST_STAFF,
    "plan_documents": f"unit_id IN {_OWN_UNITS}",
    "attachments": "FALSE",
    "section_states": f"unit_id IN {_OWN_UNITS} AND (citizen_id = '' OR {_GUEST_CITIZENS})",
}
# Their own nurses may come along and log in, for that unit and no other, and are told from ours.
_GUEST_ACCOUNT = MappingProxyType(
    {"unit_ids": "(SELECT json_group_array(value) FROM wanted)", "id": f"'{GUEST_ACCOUNT}' || id"}
)
_AS_IT_IS: Mapping[str, str] = MappingProxyType({})


@contextmanager
def cutting(source: Path, target: Path, unit_ids: Iterable[UnitId]) -> Iterator[sqlite3.Connection]:
    """Write the rows of the units to a new database; the block may still change them.

    `meta` is there and empty. The database is whole when the block has ended.

    Raises:
        DiskFullError: there is no room.
        StorageError: SQLite refused for another reason.

    """
    target.unlink(missing_ok=True)
    with _explained(), closing(sqlite3.connect(target, isolation_level=None, uri=True)) as database:
        for pragma in (f"page_size = {PAGE_BYTES}", "journal_mode = OFF", "synchronous = OFF"):
            database.execute(f"PRAGMA {pragma}")
        _attach(database, source)
        database.execute("CREATE TEMP TABLE wanted (value TEXT PRIMARY KEY) WITHOUT ROWID")
        database.executemany("INSERT INTO wanted VALUES (?)", [(unit,) for unit in unit_ids])
        database.execute("BEGIN")
        for table in TABLES:
            database.execute(table.create_sql())
            _copy(database, table, _WHERE.get(table.name, _OWN_CITIZENS))
        database.execute(META_SQL)
        yield database
        database.execute("COMMIT")
        database.execute("DETACH other")
        database.execute("VACUUM")


def add_unit(target: Path, guest: Path, unit_id: UnitId, whose: str = "") -> int:
    """Put one unit of another database beside what is there; return how many citizens came.

    Every row of it is read before one comes: all is as our software writes it, or nothing comes. A
    citizen who is there already stays as they are, with everything of theirs: two ages of one
    record are never mixed. Whoever made the other database is trusted with that unit and nothing
    more: its accounts reach that unit, never stand in the place of one that is here, cost a login
    what ours cost and are marked as guests; nobody looks after the box by it, and texts and
    contacts that concern every unit stay behind. All or nothing.

    Raises:
        OtherMakeError, UnreadableSnapshotError, OwnUnitError: as `guest.refuse_unfit`.
        DiskFullError: there is no room.
        StorageError: SQLite refused.

    """
    refuse_unfit(target, guest, unit_id)
    with _explained(), closing(sqlite3.connect(target, isolation_level=None, uri=True)) as database:
        for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "trusted_schema = OFF"):
            database.execute(f"PRAGMA {pragma}")
        bound(database)
        for judge in (folded, is_login_hash_of_ours):
            database.create_function(judge.__name__, 1, judge, deterministic=True)
        _attach(database, guest)
        database.execute("CREATE TEMP TABLE wanted (value TEXT PRIMARY KEY) WITHOUT ROWID")
        database.execute("INSERT INTO wanted VALUES (?)", (unit_id,))
        database.execute("CREATE TEMP TABLE guests (value TEXT PRIMARY KEY) WITHOUT ROWID")
        database.execute(_GUESTS_SQL)
        database.execute("BEGIN")
        for table in TABLES:  # what does not come this far is undone when the database is closed
            where = _GUEST_WHERE.get(table.name, _GUEST_CITIZENS)
            _copy(database, table, where, _GUEST_ACCOUNT if table.name == "staff" else _AS_IT_IS)
        database.execute("UPDATE main.units SET name = name || ? WHERE id = ?", (whose, unit_id))
        added = database.execute("SELECT count(*) FROM guests").fetchone()[0]
        database.execute("COMMIT")
        database.execute("DETACH other")
    return int(added)


def folded(initials: str) -> str:
    """Return initials as a login compares them; SQLite's own lower() leaves Æ, Ø and Å."""
    return initials.strip().casefold()


def count_rows(database: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    sql = "SELECT count(*) FROM main."
    return {table.name: database.execute(sql + table.name).fetchone()[0] for table in TABLES}


def _attach(database: sqlite3.Connection, other: Path) -> None:
    database.execute("ATTACH ? AS other", (f"{other.absolute().as_uri()}?mode=ro",))


def _copy(
    database: sqlite3.Connection,
    table: Table,
    where: str,
    instead: Mapping[str, str] = _AS_IT_IS,
) -> None:
    """Copy rows; `instead` has what to write into a column whatever stands there."""
    names = [name for name, _ in columns_of(table.model)] + ["origin", "original"]
    values = ", ".join(instead.get(name, name) for name in names)
    order = ", ".join(table.key)
    database.execute(
        f"INSERT OR IGNORE INTO main.{table.name} ({', '.join(names)})"  # noqa: S608  (names are our own)
        f" SELECT {values} FROM other.{table.name} WHERE {where} ORDER BY {order}"
    )


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        kind = DiskFullError if "full" in str(error) else StorageError
        raise kind(f"cutting records: {error}") from error
