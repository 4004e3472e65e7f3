"""Make a box a box of its municipality: its own key, its slots, the root it trusts.

Done once, on the box. The device key is drawn here and leaves only as a public recipient; the
card code is returned once and stored nowhere. Refuses a box that is already enrolled, since its
snapshots would become unreadable. Called by the command line and the demo.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from appliance import crypto
from appliance.errors import ConfigError
from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from appliance.vault.card_code import new_card_code
from appliance.vault.device_secret import device_secret_of
from appliance.vault.key_slots import KeySlots

_MARKER = "enrolling"
_RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What comes out: the recipient for the hub, the code for the printed card."""

    recipient: str
    card_code: str = field(repr=False)


def enrol(state_dir: Path, trusted_root: bytes, recovery_recipient: str) -> Enrolment:
    """Enrol the box; after a cut in the middle, simply call it again.

    The marker is the first file written and the last one removed. While it stands nobody has been
    given a card code, so everything beside it may be thrown away and made anew.

    Raises:
        ConfigError: the box is already enrolled, or what it was given is no root or recipient.
        StorageError: the disk refused; nothing usable was made.

    """
    _check_root(trusted_root)
    _check_recipient(recovery_recipient)
    _refuse_enrolled(state_dir)
    write_atomically(state_dir / _MARKER, b"")
    _remove_parts(state_dir)
    enrolment = _make_parts(state_dir, trusted_root, recovery_recipient)
    with explaining_disk_errors("enrolling"):
        # The names of the new folders first, then the marker: never the other way round.
        sync_folder(state_dir)
        (state_dir / _MARKER).unlink()
        sync_folder(state_dir)
    return enrolment


def is_enrolled(state_dir: Path) -> bool:
    """Tell whether the box went through a whole enrolment."""
    is_complete = all(path.exists() for path in _parts(state_dir))
    return is_complete and not (state_dir / _MARKER).exists()


def recipient_of_box(state_dir: Path) -> str:
    """Return the public recipient the hub encrypts this box's snapshots to.

    Raises:
        ConfigError: the box is not enrolled.

    """
    if not is_enrolled(state_dir):
        raise ConfigError(f"{state_dir}: this box is not enrolled; run nodboks enrol")
    return (state_dir / _RECIPIENT).read_text(encoding="ascii").strip()


def _make_parts(state_dir: Path, trusted_root: bytes, recovery_recipient: str) -> Enrolment:
    device_key = crypto.new_identity()
    enrolment = Enrolment(crypto.recipient_of(device_key), new_card_code())
    secret = device_secret_of(state_dir)
    secret.make()
    slots = KeySlots(state_dir, secret)
    slots.issue_recovery(device_key, recovery_recipient)
    slots.issue_card(device_key, enrolment.card_code)
    write_atomically(state_dir / "trust" / "root.json", trusted_root, mode=0o644)
    write_atomically(state_dir / _RECIPIENT, f"{enrolment.recipient}\n".encode(), mode=0o644)
    return enrolment


def _parts(state_dir: Path) -> tuple[Path, ...]:
    return (
        state_dir / "device.secret",
        state_dir / "slots",
        state_dir / "trust" / "root.json",
        state_dir / _RECIPIENT,
    )


def _refuse_enrolled(state_dir: Path) -> None:
    found = [path.name for path in _parts(state_dir) if path.exists()]
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
        for path in _parts(state_dir):
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


def _check_recipient(recipient: str) -> None:
    """Refuse a recovery key nobody could ever open, before anything is made."""
    try:
        crypto.encrypt(b"", recipient)
    except ValueError:
        # Without the cause: it quotes what was given, and that may be the secret half.
        raise ConfigError("the recovery key is not an age recipient (age1…)") from None
