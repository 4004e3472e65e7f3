"""Name content by its SHA-256.

Apart from `appliance.crypto` on purpose: the sync needs hashes and must never be able to decrypt.
"""

import hashlib
from pathlib import Path

_PIECE = 1024 * 1024


def sha256_hex(content: bytes) -> str:
    """Return the SHA-256 of bytes in lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file in lower-case hex, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while piece := source.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
