"""Keep one file for each outage and each drill, and the newest of them only.

`0007.jsonl` is the seventh; the highest number is the present one, unless nothing was ever kept in
it: a disk that was full, or power that went, leaves such a file. When there are too many, drills
are let go of before outages, and never the present one. Called by the journal.
"""

import re
from pathlib import Path

from appliance.errors import PlanLogFullError, StorageError
from appliance.files import explaining_disk_errors, sync_folder
from appliance.outage.event_file import EventFile
from appliance.outage.limits import MOST_KEPT
from appliance.outage.state import Outage, fold

OUTAGES = "outage"  # the folder of them, in the state folder
_NAME = re.compile(r"([0-9]{4})\.jsonl")
_LAST = 9999


class Episodes:
    """The folder of all of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._present: tuple[int, EventFile] | None = None

    def numbers(self) -> list[int]:
        """Return the numbers of those that are kept, the oldest first."""
        if not self._folder.is_dir():
            return []
        with explaining_disk_errors("reading the plan's log"):
            found = (_NAME.fullmatch(path.name) for path in self._folder.iterdir())
            return sorted(int(each[1]) for each in found if each)

    def file(self, number: int) -> EventFile:
        """Return the file of one."""
        return EventFile(self._folder / f"{number:04}.jsonl")

    def present(self, number: int) -> EventFile:
        """Return the file of the one that is asked for all the time; it knows what it has read."""
        if self._present is None or self._present[0] != number:
            self._present = number, self.file(number)
        return self._present[1]

    def outage(self, number: int) -> Outage:
        """Return one as it stands.

        Raises:
            StorageError: the disk refused.

        """
        contents = self.file(number).read()
        return fold(contents.events, contents.damaged)

    def present_number(self) -> int:
        """Return the number of the present one, or nought where there has been none."""
        return next(filter(self._is_begun, reversed(self.numbers())), 0)

    def _is_begun(self, number: int) -> bool:
        """Tell whether a file holds any event; one that cannot be read may."""
        try:
            return self.file(number).first() is not None or bool(self.file(number).read().events)
        except StorageError:
            return True

    def next_number(self) -> int:
        """Return the number of the next one; one that could not be begun has used none up.

        Raises:
            PlanLogFullError: there have been ten thousand.

        """
        number = self.present_number() + 1
        if number > _LAST:
            raise PlanLogFullError("there is no number left for another outage")
        return number

    def prune(self) -> None:
        """Let go of the oldest drills, then of outages with the least in them, down to the limit.

        Whoever begins and ends outages all night does not push the log of a real one out.

        Raises:
            StorageError: the disk refused.

        """
        kept = self.numbers()[:-1]
        while len(kept) >= MOST_KEPT:
            least = min(kept, key=self._weight)
            with explaining_disk_errors("deleting an old log of the plan"):
                (self._folder / f"{least:04}.jsonl").unlink(missing_ok=True)
                sync_folder(self._folder)
            kept.remove(least)

    def _weight(self, number: int) -> tuple[bool, int, int]:
        outage = self.outage(number)
        is_real = not outage.is_drill
        return is_real, len(outage.events) if is_real else 0, number
