"""Disks that stop working after some steps, or note the order of what is done on them."""

from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import StorageError
from appliance.snapshot.disk import Disk
from appliance.snapshot.installed import COPIES


class DyingDisk(Disk):
    """A disk that stops working after some steps; `counts_removals` makes deletions steps too."""

    def __init__(self, steps: int, *, counts_removals: bool = False) -> None:
        self.steps = steps
        self._counts_removals = counts_removals

    def _step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise StorageError("the power went")

    def write(self, path: Path, content: bytes) -> None:
        self._step()
        super().write(path, content)

    def adopt(self, source: Path, target: Path) -> None:
        self._step()
        super().adopt(source, target)

    def remove(self, path: Path) -> None:
        if self._counts_removals:
            self._step()
        super().remove(path)


@dataclass
class Recorder(Disk):
    """A disk that notes the order of what it does."""

    done: list[str] = field(default_factory=list)

    def write(self, path: Path, content: bytes) -> None:
        self.done.append("pointer" if path.name in COPIES else "object")
        super().write(path, content)

    def adopt(self, source: Path, target: Path) -> None:
        self.done.append("object")
        super().adopt(source, target)

    def remove(self, path: Path) -> None:
        self.done.append("removal")
        super().remove(path)
