"""Put a signed statement into one datagram, and take it apart again.

Four bytes of kind, eight of the sender's public key, the signature, the statement. The key's
beginning finds the key to judge by, so nothing is parsed before the signature holds. Pure. Called
by the hearing and the post.
"""

from dataclasses import dataclass

from appliance.beacon.statement import LARGEST as LARGEST_STATEMENT

_KIND = b"NBB1"
TAG_BYTES = 8
_SIGNATURE_BYTES = 64
_HEAD_BYTES = len(_KIND) + TAG_BYTES + _SIGNATURE_BYTES
# Fits into one packet on every network, whatever tunnels it passes (IPv6: 1,280).
LARGEST = _HEAD_BYTES + LARGEST_STATEMENT


@dataclass(frozen=True, slots=True)
class Datagram:
    """What came: `tag` is the beginning of the key it says it is signed with."""

    tag: bytes
    signature: bytes
    statement: bytes


def tag_of(public_key: bytes) -> bytes:
    """Return what a datagram signed with a key says of it."""
    return public_key[:TAG_BYTES]


def pack(public_key: bytes, signature: bytes, statement: bytes) -> bytes:
    """Return the bytes to send."""
    return _KIND + tag_of(public_key) + signature + statement


def unpack(content: bytes) -> Datagram | None:
    """Take bytes apart; None for what is no datagram of this kind or too long."""
    if not content.startswith(_KIND) or not _HEAD_BYTES < len(content) <= LARGEST:
        return None
    tag_end = len(_KIND) + TAG_BYTES
    return Datagram(
        content[len(_KIND) : tag_end], content[tag_end:_HEAD_BYTES], content[_HEAD_BYTES:]
    )
