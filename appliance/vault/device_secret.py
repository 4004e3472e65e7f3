"""Hold the box's own secret, which every key slot but the recovery slot also needs.

It makes a slot useless away from the box. How far that goes depends on where the secret lives: in a
TPM, in a Pi's one-time memory, or in a file beside the slots. Each kind says so. It is chosen once,
at enrolment; afterwards the file that lies in the state folder tells which it is, so that no
setting can name another. Called by enrolment and the keeper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from appliance.clock import Clock, SystemClock
from appliance.vault.device_secrets import file, otp, tpm
from appliance.vault.device_secrets.file import FileDeviceSecret
from appliance.vault.device_secrets.otp import OtpDeviceSecret
from appliance.vault.device_secrets.tpm import TpmDeviceSecret

_TPM_DEVICE = Path("/dev/tpmrm0")


class DeviceSecret(Protocol):
    """A secret that stays on this box."""

    @property
    def kind(self) -> str:
        """Name where the secret lives, for the status page: `file`, `tpm` or `otp`."""
        ...

    @property
    def survives_stolen_disk(self) -> bool:
        """Tell whether a thief with the whole disk, but not the box, still lacks the secret."""
        ...

    def make(self) -> None:
        """Draw a new secret.

        Raises:
            SlotMissingError: the chip it is to live in does not take it.
            StorageError: the disk refused.

        """
        ...

    def identity(self) -> str:
        """Return the age identity made of the secret.

        Raises:
            SlotMissingError: the secret is gone or damaged; only the recovery key can help.

        """
        ...


class Choice(StrEnum):
    """Where a new box is to keep its secret."""

    AUTO = "auto"
    TPM = "tpm"
    OTP = "otp"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Chips:
    """How the box's chips are reached."""

    tpm_device: Path = _TPM_DEVICE
    tcti: str = tpm.ON_THE_BOX
    otp_program: str = otp.PROGRAM


ON_THE_BOX = Chips()
# For people: `nodboks status` and `nodboks enrol`.
WORTH: Mapping[str, str] = MappingProxyType(
    {
        "tpm": "tpm (a stolen disk alone opens nothing)",
        "otp": "otp (a stolen disk alone opens nothing)",
        "file": "file (it is on the disk: a stolen disk opens with the card code)",
    }
)


def device_secret_of(
    state_dir: Path, chips: Chips = ON_THE_BOX, clock: Clock | None = None
) -> DeviceSecret:
    """Return the device secret of the box whose state lies in the folder."""
    there = [kind for kind, path in _paths(state_dir).items() if path.exists()]
    return _secret_in(state_dir, there[0] if there else Choice.FILE, chips, clock)


def chosen_device_secret(
    state_dir: Path, choice: Choice, chips: Chips = ON_THE_BOX, clock: Clock | None = None
) -> DeviceSecret:
    """Return the secret a box that is being enrolled is to make."""
    clock = clock or SystemClock()
    found = _best_there_is(chips, clock) if choice is Choice.AUTO else choice
    return _secret_in(state_dir, found, chips, clock)


def secret_files(state_dir: Path) -> tuple[Path, ...]:
    """Return the files that each kind of secret would lie in."""
    return tuple(_paths(state_dir).values())


def _paths(state_dir: Path) -> dict[Choice, Path]:
    return {
        Choice.TPM: state_dir / tpm.NAME,
        Choice.OTP: state_dir / otp.NAME,
        Choice.FILE: state_dir / file.NAME,
    }


def _secret_in(state_dir: Path, kind: Choice, chips: Chips, clock: Clock | None) -> DeviceSecret:
    clock, path = clock or SystemClock(), _paths(state_dir)[kind]
    if kind is Choice.TPM:
        return TpmDeviceSecret(path, clock, chips.tcti)
    if kind is Choice.OTP:
        return OtpDeviceSecret(path, clock, chips.otp_program)
    return FileDeviceSecret(path)


def _best_there_is(chips: Chips, clock: Clock) -> Choice:
    if chips.tpm_device.exists() and tpm.has_tools():
        return Choice.TPM
    if otp.is_provisioned(clock, chips.otp_program):
        return Choice.OTP
    return Choice.FILE
