"""Keep the ways to the device key: one small age file per way under `slots/`.

A card slot is age in age: outside the device-bound identity, inside the identity derived from the
card code. The recovery slot is sealed to the municipality's offline key alone, because it must
open when the box itself is dead. Stock `age` reopens both. The device key is never on disk bare,
and this module never logs it. Called by enrolment and the keeper.
"""

import secrets
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from appliance import crypto
from appliance.errors import SlotMissingError, WrongCodeError
from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from appliance.vault.device_secret import DeviceSecret

_SALT_BYTES = 16
_CARD = "card-"
_RECOVERY = "recovery"
_SUFFIX = ".age"


class SlotKind(StrEnum):
    """What opens a slot."""

    CARD = "card"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class KeySlot:
    """One way to the device key; `name` is its file's name without the ending."""

    name: str
    kind: SlotKind


class KeySlots:
    """The key slots of one box.

    Argon2 takes 64 MiB a run, so that only one runs at a time, whoever asks.
    """

    def __init__(self, state_dir: Path, device_secret: DeviceSecret) -> None:
        self._folder = state_dir / "slots"
        self._device_secret = device_secret
        self._hashing = threading.Lock()

    def list(self) -> list[KeySlot]:
        """Return the slots there are, by name."""
        names = sorted(path.stem for path in self._folder.glob(f"*{_SUFFIX}"))
        cards = [KeySlot(name, SlotKind.CARD) for name in names if _salt_of(name)]
        others = [KeySlot(name, SlotKind.RECOVERY) for name in names if name == _RECOVERY]
        return cards + others

    def issue_card(self, device_key: str, digits: str) -> KeySlot:
        """Add a slot for a parsed card code; the slots already there stay.

        Raises:
            SlotMissingError: the device secret is gone.
            StorageError: the disk refused; no slot was added.

        """
        salt = secrets.token_bytes(_SALT_BYTES)
        inner = crypto.encrypt(device_key.encode(), self._card_recipient(digits, salt))
        outer = crypto.encrypt(inner, crypto.recipient_of(self._device_secret.identity()))
        slot = KeySlot(f"{_CARD}{salt.hex()}", SlotKind.CARD)
        write_atomically(self._path(slot.name), outer)
        return slot

    def issue_recovery(self, device_key: str, recipient: str) -> KeySlot:
        """Write the recovery slot, sealed to the municipality's offline key only.

        Raises:
            StorageError: the disk refused.

        """
        write_atomically(self._path(_RECOVERY), crypto.encrypt(device_key.encode(), recipient))
        return KeySlot(_RECOVERY, SlotKind.RECOVERY)

    def open_card(self, digits: str) -> str:
        """Return the device key that a parsed card code opens.

        Raises:
            WrongCodeError: no card slot fits the code.
            SlotMissingError: there is no card slot, or none that this box can still read.

        """
        cards = [slot.name for slot in self.list() if slot.kind is SlotKind.CARD]
        if not cards:
            raise SlotMissingError("no card slot on this box")
        # The device layer costs no hashing: what cannot be read here is found out first.
        inner = {name: sealed for name in cards if (sealed := self._without_device_layer(name))}
        if not inner:
            raise SlotMissingError(f"none of {len(cards)} card slots opens with this box's secret")
        for name, sealed in inner.items():
            try:
                return crypto.decrypt(sealed, self._card_identity(digits, _salt_of(name))).decode()
            except crypto.OpenError:
                continue
        raise WrongCodeError(f"the code fits none of {len(inner)} card slots")

    def open_recovery(self, recovery_identity: str) -> str:
        """Return the device key that the municipality's offline key opens.

        Raises:
            SlotMissingError: there is no recovery slot.
            WrongCodeError: the key is not the one the slot was made for.

        """
        try:
            sealed = self._path(_RECOVERY).read_bytes()
        except OSError as error:
            raise SlotMissingError(f"recovery slot: {error.strerror}") from error
        try:
            return crypto.decrypt(sealed, recovery_identity).decode()
        except crypto.OpenError as error:
            raise WrongCodeError("the recovery key does not fit") from error

    def revoke(self, name: str) -> None:
        """Delete a slot so that it stays deleted after a power cut.

        Raises:
            SlotMissingError: there is no such slot.
            StorageError: the disk refused.

        """
        # Only what `list` shows can be named: a path in `name` finds nothing.
        if name not in {slot.name for slot in self.list()}:
            raise SlotMissingError(f"no slot {name!r} on this box")
        with explaining_disk_errors(f"revoking {name}"):
            self._path(name).unlink()
            sync_folder(self._folder)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"

    def _without_device_layer(self, name: str) -> bytes | None:
        """Return what the device layer holds, or None for a slot that is damaged or foreign."""
        try:
            return crypto.decrypt(self._path(name).read_bytes(), self._device_secret.identity())
        except (crypto.OpenError, OSError):
            return None

    def _card_identity(self, digits: str, salt: bytes) -> str:
        with self._hashing:
            return crypto.identity_from_code(digits, salt)

    def _card_recipient(self, digits: str, salt: bytes) -> str:
        return crypto.recipient_of(self._card_identity(digits, salt))


def _salt_of(name: str) -> bytes:
    """Return the salt in a card slot's name; empty for anything that is no card slot."""
    try:
        salt = bytes.fromhex(name.removeprefix(_CARD)) if name.startswith(_CARD) else b""
    except ValueError:
        return b""
    return salt if len(salt) == _SALT_BYTES else b""
