"""Run the exchange of one night: choose, bring back, and keep what went out well.

A kept unit that cannot be opened is as good as none: its boxes wait, with the reason. Called by
`publish`, before the boxes and after them.
"""

import logging
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from appliance.errors import SnapshotError
from appliance.records.terms import UnitId
from provisioning.box_snapshot import BoxOrder, build_box
from provisioning.errors import Problem
from provisioning.kept.bring_back import bring_back
from provisioning.kept.choice import Choice, HeldUnit, Tonight, choose
from provisioning.kept.store import KeptUnit, KeptUnits
from provisioning.staging import named_storage_error

_log = logging.getLogger("nodboks.kept")
_COUNTS_SQL = """
    SELECT units.id, count(DISTINCT citizens.id) AS citizens, count(medication.id) AS medication
    FROM units LEFT JOIN citizens ON citizens.unit_id = units.id
        LEFT JOIN medication ON medication.citizen_id = citizens.id
    GROUP BY units.id
"""


@dataclass(frozen=True, slots=True)
class _Unchanged:
    """Leaves attachments named as on the shelf: they are sealed for a box when they go out."""

    identity: str = ""

    def seal(self, key: str) -> str:
        """Return the key itself."""
        return key


@dataclass(frozen=True, slots=True)
class UnitExchange:
    """The exchange of one night; `folder` is the run's private one."""

    store: KeptUnits
    staging: Path
    folder: Path
    built_at: datetime

    def bring_back(
        self,
        problems: Mapping[UnitId, list[Problem]],
        served: Iterable[UnitId],
        released: frozenset[UnitId],
    ) -> Choice:
        """Put the last good night of every unit that must not go out in tonight's place.

        Raises:
            StorageError: the disk refused.

        """
        kept = self.store.all()
        choice = choose(Tonight(self._counts(), problems), kept, served, released)
        for unit_id, held in list(choice.brought_back.items()):
            if not self._open(kept[unit_id]):
                choice.waiting[unit_id] = choice.brought_back.pop(unit_id)
                choice.waiting[unit_id] = replace(
                    held, reason=f"{held.reason}; its last good night cannot be opened"
                )
        for unit_id in choice.dropped:
            self.store.drop(unit_id)
        return choice

    def keep(self, unit_id: UnitId, name: str) -> None:
        """Keep a unit as it went out tonight.

        Raises:
            StorageError: the disk refused; the one kept before stays.

        """
        plain = self.folder / "kept.sqlite"
        order = BoxOrder("kept", name, "", "", (unit_id,), self.built_at)
        content = build_box(self.staging, order, plain, _Unchanged())
        unit = KeptUnit(unit_id, name, content.counts, "", content.data_as_of)
        self.store.keep(unit, plain)
        plain.unlink()

    def _open(self, unit: KeptUnit) -> bool:
        plain = self.folder / "kept.sqlite"
        try:
            self.store.open(unit, plain)
        except SnapshotError as error:
            _log.warning("kept unit %s: %s", unit.id, error)
            return False
        bring_back(self.staging, plain, unit.id)
        plain.unlink()
        return True

    def _counts(self) -> dict[UnitId, dict[str, int]]:
        with closing(
            sqlite3.connect(f"{self.staging.absolute().as_uri()}?mode=ro", uri=True)
        ) as base:
            try:
                rows = base.execute(_COUNTS_SQL).fetchall()
            except sqlite3.OperationalError as error:
                raise named_storage_error(error) from error
        return {
            UnitId(unit): {"citizens": citizens, "medication": medication}
            for unit, citizens, medication in rows
        }


def reasons(held: Iterable[HeldUnit]) -> str:
    """Return why units are held, in one line."""
    return "; ".join(f"unit {one.id}: {one.reason}" for one in held)
