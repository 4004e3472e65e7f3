"""Hold the box's own secret, which every key slot but the recovery slot also needs.

It makes a slot useless away from the box. How far that goes depends on where the secret lives,
and each kind says so: a file beside the slots stops a thief with a copy of the slot files, not one
with the whole disk. A TPM or the Pi's OTP can follow behind the same `DeviceSecret` protocol.
Called by enrolment and the keeper.
"""

import secrets
from pathlib import Path
from typing import Protocol

from appliance import crypto
from appliance.errors import SlotMissingError
from appliance.files import write_atomically

SECRET_SIZE_BYTES = 32


class DeviceSecret(Protocol):
    """A secret that stays on this box."""

    @property
    def kind(self) -> str:
        """Name where the secret lives, for the status page: `file`, later `tpm` or `otp`."""
        ...

    @property
    def survives_stolen_disk(self) -> bool:
        """Tell whether a thief with the whole disk, but not the box, still lacks the secret."""
        ...

    def identity(self) -> str:
        """Return the age identity made of the secret.

        Raises:
            SlotMissingError: the secret is gone or damaged; only the recovery key can help.

        """
        ...


class FileDeviceSecret:
    """A device secret in a file: for boxes that have no chip to keep one in."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def kind(self) -> str:
        """Say honestly that the secret is a file."""
        return "file"

    @property
    def survives_stolen_disk(self) -> bool:
        """Say honestly that whoever has the disk has the secret."""
        return False

    def make(self) -> None:
        """Draw a new secret and write it as raw bytes, so that no key text is on the disk.

        Raises:
            StorageError: the disk refused.

        """
        write_atomically(self._path, secrets.token_bytes(SECRET_SIZE_BYTES))

    def identity(self) -> str:
        """Return the age identity made of the secret.

        Raises:
            SlotMissingError: the file is gone or damaged; only the recovery key can help.

        """
        try:
            raw = self._path.read_bytes()
        except OSError as error:
            raise SlotMissingError(f"{self._path.name}: {error.strerror}") from error
        if len(raw) != SECRET_SIZE_BYTES:
            raise SlotMissingError(f"{self._path.name}: {len(raw)} bytes, not {SECRET_SIZE_BYTES}")
        return crypto.identity_from_bytes(raw)


def device_secret_of(state_dir: Path) -> FileDeviceSecret:
    """Return the device secret of the box whose state lies in the folder."""
    return FileDeviceSecret(state_dir / "device.secret")
