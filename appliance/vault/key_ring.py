"""Open, issue, wear and revoke the keys of this box: what the keeper does with the slots.

Believes no slot for its name: a key that does not belong to the recipient the hub encrypts to is
refused, whoever sealed it. A card that has been used goes on opening the box, because the nurse may
need it again tonight; it is marked as used, and the status says that it should be replaced. Never
revokes the last key a person can use. Called by the keeper's service.
"""

import base64
import logging
import threading
from pathlib import Path

from appliance import crypto
from appliance.clock import Clock, format_time, parse_time
from appliance.config import BoxConfig
from appliance.errors import LastKeyError, SlotMissingError, StorageError, VaultError
from appliance.files import explaining_disk_errors, write_atomically
from appliance.vault.card_code import new_card_code
from appliance.vault.device_secret import DeviceSecret
from appliance.vault.enrolment import RECIPIENT
from appliance.vault.key_slots import KeySlot, KeySlots, OpenedSlot, SlotKind
from appliance.vault.protocol import IssuedKey, SlotStatus
from appliance.vault.usb_key import read_usb_key

_LOG = logging.getLogger(__name__)
_MARK_WAIT_S = 1.0
# Of one kind. Each card costs a second of hashing on a small Pi when a code is tried.
MOST_OF_A_KIND = 6
_USED = ".used"
# Kinds a person opens the box with, at the box, by themselves; slots are named after their kind.
_OF_PEOPLE = (SlotKind.CARD.value, SlotKind.USB.value)


