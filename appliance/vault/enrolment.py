"""Make a box a box of its municipality: its own key, its slots, the root it trusts, its log.

Done once, on the box. The device key is drawn here and leaves only as a public recipient; the
card code is returned once and stored nowhere. The key that signs the sealed log must work while
the box is locked, so it is sealed to the device secret only. Refuses a box that is already
enrolled, since its snapshots would become unreadable. Called by the command line and the demo.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from appliance import crypto, signatures
from appliance.certificates.request import request_of
from appliance.config import BoxConfig
from appliance.errors import ConfigError
from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from appliance.vault.card_code import new_card_code
from appliance.vault.device_secret import DeviceSecret, device_secret_of, secret_files
from appliance.vault.enrolment_file import EnrolmentFile
from appliance.vault.key_slots import KeySlots

_MARKER = "enrolling"
RECIPIENT = "recipient"
_AUDIT_RECIPIENT = "audit.pub"
_LOG_KEY = "log-signing.pub"
_LOG_SIGNING = "log-signing.age"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What comes out: what the hub must know, and the code for the printed card."""

    recipient: str
    log_key: str
    card_code: str = field(repr=False)
    hub_slot: bytes = field(repr=False)
    card_name: str = ""


@dataclass(frozen=True, slots=True)
class LogKeys:
    """What the keeper needs to write the sealed log; it opens no entry of it."""

    audit_recipient: str
    public_key: bytes
    signing_key: bytes = field(repr=False)


def enrol(
    state_dir: Path,
    trusted_root: bytes,
    recovery_recipient: str,
    audit_recipient: str,
    secret: DeviceSecret | None = None,
) -> Enrolment:
    """Enrol the box; after a cut in the middle, simply call it again.

    Raises:
        SlotMissingError, ConfigError, StorageError: as `enrolling`.

    """
    with enrolling(state_dir, trusted_root, recovery_recipient, audit_recipient, secret) as made:
        return made


@contextlib.contextmanager
def enrolling(
    state_dir: Path,
    trusted_root: bytes,
    recovery_recipient: str,
    audit_recipient: str,
    secret: DeviceSecret | None = None,
) -> Iterator[Enrolment]:
    """Enrol the box when the block ends well: what goes to the hub is written inside it.

    The marker is the first file written and the last one removed. While it stands nobody has been
    given a card code, so everything beside it may be thrown away and made anew. Without a `secret`
    chosen, the box keeps its own in a file.

    Raises:
        SlotMissingError: the chip that is to keep the device secret does not.
        ConfigError: the box is already enrolled, or what it was given is no root or recipient.
        StorageError: the disk refused; nothing usable was made.

    """
    _check_root(trusted_root)
    _check_recipient(recovery_recipient, "recovery")
    _check_recipient(audit_recipient, "audit")
    _refuse_enrolled(state_dir)
    write_atomically(state_dir / _MARKER, b"")
    _remove_parts(state_dir)
    secret = secret or device_secret_of(state_dir)
    secret.make()
    log_key = _make_log_keys(state_dir, audit_recipient, secret)
    slots = KeySlots(state_dir, secret)
    enrolment = _make_parts(state_dir, trusted_root, recovery_recipient, log_key, slots)
    yield enrolment
    with explaining_disk_errors("enrolling"):
        # The names of the new folders first, then the marker: never the other way round.
        sync_folder(state_dir)
        (state_dir / _MARKER).unlink()
        sync_folder(state_dir)


def is_enrolled(state_dir: Path) -> bool:
    """Tell whether the box went through a whole enrolment."""
    has_secret = any(path.exists() for path in secret_files(state_dir))
    is_complete = has_secret and all(path.exists() for path in _parts(state_dir))
    return is_complete and not (state_dir / _MARKER).exists()


def recipient_of_box(state_dir: Path) -> str:
    """Return the public recipient the hub encrypts this box's snapshots to.

    Raises:
        ConfigError: the box is not enrolled.

    """
    if not is_enrolled(state_dir):
        raise ConfigError(f"{state_dir}: this box is not enrolled; run nodboks enrol")
    return (state_dir / RECIPIENT).read_text(encoding="ascii").strip()


def log_key_of_box(state_dir: Path) -> str:
    """Return the public half of the key that signs this box's sealed log, in hex.

    Raises:
        ConfigError: the box is not enrolled.

    """
    if not is_enrolled(state_dir):
        raise ConfigError(f"{state_dir}: this box is not enrolled; run nodboks enrol")
    return (state_dir / _LOG_KEY).read_text(encoding="ascii").strip()


def enrolment_of(config: BoxConfig, hub_slot: bytes) -> EnrolmentFile:
    """Return what the hub must know of an enrolled box, with a half of its key made now.

    Raises:
        ConfigError: the box is not enrolled.
        CertificateError: box.toml names the box, but it has asked for no certificate.

    """
    state_dir = config.box.state_dir
    keys = recipient_of_box(state_dir), log_key_of_box(state_dir)
    return EnrolmentFile(config.box.id, *keys, hub_slot, _request_of(config))


