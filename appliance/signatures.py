"""Sign with Ed25519 and judge such signatures: who a box says it is towards the hub.

Seals nothing: sealing is `crypto.py`'s affair. Keys are 32 raw bytes, as RFC 8032 has them. Called
by enrolment (makes the key), the keeper's log (signs its head) and the hub (judges it).
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

KEY_BYTES = 32


def new_signing_key() -> bytes:
    """Draw a new secret signing key."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key_of(signing_key: bytes) -> bytes:
    """Return the public half of a signing key.

    Raises:
        ValueError: it is not 32 bytes.

    """
    return Ed25519PrivateKey.from_private_bytes(signing_key).public_key().public_bytes_raw()


def sign(message: bytes, signing_key: bytes) -> bytes:
    """Return the 64 bytes of the signature.

    Raises:
        ValueError: the key is not 32 bytes.

    """
    return Ed25519PrivateKey.from_private_bytes(signing_key).sign(message)


def is_signed_by(message: bytes, signature: bytes, public_key: bytes) -> bool:
    """Tell whether the holder of the key signed exactly this; a malformed key signed nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
