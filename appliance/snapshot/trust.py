"""Decide whether a snapshot may be believed: bytes and values in, a verdict out.

Two questions, both answered without disk, network or clock. *Did the municipality sign this?*
(`verify`: root chain and targets signature, by the TUF Metadata API; dates are not looked at,
because installed data is never refused for its age.) *Should this box take it now?* (`judge`:
box id, version floor, readable format, plausible losses.) Called by the sync before installing,
by `installed` before every opening, and by the hub before publishing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, TypeVar

from tuf.api import exceptions as tuf_errors
from tuf.api.metadata import Metadata, Root, Targets
from tuf.api.serialization import DeserializationError

from appliance.config import LARGEST_PATCHED, MAX_LOSS
from appliance.errors import (
    ExpiredMetadataError,
    ForeignSnapshotError,
    ImplausibleSnapshotError,
    NewerFormatError,
    OlderSnapshotError,
    SnapshotError,
    TamperedSnapshotError,
    UntrustedSnapshotError,
)
from appliance.records.schema import READABLE_VERSIONS
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import Manifest, from_json

_Role = TypeVar("_Role", Root, Targets)

FIELD = "nodboks"
ROOT = Root.type
TARGETS = Targets.type
# Losing either is what a broken export looks like; the names are tables of `records.schema`.
GUARDED = ("citizens", "medication")
_MAX_LOSS = Fraction(str(MAX_LOSS))  # exact: a fifth of ten is two, never 1.9999


@dataclass(frozen=True, slots=True)
class Vouching:
    """The signed bytes that vouch for a snapshot: roots from the oldest trusted one, targets."""

    roots: tuple[bytes, ...]
    targets: bytes

    @property
    def targets_sha256(self) -> str:
        """What tells two issues of one version apart."""
        return sha256_hex(self.targets)


@dataclass(frozen=True, slots=True)
class Floor:
    """The newest version this box has ever accepted; nothing below it is taken again."""

    version: int
    signed_at: datetime
    targets_sha256: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the box knows when a snapshot is offered; `released` is the version IT lets through."""

    box_id: str
    floor: Floor | None = None
    current: Manifest | None = None
    released: int | None = None


def verify(vouching: Vouching, anchor: bytes) -> Manifest:
    """Return the manifest if the chain of signatures from the anchor root down to it holds.

    Raises:
        UntrustedSnapshotError: a signature does not hold.
        TamperedSnapshotError: the metadata is not TUF metadata, or contradicts itself.
        UnreadableSnapshotError: the manifest cannot be understood.
        NewerFormatError: the manifest was written for newer software.

    """
    try:
        root = _follow(_load(Root, anchor), vouching.roots)
        targets = _load(Targets, vouching.targets)
        root.signed.verify_delegate(Targets.type, targets.signed_bytes, targets.signatures)
    except tuf_errors.RepositoryError as error:
        raise refusal(error) from error
    return _manifest_in(targets.signed)


def read_manifest(targets: bytes) -> Manifest:
    """Read the manifest in targets whose signature was verified when they were installed.

    Raises:
        SnapshotError: these are no targets, or they cannot be understood.

    """
    try:
        return _manifest_in(_load(Targets, targets).signed)
    except tuf_errors.RepositoryError as error:
        raise refusal(error) from error


def listed_beside(targets: bytes, name: str) -> tuple[str, int] | None:
    """Return SHA-256 and size of a file that verified targets list beside the snapshot, if any.

    Raises:
        SnapshotError: these are no targets.

    """
    try:
        target = _load(Targets, targets).signed.targets.get(name)
    except tuf_errors.RepositoryError as error:
        raise refusal(error) from error
    return (target.hashes.get("sha256", ""), target.length) if target else None


def role_of(content: bytes) -> tuple[str, int]:
    """Tell which TUF role and version some bytes claim to be; ("", 0) for anything else.

    For sorting only: nothing has been verified.
    """
    try:
        signed = Metadata[Any].from_bytes(content).signed
    except DeserializationError:
        return "", 0
    return signed.type, signed.version


def is_anchor(content: bytes) -> bool:
    """Tell whether some bytes are an undamaged root: one that is signed by its own keys."""
    try:
        _follow(_load(Root, content), ())
    except tuf_errors.RepositoryError:
        return False
    return True


