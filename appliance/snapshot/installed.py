"""Keep what this box has installed: the current snapshot, the one before it and the floor.

Everything is verified again each time it is asked for (hashes and signatures, never dates), so
that a worn SD card is noticed and the copy before it is used instead. A lost photo or document
never keeps the records from being opened: it is reported and fetched again. Order on disk: objects,
each durable → the two pointer copies → deletion of older objects in a later step. Holds no key
and sees only ciphertext. Called by the sync (`install`) and the keeper (`current`).
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.errors import (
    OlderSnapshotError,
    SnapshotError,
    StorageError,
    TamperedSnapshotError,
    UnreadableSnapshotError,
)
from appliance.files import explaining_disk_errors
from appliance.snapshot import trust
from appliance.snapshot.attachment_index import SealedAttachment
from appliance.snapshot.disk import Disk
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import ATTACHMENTS, Manifest, ManifestObject
from appliance.snapshot.objects import ObjectFolder
from appliance.snapshot.record import Entry, Record, decode, encode, newest
from appliance.snapshot.roots import is_anchor, trusts
from appliance.snapshot.trust import Floor, Vouching, binding, floor_of, lineages

COPIES = ("installed.a.json", "installed.b.json")

_log = logging.getLogger("nodboks.snapshot")


@dataclass(frozen=True, slots=True)
class InstalledSnapshot:
    """A verified snapshot on this disk; `problem` says why it is not the newest one, if so.

    `missing` are the hashes of attachments that are not on the disk: the records open without.
    """

    manifest: Manifest
    paths: Mapping[str, Path]
    vouching: Vouching
    problem: str = ""
    missing: tuple[str, ...] = ()


class Installed:
    """The installed snapshots under a box's state folder."""

    def __init__(self, state_dir: Path, disk: Disk | None = None) -> None:
        self._state_dir = state_dir
        self._objects = ObjectFolder(state_dir / "objects")
        self._anchor = state_dir / "trust" / "root.json"
        self._disk = disk or Disk()

    def current(self) -> InstalledSnapshot | None:
        """Return the newest snapshot that verifies; None if nothing was ever installed.

        Raises:
            UnreadableSnapshotError: something was installed, but nothing of it verifies any more.

        """
        record, problems = self._record()
        for entry in _entries(record):
            try:
                return self._verified(entry, "; ".join(problems))
            except (SnapshotError, StorageError) as error:
                problems.append(f"version {entry.version}: {error.code} {error.detail}")
                _log.warning("installed snapshot %s", problems[-1])
        found = self._found("; ".join(problems) or "the record is missing")
        if found is None and problems:
            raise UnreadableSnapshotError("; ".join(problems))
        return found

    def previous(self) -> InstalledSnapshot | None:
        """Return the snapshot before the installed one, or None if it is not there or damaged."""
        record, _ = self._record()
        if record is None or record.previous is None:
            return None
        try:
            return self._verified(record.previous)
        except (SnapshotError, StorageError) as error:
            _log.warning("previous snapshot: %s %s", error.code, error.detail)
            return None

    def vouched_targets(self) -> tuple[bytes, ...]:
        """Return the signed targets of the current snapshot, then of the one before it.

        For what travels beside them: only signatures are looked at, and no object is read. The one
        before counts only while the keys that signed it are trusted.

        Raises:
            UnreadableSnapshotError: something was installed, but nothing of it verifies any more.

        """
        record, _ = self._record()
        found = [vouching for entry in _entries(record) if (vouching := self._vouching(entry))]
        if not found:
            current = self.current()
            return (current.vouching.targets,) if current else ()
        newest, *before = found
        return (newest.targets, *(each.targets for each in before if _is_trusted(each, newest)))

    def floor(self) -> Floor | None:
        """Return the newest version ever accepted, as far as this disk still knows."""
        record, _ = self._record()
        if record is not None:
            return record.floor if record.floor.keys else self._signed_floor(record)
        found = self._found()
        return floor_of(found.manifest, found.vouching) if found else None

    def install(self, manifest: Manifest, files: Mapping[str, Path], vouching: Vouching) -> None:
        """Make a snapshot the current one; a raise or a power cut leaves the old one current.

        `files` maps SHA-256 to a verified file on the same disk, which is moved; an object that
        is already installed may be left out. The trust decision has been made by the caller.

        Raises:
            OlderSnapshotError: it is below the floor that binds under its root.
            TamperedSnapshotError: an object is neither given nor installed.
            DiskFullError, StorageError: the disk refused.

        """
        floor = binding(self.floor(), vouching.roots[-1])
        if floor and manifest.version < floor.version:
            raise OlderSnapshotError(f"version {manifest.version}, accepted was {floor.version}")
        before = self._entry_before(vouching)
        self._write_metadata(vouching)
        for item in manifest.objects:
            if item.sha256 in files:
                self._disk.adopt(files[item.sha256], self._objects.path(item.sha256))
            self._objects.check(item)
        # Never a current snapshot that names what a power cut could take: they come first.
        if missing := self._objects.missing_attachments(manifest):
            raise TamperedSnapshotError(f"{len(missing)} attachments were not fetched")
        entry = _entry_of(manifest, vouching)
        self._write_record(Record(floor_of(manifest, vouching), entry, before))

    def holds(self, item: ManifestObject) -> bool:
        """Tell whether an object is here already, whole and unchanged."""
        return self._objects.holds(item.sha256, item.size)

    def attachments(self, manifest: Manifest) -> tuple[SealedAttachment, ...]:
        """Return the attachments a snapshot names; the list of them must be here.

        Raises:
            SnapshotError: the list is missing, damaged or not understood.
            StorageError: the disk cannot read it.

        """
        return self._objects.attachments(manifest)

    def lacking(self, attachments: Iterable[SealedAttachment]) -> tuple[SealedAttachment, ...]:
        """Return those of the attachments that are not here, or no longer whole."""
        return tuple(one for one in attachments if not self._objects.holds(one.sha256, one.size))

    def keep(self, sha256: str, file: Path) -> None:
        """Keep a verified file for a snapshot that is not installed yet; it is moved.

        After a cut the next sync finds it here; what no snapshot comes to name is collected.

        Raises:
            DiskFullError, StorageError: the disk refused.

        """
        self._disk.adopt(file, self._objects.path(sha256))

    def path(self, sha256: str) -> Path:
        """Return where an object lies, or would lie."""
        return self._objects.path(sha256)

    def repair(self) -> None:
        """Write the record's copies anew if one is damaged, missing or behind.

        Raises:
            DiskFullError, StorageError: the disk refused.

        """
        copies = [self._read_copy(name) for name in COPIES]
        record = newest(copy for copy in copies if copy)
        if record is None:
            found = self._found()
            if found is None:
                return
            self._write_metadata(found.vouching)  # a root may be what was lost
            floor = floor_of(found.manifest, found.vouching)
            record = Record(floor, _entry_of(found.manifest, found.vouching), None)
        if any(copy != record for copy in copies):
            self._write_record(record)

    def collect_garbage(self) -> int:
        """Delete what neither copy of the record names; return how many files.

        Deletes nothing while a copy is damaged: it might be the one that is right. Nor while a
        list of attachments is: nobody can tell which photos it names.

        Raises:
            StorageError: the disk refused.

        """
        copies = [self._read_copy(name) for name in COPIES]
        if None in copies:
            return 0
        entries = {entry for copy in copies for entry in _entries(copy)}
        try:
            attachments = {name for entry in entries for name in self._attachments_of(entry)}
        except SnapshotError as error:
            _log.warning("no garbage collected: %s %s", error.code, error.detail)
            return 0
        named = attachments.union(*(copy.files for copy in copies if copy))
        unnamed = [name for name in self._objects.names() if name not in named]
        for name in unnamed:
            self._disk.remove(self._objects.path(name))
        return len(unnamed)

    def _attachments_of(self, entry: Entry) -> Iterator[str]:
        manifest = trust.read_manifest(self._objects.metadata(entry.targets))
        return (item.sha256 for item in self.attachments(manifest))

    def _record(self) -> tuple[Record | None, list[str]]:
        """Return the record to believe and what is wrong if there is none."""
        copies = [self._read_copy(name) for name in COPIES]
        record = newest(copy for copy in copies if copy)
        is_there = any((self._state_dir / name).exists() for name in COPIES)
        return record, [f"{' and '.join(COPIES)} are damaged"] if is_there and not record else []

    def _read_copy(self, name: str) -> Record | None:
        try:
            return decode((self._state_dir / name).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            _log.warning("%s: %s", name, error)
            return None

    def _write_metadata(self, vouching: Vouching) -> None:
        for content in (*vouching.roots, vouching.targets):
            self._disk.write(self._objects.path(sha256_hex(content)), content)

    def _write_record(self, record: Record) -> None:
        for name in COPIES:
            self._disk.write(self._state_dir / name, encode(record))

    def _signed_floor(self, record: Record) -> Floor:
        """Return the floor of a record of older software, with who signed it if that is known."""
        entry = record.current
        try:
            roots = tuple(self._objects.metadata(name) for name in entry.roots)
            vouching = Vouching(roots, self._objects.metadata(entry.targets))
            signed = floor_of(trust.read_manifest(vouching.targets), vouching)
        except (SnapshotError, StorageError) as error:
            _log.warning("who signed the floor: %s %s", error.code, error.detail)
            return record.floor
        return replace(record.floor, root=signed.root, keys=signed.keys)

    def _entry_before(self, vouching: Vouching) -> Entry | None:
        """Choose what to keep as N−1: the newest other snapshot that verifies."""
        try:
            current = self.current()
        except UnreadableSnapshotError:
            return None
        # Not by the number: who stole a key may have used the one that comes next.
        if current is not None and current.vouching.targets != vouching.targets:
            return _entry_of(current.manifest, current.vouching)
        record, _ = self._record()
        return record.previous if record else None

    def _vouching(self, entry: Entry) -> Vouching | None:
        """Return what vouches for an entry, if its signatures hold."""
        try:
            vouching = self._read_vouching(entry)
            trust.verify(vouching, self._read_anchor() or vouching.roots[0])
        except (SnapshotError, StorageError) as error:
            _log.warning("version %d: %s %s", entry.version, error.code, error.detail)
            return None
        return vouching

    def _read_vouching(self, entry: Entry) -> Vouching:
        roots = tuple(self._objects.metadata(name) for name in entry.roots)
        return Vouching(roots, self._objects.metadata(entry.targets))

    def _verified(self, entry: Entry, problem: str = "") -> InstalledSnapshot:
        vouching = self._read_vouching(entry)
        # Whoever could write the record could have replaced the anchor as well, and the nurse
        # needs the data: if the card has lost the anchor, the recorded root stands in for it.
        return self._checked(vouching, self._read_anchor() or vouching.roots[0], problem)

    def _checked(self, vouching: Vouching, anchor: bytes, problem: str) -> InstalledSnapshot:
        manifest = trust.verify(vouching, anchor)
        for item in manifest.objects:
            if item.kind != ATTACHMENTS:
                self._objects.check(item)
        missing = self._objects.missing_attachments(manifest)
        if missing:
            _log.warning("%d attachments of version %d are lost", len(missing), manifest.version)
        paths = self._objects.paths(manifest)
        return InstalledSnapshot(manifest, paths, vouching, problem, missing)

    def _read_anchor(self) -> bytes | None:
        """Return the root this box was enrolled with, or None if the card has lost it."""
        with explaining_disk_errors("reading trust/root.json"):
            content = self._anchor.read_bytes() if self._anchor.is_file() else b""
        if is_anchor(content):
            return content
        _log.warning("trust/root.json is missing or damaged")
        return None

    def _found(self, problem: str = "") -> InstalledSnapshot | None:
        """Look through the objects for the newest snapshot whose signatures and files hold."""
        roots, targets = self._objects.loose_metadata()
        anchor = self._read_anchor() if targets else None
        if anchor is None:
            return None
        for vouching in _by_root(roots or (anchor,), targets):
            try:
                return self._checked(vouching, anchor, problem)
            except (SnapshotError, StorageError) as error:
                _log.info("not this one: %s %s", error.code, error.detail)
        return None


def _is_trusted(before: Vouching, newest: Vouching) -> bool:
    """Tell whether the keys behind an older snapshot are still the municipality's."""
    floor = floor_of(trust.read_manifest(before.targets), before)
    return trusts(newest.roots[-1], floor.keys)


def _entries(record: Record | None) -> tuple[Entry, ...]:
    if record is None:
        return ()
    return (record.current, record.previous) if record.previous else (record.current,)


def _entry_of(manifest: Manifest, vouching: Vouching) -> Entry:
    return Entry(
        version=manifest.version,
        roots=tuple(sha256_hex(content) for content in vouching.roots),
        targets=vouching.targets_sha256,
        objects=tuple(item.sha256 for item in manifest.objects),
    )


def _by_root(roots: tuple[bytes, ...], targets: tuple[bytes, ...]) -> Iterator[Vouching]:
    """Give what might vouch, the newest root's first, whatever number a thief gave his own."""
    by_targets = (lineages(Vouching(roots, content)) for content in targets)
    for of_one_root in zip(*by_targets, strict=True):
        yield from of_one_root
