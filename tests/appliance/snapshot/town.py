"""A small municipality with real keys, a real repository and real sealed databases."""

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance import crypto
from appliance.clock import Clock, HeldClock, SystemClock
from appliance.config import BoxConfig, BoxSection, HubSection
from appliance.snapshot.attachment_index import SealedAttachment
from appliance.snapshot.hashing import sha256_hex, sha256_of_file
from appliance.snapshot.installed import InstalledSnapshot
from appliance.snapshot.manifest import CERTIFICATE_NAME, NEIGHBOURS_NAME, Manifest
from appliance.snapshot.packing import Packed, pack
from appliance.snapshot.unsealing import unseal
from provisioning.repository import BoxRepository, Draft
from provisioning.root_ceremony.install import Wanted, install, make_draft
from provisioning.signing import Trust, create_trust, load_signer, load_trust

BOX = "boks-17"
CITIZENS = 40
MEDICATION = 200


def days_ago(days: float) -> HeldClock:
    """The TUF client looks at the machine's own clock, so tests count from there."""
    return HeldClock(SystemClock().now() - timedelta(days=days))


@dataclass
class Night:
    """What one publishing night brings."""

    box_id: str = BOX
    citizens: int = CITIZENS
    medication: int = MEDICATION
    schema_version: int = 1
    size: int = 60_000
    attachments: tuple[bytes, ...] = ()
    certificate: bytes = b""
    neighbours: bytes = b""
    claimed_size: int | None = None  # of the database a delta yields, instead of the true one
    clock: Clock = field(default_factory=SystemClock)


def _beside(night: Night) -> dict[str, bytes]:
    beside = {CERTIFICATE_NAME: night.certificate, NEIGHBOURS_NAME: night.neighbours}
    return {name: content for name, content in beside.items() if content}


