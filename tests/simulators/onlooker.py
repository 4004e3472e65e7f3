"""Somebody on the machine who looks at the other programs while they work."""

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Seen:
    """What another program of the machine can see of the tools while they work."""

    arguments: set[bytes] = field(default_factory=set)
    files: set[bytes] = field(default_factory=set)

    def look(self, ram: Path) -> None:
        """Look once at every command line, and at what lies in the RAM folder."""
        for line in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                self.arguments.add(line.read_bytes())
        self.files.update(contents(ram))


@contextlib.contextmanager
def watching(ram: Path) -> Iterator[Seen]:
    """Look all the time until the block ends."""
    seen, is_over = Seen(), threading.Event()

    def keep_looking() -> None:
        while not is_over.is_set():
            seen.look(ram)

    thread = threading.Thread(target=keep_looking)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join()


def contents(folder: Path) -> list[bytes]:
    """Return what every file under the folder holds, also while others take them away."""
    found = []
    # Unlike rglob it goes on when a folder is gone before it is looked into.
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                found.append(Path(place, name).read_bytes())
    return found