def judge(offered: Manifest, targets_sha256: str, standing: Standing) -> None:
    """Return if this box may install the offered snapshot now.

    Raises:
        ForeignSnapshotError: it is another box's.
        OlderSnapshotError: the box has accepted a newer one, or another one of the same version.
        NewerFormatError: this software could not open it; better to keep what it can open.
        ImplausibleSnapshotError: it lost too much and IT has not released it.

    """
    if offered.box_id != standing.box_id:
        raise ForeignSnapshotError(f"made for {offered.box_id}, this is {standing.box_id}")
    _refuse_older(offered, targets_sha256, standing.floor)
    _refuse_unreadable(offered)
    loss = find_loss(standing.current.counts, offered.counts) if standing.current else None
    # What was accepted once is not held back when a damaged card must fetch it again.
    was_accepted = standing.floor is not None and standing.floor.targets_sha256 == targets_sha256
    if loss and not was_accepted and standing.released != offered.version:
        raise ImplausibleSnapshotError(f"version {offered.version} is held back: {loss}")


def find_loss(before: Mapping[str, int], after: Mapping[str, int]) -> str | None:
    """Say which guarded table lost more than one night can explain, or None."""
    for name in GUARDED:
        had, has = before.get(name, 0), after.get(name, 0)
        if had - has > had * _MAX_LOSS:
            return f"{name} fell from {had} to {has}"
    return None


def refusal(error: tuf_errors.RepositoryError) -> SnapshotError:
    """Give an error of the TUF library the name the box shows."""
    name = next((name for kind, name in _NAMES if isinstance(error, kind)), UntrustedSnapshotError)
    return name(f"{type(error).__name__}: {error}")


# The first match counts; what is in none of them (a role of the wrong type) is not trusted.
_NAMES: tuple[tuple[type[tuf_errors.RepositoryError], type[SnapshotError]], ...] = (
    (tuf_errors.UnsignedMetadataError, UntrustedSnapshotError),
    (tuf_errors.BadVersionNumberError, OlderSnapshotError),
    (tuf_errors.ExpiredMetadataError, ExpiredMetadataError),
    (tuf_errors.LengthOrHashMismatchError, TamperedSnapshotError),
    (DeserializationError, TamperedSnapshotError),
)


def _load(kind: type[_Role], content: bytes) -> "Metadata[_Role]":
    loaded = Metadata[Any].from_bytes(content)
    if not isinstance(loaded.signed, kind):
        raise tuf_errors.RepositoryError(f"expected {kind.__name__}, got {loaded.signed.type}")
    return loaded


def _follow(anchor: Metadata[Root], roots: tuple[bytes, ...]) -> Metadata[Root]:
    """Walk from the anchor to the newest root; each must be signed by the one before and itself."""
    trusted = anchor
    trusted.signed.verify_delegate(Root.type, trusted.signed_bytes, trusted.signatures)
    for content in roots:
        following = _load(Root, content)
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


def _manifest_in(targets: Targets) -> Manifest:
    """Read the manifest, and check that the signed file list says the same."""
    manifest = from_json(targets.unrecognized_fields.get(FIELD))
    if manifest.version != targets.version:
        raise TamperedSnapshotError(f"manifest {manifest.version} in targets {targets.version}")
    for item in manifest.objects:
        target = targets.targets.get(item.name)
        listed = (target.length, target.hashes.get("sha256")) if target else None
        if listed != (item.size, item.sha256):
            raise TamperedSnapshotError(f"{item.name} is listed as {listed}")
    return manifest


def _refuse_older(offered: Manifest, targets_sha256: str, floor: Floor | None) -> None:
    if floor is None or offered.version > floor.version:
        return
    if offered.version < floor.version:
        raise OlderSnapshotError(f"version {offered.version}, accepted was {floor.version}")
    if targets_sha256 != floor.targets_sha256:
        raise OlderSnapshotError(f"version {offered.version} again, with other content")


def _refuse_unreadable(offered: Manifest) -> None:
    largest = max(offered.base.plain_size, offered.plain_size)
    if offered.delta and largest > LARGEST_PATCHED:
        raise NewerFormatError(f"a delta for {largest} bytes, not at most {LARGEST_PATCHED}")
    if offered.schema_version not in READABLE_VERSIONS:
        raise NewerFormatError(f"record schema {offered.schema_version}")
