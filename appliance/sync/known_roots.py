"""Remember every root this box has followed, so that nobody can lead it back to a revoked key.

The TUF client keeps its roots in a cache that may be lost, and that a refused offer leaves
unchanged. These lie in `roots/` of the state folder, durable, and are the same for every box of
the municipality. They are believed as far as their signatures lead from the enrolled root; a
damaged one is fetched again. Called by `offer`.
"""

from pathlib import Path

from appliance.files import write_atomically
from appliance.snapshot.roots import walk
from appliance.snapshot.trust import role_of

_HISTORY = "root_history"
_SUFFIX = ".root.json"
_SHARED = 0o640


class KnownRoots:
    """The folder `roots/` of a box, beside the enrolled root."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / "roots"

    def lay_out(self, cache: Path, anchor: bytes) -> None:
        """Put what is known where the TUF client looks before it asks the hub."""
        history = cache / _HISTORY
        history.mkdir(parents=True, exist_ok=True)
        for content in walk(anchor, _in_order(self._folder).values())[1:]:
            (history / _name(content)).write_bytes(content)

    def remember(self, cache: Path, anchor: bytes) -> None:
        """Keep what the TUF client has followed beyond what is known.

        Raises:
            DiskFullError, StorageError: the disk refused; what was known stays.

        """
        known = _in_order(self._folder)
        for content in walk(anchor, read_history(cache).values())[1:]:
            _, number = role_of(content)
            if known.get(number) != content:
                write_atomically(self._folder / _name(content), content, mode=_SHARED)


def read_history(cache: Path) -> dict[int, bytes]:
    """Return the roots in the TUF client's cache by their number, oldest first."""
    return _in_order(cache / _HISTORY)


def _in_order(folder: Path) -> dict[int, bytes]:
    numbers = (path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*{_SUFFIX}"))
    ordered = sorted(int(number) for number in numbers if number.isdecimal())
    return {number: (folder / f"{number}{_SUFFIX}").read_bytes() for number in ordered}


def _name(root: bytes) -> str:
    return f"{role_of(root)[1]}{_SUFFIX}"
