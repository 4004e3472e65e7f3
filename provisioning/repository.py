"""Publish one box's snapshots as a signed TUF repository of plain static files.

Order on disk: attachments → base → delta → root → targets → snapshot → timestamp. Until the last
rename a box still sees the version before, so a run may be killed anywhere; the next one publishes
over what was left. Only in the first night after the online key was replaced does a box that comes
between root and timestamp refuse (N-201), and take it the next time. Keeps N−1 for boxes in the
middle of a download. Called by the hub's publish command.
"""

import contextlib
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from appliance.clock import Clock
from appliance.errors import (
    ConfigError,
    SnapshotError,
    TamperedSnapshotError,
    UntrustedSnapshotError,
)
from appliance.files import (
    explaining_disk_errors,
    remove_leftovers,
    write_atomically,
    write_stream_atomically,
)
from appliance.snapshot.attachment_index import (
    ATTACHMENT_NAME,
    SealedAttachment,
    decode_index,
    encode_index,
)
from appliance.snapshot.hashing import sha256_hex, sha256_of_file
from appliance.snapshot.manifest import (
    ATTACHMENTS,
    ATTACHMENTS_NAME,
    BASE,
    BASE_NAME,
    BOX_ID,
    DELTA,
    DELTA_NAME,
    FORMAT,
    Manifest,
    ManifestObject,
    to_json,
)
from appliance.snapshot.packing import Packed
from appliance.snapshot.trust import FIELD, Vouching, lineages, role_of, verify
from provisioning.signing import Trust

# The timestamp bounds how long a mirror may serve an old version unnoticed; a hub that is down
# for a month has failed long before. The others only change together with it.
TIMESTAMP_LIFE = timedelta(days=30)
TARGETS_LIFE = timedelta(days=90)

_log = logging.getLogger("nodboks.repository")
_PUBLIC = 0o644


@dataclass(frozen=True, slots=True)
class Draft:
    """What the hub says of tonight's snapshot before it has a version; counts are table rows.

    `packed` is the base, `delta` what is to be applied to it, if anything is. `attachments` are all
    that the snapshot names, each with its sealed file; None where the repository has it from an
    earlier night. `beside` are small files that travel signed beside it, in no manifest, by name.
    """

    schema_version: int
    counts: Mapping[str, int]
    packed: Packed
    attachments: Mapping[SealedAttachment, Path | None] = field(default_factory=dict)
    delta: Packed | None = None
    beside: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def end(self) -> Packed:
        """Return the object that yields tonight's database."""
        return self.delta or self.packed


