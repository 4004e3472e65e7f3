"""Run the small programs that talk to a chip, so that they can neither hang the keeper nor leak.

Fixed arguments, no shell, a clean environment, a folder in RAM to work in, one time limit for the
whole errand; secrets go through pipes only. Called by the TPM's and the OTP's device secret.
"""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import SlotMissingError

# Debian's own folders only: a PATH from outside must not choose who sees the secret.
_SEARCH = "/usr/sbin:/usr/bin:/sbin:/bin"
# By the C library's contract always a tmpfs. What lies there for a moment is sealed by the TPM
# (contexts) or only worth something to who listens on its bus just then (the session).
_RAM = Path("/dev/shm")  # noqa: S108  (a folder of our own is made in it, for nobody else)
_LONGEST_COMPLAINT = 200  # characters
_BURIAL_S = 1.0


class ToolError(Exception):
    """A tool ended with an error; the text is the first line it complained with."""


def is_installed(name: str) -> bool:
    """Tell whether the tool is there."""
    return shutil.which(name, path=_SEARCH) is not None


@dataclass(frozen=True, slots=True)
class Errand:
    """Some runs of tools that together may take until `ends_at`, in `folder`."""

    clock: Clock
    ends_at: float
    folder: Path
    environment: Mapping[str, str]

    def run(self, command: Sequence[str], given: bytes = b"") -> bytes:
        """Run a tool and return what it wrote.

        Raises:
            ToolError: it ended with an error.
            SlotMissingError: it is not installed, or does not end in time.

        """
        program = shutil.which(command[0], path=_SEARCH)
        if program is None:
            raise SlotMissingError(f"{command[0]} is not installed")
        process = subprocess.Popen(
            [program, *command[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env={"PATH": _SEARCH, "LC_ALL": "C", **self.environment},
        )
        try:
            written, complaints = process.communicate(given, self._left_s())
        except subprocess.TimeoutExpired as error:
            _bury(process)
            raise SlotMissingError(f"{command[0]} got no answer from the chip in time") from error
        if process.returncode != 0:
            raise ToolError(f"{command[0]}: {_first_line(complaints) or process.returncode}")
        return written

    def _left_s(self) -> float:
        return max(0.0, self.ends_at - self.clock.monotonic())


@contextlib.contextmanager
def errand(clock: Clock, limit_s: float, environment: Mapping[str, str]) -> Iterator[Errand]:
    """Give an errand its time and its folder in RAM, which is gone afterwards.

    Raises:
        SlotMissingError: there is no room in RAM.

    """
    try:
        folder = Path(tempfile.mkdtemp(prefix="nodboks-chip-", dir=_RAM))
    except OSError as error:
        raise SlotMissingError(f"{_RAM}: {error.strerror}") from error
    try:
        yield Errand(clock, clock.monotonic() + limit_s, folder, environment)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bury(process: "subprocess.Popen[bytes]") -> None:
    """Kill a tool, and wait a moment only: one that hangs inside the kernel dies when it likes."""
    process.kill()
    for pipe in filter(None, (process.stdin, process.stdout, process.stderr)):
        with contextlib.suppress(OSError):
            pipe.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_BURIAL_S)


def _first_line(complaints: bytes) -> str:
    lines = complaints.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("ERROR: ")[:_LONGEST_COMPLAINT] if lines else ""