def for_hub(config: BoxConfig, made: Enrolment) -> EnrolmentFile:
    """Return what the hub must know of a box that is just being enrolled.

    Raises:
        CertificateError: box.toml names the box, but it has asked for no certificate.

    """
    return EnrolmentFile(
        config.box.id, made.recipient, made.log_key, made.hub_slot, _request_of(config)
    )


def _request_of(config: BoxConfig) -> str:
    if not config.tls.names:
        return ""
    return request_of(config.box.state_dir).pem.decode("ascii")


def log_keys_of(state_dir: Path, secret: DeviceSecret) -> LogKeys:
    """Return what the box writes its sealed log with; also while it is locked.

    Raises:
        ConfigError: a file of the enrolment is missing or damaged.
        SlotMissingError: the device secret is gone.

    """
    try:
        recipient = (state_dir / _AUDIT_RECIPIENT).read_text(encoding="ascii").strip()
        public_key = bytes.fromhex((state_dir / _LOG_KEY).read_text(encoding="ascii"))
        sealed = (state_dir / _LOG_SIGNING).read_bytes()
        signing_key = crypto.decrypt(sealed, secret.identity())
        is_pair = signatures.public_key_of(signing_key) == public_key
    except (OSError, ValueError) as error:
        raise ConfigError(f"the keys of the log cannot be read: {type(error).__name__}") from error
    if not is_pair:
        raise ConfigError("the keys of the log do not belong together")
    _check_recipient(recipient, "audit")
    return LogKeys(recipient, public_key, signing_key)


def _make_log_keys(state_dir: Path, audit_recipient: str, secret: DeviceSecret) -> str:
    signing_key = signatures.new_signing_key()
    public_key = signatures.public_key_of(signing_key).hex()
    sealed = crypto.encrypt(signing_key, crypto.recipient_of(secret.identity()))
    write_atomically(state_dir / _LOG_SIGNING, sealed)
    for name, text in ((_LOG_KEY, public_key), (_AUDIT_RECIPIENT, audit_recipient)):
        write_atomically(state_dir / name, f"{text}\n".encode("ascii"), mode=0o644)
    return public_key


def _make_parts(
    state_dir: Path, trusted_root: bytes, recovery_recipient: str, log_key: str, slots: KeySlots
) -> Enrolment:
    device_key, card_code = crypto.new_identity(), new_card_code()
    slots.issue_recovery(device_key, recovery_recipient)
    card = slots.issue_card(device_key, card_code)
    hub_slot = slots.issue_hub(device_key).secret
    recipient = crypto.recipient_of(device_key)
    enrolment = Enrolment(recipient, log_key, card_code, hub_slot, card.name)
    write_atomically(state_dir / "trust" / "root.json", trusted_root, mode=0o644)
    write_atomically(state_dir / RECIPIENT, f"{enrolment.recipient}\n".encode(), mode=0o644)
    return enrolment


def _parts(state_dir: Path) -> tuple[Path, ...]:
    return (
        state_dir / "slots",
        state_dir / "trust" / "root.json",
        state_dir / RECIPIENT,
        state_dir / _AUDIT_RECIPIENT,
        state_dir / _LOG_KEY,
        state_dir / _LOG_SIGNING,
    )


def _refuse_enrolled(state_dir: Path) -> None:
    parts = (*secret_files(state_dir), *_parts(state_dir))
    found = [path.name for path in parts if path.exists()]
    if found and not (state_dir / _MARKER).exists():
        raise ConfigError(
            f"{state_dir}: this box is already enrolled (found {', '.join(found)}); its key would"
            " be lost. To start over, empty the folder, enrol, and give the hub the new recipient"
        )


def _remove_parts(state_dir: Path) -> None:
    """Remove what an enrolment that was cut short left behind."""
    with explaining_disk_errors("removing a half-made enrolment"):
        for slot in (state_dir / "slots").glob("*"):
            slot.unlink()
        for path in (*secret_files(state_dir), *_parts(state_dir)):
            if path.is_file():
                path.unlink()


def _check_root(trusted_root: bytes) -> None:
    """Refuse what is plainly no TUF root; its signatures are checked at the first sync."""
    try:
        kind = json.loads(trusted_root)["signed"]["_type"]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError("the trusted root is not a TUF root.json") from error
    if kind != "root":
        raise ConfigError(f"the trusted root is TUF {kind!r} metadata, not root")


def _check_recipient(recipient: str, what: str) -> None:
    """Refuse a key nobody could ever open anything with, before anything is made."""
    try:
        crypto.encrypt(b"", recipient)
    except ValueError:
        # Without the cause: it quotes what was given, and that may be the secret half.
        raise ConfigError(f"the {what} key is not an age recipient (age1…)") from None
