"""List the sealed attachments of one snapshot: photos and documents by hash and size.

The list is an object of the snapshot in plain text, because the sync must know what to fetch and
holds no key. It says nothing a look into `objects/` would not say. Reading is strict: whatever is
no such list is refused, so that a mistake at the hub cannot put plaintext on the card. Pure;
called by the hub, the sync and `installed`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.errors import UnreadableSnapshotError

_LINE = re.compile(rb"([0-9a-f]{64}) ([1-9][0-9]{0,11})")
# One address for each on the hub, after its hash.
ATTACHMENT_NAME = "attachment.age"


@dataclass(frozen=True, slots=True, order=True)
class SealedAttachment:
    """One sealed photo or document: the SHA-256 of its ciphertext, and its size in bytes."""

    sha256: str
    size: int


def encode_index(attachments: Iterable[SealedAttachment]) -> bytes:
    """Write the list, each attachment once, in the order of the hashes."""
    lines = (f"{item.sha256} {item.size}\n" for item in sorted(set(attachments)))
    return "".join(lines).encode("ascii")


def decode_index(content: bytes) -> tuple[SealedAttachment, ...]:
    """Read a list.

    Raises:
        UnreadableSnapshotError: it is no list of attachments, or not in order.

    """
    if not content.endswith(b"\n"):
        raise UnreadableSnapshotError("the list of attachments stops too early")
    read = []
    for number, line in enumerate(content[:-1].split(b"\n"), start=1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise UnreadableSnapshotError(f"line {number} of the attachments is no hash and size")
        read.append(SealedAttachment(found[1].decode("ascii"), int(found[2])))
    hashes = [item.sha256 for item in read]
    if hashes != sorted(set(hashes)):
        raise UnreadableSnapshotError("the list of attachments is not in order")
    return tuple(read)
