"""Keep the ways to the device key: one small age file per way under `slots/`.

Every slot but the recovery slot is age in age: outside the device-bound identity, inside the
identity of the card, the USB key or the hub. The recovery slot is sealed to the municipality's
offline key alone, because it must open when the box itself is dead. Stock `age` reopens each of
them; `SLOTS.md` says how. The device key is never on disk bare, and this module never logs it.
Called by enrolment and the keeper's key ring.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from appliance import crypto
from appliance.errors import SlotMissingError, WrongCodeError
from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from appliance.vault.device_secret import DeviceSecret

_SALT_BYTES = 16
_NUMBER_BYTES = 8
_RECOVERY = "recovery"
_SUFFIX = ".age"


class SlotKind(StrEnum):
    """What opens a slot."""

    CARD = "card"
    USB = "usb"
    HUB = "hub"
    RECOVERY = "recovery"


# What stands behind the kind in a slot's name. A card's is the salt of its code.
_NAME_BYTES = {SlotKind.CARD: _SALT_BYTES, SlotKind.USB: _NUMBER_BYTES, SlotKind.HUB: _NUMBER_BYTES}


@dataclass(frozen=True, slots=True)
class KeySlot:
    """One way to the device key; `name` is its file's name without the ending."""

    name: str
    kind: SlotKind


@dataclass(frozen=True, slots=True)
class OpenedSlot:
    """The device key, and the slot it came out of."""

    slot: KeySlot
    device_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class IssuedSlot:
    """A new slot and what opens it: a USB key's identity, or the object the hub is to keep."""

    slot: KeySlot
    secret: bytes = field(repr=False)


