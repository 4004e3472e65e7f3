"""Keep a half-done run on disk, and put the finished folder in its place in one step.

The working folder lies beside the feed folder, so that a rename moves it, and only its owner may
read it. A process that is killed leaves a working folder the next run goes on with. Replacing a
folder takes two renames; whoever dies between them is repaired at the next start. Called by
`fetch` and `download`.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from appliance.clock import format_time, parse_time
from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from provisioning.bulk_client.errors import BulkServerError
from provisioning.bulk_client.inspection import Inspection
from provisioning.sources.fhir.parts import MANIFEST

_PRIVATE_FOLDER = 0o700
_STATE = "state.json"
_ANSWER = "server-answer.txt"


@dataclass(slots=True)
class Partial:
    """A file on its way: the bytes known to be on disk, and what they are a part of."""

    kept: int = 0
    validator: str = ""
    encoding: str = ""


@dataclass(slots=True)
class RunState:
    """How far an export has come; it holds no link to a file, for links can be secrets."""

    order: str
    job_url: str = field(repr=False)
    started_at: datetime
    manifest: str = ""
    partial: dict[str, Partial] = field(default_factory=dict)
    finished: dict[str, Inspection] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the state as it lies on disk."""
        return orjson.dumps({**asdict(self), "started_at": format_time(self.started_at)})


@contextlib.contextmanager
def working_folder(out: Path) -> Iterator[Path]:
    """Give the folder beside `out` where its runs work, to one process at a time.

    Raises:
        BulkServerError: another run is at work.
        StorageError: the disk refused.

    """
    root = out.absolute().parent / f".{out.name}.fetching"
    with explaining_disk_errors(f"opening {root.name}"):
        root.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        lock = (root / "lock").open("wb")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BulkServerError(f"another run is fetching to {out.name}") from error
        yield root


class Workspace:
    """The working folder of one export, and the feed folder it will become."""

    def __init__(self, folder: Path, target: Path) -> None:
        self.folder = folder
        self.feed = folder / "feed"
        self._old = folder / "old"
        self.target = target

    def repair(self) -> None:
        """Finish or undo what a killed run left between the two renames.

        Raises:
            BulkServerError: the target is something that must never be replaced.

        """
        if self._old.exists() and not self.target.exists():
            self._old.rename(self.target)
        shutil.rmtree(self._old, ignore_errors=True)
        if not _may_be_replaced(self.target):
            raise BulkServerError(f"{self.target.name} is no feed folder, so it is not replaced")

    def load(self) -> RunState | None:
        """Return how far the last run came, or None if there is nothing to go on with."""
        try:
            return _state(orjson.loads((self.folder / _STATE).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def start(self, state: RunState) -> None:
        """Begin with an empty working folder."""
        self.discard()
        self.feed.mkdir(mode=_PRIVATE_FOLDER, parents=True)
        self.save(state)

    def save(self, state: RunState) -> None:
        """Note how far the run has come; survives a power cut."""
        write_atomically(self.folder / _STATE, state.to_bytes())

    def keep_answer(self, body: bytes) -> None:
        """Keep the server's own words for whoever asks the vendor."""
        write_atomically(self.folder / _ANSWER, body)

    def discard(self) -> None:
        """Delete the working folder and the personal data in it."""
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def path(self, name: str) -> Path:
        """Return where a file of the feed lies, making its folder."""
        path = self.feed / name
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        return path

    def publish(self, manifest: dict[str, Any], names: set[str]) -> None:
        """Put the named files in their place; who looks there finds the old export or the new."""
        for path in [path for path in self.feed.rglob("*") if path.is_file()]:
            if path.relative_to(self.feed).as_posix() not in names:
                path.unlink()
        write_atomically(self.feed / MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        for folder in [path for path in self.feed.rglob("*") if path.is_dir()]:
            sync_folder(folder)
        self.target.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        if self.target.exists():
            self.target.rename(self._old)
        self.feed.rename(self.target)
        sync_folder(self.target.parent)
        sync_folder(self.folder)


def durable_size(path: Path) -> int:
    """Write a file's bytes through to the disk and return how many there are."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
        return os.fstat(stream.fileno()).st_size


def _may_be_replaced(target: Path) -> bool:
    if not target.exists():
        return not target.is_symlink()
    return target.is_dir() and ((target / MANIFEST).is_file() or not any(target.iterdir()))


def _state(raw: Any) -> RunState:
    return RunState(
        order=str(raw["order"]),
        job_url=str(raw["job_url"]),
        started_at=parse_time(raw["started_at"]),
        manifest=str(raw["manifest"]),
        partial={name: Partial(**one) for name, one in raw["partial"].items()},
        finished={name: Inspection(**one) for name, one in raw["finished"].items()},
    )
