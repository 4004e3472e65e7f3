"""Keep hold of the records that are open, and let go of them when the keeper says so.

Reads the keeper's note at each request (a `stat` of a file in RAM) and opens the named files
`mode=ro&immutable=1`. Never opens a snapshot itself and holds no key. Called by the guards, the
screens and the print desk.
"""

import gc
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from appliance.errors import LockedError
from appliance.records.models import SectionState
from appliance.records.search import SearchIndex
from appliance.records.store import RecordStore
from appliance.records.terms import Section, UnitId
from appliance.vault.opened import POINTER, Opened

_FileKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """The records of one opened snapshot; `search` is None until the index has been built.

    `needs` is what the front page has counted of its units: cannot wait, and unknown.
    """

    opened: Opened
    store: RecordStore
    search: SearchIndex | None
    medication_as_of: Mapping[UnitId, datetime | None]
    needs: dict[UnitId, tuple[int, int]] = field(default_factory=dict, compare=False)

    def oldest_medication(self, unit_ids: Iterable[UnitId]) -> datetime | None:
        """Return the age of the oldest medication of some units; None if one does not say."""
        return oldest(
            self.medication_as_of[unit_id]
            for unit_id in unit_ids
            if unit_id in self.medication_as_of
        )


class OpenRecords:
    """Whatever records are open at the moment."""

    def __init__(self, records_dir: Path, on_lock: Callable[[], None]) -> None:
        self._records_dir = records_dir
        self._on_lock = on_lock
        self._switching = threading.Lock()
        self._noted: _FileKey | None = None
        self._file: _FileKey | None = None
        self._reading: Reading | None = None

    def current(self) -> Reading | None:
        """Return what is open, or None when the box is locked.

        Raises:
            VaultError: the keeper's note cannot be understood.
            SnapshotError: the records are of a kind this software cannot read.

        """
        with self._switching:
            noted = _key(self._records_dir / POINTER)
            if noted is None:
                self._let_go()
            elif noted != self._noted:
                self._take_up(Opened.read(self._records_dir))
                self._noted = noted
            return self._reading

    def require(self) -> Reading:
        """Return what is open.

        Raises:
            LockedError: nothing is.

        """
        reading = self.current()
        if reading is None:
            raise LockedError
        return reading

    def _let_go(self) -> None:
        was_open = self._reading is not None
        self._reading = self._noted = self._file = None
        if was_open:
            try:
                self._on_lock()
            finally:
                # Pages leave circles behind that hold citizens until Python happens to look.
                gc.collect()

    def _take_up(self, opened: Opened | None) -> None:
        """Open what the note names; the note also changes when only the search was added."""
        if opened is None:
            self._let_go()
            return
        file = _key(opened.records)
        if self._was_locked_meanwhile(opened, file):
            self._let_go()
        search = SearchIndex(opened.search) if opened.search else None
        if self._reading is not None and file == self._file:
            store, as_of = self._reading.store, self._reading.medication_as_of
        else:
            store = RecordStore(opened.records)
            as_of = ages_by_unit(store.all_of(SectionState), Section.MEDICATION)
        self._file = file
        self._reading = Reading(opened, store, search, as_of)

    def _was_locked_meanwhile(self, opened: Opened, file: _FileKey | None) -> bool:
        """Tell a lock and unlock nobody saw from a newer copy or a search that was added."""
        before = self._reading.opened if self._reading else None
        if before is None or opened.version > before.version:
            return False
        return opened.opened_at != before.opened_at or file != self._file


def ages_by_unit(states: Iterable[SectionState], section: Section) -> dict[UnitId, datetime | None]:
    """Return how old a section is in each unit that got it: as old as its oldest citizen's. Pure.

    Units whose section was not delivered are not here; their own pages say so.
    """
    delivered = [each for each in states if each.section is section and each.is_delivered]
    ages = {each.unit_id: each.as_of for each in delivered if not each.citizen_id}
    for each in delivered:
        age = ages.get(each.unit_id)
        if age is not None and each.as_of is not None:
            ages[each.unit_id] = min(age, each.as_of)
    return ages


def oldest(times: Iterable[datetime | None]) -> datetime | None:
    """Return the earliest time; None when there is none or one of them is unknown. Pure."""
    known: list[datetime] = []
    for moment in times:
        if moment is None:
            return None
        known.append(moment)
    return min(known, default=None)


def _key(path: Path) -> _FileKey | None:
    """Tell one file from the next of the same name: a box locked and unlocked within a second."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_ino, found.st_mtime_ns)