class KeyRing:
    """The keys of one box."""

    def __init__(self, config: BoxConfig, device_secret: DeviceSecret, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._folder: Path = config.box.state_dir / "slots"
        self._slots = KeySlots(config.box.state_dir, device_secret)
        self._known: tuple[SlotStatus, ...] = ()
        self.look()

    def open_card(self, digits: str) -> OpenedSlot:
        """Return the device key a parsed card code opens.

        Raises:
            WrongCodeError, SlotMissingError: no slot opens.

        """
        return self._own(self._slots.open_card(digits))

    def open_usb(self) -> OpenedSlot:
        """Return the device key the USB key in the box opens.

        Raises:
            SlotMissingError: there is no stick, or no key for this box on it.
            WrongCodeError: the key was revoked.

        """
        identity = read_usb_key(self._config.hub.usb_dir, self._config.box.id)
        return self._own(self._slots.open_usb(identity))

    def open_hub(self, sealed: str) -> OpenedSlot:
        """Return the device key in what the hub served, in base64.

        Raises:
            WrongCodeError, SlotMissingError: it opens nothing here.

        """
        try:
            return self._own(self._slots.open_hub(base64.b64decode(sealed, validate=True)))
        except ValueError as error:
            raise SlotMissingError("what the hub served is not base64") from error

    def open_recovery(self, identity: str) -> OpenedSlot:
        """Return the device key the municipality's offline key opens.

        Raises:
            WrongCodeError, SlotMissingError: it opens nothing here.

        """
        return self._own(self._slots.open_recovery(identity))

    def note_use(self, slot: KeySlot) -> None:
        """Mark a card as used, the first time; a disk that refuses only costs the mark.

        On a dying SD card that may take half a minute: nobody waits for so long.
        """
        marking = threading.Thread(target=self._mark_used, args=(slot,), daemon=True)
        marking.start()
        marking.join(_MARK_WAIT_S)

    def _mark_used(self, slot: KeySlot) -> None:
        mark = self._folder / f"{slot.name}{_USED}"
        if slot.kind is not SlotKind.CARD or mark.exists():
            return
        try:
            write_atomically(mark, f"{format_time(self._clock.now())}\n".encode())
        except StorageError as error:
            _LOG.warning("the card's use is not marked: %s", error.code)
        self.look()

    def status(self) -> tuple[SlotStatus, ...]:
        """Return every slot, and when a card was first used, as it was at the last look."""
        return self._known

    def look(self) -> None:
        """Look which slots there are; what the disk does not tell stays as it was."""
        try:
            self._known = tuple(
                SlotStatus(slot.name, slot.kind.value, self._used_at(slot))
                for slot in self._slots.list()
            )
        except StorageError as error:
            _LOG.warning("slots: %s %s", error.code, error.detail)

    def issue(self, wanted: str, device_key: str) -> IssuedKey:
        """Add a key; its secret is in what is returned, and nowhere else.

        Raises:
            VaultError: there are too many of the kind, or it is not issued on a box.
            SlotMissingError: the device secret is gone, or this box takes no USB stick.
            StorageError: the disk refused; no key was added.

        """
        if wanted not in list(SlotKind):
            raise VaultError(f"unknown kind of key; known are {', '.join(SlotKind)}")
        kind = SlotKind(wanted)
        if sum(slot.kind is kind for slot in self._slots.list()) >= MOST_OF_A_KIND:
            raise VaultError(f"{MOST_OF_A_KIND} {kind} slots are enough; revoke one first")
        name, secret = self._issue(kind, device_key)
        self.look()
        return IssuedKey(name, kind.value, secret)

    def _issue(self, kind: SlotKind, device_key: str) -> tuple[str, str]:
        """Return the new slot's name, and the secret as text."""
        if kind is SlotKind.CARD:
            digits = new_card_code()
            return self._slots.issue_card(device_key, digits).name, digits
        if kind is SlotKind.USB:
            if self._config.hub.usb_dir is None:
                raise SlotMissingError("hub.usb_dir does not say where a USB stick is mounted")
            usb = self._slots.issue_usb(device_key)
            return usb.slot.name, usb.secret.decode()
        if kind is SlotKind.HUB:
            hub = self._slots.issue_hub(device_key)
            return hub.slot.name, base64.b64encode(hub.secret).decode()
        raise VaultError("the recovery key is made at the hub, and its slot by enrolling")

    def revoke(self, name: str) -> None:
        """Delete a slot, so that its key opens nothing here any more.

        Raises:
            SlotMissingError: there is no such slot.
            LastKeyError: without it no key is left that a person can use.
            StorageError: the disk refused.

        """
        if name == SlotKind.RECOVERY:
            raise VaultError("the recovery slot stays: without it a dead box's data is lost")
        left = [slot for slot in self._slots.list() if slot.name != name and self._is_of_use(slot)]
        if name.startswith(_OF_PEOPLE) and not left:
            raise LastKeyError(f"without {name} no card or USB key is left that opens this box")
        self._slots.revoke(name)
        with explaining_disk_errors("removing the mark of a card"):
            (self._folder / f"{name}{_USED}").unlink(missing_ok=True)
        self.look()

    def _is_of_use(self, slot: KeySlot) -> bool:
        """Tell whether a person can open the box with what belongs to the slot."""
        if slot.kind is SlotKind.USB and self._config.hub.usb_dir is None:
            return False
        return slot.name.startswith(_OF_PEOPLE) and self._slots.is_readable(slot)

    def _own(self, opened: OpenedSlot) -> OpenedSlot:
        """Return what was opened unless it is surely another key than this box's.

        A card that lost the note of its own recipient still lets the nurse in: a foreign key opens
        no snapshot of this box.

        Raises:
            SlotMissingError: somebody sealed another key for this box.

        """
        try:
            found = crypto.recipient_of(opened.device_key)
        except crypto.OpenError:
            raise SlotMissingError(f"{opened.slot.name} holds no key") from None
        expected = self._recipient()
        if expected is not None and found != expected:
            raise SlotMissingError(f"{opened.slot.name} holds another key than this box's")
        return opened

    def _recipient(self) -> str | None:
        """Return the box's own recipient, or None where the card does not tell it any more."""
        try:
            text = (self._config.box.state_dir / RECIPIENT).read_text(encoding="ascii").strip()
            crypto.encrypt(b"", text)
        except (OSError, ValueError) as error:
            _LOG.warning("the box's own recipient cannot be read: %s", type(error).__name__)
            return None
        return text

    def _used_at(self, slot: KeySlot) -> str:
        """Return when a card was first used, as it stands in its mark; nothing for a new one."""
        try:
            text = (self._folder / f"{slot.name}{_USED}").read_text(encoding="ascii").strip()
            return format_time(parse_time(text))
        except FileNotFoundError:
            return ""
        except (OSError, ValueError):
            return format_time(self._clock.now())  # the mark is there; what it says is lost
