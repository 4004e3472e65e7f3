"""Make and load the municipality's keys: who may say that a snapshot is genuine.

The root keys lie in `offline/`, to be moved to USB sticks in two safes; the nightly run needs
`online/` only. Refuses to overwrite a trust folder, because every box out there believes the old
one; keys are replaced by the ceremonies of `root_ceremony/`. Called by the hub's commands;
`repository.py` signs with what is loaded here.
"""

import secrets
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Targets

from appliance import crypto
from appliance.clock import Clock
from appliance.errors import ConfigError
from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from appliance.snapshot.roots import is_anchor
from appliance.snapshot.trust import role_of

ROOT_LIFE = timedelta(days=3 * 365)  # two people and two safes: not more often than this
_SALT_BYTES = 32
_ONLINE_ROLES = ("timestamp", "snapshot", "targets")
_PUBLIC = 0o644


@dataclass(frozen=True, slots=True)
class Trust:
    """What the hub needs every night; the root keys are not among it.

    `roots` is every root ever signed, oldest first: a box that was off for a year walks along
    them. `id_salt` makes the citizens' ids in the snapshot, the same ones each night.
    """

    roots: tuple[bytes, ...]
    online: CryptoSigner = field(repr=False)
    recovery_recipient: str
    audit_recipient: str
    id_salt: bytes = field(repr=False)

    @property
    def root(self) -> bytes:
        """The newest root, which a box is enrolled with."""
        return self.roots[-1]


def create_trust(folder: Path, clock: Clock, threshold: int = 2, keys: int = 3) -> Trust:
    """Make every key of a municipality in a new folder.

    The folder appears complete or not at all.

    Raises:
        ConfigError: the folder is in use, or the threshold cannot be met.
        StorageError: the disk refused.

    """
    if not 1 <= threshold <= keys:
        raise ConfigError(f"threshold {threshold} of {keys} root keys is impossible")
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder}: not empty; boxes may already trust the keys in it")
    with explaining_disk_errors(f"making {folder}"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".new-"))
        try:
            _fill(draft, clock, threshold, keys)
            draft.replace(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        sync_folder(folder.parent)
    return load_trust(folder)


def attachment_keys(folder: Path, box_id: str) -> Path:
    """Return where the hub keeps the identity of a box's photos and documents.

    Deleting the file is how IT changes the identity: everything is sealed anew the next night.
    """
    return folder / "online" / "attachments" / f"{box_id}.json"


def kept_key(folder: Path) -> Path:
    """Return where the hub keeps the key of its own memory (`kept/`).

    That is the units' last good nights, and the bases of the boxes' deltas.
    """
    return folder / "online" / "kept.key"


def online_key(folder: Path) -> Path:
    """Return where the key lies that signs each night."""
    return folder / "online" / "online.pem"


def pending_key(folder: Path, key_id: str) -> Path:
    """Return where a new online key waits until the root that names it is installed."""
    return folder / "online" / f"pending-{key_id[:16]}.pem"


def load_trust(folder: Path) -> Trust:
    """Read what the nightly run needs.

    Raises:
        ConfigError: a file is missing or damaged, or the online key is not the root's.

    """
    roots = load_roots(folder)
    online = _load_online(folder, roots[-1])
    salt = _read(folder / "online" / "id-salt")
    if len(salt) != _SALT_BYTES:
        raise ConfigError(f"{folder}: online/id-salt is not {_SALT_BYTES} bytes")
    return Trust(
        roots=roots,
        online=online,
        recovery_recipient=_load_recipient(folder / "recovery.pub"),
        audit_recipient=_load_recipient(folder / "audit.pub"),
        id_salt=salt,
    )


def _fill(folder: Path, clock: Clock, threshold: int, keys: int) -> None:
    signers = [CryptoSigner.generate_ed25519() for _ in range(keys)]
    online = CryptoSigner.generate_ed25519()
    root = _sign_root(signers, online, clock, threshold)
    for number, signer in enumerate(signers, start=1):
        write_atomically(folder / "offline" / f"root-{number}.pem", signer.private_bytes)
    write_atomically(online_key(folder), online.private_bytes)
    write_atomically(folder / "online" / "id-salt", secrets.token_bytes(_SALT_BYTES))
    for name in ("recovery", "audit"):
        identity = crypto.new_identity()
        write_atomically(folder / "offline" / f"{name}.key", f"{identity}\n".encode())
        public = f"{crypto.recipient_of(identity)}\n".encode()
        write_atomically(folder / f"{name}.pub", public, mode=_PUBLIC)
    write_atomically(folder / "roots" / "1.root.json", root, mode=_PUBLIC)
    write_atomically(folder / "root.json", root, mode=_PUBLIC)


def _sign_root(
    signers: list[CryptoSigner], online: CryptoSigner, clock: Clock, threshold: int
) -> bytes:
    expires = clock.now().replace(microsecond=0) + ROOT_LIFE
    root = Root(version=1, expires=expires, consistent_snapshot=True)
    for signer in signers:
        root.add_key(signer.public_key, Root.type)
    root.roles[Root.type].threshold = threshold
    for role in _ONLINE_ROLES:
        root.add_key(online.public_key, role)
    metadata = Metadata(root)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes()


def load_roots(folder: Path) -> tuple[bytes, ...]:
    """Return the roots 1, 2, … n without a gap; a box must be able to walk along them.

    Raises:
        ConfigError: one is missing or damaged.

    """
    newest = _read(folder / "root.json")
    if not is_anchor(newest):
        raise ConfigError(f"{folder / 'root.json'}: not a root signed by its own keys")
    _, last = role_of(newest)
    roots = tuple(_read(folder / "roots" / f"{number}.root.json") for number in range(1, last + 1))
    if roots[-1] != newest:
        raise ConfigError(f"{folder}: root.json and roots/{last}.root.json differ")
    return roots


def _load_online(folder: Path, root: bytes) -> CryptoSigner:
    """Return the key the root names; after a cut in `root install` that is the pending one still.

    Without that the hub could not publish until somebody noticed the cut.
    """
    trusted = Metadata[Root].from_bytes(root).signed.roles[Targets.type].keyids
    pending = (pending_key(folder, key_id) for key_id in trusted)
    for path in (online_key(folder), *filter(Path.is_file, pending)):
        online = load_signer(path)
        if online.public_key.keyid in trusted:
            return online
    raise ConfigError(f"{folder}: the online key is not the one root.json names")


def load_signer(path: Path) -> CryptoSigner:
    """Read a private key.

    Raises:
        ConfigError: it is missing, or no unencrypted Ed25519 key.

    """
    content = _read(path)
    try:
        return CryptoSigner(load_pem_private_key(content, None))
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{path}: not an unencrypted Ed25519 PEM key") from error


def _load_recipient(path: Path) -> str:
    recipient = _read(path).decode("utf-8", "replace").strip()
    try:
        crypto.encrypt(b"", recipient)
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error
    return recipient


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; make it with create_trust") from error
