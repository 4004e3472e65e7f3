"""A real enrolled box in a temporary folder, its RAM folder on a real tmpfs."""

import contextlib
import functools
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, TargetFile, Targets

from appliance import crypto
from appliance.clock import Clock, HeldClock, SystemClock
from appliance.config import BoxConfig, load_config, to_toml
from appliance.errors import KeeperDownError
from appliance.policy import OPENS_FOR
from appliance.records.models import Citizen, Unit
from appliance.records.terms import CitizenId, UnitId, UnitKind
from appliance.records.writer import RecordWriter
from appliance.snapshot import packing
from appliance.snapshot.installed import Installed
from appliance.snapshot.manifest import (
    BASE,
    BASE_NAME,
    DELTA,
    DELTA_NAME,
    FORMAT,
    NEIGHBOURS_NAME,
    Manifest,
    ManifestObject,
    to_json,
)
from appliance.snapshot.trust import FIELD, Vouching
from appliance.vault.enrolment import Enrolment, enrol
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.keeper_server import KeeperServer, TrustedPeers
from appliance.vault.keeper_service import KeeperService
from appliance.vault.opened import Opened
from appliance.vault.protocol import IssuedKey
from appliance.vault.ram_folder import mount_of, read_memory_facts
from appliance.vault.usb_key import format_usb_key, usb_key_name

SHM = Path("/dev/shm")
# Invented keys of the municipality: every test box trusts this root.
_SIGNER = CryptoSigner.generate_ed25519()
_NEXT_SIGNER = CryptoSigner.generate_ed25519()
_FAR = datetime(2036, 1, 1, tzinfo=UTC)
CITIZEN = "Ingeborg"


@dataclass(frozen=True, slots=True)
class Box:
    """An enrolled box and the keys only a test may know."""

    config: BoxConfig
    config_file: Path
    enrolment: Enrolment
    recovery_identity: str
    audit_identity: str

    @property
    def state_dir(self) -> Path:
        return self.config.box.state_dir

    @property
    def code(self) -> str:
        return self.enrolment.card_code

    def install(self, version: int, records: Path, neighbours: bytes = b"") -> None:
        """Pack, sign and install a database as a snapshot for this box."""
        sealed = self.state_dir / "incoming"
        packed = packing.pack(records, sealed, self.enrolment.recipient)
        self._install(version, sealed, packed, neighbours)

    def install_delta(self, version: int, base: Path, records: Path) -> None:
        """Install a database as a delta to the one that was installed last."""
        current = Installed(self.state_dir).current()
        assert current is not None
        sealed = self.state_dir / "incoming"
        packed = packing.pack(records, sealed, self.enrolment.recipient, against=base)
        delta = _object(DELTA, DELTA_NAME, packed)
        manifest = replace(
            current.manifest, version=version, objects=(current.manifest.base, delta),
            plain_sha256=packed.plain_sha256, plain_size=packed.plain_size,
        )  # fmt: skip
        vouching = Vouching((ROOT,), _sign_targets(manifest))
        Installed(self.state_dir).install(manifest, {packed.sealed_sha256: sealed}, vouching)

    def install_unreadable(self, version: int) -> None:
        """Install a snapshot that is signed and whole, but holds no database."""
        plain, sealed = self.state_dir / "plain", self.state_dir / "incoming"
        plain.write_bytes(b"not a database at all")
        packed = packing.pack(plain, sealed, self.enrolment.recipient)
        plain.unlink()
        self._install(version, sealed, packed)

    def install_after_rotation(self, version: int, records: Path) -> None:
        """Install what a new online key signed, under a root that revokes the one before."""
        sealed = self.state_dir / "incoming"
        packed = packing.pack(records, sealed, self.enrolment.recipient)
        manifest = _manifest(version, packed)
        vouching = Vouching((ROOT, ROOT_2), _sign_targets(manifest, _NEXT_SIGNER))
        Installed(self.state_dir).install(manifest, {packed.sealed_sha256: sealed}, vouching)

    def damage(self, version: int) -> None:
        """Flip a bit in the sealed object of a snapshot, as a worn SD card does."""
        record = Installed(self.state_dir)
        for found in (record.current(), record.previous()):
            if found is not None and found.manifest.version == version:
                content = bytearray(found.paths[BASE_NAME].read_bytes())
                content[-1] ^= 1
                found.paths[BASE_NAME].chmod(0o600)
                found.paths[BASE_NAME].write_bytes(content)
                return
        raise AssertionError(f"snapshot {version} is not installed")

    def _install(
        self, version: int, sealed: Path, packed: packing.Packed, neighbours: bytes = b""
    ) -> None:
        manifest = _manifest(version, packed)
        beside = {NEIGHBOURS_NAME: neighbours} if neighbours else {}
        for name, content in beside.items():
            (self.state_dir / name).write_bytes(content)
        vouching = Vouching((ROOT,), _sign_targets(manifest, beside=beside))
        Installed(self.state_dir).install(manifest, {packed.sealed_sha256: sealed}, vouching)

    def put_usb_key(self, issued: IssuedKey) -> None:
        """Put a stick with an issued key into the box."""
        stick = self.config.hub.usb_dir
        assert stick is not None
        content = format_usb_key(self.config.box.id, "Solgården", issued.name, issued.secret)
        (stick / usb_key_name(self.config.box.id)).write_bytes(content)

    def ram_files(self) -> list[str]:
        return sorted(path.name for path in self.config.records_dir.rglob("*"))


