"""Make sure that opened records stay in RAM, and wipe them from it.

Refuses a folder on a disk, and a machine that could swap the folder to a disk. Decides purely
(`why_unsafe`) on facts read thinly (`read_memory_facts`). Called by the keeper before each unlock,
at start and at lock. Measured: plain tmpfs went to a swap disk in full, tmpfs with `noswap` did
not; the kernel's `init_on_free=1` is what clears the pages after `wipe`.
"""

import contextlib
import os
import re
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.config import BoxConfig
from appliance.errors import UnsafeMemoryError
from appliance.files import explaining_disk_errors

_IN_RAM = frozenset({"tmpfs", "ramfs"})
_OCTAL_ESCAPE = re.compile(r"\\([0-7]{3})")
_ZRAM = re.compile(r"/(zram[0-9]+)$")
_NO_BACKING = "none"


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system, as /proc/self/mountinfo tells it."""

    point: Path
    kind: str
    options: frozenset[str]


@dataclass(frozen=True, slots=True)
class MemoryFacts:
    """What the kernel says of mounts and swaps; `zram_backing` maps zram0 to its backing device."""

    mounts: tuple[Mount, ...]
    swaps: tuple[str, ...]
    zram_backing: dict[str, str] = field(default_factory=dict)


def why_unsafe(folder: Path, facts: MemoryFacts, *, allow_disk_swap: bool) -> str | None:
    """Say why plaintext in the folder could reach a disk, or None when it cannot.

    `folder` must be resolved. `allow_disk_swap` is for a demo on a laptop; it never allows a
    folder on a disk.
    """
    mount = mount_of(folder, facts.mounts)
    if mount is None or mount.kind not in _IN_RAM:
        return f"{folder} lies on {mount.kind if mount else 'no known file system'}, not on tmpfs"
    # ramfs pages are never swapped; tmpfs only when mounted without noswap (Linux 6.4 and later).
    if allow_disk_swap or mount.kind == "ramfs" or "noswap" in mount.options:
        return None
    on_disk = [swap for swap in facts.swaps if not _stays_in_ram(swap, facts.zram_backing)]
    if on_disk:
        return f"swap is active on {', '.join(on_disk)} and {mount.point} is not mounted noswap"
    return None


def mount_of(folder: Path, mounts: tuple[Mount, ...]) -> Mount | None:
    """Return the mount a resolved path lies on; of several on one point, the last covers."""
    found = None
    for mount in mounts:
        is_above = folder == mount.point or mount.point in folder.parents
        if is_above and (found is None or len(mount.point.parts) >= len(found.point.parts)):
            found = mount
    return found


def is_in_ram(folder: Path, facts: MemoryFacts) -> bool:
    """Tell whether a folder, also one that is not there yet, lies on a RAM file system."""
    mount = mount_of(folder.resolve(), facts.mounts)
    return mount is not None and mount.kind in _IN_RAM


def parse_mountinfo(text: str) -> tuple[Mount, ...]:
    """Read the lines of /proc/self/mountinfo (see proc_pid_mountinfo(5))."""
    mounts = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        kind, _source, super_options = after.split(" ", 2)
        fields = before.split(" ")
        options = frozenset(f"{fields[5]},{super_options}".split(","))
        mounts.append(Mount(Path(_unescape(fields[4])), kind, options))
    return tuple(mounts)


def parse_swaps(text: str) -> tuple[str, ...]:
    """Read the names of active swaps from /proc/swaps, whose first line is a heading."""
    return tuple(_unescape(line.split()[0]) for line in text.splitlines()[1:] if line.strip())


def read_memory_facts(proc: Path = Path("/proc"), sys: Path = Path("/sys")) -> MemoryFacts:
    """Ask the kernel about mounts, swaps and the backing devices of zram.

    Raises:
        UnsafeMemoryError: the kernel does not say; then nothing may be assumed.

    """
    try:
        mounts = parse_mountinfo((proc / "self/mountinfo").read_text(encoding="utf-8"))
        return MemoryFacts(mounts, _read_swaps(proc), _zram_backing(sys))
    except (OSError, ValueError, IndexError) as error:
        raise UnsafeMemoryError(f"cannot read what memory is swapped: {error}") from error


def _read_swaps(proc: Path) -> tuple[str, ...]:
    """Return the active swaps. Only a kernel built without swap may lack the file.

    A unit with ProcSubset=pid lacks it too, and everything beside it: then nobody can tell.
    """
    try:
        return parse_swaps((proc / "swaps").read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not (proc / "meminfo").exists():
            raise
        return ()


class MemoryGuard:
    """Keeps plaintext out of a folder that may reach a disk."""

    def __init__(self, config: BoxConfig, read_facts: Callable[[], MemoryFacts]) -> None:
        self._folder = config.records_dir
        self._may_swap = config.memory.allow_disk_swap
        self._read_facts = read_facts

    def refuse_unsafe(self) -> None:
        """Stop what would write records into the folder now.

        Raises:
            UnsafeMemoryError: it says why the folder may reach a disk.

        """
        folder, facts = self._folder.resolve(), self._read_facts()
        if reason := why_unsafe(folder, facts, allow_disk_swap=self._may_swap):
            raise UnsafeMemoryError(reason)


def make_folder(folder: Path, mode: int) -> None:
    """Create the folder, or take over our own; never follow somebody's planted link.

    Raises:
        UnsafeMemoryError: the path is a link, no folder, or belongs to another user.
        StorageError: it cannot be made.

    """
    with explaining_disk_errors(f"making {folder.name}"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            folder.mkdir(mode)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                raise UnsafeMemoryError(f"{folder} is not a folder of our own") from None
        folder.chmod(mode)


def wipe(folder: Path) -> int:
    """Empty the folder and let its memory go at once; return how many files there were.

    Files are cut to nothing before they are unlinked: a reader that still holds one open would
    otherwise keep its pages in RAM after the box was locked. A file that is gone already is fine:
    the search index renames its own while the box is being locked.

    Raises:
        StorageError: the kernel refused.

    """
    count = 0
    with explaining_disk_errors(f"wiping {folder.name}"):
        for parent, _folders, names in os.walk(folder):
            for name in names:
                _cut(Path(parent) / name)
                count += 1
        for child in folder.iterdir() if folder.exists() else ():
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            else:
                child.unlink(missing_ok=True)
    return count


def _cut(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISREG(path.lstat().st_mode):
            path.chmod(0o600)
            os.truncate(path, 0)


def _stays_in_ram(swap: str, zram_backing: dict[str, str]) -> bool:
    name = _ZRAM.search(swap)
    return name is not None and zram_backing.get(name.group(1), _NO_BACKING) == _NO_BACKING


def _zram_backing(sys: Path) -> dict[str, str]:
    # The file is missing where the kernel cannot write zram back to a disk.
    return {
        file.parent.name: file.read_text(encoding="utf-8").strip()
        for file in (sys / "block").glob("zram*/backing_dev")
    }


def _unescape(text: str) -> str:
    return _OCTAL_ESCAPE.sub(lambda match: chr(int(match.group(1), 8)), text)
