"""Look through a downloaded file before it is believed: whole, unspoilt, lines of JSON.

Counts and hashes; does not understand a resource. Memory stays flat whatever the file claims to
be: a packed file that swells beyond the limit is refused. Called by `download`.
"""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from provisioning.bulk_client.errors import DamagedDownloadError, ServerSettingsError
from provisioning.sources.feed_store import LONGEST_LINE

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_DAMAGE = (gzip.BadGzipFile, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file turned out to be; `sha256` is of the bytes on disk, packed or not."""

    size: int
    sha256: str
    content_sha256: str
    count: int
    is_packed: bool


def inspect(path: Path, limit_bytes: int) -> Inspection:
    """Read a file through once and say what it is.

    Raises:
        DamagedDownloadError: it does not unpack, or is not lines of JSON objects from end to end.
        ServerSettingsError: unpacked it is larger than allowed.

    """
    with path.open("rb") as stream:
        is_packed = stream.read(len(_GZIP)) == _GZIP
        stream.seek(0)
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    reading = _Reading(limit_bytes)
    try:
        for line in opened_lines(path, is_packed=is_packed):
            reading.take(line)
    except _DAMAGE as error:
        raise DamagedDownloadError(f"it does not unpack ({type(error).__name__})") from error
    reading.check()
    size = path.stat().st_size
    return Inspection(size, sha256, reading.digest.hexdigest(), reading.count, is_packed)


def opened_lines(path: Path, *, is_packed: bool) -> Iterator[bytes]:
    """Yield the lines of a file, unpacked; a line too long for a resource comes in pieces."""
    with path.open("rb") as raw, _unpacked(raw, is_packed=is_packed) as stream:
        while line := stream.readline(LONGEST_LINE):
            yield line


class _Reading:
    """What has been seen of a file so far."""

    def __init__(self, limit_bytes: int) -> None:
        self.digest = hashlib.sha256()
        self.count = 0
        self._limit = limit_bytes
        self._size = 0
        self._first = b""
        self._last = b""
        self._line_has_content = False

    def take(self, line: bytes) -> None:
        self.digest.update(line)
        self._size += len(line)
        if self._size > self._limit:
            raise ServerSettingsError(f"a file is more than limits.file_mb = {self._limit >> 20}")
        content = line.strip().removeprefix(_BOM)
        if content:
            self._first = self._first or content[:1]
            self._last = content[-1:]
            self._line_has_content = True
        if line.endswith(b"\n"):
            self._end_line()

    def check(self) -> None:
        """Refuse a page for people, and a file that stops in the middle of a resource."""
        self._end_line()
        if self.count and self._first != b"{":
            raise DamagedDownloadError("it is not JSON lines")
        if self.count and self._last != b"}":
            raise DamagedDownloadError("it stops in the middle of a resource")

    def _end_line(self) -> None:
        self.count += self._line_has_content
        self._line_has_content = False


def _unpacked(raw: IO[bytes], *, is_packed: bool) -> IO[bytes]:
    if is_packed:
        return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=raw)))
    return raw
