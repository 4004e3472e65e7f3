"""Follow a chain of signed roots: each must be signed by the one before it and by itself.

Bytes in, roots out, by the TUF Metadata API; no disk, no network, no clock (a root that expired
still leads to the next). Called by `trust`, by the sync, which remembers the chain it has seen, and
by the hub.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from tuf.api import exceptions as tuf_errors
from tuf.api.metadata import Metadata, Root, Targets

_Role = TypeVar("_Role", Root, Targets)


def load(kind: type[_Role], content: bytes) -> "Metadata[_Role]":
    """Read signed metadata of one kind; nothing is verified.

    Raises:
        RepositoryError: it is no TUF metadata, or of another kind.

    """
    loaded = Metadata[Any].from_bytes(content)
    if not isinstance(loaded.signed, kind):
        raise tuf_errors.RepositoryError(f"expected {kind.__name__}, got {loaded.signed.type}")
    return loaded


def follow(anchor: Metadata[Root], roots: Iterable[bytes]) -> Metadata[Root]:
    """Walk from the anchor to the newest root; one that is not after the anchor is passed over.

    Raises:
        RepositoryError: a signature does not hold, or a root is missing in between.

    """
    trusted = anchor
    trusted.signed.verify_delegate(Root.type, trusted.signed_bytes, trusted.signatures)
    for content in roots:
        following = load(Root, content)
        if following.signed.version <= anchor.signed.version:
            continue  # the anchor stands for it
        if following.signed.version != trusted.signed.version + 1:
            raise tuf_errors.RepositoryError(
                f"root {following.signed.version} after {trusted.signed.version}"
            )
        for signer in (trusted, following):
            signer.signed.verify_delegate(Root.type, following.signed_bytes, following.signatures)
        trusted = following
    return trusted


def is_anchor(content: bytes) -> bool:
    """Tell whether some bytes are an undamaged root: one that is signed by its own keys."""
    try:
        follow(load(Root, content), ())
    except tuf_errors.RepositoryError:
        return False
    return True


def walk(anchor: bytes, roots: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return the anchor and what follows it, up to the first root that does not hold."""
    chain = [anchor]
    trusted = load(Root, anchor)
    for content in roots:
        try:
            following = follow(trusted, (content,))
        except tuf_errors.RepositoryError:
            break
        if following is not trusted:
            chain.append(content)
            trusted = following
    return tuple(chain)


def trusts(root: bytes, keys: Iterable[str]) -> bool:
    """Tell whether keys of these ids are enough, by this root, to sign what a box installs."""
    role = load(Root, root).signed.roles[Targets.type]
    return len(set(keys) & set(role.keyids)) >= role.threshold
