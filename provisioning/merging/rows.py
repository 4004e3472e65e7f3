"""Move a citizen's staged rows to somebody they are joined to.

One statement for each table, in the staging file; what two feeds tell alike, and what has another
owner, becomes an item that is carried along with its original. Decides nothing. Called by `join`.
"""

from dataclasses import dataclass
from typing import Any

from appliance.records.schema import TABLES, Table
from provisioning.merging.ownership import SAME_ROW, TITLE_COLUMN
from provisioning.staging import Staging

# Tables whose key is the row's id alone: a copy needs an id of its own.
_BY_ID = frozenset(table.name for table in TABLES if table.is_per_citizen and table.key == ("id",))
TABLES_OF_CITIZEN = tuple(
    table for table in TABLES if table.is_per_citizen and table.name != "section_states"
)


@dataclass(frozen=True, slots=True)
class Move:
    """From whom to whom; `copy` is 0 for the move itself, 1 … for copies made before it."""

    source: str
    target: str
    copy: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """Return the values of the statements here."""
        suffix = f"-{self.copy + 1}" if self.copy else ""
        return {"source": self.source, "target": self.target, "suffix": suffix}


@dataclass(frozen=True, slots=True)
class RowMover:
    """Moves rows in one staging file."""

    staging: Staging

    def prepare(self) -> None:
        """Make what is keyed by its own id findable by citizen."""
        for name in sorted(_BY_ID):
            self.staging.execute(f"CREATE INDEX IF NOT EXISTS {name}_of ON {name} (citizen_id)")

    def add(self, table: Table, move: Move) -> int:
        """Move the rows of one table; return how many were told alike and only carried along."""
        alike = 0
        if table.name in SAME_ROW:
            same = " AND ".join(
                f"{_of('there', item)} IS {_of(table.name, item)}" for item in SAME_ROW[table.name]
            )
            where = (
                f"EXISTS (SELECT 1 FROM {table.name} AS there"  # noqa: S608  (names are our own)
                f" WHERE there.citizen_id = :target AND {same})"
            )
            alike = self.carry(table, move, where)
        self._move(table, move)
        return alike

    def carry(self, table: Table, move: Move, where: str = "1") -> int:
        """Carry rows along as items nobody uses, with their originals; return how many."""
        title = TITLE_COLUMN.get(table.name, "title")
        kind = table.model.__name__
        cursor = self.staging.execute(
            "INSERT OR IGNORE INTO other_items"  # noqa: S608
            " (id, type, title, citizen_id, is_known_type, origin, original)"
            f" SELECT id || :suffix, '{kind}', coalesce({title}, '{kind}'), :target, 1, origin,"
            f" original FROM {table.name} WHERE citizen_id = :source AND {where}",
            move.values,
        )
        number = cursor.rowcount
        if not move.copy:
            gone = f"DELETE FROM {table.name} WHERE citizen_id = :source AND {where}"  # noqa: S608
            self.staging.execute(gone, move.values)
        return number

    def carry_citizen(self, move: Move, source: str) -> None:
        """Carry a joined citizen's own description along, and let the citizen go."""
        self.staging.execute(
            "INSERT OR IGNORE INTO other_items"
            " (id, type, title, citizen_id, is_known_type, origin, original)"
            " SELECT id, 'Citizen', :name, :target, 1, origin, original FROM citizens"
            " WHERE id = :source",
            {**move.values, "name": source},
        )
        self.staging.execute("DELETE FROM citizens WHERE id = :source", move.values)
        # How old this feed's own list was is said of the citizen who stays.
        self.staging.execute("DELETE FROM section_states WHERE citizen_id = :source", move.values)

    def _move(self, table: Table, move: Move) -> None:
        if not move.copy:
            of_source = "WHERE citizen_id = :source"
            moved = f"UPDATE OR IGNORE {table.name} SET citizen_id = :target {of_source}"  # noqa: S608
            self.staging.execute(moved, move.values)
            # What was not moved is there already: the same contribution, forwarded.
            self.staging.execute(f"DELETE FROM {table.name} {of_source}", move.values)  # noqa: S608
            return
        names = [row["name"] for row in self.staging.rows(f"PRAGMA table_info({table.name})")]
        given = {"citizen_id": ":target"}
        if table.name in _BY_ID:
            given["id"] = "id || :suffix"
        values = ", ".join(given.get(name, name) for name in names)
        self.staging.execute(
            f"INSERT OR IGNORE INTO {table.name} SELECT {values} FROM {table.name}"  # noqa: S608
            " WHERE citizen_id = :source",
            move.values,
        )


def _of(table: str, item: str) -> str:
    """Return a column, or a function of one, of a named table: `lower(there.title)`."""
    function, _, rest = item.partition("(")
    return f"{function}({table}.{rest}" if rest else f"{table}.{item}"
