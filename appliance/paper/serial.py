"""Give every print a number that can be read aloud and never comes twice: "417-00023".

One file per series in the state folder: `417.used` says the series has begun, `417.next` what
comes next. The file is on the disk before a number is used, so a kill -9 wastes numbers but never
repeats one; a lost or damaged counter closes its series and begins the next. Holds nothing of a
person. Called by whoever prints (web, button, demo), from several processes at once.
"""

import contextlib
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from appliance.errors import PaperError
from appliance.files import explaining_disk_errors, write_atomically

_LAST = 99_999
_TYPED = re.compile(r"(?<![0-9])([1-9][0-9]{2,3})(?:\s*[-–+. ]\s*([0-9]{1,5})|([0-9]{5}))(?![0-9])")
# A box that has lost its whole state folder starts in a series of its own choosing: 1 in 900
# that it is the old one, and the box's name and the minute still tell the sheets apart.
_SERIES = range(100, 1000)


def read_serial(text: str) -> str | None:
    """Return the number a person typed or scanned, as sheets print it; None where it is none.

    People leave out the hyphen and the noughts: "417 23" is 417-00023. A scanner sends the code at
    the foot of the page, and on a Danish keyboard its hyphen may come as a plus.
    """
    found = _TYPED.search(text)
    number = int(found[2] or found[3]) if found else 0
    return f"{found[1]}-{number:05}" if found and number else None


class SerialBook:
    """The serial numbers of one box, kept in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, count: int = 1) -> list[str]:
        """Return the next numbers; they are never given again.

        Raises:
            PaperError: more numbers are asked for at once than a series holds.
            StorageError: the numbers could not be written down, so none may be used.

        """
        if not 0 < count <= _LAST:
            raise PaperError(f"{count} serial numbers at once")
        with explaining_disk_errors("taking serial numbers"):
            self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            series, first = self._next()
            if first + count - 1 > _LAST:
                series, first = self._begin(series + 1), 1
            self._write(series, "next", first + count)
        return [f"{series}-{number:05}" for number in range(first, first + count)]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes out; the kernel lets go by itself if this one dies."""
        with explaining_disk_errors("taking serial numbers"):
            handle = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _next(self) -> tuple[int, int]:
        """Return the open series and its next number, beginning a new series where needed."""
        series = max(self._begun(), default=0)
        if not series:
            return self._begin(secrets.choice(_SERIES)), 1
        counter = _read_number(self._path(series, "next"))
        return (series, counter) if counter else (self._begin(series + 1), 1)

    def _begun(self) -> list[int]:
        """List every series that left a trace, whichever of its files is still there."""
        found = [*self._folder.glob("*.used"), *self._folder.glob("*.next")]
        return [int(path.stem) for path in found if path.stem.isdecimal()]

    def _begin(self, series: int) -> int:
        self._write(series, "used", series)
        return series

    def _write(self, series: int, kind: str, number: int) -> None:
        write_atomically(self._path(series, kind), f"{number}\n".encode())

    def _path(self, series: int, kind: str) -> Path:
        return self._folder / f"{series}.{kind}"


def _read_number(path: Path) -> int | None:
    """Return the number in a file, or None if it is not there or not a number."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return int(text) if text.isdecimal() and int(text) > 0 else None
