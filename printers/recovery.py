"""Bring a stuck printer back, one step at a time, from the mildest to the one only a person takes.

The order is decided in `next_step`, purely; `climb` takes the steps with the hands it is given.
Refuses to touch a printer that answers, or one that is not on the USB bus: that one is off, or its
cable is out, and no reset reaches it. Called by `nodboks printer recover`.
"""

import fcntl
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from printers.errors import NoPrinterError, PrinterError, UsbStuckError

# linux/usbdevice_fs.h: _IO('U', 20). The device comes back as if it had just been plugged in.
_USBDEVFS_RESET = 0x5514
_RESTART = ("systemctl", "restart", "ipp-usb.service")
_RESTART_WITHIN_S = 60


class Step(StrEnum):
    """What can be done about it, in this order."""

    PROBE_AGAIN = "ask again"
    RESTART_IPP_USB = "restart ipp-usb"
    RESET_USB = "reset the USB port"
    TELL = "switch it off and on"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a printer is on the bus, and whether it answers what it is asked."""

    is_plugged: bool
    answers: bool


class Hands(Protocol):
    """What looks at the printer and takes the steps."""

    def look(self) -> Standing:
        """Return how the printer stands now."""
        ...

    def take(self, step: Step) -> None:
        """Do it, and wait as long as it needs to show.

        Raises: OSError: it could not be done; the next step may.
        """
        ...


def next_step(tried: Sequence[Step], standing: Standing) -> Step | None:
    """Return what to do next; None when the printer answers, TELL when nothing else is left."""
    if standing.answers:
        return None
    if not standing.is_plugged:
        return Step.TELL
    return next(each for each in Step if each not in tried or each is Step.TELL)


def climb(hands: Hands, say: Callable[[str], None]) -> None:
    """Take steps until the printer answers.

    Raises: UsbStuckError, NoPrinterError: now somebody has to do something by hand.
    """
    tried: list[Step] = []
    while (step := next_step(tried, standing := hands.look())) is not None:
        if step is Step.TELL:
            raise _for_a_person(standing, tried)
        say(step.value)
        tried.append(step)
        try:
            hands.take(step)
        except OSError as error:
            say(f"{step.value}: {error}")


def _for_a_person(standing: Standing, tried: Sequence[Step]) -> PrinterError:
    if not standing.is_plugged:
        return NoPrinterError("nothing that prints is on the USB bus")
    return UsbStuckError(f"tried: {', '.join(tried)}")


class RootHands:
    """The real hands: they need root, for systemd and for the USB device.

    Never tried on a printer that really hung: see "Not verified" in README.md.
    """

    def __init__(
        self,
        look: Callable[[], Standing],
        node: Callable[[], Path | None],
        wait_s: float,
        restart: Sequence[str] = _RESTART,
    ) -> None:
        self._look = look
        self._node = node
        self._wait_s = wait_s
        self._restart = restart

    def look(self) -> Standing:
        """Return how the printer stands now."""
        return self._look()

    def take(self, step: Step) -> None:
        """Do it, and give the printer time to come back.

        Raises: OSError: it could not be done.
        """
        if step is Step.RESTART_IPP_USB:
            _run(self._restart)
        if step is Step.RESET_USB:
            _reset(self._node())
        time.sleep(self._wait_s)


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_RESTART_WITHIN_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"{command[0]} did not end in {_RESTART_WITHIN_S} s") from error
    if done.returncode != 0:
        raise OSError(done.stderr.strip() or f"{command[0]} ended with {done.returncode}")


def _reset(node: Path | None) -> None:
    """Reset the device, as unplugging does; only the kernel's answer tells whether it went."""
    if node is None:
        raise FileNotFoundError("it has left the USB bus")
    device = os.open(node, os.O_WRONLY)
    try:
        fcntl.ioctl(device, _USBDEVFS_RESET, 0)
    finally:
        os.close(device)
