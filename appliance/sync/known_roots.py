"""Remember every root this box has followed, so that nobody can lead it back to a revoked key.

The TUF client keeps its roots in a cache that may be lost, and that a refused offer leaves
unchanged. These lie in `roots/` of the state folder, durable, and are the same for every box of
the municipality. They are believed as far as their signatures lead from the enrolled root; one
that is damaged or cannot be read is fetched again. Called by `offer`.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

from appliance.files import write_atomically
from appliance.snapshot.roots import walk
from appliance.snapshot.trust import role_of

HISTORY = "root_history"  # the TUF client's name for it
_SUFFIX = ".root.json"
_SHARED = 0o640

_log = logging.getLogger("nodboks.sync")


class KnownRoots:
    """The folder `roots/` of a box, beside the enrolled root."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / "roots"

    def lay_out(self, cache: Path, anchor: bytes) -> None:
        """Put what is known where the TUF client looks before it asks the hub."""
        history = cache / HISTORY
        history.mkdir(parents=True, exist_ok=True)
        for content in walk(anchor, _in_order(self._folder).values())[1:]:
            (history / _name(content)).write_bytes(content)

    def remember(self, cache: Path, anchor: bytes) -> None:
        """Keep what the TUF client has followed beyond what is known.

        Raises:
            DiskFullError, StorageError: the disk refused; what was known stays.

        """
        known = _in_order(self._folder)
        for content in walk(anchor, _in_order(cache / HISTORY).values())[1:]:
            _, number = role_of(content)
            if known.get(number) != content:
                write_atomically(self._folder / _name(content), content, mode=_SHARED)


def _in_order(folder: Path) -> dict[int, bytes]:
    return dict(sorted(_readable(folder)))


def _readable(folder: Path) -> Iterator[tuple[int, bytes]]:
    for path in folder.glob(f"*{_SUFFIX}"):
        number = path.name.removesuffix(_SUFFIX)
        if not number.isdecimal():
            continue
        try:
            yield int(number), path.read_bytes()
        except OSError as error:
            # A worn card must not stop every later sync: the hub has the root too.
            _log.warning("roots/%s: %s", path.name, error.strerror)


def _name(root: bytes) -> str:
    return f"{role_of(root)[1]}{_SUFFIX}"
