"""Keep the device secret sealed by a TPM 2.0, through Debian's `tpm2-tools`.

32 random bytes, sealed under the TPM's own storage key (owner hierarchy, ECC P-256), so that only
this very chip unseals them. `device.tpm` is what the chip handed out, and nothing of it is secret:
TPM2B_PRIVATE and TPM2B_PUBLIC of the sealed bytes, then TPM2B_PUBLIC of the storage key. On the bus
the secret travels encrypted in a session salted with the storage key, and only with the one there
was at enrolment: who later listens on the wires of an SPI module, or puts a chip of his own
between, reads nothing.

No PIN and no PCR policy, on purpose. The chip's own lock after wrong PINs would shut the nurse out
for hours, and a Pi measures nothing at boot that a PCR could hold on to, while every update of the
system would lose the secret. Hence it stops a thief with the disk, not one with the whole box.
Called by `device_secret.py`.
"""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import SlotMissingError
from appliance.files import write_atomically
from appliance.vault.device_secrets.chip_tool import Errand, ToolError, errand, is_installed
from appliance.vault.device_secrets.remembered import (
    SECRET_SIZE_BYTES,
    RememberedSecret,
    identity_of,
)

NAME = "device.tpm"
ON_THE_BOX = "device:/dev/tpmrm0"
# A chip that tests itself after power came back takes seconds; the nurse waits no longer than this.
LIMIT_S = 10.0
_FLUSH_LIMIT_S = 2.0

_LENGTH_BYTES = 2
# The storage key of the TCG's template: the same chip makes the same key again each time.
_STORAGE_KEY = (
    "tpm2_createprimary", "-Q", "-C", "o", "-g", "sha256", "-G", "ecc256:aes128cfb",
    "-a", "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt",
    "-c", "storage", "-o", "storage.pub",
)  # fmt: skip
_START_SESSION = ("tpm2_startauthsession", "-Q", "--hmac-session", "-c", "storage", "-S", "session")
_ENCRYPT = ("tpm2_sessionconfig", "-Q", "--enable-encrypt", "--enable-decrypt", "session")
# `noda`: wrong guesses at other things the chip keeps never lock this one.
_SEAL = (
    "tpm2_create", "-Q", "-C", "storage", "-P", "session:session", "-g", "sha256",
    "-a", "fixedtpm|fixedparent|userwithauth|noda", "-i", "-", "-u", "public", "-r", "private",
)  # fmt: skip
_LOAD = ("tpm2_load", "-Q", "-C", "storage", "-u", "public", "-r", "private", "-c", "sealed")
_PARTS = ("private", "public", "storage.pub")
_UNSEAL = ("tpm2_unseal", "-c", "sealed", "-p", "session:session")
_FLUSH_OBJECTS = ("tpm2_flushcontext", "-t")
_FLUSH_SESSION = ("tpm2_flushcontext", "session")


class TpmDeviceSecret:
    """A device secret that only one TPM can unseal."""

    kind = "tpm"
    survives_stolen_disk = True

    def __init__(self, path: Path, clock: Clock, tcti: str = ON_THE_BOX) -> None:
        self._path = path
        self._clock = clock
        self._environment = {"TPM2TOOLS_TCTI": tcti, "TSS2_LOG": "all+NONE"}
        self._remembered = RememberedSecret(self._unseal, clock)

    def make(self) -> None:
        """Draw a new secret and let the TPM seal it.

        Raises:
            SlotMissingError: the TPM does not do it.
            StorageError: the disk refused.

        """
        self._remembered.forget()
        secret = secrets.token_bytes(SECRET_SIZE_BYTES)
        with errand(self._clock, LIMIT_S, self._environment) as tools, _session(tools):
            _step(tools, _SEAL, "the TPM does not seal", given=secret)
            sealed = b"".join((tools.folder / part).read_bytes() for part in _PARTS)
        write_atomically(self._path, sealed)

    def identity(self) -> str:
        """Return the age identity made of the secret.

        Raises:
            SlotMissingError: the TPM is gone, silent, cleared or another one; only the recovery
                key can help.

        """
        return self._remembered.identity()

    def _unseal(self) -> bytes:
        private, public, storage_key = self._parts()
        with (
            errand(self._clock, LIMIT_S, self._environment) as tools,
            _session(tools, storage_key),
        ):
            (tools.folder / "private").write_bytes(private)
            (tools.folder / "public").write_bytes(public)
            _step(tools, _LOAD, f"the TPM does not take {NAME}")
            secret = _step(tools, _UNSEAL, "the TPM does not unseal")
        identity_of(secret)
        return secret

    def _parts(self) -> list[bytes]:
        try:
            content = self._path.read_bytes()
        except OSError as error:
            raise SlotMissingError(f"{NAME}: {error.strerror}") from error
        parts, rest = [], content
        for _ in _PARTS:
            length = _LENGTH_BYTES + int.from_bytes(rest[:_LENGTH_BYTES])
            parts.append(rest[:length])
            rest = rest[length:]
        # A file that stops too early leaves a last part that is shorter than it says.
        if rest or len(parts[-1]) <= _LENGTH_BYTES or sum(map(len, parts)) != _told(parts):
            raise SlotMissingError(f"{NAME} is damaged: {len(content)} bytes that do not add up")
        return parts


def has_tools() -> bool:
    """Tell whether tpm2-tools are installed."""
    return is_installed(_UNSEAL[0])


def _told(parts: list[bytes]) -> int:
    """Return how long the parts say they are, all together."""
    return sum(_LENGTH_BYTES + int.from_bytes(part[:_LENGTH_BYTES]) for part in parts)


@contextlib.contextmanager
def _session(tools: Errand, expected_key: bytes | None = None) -> Iterator[None]:
    """Make the storage key and an encrypted session with it; the chip forgets both afterwards."""
    _step(tools, _STORAGE_KEY, "no storage key from the TPM (is it there, its owner without auth?)")
    if expected_key not in {None, (tools.folder / "storage.pub").read_bytes()}:
        raise SlotMissingError(f"{NAME} is not of this TPM: it was cleared or replaced")
    try:
        _step(tools, _START_SESSION, "no encrypted session with the TPM")
        _step(tools, _ENCRYPT, "no encrypted session with the TPM")
        yield
    finally:
        _flush_session(tools)


def _step(tools: Errand, command: tuple[str, ...], what_failed: str, given: bytes = b"") -> bytes:
    """Run one tool, and let the chip drop what it loaded for it.

    The kernel's /dev/tpmrm0 drops it by itself; a TPM without a resource manager in front has room
    for three objects.
    """
    try:
        return tools.run(command, given)
    except ToolError as error:
        raise SlotMissingError(f"{what_failed} ({error})") from error
    finally:
        with contextlib.suppress(ToolError, SlotMissingError):
            tools.run(_FLUSH_OBJECTS)


def _flush_session(tools: Errand) -> None:
    """Give the session back: the chip has few of them, and they outlive the process.

    Where there was none yet, the tool finds none and says so.
    """
    ends_at = tools.clock.monotonic() + _FLUSH_LIMIT_S
    last = Errand(tools.clock, ends_at, tools.folder, tools.environment)
    with contextlib.suppress(ToolError, SlotMissingError):
        last.run(_FLUSH_SESSION)