@contextlib.contextmanager
def ram_folder() -> Iterator[Path]:
    mount = mount_of(SHM, read_memory_facts().mounts)
    if mount is None or mount.kind != "tmpfs":
        pytest.skip("needs a tmpfs on /dev/shm, as every desktop Linux has")
    folder = Path(tempfile.mkdtemp(prefix="nodboks-test-", dir=SHM))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def make_box(folder: Path, ram_dir: Path, box_id: str = "box-17") -> Box:
    """Make a box; enrolled once, then copied, since every enrolment costs an Argon2 run."""
    settings = {
        "box": {"id": box_id, "name": "Solgården", "state_dir": str(folder / "box"),
                "ram_dir": str(ram_dir / "run")},
        "hub": {"url": "http://127.0.0.1:9/"},
        # The machine that runs the tests may have a disk swap; a box never has.
        "memory": {"allow_disk_swap": True},
    }  # fmt: skip
    path = folder / "box.toml"
    path.write_text(to_toml(settings), encoding="utf-8")
    files, enrolment, *identities = _enrolled(box_id)
    for name, content in files.items():
        (folder / "box" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "box" / name).write_bytes(content)
    return Box(load_config(path), path, enrolment, *identities)


@functools.cache
def _enrolled(_box_id: str) -> tuple[dict[Path, bytes], Enrolment, str, str]:
    recovery, audit = crypto.new_identity(), crypto.new_identity()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        enrolment = enrol(folder, ROOT, *map(crypto.recipient_of, (recovery, audit)))
        files = [path for path in folder.rglob("*") if path.is_file()]
        content = {path.relative_to(folder): path.read_bytes() for path in files}
        return content, enrolment, recovery, audit


def _sign_root(version: int, online: CryptoSigner) -> bytes:
    root = Root(version, expires=_FAR)
    root.add_key(_SIGNER.public_key, "root")
    for role in ("timestamp", "snapshot", "targets"):
        root.add_key(online.public_key, role)
    metadata = Metadata(root)
    metadata.sign(_SIGNER)
    return metadata.to_bytes()


ROOT = _sign_root(1, _SIGNER)
ROOT_2 = _sign_root(2, _NEXT_SIGNER)


def _manifest(version: int, packed: packing.Packed) -> Manifest:
    return Manifest(
        format=FORMAT,
        box_id="box-17",
        version=version,
        signed_at=datetime(2026, 11, 22, 22, 0, tzinfo=UTC) + timedelta(minutes=version),
        schema_version=1,
        plain_sha256=packed.plain_sha256,
        plain_size=packed.plain_size,
        counts={"citizens": 3},
        objects=(_object(BASE, BASE_NAME, packed),),
    )


