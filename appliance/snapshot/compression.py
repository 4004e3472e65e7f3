"""Compress and decompress a database as a stream, whole or as the difference to another one.

Stock zstd, both ways: `zstd -d` and `zstd -d --patch-from` read what is written here. Never writes
a byte past a given limit, and takes no window larger than stock zstd does. Called by `packing`.
The only importer of zstd.
"""

import hashlib
import mmap
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from appliance.errors import TamperedSnapshotError, UnreadableSnapshotError
from appliance.files import explaining_disk_errors

if sys.version_info >= (3, 14):  # pragma: no cover  (no Debian has it yet)
    from compression import zstd
else:
    from backports import zstd

CompressionError = zstd.ZstdError
Prefix = zstd.ZstdDict

_LEVEL = 9  # -15 saves 3 % more for twelve times the time (research, "Storage and unlock")
# A delta is small and made once, so it may take longer: a tenth smaller than at level 9.
_DELTA_LEVEL = 12
_PIECE = 256 * 1024
_SMALLEST_LOG = 10  # of zstd's windows and tables
_WINDOW_LOG_MAX = 27  # 128 MiB, what stock `zstd -d` accepts without --long


def prefix_of(db: Path) -> Prefix:
    """Return a database as what a delta is made or applied against; memory holds it once.

    Raises:
        UnreadableSnapshotError: it is too small to be a database.
        StorageError: the disk cannot read it.

    """
    with explaining_disk_errors(f"reading {db.name}"), db.open("rb") as content:
        try:
            with mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                return zstd.ZstdDict(mapped, is_raw=True)
        except ValueError as error:  # fewer than eight bytes are no prefix, and no database
            raise UnreadableSnapshotError(f"zstd: base: {error}") from error


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to compress: zstd's parameters, and the database to take the difference to."""

    options: dict[int, int]
    prefix: Prefix | None = None


WHOLE = Recipe({zstd.CompressionParameter.compression_level: _LEVEL})


def difference(against: Path, size: int) -> Recipe:
    """Return how to compress a database of so many bytes as a delta against another one.

    Raises:
        UnreadableSnapshotError: the other one is too small to be a database.
        StorageError: the disk cannot read it.

    """
    # zstd's own tables for a level forget most of a large base (measured at level 9: 406 kB for 32
    # MB that differed in one time): here they have an entry for each byte, 1 GB of them at most.
    bits = _bits(against.stat().st_size)
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _DELTA_LEVEL,
        zstd.CompressionParameter.hash_log: bits,
        zstd.CompressionParameter.chain_log: bits,
        # As far as the base reaches back from the end of the new database.
        zstd.CompressionParameter.window_log: _bits(size),
    }
    return Recipe(options, prefix_of(against))


def _bits(size: int) -> int:
    return max(_SMALLEST_LOG, (size - 1).bit_length())


class Digest:
    """Length and SHA-256 of what has gone past."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.size = 0

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self._sha256.update(piece)
        self.size += len(piece)

    @property
    def hex(self) -> str:
        """Return the SHA-256 so far."""
        return self._sha256.hexdigest()


class Squeezing:
    """A source that yields a file compressed; age pulls from it 8 KiB at a time."""

    def __init__(self, source: BinaryIO, size: int, recipe: Recipe) -> None:
        options = recipe.options | {zstd.CompressionParameter.checksum_flag: 1}
        prefix = recipe.prefix.as_prefix if recipe.prefix else None
        self._source = source
        self._zstd = zstd.ZstdCompressor(options=options, zstd_dict=prefix)
        # With the length in the frame header `zstd -l` shows it and `zstd -d` can allocate.
        self._zstd.set_pledged_input_size(size)
        self._ready = b""
        self._is_done = False
        self.plain = Digest()

    def read(self, size: int, /) -> bytes:
        """Return at most so many compressed bytes, none at the end."""
        while not self._ready and not self._is_done:
            self._ready = self._next()
        piece, self._ready = self._ready[:size], self._ready[size:]
        return piece

    def _next(self) -> bytes:
        piece = self._source.read(_PIECE)
        if not piece:
            self._is_done = True
            return self._zstd.flush()
        self.plain.add(piece)
        return self._zstd.compress(piece)


class Swelling:
    """A sink that decompresses into a file, never past the limit: so no bomb."""

    def __init__(self, sink: BinaryIO, limit: int, prefix: Prefix | None) -> None:
        options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_MAX}
        self._sink = sink
        self._limit = limit
        self._zstd = zstd.ZstdDecompressor(
            options=options, zstd_dict=prefix.as_prefix if prefix else None
        )
        self.plain = Digest()

    def write(self, piece: bytes, /) -> int:
        """Decompress a piece of the stream.

        Raises:
            TamperedSnapshotError: it goes past the limit, or past its own end.
            ZstdError: it is no such stream, or belongs to another prefix.

        """
        if self._zstd.eof:
            raise TamperedSnapshotError("bytes after the end of the compressed database")
        self._take(self._zstd.decompress(piece, _PIECE))
        while not self._zstd.needs_input and not self._zstd.eof:
            self._take(self._zstd.decompress(b"", _PIECE))
        if self._zstd.unused_data:
            raise TamperedSnapshotError("bytes after the end of the compressed database")
        return len(piece)

    def finish(self) -> None:
        """Refuse a stream that ended in the middle of the database."""
        if not self._zstd.eof:
            raise UnreadableSnapshotError("zstd: the compressed database stops too early")

    def _take(self, piece: bytes) -> None:
        self.plain.add(piece)
        if self.plain.size > self._limit:
            raise TamperedSnapshotError(f"more than the signed {self._limit} bytes")
        self._sink.write(piece)
