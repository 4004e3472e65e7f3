"""Seal, open and derive keys: the one module that touches age, Argon2 and bech32.

Everything is stock age (X25519) so that a municipality can open any file of the box with Debian's
own `age`. Refuses age's passphrase mode: it picked 1 GiB of memory here, more than a small box
has. Holds no key itself and puts none into a message. Called by the vault (slots), by packing
(the snapshot) and by the hub (keys).
"""

import io
from collections.abc import Callable, Sequence
from typing import Protocol

import argon2
import bech32
import pyrage
from argon2.low_level import Type, hash_secret_raw

_IDENTITY_PREFIX = "age-secret-key-"
_KEY_BYTES = 32

# A slot may be attacked off line, a login hash only by whoever already holds the opened records;
# so the slot takes the time and the login spares a 512 MB box (research, "Keys and slots").
_SLOT_MEMORY_KIB = 64 * 1024
_SLOT_PASSES = 3
_LOGIN = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class OpenError(ValueError):
    """The key does not fit, or the sealed bytes are damaged; age cannot tell which."""


class Readable(Protocol):
    """Something bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        ...


class Writable(Protocol):
    """Something bytes can be written to."""

    def write(self, piece: bytes, /) -> int:
        """Take the bytes and say how many."""
        ...


def new_identity() -> str:
    """Make a fresh age identity (`AGE-SECRET-KEY-1…`)."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the public half (`age1…`) of an identity.

    Raises:
        OpenError: the text is not an age identity.

    """
    return str(_identity(identity).to_public())


def identity_from_bytes(raw: bytes) -> str:
    """Turn 32 secret bytes into an age identity; any 32 bytes are a valid X25519 secret.

    Raises:
        ValueError: there are not 32 bytes.

    """
    if len(raw) != _KEY_BYTES:
        raise ValueError(f"an identity is made of {_KEY_BYTES} bytes, not {len(raw)}")
    words = bech32.convertbits(raw, 8, 5) or []  # None only for values above 255: not in bytes
    return bech32.bech32_encode(_IDENTITY_PREFIX, words).upper()


def identity_from_code(digits: str, salt: bytes) -> str:
    """Derive the age identity of a card code (Argon2id: 64 MiB, 3 passes, 1 lane).

    Takes about a second on a Raspberry Pi and 64 MiB; callers run one at a time.
    """
    raw = hash_secret_raw(
        digits.encode("ascii"), salt, time_cost=_SLOT_PASSES, memory_cost=_SLOT_MEMORY_KIB,
        parallelism=1, hash_len=_KEY_BYTES, type=Type.ID,
    )  # fmt: skip
    return identity_from_bytes(raw)


def encrypt(plain: bytes, recipients: str | Sequence[str]) -> bytes:
    """Seal bytes to one recipient (`age1…`) or several.

    Raises:
        ValueError: there is no recipient, or one is not an age recipient.

    """
    several = [recipients] if isinstance(recipients, str) else list(recipients)
    if not several:
        raise ValueError("no recipient: nobody could ever open this")
    return bytes(pyrage.encrypt(plain, [_recipient(text) for text in several]))


def decrypt(sealed: bytes, identity: str) -> bytes:
    """Open sealed bytes.

    Raises:
        OpenError: the identity does not fit, or the bytes are damaged.

    """
    sink = io.BytesIO()
    decrypt_stream(io.BytesIO(sealed), sink, identity)
    return sink.getvalue()


def encrypt_stream(source: Readable, sink: Writable, recipient: str) -> None:
    """Seal whatever `source` yields into `sink`, in bounded memory.

    Raises:
        ValueError: the recipient is not an age recipient.
        Exception: whatever `source` or `sink` raised, unchanged.

    """
    key = _recipient(recipient)
    _run(lambda source, sink: pyrage.encrypt_io(source, sink, [key]), source, sink)


def decrypt_stream(source: Readable, sink: Writable, identity: str) -> None:
    """Open a sealed stream into `sink`, in bounded memory.

    What has reached the sink is genuine but may stop too early: use it only when this returns.

    Raises:
        OpenError: the identity does not fit, or the stream is damaged or cut.
        Exception: whatever `source` or `sink` raised, unchanged.

    """
    key = _identity(identity)
    _run(lambda source, sink: pyrage.decrypt_io(source, sink, [key]), source, sink)


def hash_login_code(code: str, salt: bytes | None = None) -> str:
    """Return the Argon2id PHC string of a login code (19 MiB, 2 passes, 1 lane).

    A salt is only given for codes that live in memory, so that one hash is compared with all.
    """
    return _LOGIN.hash(code, salt=salt)


def login_code_fits(phc: str, code: str) -> bool:
    """Tell whether a login code belongs to a PHC string; a malformed string fits nothing."""
    try:
        return _LOGIN.verify(phc, code)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def is_login_hash_of_ours(phc: str) -> bool:
    """Tell whether a PHC string costs what ours cost: whoever made another chose our memory."""
    try:
        return phc.isascii() and not _LOGIN.check_needs_rehash(phc)
    except argon2.exceptions.InvalidHashError:
        return False


def _identity(text: str) -> "pyrage.x25519.Identity":
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError:
        # The cause is dropped on purpose: its message could quote the secret.
        raise OpenError("not an age identity (AGE-SECRET-KEY-1…)") from None


def _recipient(text: str) -> "pyrage.x25519.Recipient":
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        # Not quoted: the two halves of a key are easily mixed up, and this may be the secret one.
        raise ValueError("not an age recipient (age1…)") from None


class _WatchedSource:
    """Yields bytes and remembers the error of the far end.

    pyrage flattens some Python exceptions into text, and a failing disk must stay one.
    """

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.error: Exception | None = None

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes of the source."""
        try:
            return self._source.read(size)
        except Exception as error:
            self.error = self.error or error  # the first one; re-raised by _run, unchanged
            raise


class _WatchedSink:
    """Takes bytes and remembers the error of the far end; see `_WatchedSource`."""

    def __init__(self, sink: Writable) -> None:
        self._sink = sink
        self.error: Exception | None = None

    def write(self, piece: bytes, /) -> int:
        """Pass the bytes on."""
        try:
            return self._sink.write(piece)
        except Exception as error:
            # The first counts: pyrage tries once more to get rid of what it holds.
            self.error = self.error or error
            raise

    def flush(self) -> None:
        """Leave the flushing to the sink's owner, who also has to fsync."""


def _run(step: Callable[[Readable, Writable], None], source: Readable, sink: Writable) -> None:
    """Run one pyrage stream and raise what really went wrong."""
    watched = _WatchedSource(source), _WatchedSink(sink)
    try:
        step(*watched)
    except (pyrage.DecryptError, pyrage.EncryptError, OSError) as error:
        # A cut stream is an OSError without a number; one with a number came from a file.
        for end in watched:
            if end.error is not None:
                raise end.error from None
        raise OpenError(str(error)) from error
