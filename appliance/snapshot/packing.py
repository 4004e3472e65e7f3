"""Pack a database into a sealed snapshot file, and unpack one into the RAM folder.

The file is plain `zstd` inside plain `age`: `age -d -i key base.zst.age | zstd -d`; a delta is what
`zstd --patch-from` makes. Refuses to leave anything half made: the database is renamed into place
only when its length and SHA-256 are what the municipality signed. Needs a few MB whatever the
size; a delta needs the database before and the new one in memory, which is why `LARGEST_PATCHED`
bounds it. Called by the hub (`pack`) and by `unsealing`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from appliance import crypto
from appliance.errors import NewerFormatError, TamperedSnapshotError, UnreadableSnapshotError
from appliance.files import explaining_disk_errors, write_stream_atomically
from appliance.policy import LARGEST_PATCHED
from appliance.snapshot.compression import (
    WHOLE,
    CompressionError,
    Digest,
    Prefix,
    Squeezing,
    Swelling,
    difference,
    prefix_of,
)

# What is taken when the caller does not say what was signed. A Pi's whole RAM is 8 GB at most.
_LARGEST_PLAIN = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Packed:
    """Sizes (bytes) and SHA-256 of a database before and after packing."""

    plain_sha256: str
    plain_size: int
    sealed_sha256: str
    sealed_size: int


@dataclass(frozen=True, slots=True)
class SealedPart:
    """A sealed file, and the signed SHA-256 and length (bytes, if signed) of what it yields."""

    path: Path
    plain_sha256: str
    plain_size: int | None = None

    @property
    def limit(self) -> int:
        """The most bytes that are taken from it."""
        return _LARGEST_PLAIN if self.plain_size is None else self.plain_size


def pack(db: Path, sealed: Path, recipient: str, against: Path | None = None) -> Packed:
    """Compress and seal a database to one box; an older `sealed` stays if this fails.

    With another database in `against`, only the difference to it is sealed: a delta. Neither may
    then be larger than `LARGEST_PATCHED`, or no box would apply it; the caller has looked.

    Raises:
        ValueError: the recipient is not an age recipient.
        DiskFullError: there is no room for the sealed file.
        StorageError: the disk refused.

    """
    with explaining_disk_errors(f"reading {db.name}"), db.open("rb") as source:
        size = db.stat().st_size
        squeezed = Squeezing(source, size, difference(against, size) if against else WHOLE)
        digest = Digest()

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
    _unpack(SealedPart(sealed, expected_plain_sha256, plain_size), identity, target)


def unpack_delta(base: SealedPart, delta: SealedPart, identity: str, target: Path) -> None:
    """Open a base and apply the delta to it; `target` appears complete and verified or not at all.

    The base lies beside the target meanwhile, under a hidden name, and is gone afterwards. Memory
    needed: the base and the database of the delta, once each.

    Raises:
        NewerFormatError: they are larger than this software applies a delta to.
        UnreadableSnapshotError: one does not decrypt or unpack, the delta belongs to another base,
            or the key is wrong.
        TamperedSnapshotError: the content is not what was signed.
        DiskFullError: the RAM folder is full.
        StorageError: a sealed file cannot be read.

    """
    largest = max(base.limit, delta.limit)
    if largest > LARGEST_PATCHED:
        raise NewerFormatError(f"a delta for {largest} bytes, not at most {LARGEST_PATCHED}")
    before = target.with_name(f".base-{target.name}")
    try:
        _unpack(base, identity, before)
        prefix = prefix_of(before)
    finally:
        # The decompressor has a copy: the RAM folder never holds the base beside the new one.
        before.unlink(missing_ok=True)
    _unpack(delta, identity, target, prefix)


def _unpack(part: SealedPart, identity: str, target: Path, prefix: Prefix | None = None) -> None:
    def fill(sink: BinaryIO) -> None:
        swelling = Swelling(sink, part.limit, prefix)
        with explaining_disk_errors(f"reading {part.path.name}"), part.path.open("rb") as source:
            crypto.decrypt_stream(source, swelling, identity)
        swelling.finish()
        _check(swelling.plain, part.plain_sha256, part.plain_size)

    try:
        write_stream_atomically(target, fill)
    except crypto.OpenError as error:
        raise UnreadableSnapshotError(f"age: {error}") from error
    except CompressionError as error:
        raise UnreadableSnapshotError(f"zstd: {error}") from error


class _Counting:
    """A sink that digests what it passes on."""

    def __init__(self, sink: BinaryIO, digest: Digest) -> None:
        self._sink = sink
        self._digest = digest

    def write(self, piece: bytes, /) -> int:
        self._digest.add(piece)
        return self._sink.write(piece)


def _check(plain: Digest, sha256: str, size: int | None) -> None:
    if size is not None and plain.size != size:
        raise TamperedSnapshotError(f"{plain.size} bytes instead of the signed {size}")
    if plain.hex != sha256:
        raise TamperedSnapshotError(f"database is {plain.hex[:12]}…, signed was {sha256[:12]}…")
