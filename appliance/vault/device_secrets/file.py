"""Keep the device secret in a file: for boxes that have no chip to keep one in.

It stops a thief with a copy of the slot files, not one with the whole disk, and says so. Called by
`device_secret.py`.
"""

import secrets
from pathlib import Path

from appliance.errors import SlotMissingError
from appliance.files import write_atomically
from appliance.vault.device_secrets.remembered import SECRET_SIZE_BYTES, identity_of

NAME = "device.secret"


class FileDeviceSecret:
    """A device secret that whoever has the disk has too."""

    kind = "file"
    survives_stolen_disk = False

    def __init__(self, path: Path) -> None:
        self._path = path

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
            return identity_of(self._path.read_bytes())
        except OSError as error:
            raise SlotMissingError(f"{NAME}: {error.strerror}") from error
        except SlotMissingError as error:
            raise SlotMissingError(f"{NAME}: {error.detail}") from error