class BoxRepository:
    """The published folder `boxes/<box id>/` of one box.

    `first_version` is for the morning after the folder was lost: above what the boxes have
    accepted (their sync error names the number), or they refuse each night as older.
    """

    def __init__(self, folder: Path, trust: Trust, clock: Clock, *, first_version: int = 1) -> None:
        if not BOX_ID.fullmatch(folder.name):
            raise ConfigError(f"{folder.name!r} is no box id: letters a–z, digits and - only")
        self._box_id = folder.name
        self._metadata = folder / "metadata"
        self._objects = folder / "targets"
        self._trust = trust
        self._clock = clock
        self._first_version = first_version

    def current_manifest(self) -> Manifest | None:
        """Return what the box is offered now, for the loss guard; None before the first night."""
        for version in self._versions():
            try:
                return self._manifest(version)
            except (OSError, SnapshotError) as error:
                _log.warning("%s version %d: %s", self._box_id, version, error)
        return None

    def has_attachment(self, attachment: SealedAttachment) -> bool:
        """Tell whether an attachment lies in the repository, so that it need not be made anew."""
        try:
            return self._place(attachment).stat().st_size == attachment.size
        except OSError:
            return False

    def has_base(self, packed: Packed) -> bool:
        """Tell whether a base lies in the repository, whole: boxes can apply a delta to it."""
        return self._is_whole(_object(BASE, BASE_NAME, packed))

    def current_delta(self, base: Packed, plain_sha256: str) -> Packed | None:
        """Return the delta that the box is offered now, if it makes that database of that base."""
        manifest = self.current_manifest()
        delta = manifest.delta if manifest else None
        if manifest is None or delta is None or delta.plain_sha256 != plain_sha256:
            return None
        if manifest.base.sha256 != base.sealed_sha256 or not self._is_whole(delta):
            return None
        return Packed(delta.plain_sha256, delta.plain_size, delta.sha256, delta.size)

    def publish(self, draft: Draft, sealed: Path | None, delta: Path | None = None) -> Manifest:
        """Sign base, delta and attachments as the next version and let the box see it.

        `sealed` and `delta` are the files of the two; None where the repository has them already.

        Raises:
            ConfigError: the root has expired; boxes would refuse everything it vouches for.
            TamperedSnapshotError: a file is not the one that was packed, or is not there.
            DiskFullError, StorageError: the disk refused; the box still sees the version before.

        """
        self._refuse_expired_root()
        version = max(next(iter(self._versions()), 0) + 1, self._first_version)
        index = encode_index(draft.attachments)
        manifest = self._manifest_of(draft, version, index)
        self._remove_leftovers()
        for attachment, file in draft.attachments.items():
            self._store_attachment(attachment, file)
        if manifest.index:
            self._write_index(manifest.index, index)
        self._store_object(manifest.base, sealed)
        if manifest.delta:
            self._store_object(manifest.delta, delta)
        self._sign(manifest, self._beside(draft))
        self._prune(version)
        return manifest

    def publish_roots(self) -> None:
        """Let the box see every root although there is no new copy for it.

        With a new root it stops believing a key that was revoked; what it has stays readable.

        Raises:
            DiskFullError, StorageError: the disk refused.

        """
        if self._metadata.is_dir():
            self._write_roots()

    def _versions(self) -> list[int]:
        """Return the published versions, the live one first; what was cut short is not among them.

        Without a readable timestamp every version counts, so that none is ever used twice.
        """
        numbers = sorted(self._numbers("targets"), reverse=True)
        path = self._metadata / "timestamp.json"
        role, live = role_of(path.read_bytes()) if path.is_file() else ("", 0)
        if role != Timestamp.type:
            return numbers
        return [live, *(number for number in numbers if number < live)]

    def _numbers(self, role: str) -> list[int]:
        names = [path.name.partition(".") for path in self._metadata.glob(f"*.{role}.json")]
        return [int(number) for number, _, _ in names if number.isdecimal()]

    def _manifest(self, version: int) -> Manifest:
        """Return what was published, also with a key that has been replaced since."""
        content = (self._metadata / f"{version}.targets.json").read_bytes()
        *newer, first = lineages(Vouching(self._trust.roots, content))
        for vouching in newer:
            with contextlib.suppress(UntrustedSnapshotError):
                return verify(vouching, self._trust.roots[0])
        return verify(first, self._trust.roots[0])

    def _manifest_of(self, draft: Draft, version: int, index: bytes) -> Manifest:
        objects = [_object(BASE, BASE_NAME, draft.packed)]
        if draft.delta:
            objects.append(_object(DELTA, DELTA_NAME, draft.delta))
        if index:
            objects.append(_index_object(index))
        return Manifest(
            format=FORMAT,
            box_id=self._box_id,
            version=version,
            signed_at=self._clock.now().replace(microsecond=0),
            schema_version=draft.schema_version,
            plain_sha256=draft.end.plain_sha256,
            plain_size=draft.end.plain_size,
            counts=dict(draft.counts),
            objects=tuple(objects),
        )

    def _refuse_expired_root(self) -> None:
        root = Metadata[Root].from_bytes(self._trust.root).signed
        if root.is_expired(self._clock.now()):
            raise ConfigError(
                f"root.json expired on {root.expires:%Y-%m-%d}; renew it: provisioning/TRUST.md"
            )

    def _remove_leftovers(self) -> None:
        with explaining_disk_errors("removing leftovers"):
            remove_leftovers(self._metadata)
            remove_leftovers(self._objects)

    def _place(self, attachment: SealedAttachment) -> Path:
        return self._objects / f"{attachment.sha256}.{ATTACHMENT_NAME}"

    def _store_attachment(self, attachment: SealedAttachment, file: Path | None) -> None:
        """Copy a sealed attachment into the repository, unless it lies there already."""
        if file is not None:
            self._store(file, self._place(attachment))
        elif not self.has_attachment(attachment):
            raise TamperedSnapshotError(f"attachment {attachment.sha256[:12]}… is gone")

    def _write_index(self, item: ManifestObject, content: bytes) -> None:
        write_atomically(self._objects / _file_name(item), content, mode=_PUBLIC)

    def _store_object(self, item: ManifestObject, file: Path | None) -> None:
        """Copy a sealed object into the repository, unless it lies there already."""
        if file is not None:
            self._store(file, self._objects / _file_name(item))
        elif not self._is_whole(item):
            raise TamperedSnapshotError(f"{item.name} {item.sha256[:12]}… is gone")

    def _is_whole(self, item: ManifestObject) -> bool:
        """Tell whether an object lies here; what the disk cannot read does not."""
        try:
            return sha256_of_file(self._objects / _file_name(item)) == item.sha256
        except OSError:
            return False

    def _store(self, sealed: Path, target: Path) -> None:
        """Copy a sealed file to the name that begins with its hash."""
        with explaining_disk_errors(f"reading {sealed.name}"):
            if sha256_of_file(sealed) != target.name.partition(".")[0]:
                raise TamperedSnapshotError(f"{sealed.name} is not the file that was packed")
            with sealed.open("rb") as source:
                write_stream_atomically(
                    target, lambda sink: shutil.copyfileobj(source, sink), _PUBLIC
                )

    def _beside(self, draft: Draft) -> dict[str, TargetFile]:
        """Write what travels beside the snapshot and is in no manifest; return how it is listed."""
        listed = {}
        for name, content in draft.beside.items():
            target = TargetFile.from_data(name, content, ["sha256"])
            write_atomically(self._objects / _target_name(target), content, mode=_PUBLIC)
            listed[name] = target
        return listed

    def _sign(self, manifest: Manifest, beside: dict[str, TargetFile]) -> None:
        """Write the signed metadata; the timestamp last, because it makes the version live."""
        self._write_roots()
        version, now = manifest.version, manifest.signed_at
        targets = self._signed(_targets(manifest, beside, now + TARGETS_LIFE))
        self._write(f"{version}.targets.json", targets)
        listed = {"targets.json": MetaFile.from_data(version, targets, ["sha256"])}
        snapshot = self._signed(Snapshot(version, expires=now + TARGETS_LIFE, meta=listed))
        self._write(f"{version}.snapshot.json", snapshot)
        seen = MetaFile.from_data(version, snapshot, ["sha256"])
        timestamp = Timestamp(version, expires=now + TIMESTAMP_LIFE, snapshot_meta=seen)
        self._write("timestamp.json", self._signed(timestamp))

    def _write_roots(self) -> None:
        for number, root in enumerate(self._trust.roots, start=1):
            self._write(f"{number}.root.json", root)
        self._write("root.json", self._trust.root)

    def _signed(self, role: Targets | Snapshot | Timestamp) -> bytes:
        metadata: Metadata[Any] = Metadata(role)
        metadata.sign(self._trust.online)
        return metadata.to_bytes()

    def _write(self, name: str, content: bytes) -> None:
        write_atomically(self._metadata / name, content, mode=_PUBLIC)

    def _prune(self, version: int) -> None:
        """Delete what is older than N−1; a box may still be fetching that one."""
        kept = {version, version - 1}
        with explaining_disk_errors("removing old versions"):
            for role in ("targets", "snapshot"):
                for number in set(self._numbers(role)) - kept:
                    (self._metadata / f"{number}.{role}.json").unlink()
            try:
                named = {name for number in kept for name in self._object_names(number)}
            except SnapshotError as error:
                _log.warning("%s: nothing deleted: %s", self._box_id, error)
                return
            for path in self._objects.iterdir():
                if path.name not in named:
                    path.unlink()

    def _object_names(self, version: int) -> set[str]:
        try:
            manifest = self._manifest(version)
        except (OSError, SnapshotError):
            return set()  # there is no version 0, and nobody can fetch by a damaged one
        return self._listed_names(version) | self._attachment_names(manifest)

    def _listed_names(self, version: int) -> set[str]:
        """Return the names of all that a version lists, in its manifest or beside it."""
        content = (self._metadata / f"{version}.targets.json").read_bytes()
        targets = Metadata[Targets].from_bytes(content).signed.targets
        return {_target_name(target) for target in targets.values()}

    def _attachment_names(self, manifest: Manifest) -> set[str]:
        """Return the names of a version's attachments.

        Raises:
            TamperedSnapshotError: the list of them is damaged, so that nobody can tell.

        """
        if manifest.index is None:
            return set()
        path = self._objects / _file_name(manifest.index)
        content = path.read_bytes() if path.is_file() else b""
        if sha256_hex(content) != manifest.index.sha256:
            raise TamperedSnapshotError(f"{path.name} is damaged")
        return {self._place(item).name for item in decode_index(content)}


def _file_name(item: ManifestObject) -> str:
    return f"{item.sha256}.{item.name}"


def _object(kind: str, name: str, packed: Packed) -> ManifestObject:
    return ManifestObject(
        name=name,
        kind=kind,
        sha256=packed.sealed_sha256,
        size=packed.sealed_size,
        plain_sha256=packed.plain_sha256,
        plain_size=packed.plain_size,
    )


def _index_object(index: bytes) -> ManifestObject:
    digest, size = sha256_hex(index), len(index)
    return ManifestObject(ATTACHMENTS_NAME, ATTACHMENTS, digest, size, digest, size)


def _target_name(target: TargetFile) -> str:
    return f"{target.hashes['sha256']}.{target.path}"


def _targets(manifest: Manifest, beside: dict[str, TargetFile], expires: datetime) -> Targets:
    """Return the signed file list, with the manifest inside it."""
    files = beside | {
        item.name: TargetFile(item.size, {"sha256": item.sha256}, item.name)
        for item in manifest.objects
    }
    fields = {FIELD: to_json(manifest)}
    return Targets(manifest.version, expires=expires, targets=files, unrecognized_fields=fields)
