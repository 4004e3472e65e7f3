"""Draw the device secret from the key burnt into a Raspberry Pi, through `rpi-fw-crypto`.

The firmware computes HMAC-SHA256 with the key in the Pi's one-time memory; the key itself never
comes here. The message is `device.otp`: a label and 32 random bytes, nothing secret. Burning the
key is not done here: it cannot be undone, and belongs to whoever prepares the boxes. Refuses a Pi
whose key is not burnt. Without `lock_device_private_key=1` in the firmware's `config.txt`, every
program in the group `video` can read the key. Called by `device_secret.py`.
"""

import hmac
import secrets
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import SlotMissingError
from appliance.files import write_atomically
from appliance.vault.device_secrets.chip_tool import ToolError, errand, is_installed
from appliance.vault.device_secrets.remembered import (
    SECRET_SIZE_BYTES,
    RememberedSecret,
    identity_of,
)

NAME = "device.otp"
PROGRAM = "rpi-fw-crypto"
LIMIT_S = 10.0
_LABEL = b"nodboks device secret 1\n"
# The device's own private key; `rpi-fw-crypto get-key-status 1` calls it DEVICE.
_KEY_ID = "1"


class OtpDeviceSecret:
    """A device secret made with the key in the Pi's one-time memory."""

    kind = "otp"
    survives_stolen_disk = True

    def __init__(self, path: Path, clock: Clock, program: str = PROGRAM) -> None:
        self._path = path
        self._clock = clock
        self._program = program
        self._remembered = RememberedSecret(self._compute, clock)

    def make(self) -> None:
        """Draw a new message for the firmware to answer.

        Raises:
            SlotMissingError: the firmware has no key to answer with.
            StorageError: the disk refused.

        """
        self._remembered.forget()
        message = _LABEL + secrets.token_bytes(SECRET_SIZE_BYTES)
        _answer(self._clock, self._program, message)
        write_atomically(self._path, message)

    def identity(self) -> str:
        """Return the age identity made of the secret.

        Raises:
            SlotMissingError: the file is gone, or the firmware does not answer; only the recovery
                key can help.

        """
        return self._remembered.identity()

    def _compute(self) -> bytes:
        try:
            message = self._path.read_bytes()
        except OSError as error:
            raise SlotMissingError(f"{NAME}: {error.strerror}") from error
        if len(message) != len(_LABEL) + SECRET_SIZE_BYTES or not message.startswith(_LABEL):
            raise SlotMissingError(f"{NAME} is damaged")
        return _answer(self._clock, self._program, message)


def is_provisioned(clock: Clock, program: str = PROGRAM) -> bool:
    """Tell whether the firmware answers with a key that was burnt."""
    if not is_installed(program):
        return False
    try:
        _answer(clock, program, _LABEL)
    except SlotMissingError:
        return False
    return True


def _answer(clock: Clock, program: str, message: bytes) -> bytes:
    """Return the firmware's HMAC of a message."""
    with errand(clock, LIMIT_S, {}) as tools:
        (tools.folder / "message").write_bytes(message)
        try:
            secret = tools.run((program, "hmac", "--in", "message", "--key-id", _KEY_ID))
        except ToolError as error:
            raise SlotMissingError(f"the Pi's firmware gives no HMAC ({error})") from error
    identity_of(secret)
    # HMAC fills short keys up with zeros: a key that was never burnt is the empty key.
    if hmac.compare_digest(secret, hmac.digest(b"", message, "sha256")):
        raise SlotMissingError("the Pi's one-time memory holds no key: it is all zeros")
    return secret
