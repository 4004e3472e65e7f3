"""Pack a database into a sealed snapshot file, and unpack one into the RAM folder.

The file is plain `zstd` inside plain `age`: `age -d -i key base.zst.age | zstd -d`. Refuses to
leave anything half made: `unpack` renames the database into place only when its length and
SHA-256 are what the municipality signed. Needs a few MB whatever the size. Called by the hub
(`pack`) and the keeper (`unpack`). The only importer of zstd.
"""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from appliance import crypto
from appliance.errors import TamperedSnapshotError, UnreadableSnapshotError
from appliance.files import explaining_disk_errors, write_stream_atomically

if sys.version_info >= (3, 14):  # pragma: no cover  (no Debian has it yet)
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 9  # -15 saves 3 % more for twelve times the time (research, "Storage and unlock")
_PIECE = 256 * 1024
_WINDOW_LOG_MAX = 27  # 128 MiB, what stock `zstd -d` accepts without --long
# What is taken when the caller does not say what was signed. A Pi's whole RAM is 8 GB at most.
_LARGEST_PLAIN = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Packed:
    """Sizes (bytes) and SHA-256 of a database before and after packing."""

    plain_sha256: str
    plain_size: int
    sealed_sha256: str
    sealed_size: int


def pack(db: Path, sealed: Path, recipient: str) -> Packed:
    """Compress and seal a database to one box; an older `sealed` stays if this fails.

    Raises:
        ValueError: the recipient is not an age recipient.
        DiskFullError: there is no room for the sealed file.
        StorageError: the disk refused.

    """
    with explaining_disk_errors(f"reading {db.name}"), db.open("rb") as source:
        squeezed = _Squeezing(source, db.stat().st_size)
        digest = _Digest()

        def fill(sink: BinaryIO) -> None:
            crypto.encrypt_stream(squeezed, _Counting(sink, digest), recipient)

        write_stream_atomically(sealed, fill)
    return Packed(squeezed.plain.hex, squeezed.plain.size, digest.hex, digest.size)


def unpack(
    sealed: Path,
    identity: str,
    target: Path,
    expected_plain_sha256: str,
    plain_size: int | None = None,
) -> None:
    """Open a sealed snapshot into `target`, which appears complete and verified or not at all.

    `plain_size` is the signed length in bytes: not one byte more is ever written.

    Raises:
        UnreadableSnapshotError: it does not decrypt or unpack, or the key is wrong.
        TamperedSnapshotError: the content is not what was signed.
        DiskFullError: the RAM folder is full.
        StorageError: the sealed file cannot be read.

    """
    limit = _LARGEST_PLAIN if plain_size is None else plain_size

    def fill(sink: BinaryIO) -> None:
        swelling = _Swelling(sink, limit)
        with explaining_disk_errors(f"reading {sealed.name}"), sealed.open("rb") as source:
            crypto.decrypt_stream(source, swelling, identity)
        swelling.finish()
        _check(swelling.plain, expected_plain_sha256, plain_size)

    try:
        write_stream_atomically(target, fill)
    except crypto.OpenError as error:
        raise UnreadableSnapshotError(f"age: {error}") from error
    except zstd.ZstdError as error:
        raise UnreadableSnapshotError(f"zstd: {error}") from error


class _Digest:
    """Length and SHA-256 of what has gone past."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.size = 0

    def add(self, piece: bytes) -> None:
        self._sha256.update(piece)
        self.size += len(piece)

    @property
    def hex(self) -> str:
        return self._sha256.hexdigest()


class _Counting:
    """A sink that digests what it passes on."""

    def __init__(self, sink: BinaryIO, digest: _Digest) -> None:
        self._sink = sink
        self._digest = digest

    def write(self, piece: bytes, /) -> int:
        self._digest.add(piece)
        return self._sink.write(piece)


class _Squeezing:
    """A source that yields a file compressed; age pulls from it 8 KiB at a time."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        options: dict[int, int] = {
            zstd.CompressionParameter.compression_level: _LEVEL,
            zstd.CompressionParameter.checksum_flag: 1,
        }
        self._source = source
        self._zstd = zstd.ZstdCompressor(options=options)
        # With the length in the frame header `zstd -l` shows it and `zstd -d` can allocate.
        self._zstd.set_pledged_input_size(size)
        self._ready = b""
        self._is_done = False
        self.plain = _Digest()

    def read(self, size: int, /) -> bytes:
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


class _Swelling:
    """A sink that decompresses into a file, never past the limit: so no bomb."""

    def __init__(self, sink: BinaryIO, limit: int) -> None:
        options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_MAX}
        self._sink = sink
        self._limit = limit
        self._zstd = zstd.ZstdDecompressor(options=options)
        self.plain = _Digest()

    def write(self, piece: bytes, /) -> int:
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


def _check(plain: _Digest, sha256: str, size: int | None) -> None:
    if size is not None and plain.size != size:
        raise TamperedSnapshotError(f"{plain.size} bytes instead of the signed {size}")
    if plain.hex != sha256:
        raise TamperedSnapshotError(f"database is {plain.hex[:12]}…, signed was {sha256[:12]}…")