class Town:
    """The hub's side: `public` is what the web server shows."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        self.public = folder / "public"
        self.trust: Trust = create_trust(folder / "trust", clock or SystemClock())
        self.identities: dict[str, str] = {}
        self.attachment_identity = crypto.new_identity()
        self.sealed: dict[bytes, SealedAttachment] = {}
        self.bases: dict[str, Packed] = {}

    def identity(self, box_id: str = BOX) -> str:
        return self.identities.setdefault(box_id, crypto.new_identity())

    def box_folder(self, box_id: str = BOX) -> Path:
        return self.public / "boxes" / box_id

    def publish(self, night: Night | None = None) -> Manifest:
        night = night or Night()
        db = make_database(self.folder / "records.db", night.size)
        sealed = self.folder / "sealed.age"
        packed = pack(db, sealed, crypto.recipient_of(self.identity(night.box_id)))
        shutil.copyfile(db, self.base_of(night.box_id))
        self.bases[night.box_id] = packed
        return self.repository(night).publish(self.draft(night), sealed)

    def publish_delta(self, night: Night | None = None) -> Manifest:
        """Publish a small change of what was published last, as a delta to it."""
        night = night or Night()
        base = self.base_of(night.box_id)
        db = change_database(base, self.folder / "records.db")
        sealed = self.folder / "delta.age"
        packed = pack(db, sealed, crypto.recipient_of(self.identity(night.box_id)), against=base)
        if night.claimed_size:
            packed = replace(packed, plain_size=night.claimed_size)
        return self.publish_packed(packed, sealed, night)

    def publish_packed(self, delta: Packed, sealed: Path, night: Night | None = None) -> Manifest:
        """Publish a delta as it is, right or wrong, to the base that was published last."""
        night = night or Night()
        draft = replace(self.draft(night), delta=delta)
        return self.repository(night).publish(draft, None, sealed)

    def base_of(self, box_id: str) -> Path:
        """The database of the base, which the hub remembers."""
        return self.folder / f"{box_id}-base.db"

    def repository(self, night: Night) -> BoxRepository:
        return BoxRepository(self.box_folder(night.box_id), self.trust, night.clock)

    def draft(self, night: Night) -> Draft:
        counts = {"citizens": night.citizens, "medication": night.medication}
        attachments = dict(map(self.seal, night.attachments))
        base = self.bases[night.box_id]
        return Draft(night.schema_version, counts, base, attachments, beside=_beside(night))

    def seal(self, content: bytes) -> tuple[SealedAttachment, Path]:
        """Seal a photo once, as the hub does; the same one is the same object tomorrow."""
        folder = self.folder / "attachments"
        folder.mkdir(exist_ok=True)
        if content not in self.sealed:
            made = crypto.encrypt(content, crypto.recipient_of(self.attachment_identity))
            item = SealedAttachment(sha256_hex(made), len(made))
            (folder / item.sha256).write_bytes(made)
            self.sealed[content] = item
        return self.sealed[content], folder / self.sealed[content].sha256

    def rotate_root(self, signers: int = 2, *, new_online: bool = False) -> None:
        """Let the people with the offline keys sign the next root."""
        folder = self.folder / "trust"
        draft = make_draft(folder, Wanted(replaces_online=new_online), SystemClock())
        for path in sorted((folder / "offline").glob("root-*.pem"))[:signers]:
            draft.sign(load_signer(path))
        if signers > 1:
            install(folder, draft, SystemClock())
            self.trust = load_trust(folder)
        else:
            roots = (*self.trust.roots, draft.following.to_bytes())
            self.trust = replace(self.trust, roots=roots)

    def publish_unsealed(self, content: bytes) -> None:
        """Sign something that somebody forgot to seal."""
        path = self.folder / "forgotten"
        path.write_bytes(content)
        digest = sha256_of_file(path)
        packed = Packed(digest, len(content), digest, len(content))
        counts = {"citizens": CITIZENS, "medication": MEDICATION}
        repository = BoxRepository(self.box_folder(), self.trust, SystemClock())
        repository.publish(Draft(1, counts, packed), path)

    @contextlib.contextmanager
    def small_disk(self, point: Path, kib: int) -> Iterator[Path]:
        """Mount a tiny file system; needs root."""
        point.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(point)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("mounting a small tmpfs needs root")
        try:
            yield point
        finally:
            subprocess.run(["umount", str(point)], check=True)

    @contextlib.contextmanager
    def small_files(self, kib: int) -> Iterator[None]:
        """Let no file grow beyond a size: a full disk for those who are not root."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kib * 1024, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    def config(self, url: str, state_dir: Path, box_id: str = BOX) -> BoxConfig:
        """Enrol a box: its configuration, and the root it trusts."""
        anchor = state_dir / "trust" / "root.json"
        anchor.parent.mkdir(parents=True, exist_ok=True)
        anchor.write_bytes(self.trust.roots[0])
        box = BoxSection(id=box_id, name="Solgården", state_dir=state_dir)
        return BoxConfig(box=box, hub=HubSection(url=url, timeout_s=30))

    def opens(self, snapshot: InstalledSnapshot | None, target: Path) -> bool:
        """Whether the box's key really opens what is installed."""
        assert snapshot is not None
        manifest = snapshot.manifest
        identity = self.identity(manifest.box_id)
        unseal(manifest, snapshot.paths, identity, target)
        with sqlite3.connect(target) as db:
            rows = db.execute("SELECT count(*) FROM notes").fetchone()
        db.close()
        return rows == (1,)


def make_database(path: Path, size: int = 60_000) -> Path:
    """Write a real database that does not compress: each is different."""
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    with db:
        db.execute("CREATE TABLE notes (body BLOB)")
        db.execute("INSERT INTO notes VALUES (?)", (os.urandom(size),))
    db.close()
    return path


def change_database(base: Path, target: Path) -> Path:
    """Write another database that differs in a few bytes."""
    shutil.copyfile(base, target)
    db = sqlite3.connect(target)
    with db:
        db.execute("UPDATE notes SET body = ? || substr(body, 101)", (os.urandom(100),))
    db.close()
    return target


@dataclass
class Thief:
    """Somebody with a copy of the hub's online key, and a folder to show boxes in its place."""

    town: Town
    trust: Trust

    @property
    def public(self) -> Path:
        return self.town.folder / "thief"

    @property
    def box_folder(self) -> Path:
        return self.public / "boxes" / BOX

    def publish(self, version: int, citizens: int = CITIZENS) -> Manifest:
        """Sign false data as any version."""
        sealed = self.town.folder / "false.age"
        db = make_database(self.town.folder / "false.db")
        packed = pack(db, sealed, crypto.recipient_of(self.town.identity()))
        repository = BoxRepository(
            self.box_folder, self.trust, SystemClock(), first_version=version
        )
        counts = {"citizens": citizens, "medication": MEDICATION}
        return repository.publish(Draft(1, counts, packed), sealed)
