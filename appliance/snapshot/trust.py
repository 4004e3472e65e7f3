"""Decide whether a snapshot may be believed: bytes and values in, a verdict out.

Two questions, both answered without disk, network or clock. *Did the municipality sign this?*
(`verify`: root chain and targets signature, by the TUF Metadata API; dates are not looked at,
because installed data is never refused for its age.) *Should this box take it now?* (`judge`:
box id, version floor, readable format, plausible losses.) Whoever stole the online key can raise
the floor; it falls with the key (`binding`). Called by the sync before installing, by `installed`
before every opening, and by the hub before publishing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from tuf.api import exceptions as tuf_errors
from tuf.api.metadata import Metadata, Root, Targets
from tuf.api.serialization import DeserializationError

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
from appliance.policy import LARGEST_PATCHED, MAX_LOSS
from appliance.records.schema import READABLE_VERSIONS
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import Manifest, from_json
from appliance.snapshot.roots import follow, load, trusts

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
    """The newest version this box has ever accepted; nothing below it is taken again.

    `root` is the version of the root it was accepted under, `keys` the ids of the keys that signed
    it; 0 and none where older software wrote it down. See `binding`.
    """

    version: int
    signed_at: datetime
    targets_sha256: str
    root: int = 0
    keys: tuple[str, ...] = ()


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
        root = follow(load(Root, anchor), vouching.roots)
        targets = load(Targets, vouching.targets)
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
        return _manifest_in(load(Targets, targets).signed)
    except tuf_errors.RepositoryError as error:
        raise refusal(error) from error


def listed_beside(targets: bytes, name: str) -> tuple[str, int] | None:
    """Return SHA-256 and size of a file that verified targets list beside the snapshot, if any.

    Raises:
        SnapshotError: these are no targets.

    """
    try:
        target = load(Targets, targets).signed.targets.get(name)
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


def lineages(vouching: Vouching) -> Iterator[Vouching]:
    """Give a vouching with all its roots, then without the newest, and so on.

    A key that was replaced was trusted once: the first of them that verifies says when. What the
    newest root does not vouch for may stay where it is, and is never taken again.
    """
    for length in range(len(vouching.roots), 0, -1):
        yield Vouching(vouching.roots[:length], vouching.targets)


def floor_of(manifest: Manifest, vouching: Vouching) -> Floor:
    """Return the floor that a verified snapshot sets."""
    root, targets = load(Root, vouching.roots[-1]).signed, load(Targets, vouching.targets)
    held = root.get_verification_result(Targets.type, targets.signed_bytes, targets.signatures)
    return Floor(
        version=manifest.version,
        signed_at=manifest.signed_at,
        targets_sha256=vouching.targets_sha256,
        root=root.version,
        keys=tuple(sorted(held.signed)),
    )


def binding(floor: Floor | None, root: bytes) -> Floor | None:
    """Return the floor if it binds what is offered under this root.

    A floor set with a key that the municipality has revoked since does not: a thief may have
    raised it to any number, to keep the box from everything that is genuine. Nobody without a new
    key gains by that, because the root does not let him sign.

    Raises:
        OlderSnapshotError: the box has accepted under a newer root, which may revoke a key.

    """
    if floor is None:
        return None
    _, version = role_of(root)
    if version < floor.root:
        raise OlderSnapshotError(f"root {version}, accepted was {floor.root}")
    return floor if not floor.keys or trusts(root, floor.keys) else None


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