def _object(kind: str, name: str, packed: packing.Packed) -> ManifestObject:
    return ManifestObject(
        name=name,
        kind=kind,
        sha256=packed.sealed_sha256,
        size=packed.sealed_size,
        plain_sha256=packed.plain_sha256,
        plain_size=packed.plain_size,
    )


def _sign_targets(
    manifest: Manifest,
    signer: CryptoSigner = _SIGNER,
    beside: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    targets = Targets(version=manifest.version, expires=_FAR)
    for item in manifest.objects:
        targets.targets[item.name] = TargetFile(item.size, {"sha256": item.sha256}, item.name)
    for name, content in beside.items():
        targets.targets[name] = TargetFile.from_data(name, content, ["sha256"])
    targets.unrecognized_fields[FIELD] = to_json(manifest)
    metadata = Metadata(targets)
    metadata.sign(signer)
    return metadata.to_bytes()


def make_records(path: Path, citizens: int = 3) -> Path:
    with RecordWriter(path) as writer:
        writer.add(Unit(UnitId("u-1"), "Stuen", UnitKind.RESIDENTIAL_UNIT))
        for number in range(citizens):
            writer.add(Citizen(
                id=CitizenId(f"c-{number}"), cpr="0101300000", given_name=CITIZEN,
                family_name=f"Prøve {number}", unit_id=UnitId("u-1"),
            ))  # fmt: skip
    return path


KEEPER_PROGRAM = """\
import logging, sys
from pathlib import Path
from appliance.box_clock.clock import BoxClock
from appliance.config import load_config
from appliance.keeper import run_keeper
from appliance.vault import keeper_log
keeper_log._WAIT_S = keeper_log._DURABLE_WAIT_S = 60  # the disk of a test may be slow
logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
config = load_config(Path(sys.argv[1]))
sys.exit(run_keeper(config, BoxClock(config.box.ram_dir)))
"""


@contextlib.contextmanager
def keeper_process(box: Box, first: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run a real keeper process, ready to answer; whatever the test did to it, it is gone after.

    `first` is Python that it runs before anything else.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", first + KEEPER_PROGRAM, str(box.config_file)],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_ready(box, process)
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


OWN = TrustedPeers.around_this_process()


@contextlib.contextmanager
def serving(
    service: KeeperService,
    path: Path,
    trusted: TrustedPeers = OWN,
    clock: Clock | None = None,
) -> Iterator[KeeperServer]:
    """Serve a keeper on a socket in a thread of this process."""
    server = KeeperServer(service, path, trusted, clock or SystemClock())
    with contextlib.closing(server), server.listening() as listener:
        thread = threading.Thread(target=server.serve, args=(listener,))
        thread.start()
        try:
            yield server
        finally:
            server.stop()
            server.stop()
            thread.join()


def wait_until_ready(box: Box, process: "subprocess.Popen[str]", timeout_s: float = 120) -> None:
    deadline = time.monotonic() + timeout_s
    client = KeeperClient(box.config.keeper_socket)
    while time.monotonic() < deadline:
        try:
            client.status()
        except KeeperDownError:
            if process.poll() is not None:
                break
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"the keeper did not come up: {process.poll()}")


def names_in(opened):
    with contextlib.closing(
        sqlite3.connect(f"file:{opened.records}?mode=ro&immutable=1", uri=True)
    ) as connection:
        return {row[0] for row in connection.execute("SELECT given_name FROM citizens")}


def unlocked(keeper, box):
    keeper.unlock(box.code)
    keeper.wait_for_search()
    return Opened.read(box.config.records_dir)


def locked_by_time(keeper: KeeperService, clock: HeldClock) -> None:
    """Let the twelve hours pass; the hub may then open the box, as after a start."""
    clock.move(OPENS_FOR)
    keeper.lock_when_over()
    assert keeper.status().locked
