"""Say what a place must be able to do to hold a copy of the published folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


class Store(Protocol):
    """A place with names and contents; a name is a path with slashes, such as `boxes/x/…`.

    Every method raises `MirrorError` or `StorageError` when the place fails.
    """

    def sizes(self, prefix: str) -> Mapping[str, int]:
        """Return the size of everything below a prefix, by what follows the prefix."""
        ...

    def read(self, name: str) -> bytes | None:
        """Return a small file, or None if there is none."""
        ...

    def write(self, name: str, file: Path) -> None:
        """Put a file there so that a reader sees the old one or the new one whole."""
        ...

    def remove(self, name: str) -> None:
        """Delete a file; it may be gone already."""
        ...