class KeySlots:
    """The key slots of one box.

    Argon2 takes 64 MiB a run, so that only one runs at a time, whoever asks.
    """

    def __init__(self, state_dir: Path, device_secret: DeviceSecret) -> None:
        self._folder = state_dir / "slots"
        self._device_secret = device_secret
        self._hashing = threading.Lock()

    def list(self) -> list[KeySlot]:
        """Return the slots there are, the cards first, then by kind and name.

        Raises:
            StorageError: the disk does not tell.

        """
        with explaining_disk_errors("looking for key slots"):
            found = list(self._folder.iterdir()) if self._folder.exists() else []
        names = sorted(path.stem for path in found if path.suffix == _SUFFIX)
        slots = [KeySlot(name, kind) for name in names if (kind := _kind_of(name))]
        return sorted(slots, key=lambda slot: list(SlotKind).index(slot.kind))

    def issue_card(self, device_key: str, digits: str) -> KeySlot:
        """Add a slot for a parsed card code; the slots already there stay.

        Raises:
            SlotMissingError: the device secret is gone.
            StorageError: the disk refused; no slot was added.

        """
        salt = secrets.token_bytes(_SALT_BYTES)
        recipient = crypto.recipient_of(self._card_identity(digits, salt))
        return self._write_bound(
            SlotKind.CARD, salt, crypto.encrypt(device_key.encode(), recipient)
        )

    def issue_usb(self, device_key: str) -> IssuedSlot:
        """Add a slot for a new USB key; the secret is the age identity to write on the stick.

        Raises:
            SlotMissingError: the device secret is gone.
            StorageError: the disk refused; no slot was added.

        """
        identity = crypto.new_identity()
        inner = crypto.encrypt(device_key.encode(), crypto.recipient_of(identity))
        slot = self._write_bound(SlotKind.USB, secrets.token_bytes(_NUMBER_BYTES), inner)
        return IssuedSlot(slot, identity.encode())

    def issue_hub(self, device_key: str) -> IssuedSlot:
        """Add a slot for the hub; the secret is the object it is to serve to this box only.

        The box keeps the identity, the hub the device key sealed to it: each is nothing without the
        other, and either side revokes by deleting its half.

        Raises:
            SlotMissingError: the device secret is gone.
            StorageError: the disk refused; no slot was added.

        """
        identity = crypto.new_identity()
        number = secrets.token_bytes(_NUMBER_BYTES)
        slot = self._write_bound(SlotKind.HUB, number, identity.encode())
        sealed = crypto.encrypt(device_key.encode(), crypto.recipient_of(identity))
        return IssuedSlot(slot, sealed)

    def issue_recovery(self, device_key: str, recipient: str) -> KeySlot:
        """Write the recovery slot, sealed to the municipality's offline key only.

        Raises:
            StorageError: the disk refused.

        """
        write_atomically(self._path(_RECOVERY), crypto.encrypt(device_key.encode(), recipient))
        return KeySlot(_RECOVERY, SlotKind.RECOVERY)

    def open_card(self, digits: str) -> OpenedSlot:
        """Return the device key that a parsed card code opens.

        Raises:
            WrongCodeError: no card slot fits the code.
            SlotMissingError: there is no card slot, or none that this box can still read.

        """
        return self._open(
            SlotKind.CARD,
            lambda slot, inner: crypto.decrypt(
                inner, self._card_identity(digits, _tail_of(slot.name, SlotKind.CARD))
            ),
        )

    def open_usb(self, identity: str) -> OpenedSlot:
        """Return the device key that a USB key opens.

        Raises:
            WrongCodeError: it is no key of this box, or was revoked.
            SlotMissingError: there is no USB slot, or none that this box can still read.

        """
        return self._open(SlotKind.USB, lambda _, inner: crypto.decrypt(inner, identity))

    def open_hub(self, sealed: bytes) -> OpenedSlot:
        """Return the device key in the object the hub served.

        Raises:
            WrongCodeError: it is not an object for this box, or was revoked.
            SlotMissingError: there is no hub slot, or none that this box can still read.

        """
        return self._open(SlotKind.HUB, lambda _, inner: crypto.decrypt(sealed, inner.decode()))

    def open_recovery(self, recovery_identity: str) -> OpenedSlot:
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
            device_key = crypto.decrypt(sealed, recovery_identity).decode()
        except crypto.OpenError:
            raise WrongCodeError("the recovery key does not fit") from None
        return OpenedSlot(KeySlot(_RECOVERY, SlotKind.RECOVERY), device_key)

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

    def is_readable(self, slot: KeySlot) -> bool:
        """Tell whether this box can open the outer layer of a slot."""
        return self._without_device_layer(slot) is not None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"

    def _write_bound(self, kind: SlotKind, tail: bytes, inner: bytes) -> KeySlot:
        """Write a slot that only this box can read."""
        outer = crypto.encrypt(inner, crypto.recipient_of(self._device_secret.identity()))
        slot = KeySlot(f"{kind}-{tail.hex()}", kind)
        write_atomically(self._path(slot.name), outer)
        return slot

    def _open(self, kind: SlotKind, unseal: Callable[[KeySlot, bytes], bytes]) -> OpenedSlot:
        slots = [slot for slot in self.list() if slot.kind is kind]
        if not slots:
            raise SlotMissingError(f"no {kind} slot on this box")
        # The device layer costs no hashing: what cannot be read here is found out first.
        inner = {slot: sealed for slot in slots if (sealed := self._without_device_layer(slot))}
        if not inner:
            raise SlotMissingError(
                f"none of {len(slots)} {kind} slots opens with this box's secret"
            )
        for slot, sealed in inner.items():
            try:
                return OpenedSlot(slot, unseal(slot, sealed).decode())
            except ValueError:  # OpenError, or bytes that are no text: not this one
                continue
        raise WrongCodeError(f"it fits none of {len(inner)} {kind} slots")

    def _without_device_layer(self, slot: KeySlot) -> bytes | None:
        """Return what the device layer holds, or None for a slot that is damaged or foreign."""
        try:
            sealed = self._path(slot.name).read_bytes()
            return crypto.decrypt(sealed, self._device_secret.identity())
        except (crypto.OpenError, OSError):
            return None

    def _card_identity(self, digits: str, salt: bytes) -> str:
        with self._hashing:
            return crypto.identity_from_code(digits, salt)


def _kind_of(name: str) -> SlotKind | None:
    """Return the kind a slot's name tells; None for a stray file."""
    if name == _RECOVERY:
        return SlotKind.RECOVERY
    return next((kind for kind in _NAME_BYTES if _tail_of(name, kind)), None)


def _tail_of(name: str, kind: SlotKind) -> bytes:
    """Return the bytes behind the kind in a slot's name; none for any other name."""
    try:
        tail = bytes.fromhex(name.removeprefix(f"{kind}-")) if name.startswith(f"{kind}-") else b""
    except ValueError:
        return b""
    return tail if len(tail) == _NAME_BYTES[kind] else b""
