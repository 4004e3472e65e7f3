"""Fetch one sealed file so that a cut costs only what had not come yet.

What came lies in the staging folder under the hash it is to have. A later try asks for the rest,
and the whole is hashed: a tail that does not fit is thrown away and the file fetched whole, once.
Never writes a byte of what does not begin as an age file, so that a mistake at the hub cannot put
plaintext on the card. Called by `download`.
"""

import logging
import os
from pathlib import Path
from typing import BinaryIO, NamedTuple

from appliance.errors import FetchError, TamperedSnapshotError
from appliance.snapshot.hashing import sha256_of_file
from appliance.sync.source import Fetcher, Piece

_log = logging.getLogger("nodboks.sync")
_SEALED_START = b"age-encryption.org/v1\n"


class Wanted(NamedTuple):
    """A sealed file to fetch: what it is called in a message, and what it must be."""

    name: str
    url: str
    sha256: str
    size: int


def fetch_part(wanted: Wanted, fetcher: Fetcher, path: Path) -> None:
    """Bring a file to `path` whole, going on with what lies there.

    Raises:
        TamperedSnapshotError: the bytes are not those that were signed, or not sealed.
        FetchError: the network; what came stays for the next try.

    """
    held = _held(wanted, path)
    if held and _is_completed(wanted, fetcher, path, held):
        return
    _receive(wanted, fetcher, path, 0)
    if not _is_whole(wanted, path):
        size = path.stat().st_size
        path.unlink()
        raise TamperedSnapshotError(
            f"{wanted.name}: {size} of {wanted.size} bytes, or changed ones"
        )


def _is_completed(wanted: Wanted, fetcher: Fetcher, path: Path, held: int) -> bool:
    """Fetch the rest of what lies here; tell whether it makes the file, else delete it."""
    try:
        if held < wanted.size:
            _receive(wanted, fetcher, path, held)
        is_whole = _is_whole(wanted, path)
    except TamperedSnapshotError:
        is_whole = False
    if not is_whole:
        _log.info("%s: the rest does not fit; it is fetched whole", wanted.name)
        path.unlink(missing_ok=True)
    return is_whole


def _held(wanted: Wanted, path: Path) -> int:
    """Return how many bytes lie here that may be the file's first; what cannot be is deleted."""
    if not path.exists():
        return 0
    size = path.stat().st_size
    with path.open("rb") as source:
        is_sealed = source.read(len(_SEALED_START)) == _SEALED_START
    if is_sealed and size <= wanted.size:
        return size
    path.unlink()
    return 0


def _receive(wanted: Wanted, fetcher: Fetcher, path: Path, start: int) -> None:
    """Write what comes behind what is there; keep it durably when the transfer is cut."""
    path.touch()
    try:
        _write(wanted, fetcher, path, start)
    finally:
        if path.stat().st_size == 0:
            path.unlink()
    if not path.exists():
        raise _unsealed(wanted)


def _write(wanted: Wanted, fetcher: Fetcher, path: Path, start: int) -> None:
    opening = b""
    with path.open("ab") as sink:
        try:
            for piece in fetcher.pieces(wanted.url, wanted.size, start):
                if piece.position < len(_SEALED_START):
                    opening = _opened(wanted, opening, piece, sink)
                else:
                    sink.write(piece.content)
        except FetchError:
            sink.flush()
            os.fsync(sink.fileno())
            raise


def _opened(wanted: Wanted, before: bytes, piece: Piece, sink: BinaryIO) -> bytes:
    """Hold the first bytes back until they are known to be sealed; return those held back."""
    if piece.position == 0:
        sink.truncate(0)  # the hub began afresh although it was asked for the rest
    opening = before + piece.content
    if not opening.startswith(_SEALED_START[: len(opening)]):
        raise _unsealed(wanted)
    if len(opening) < len(_SEALED_START):
        return opening
    sink.write(opening)
    return b""


def _is_whole(wanted: Wanted, path: Path) -> bool:
    return path.stat().st_size == wanted.size and sha256_of_file(path) == wanted.sha256


def _unsealed(wanted: Wanted) -> TamperedSnapshotError:
    return TamperedSnapshotError(f"{wanted.name} is not an age file")
