"""List what the print service has: its queues, and the USB devices it sees for classic drivers.

Reads only; queues are made in `cups_printer.py`. Called by the discovery and the doctor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from printers import cups_reasons
from printers.cups_printer import named_errors
from printers.errors import PrintServiceDownError, QueueMissingError

_EVERYWHERE = "IPP Everywhere"
# Devices of other schemes are what every CUPS can reach; only USB is something plugged in.
_SCHEMES = ["usb"]
_LOOK_FOR_S = 5
_WANTED = (
    "device-uri",
    "printer-make-and-model",
    "printer-state",
    "printer-is-accepting-jobs",
)


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of the print service."""

    name: str
    uri: str
    make_and_model: str
    is_stopped: bool

    @property
    def is_driverless(self) -> bool:
        """Tell whether it was made from what the printer says of itself."""
        return _EVERYWHERE in self.make_and_model


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A USB printer CUPS would need a driver for."""

    uri: str
    make_and_model: str


def queues(connection: Any) -> tuple[Queue, ...]:
    """Return the queues by name.

    Raises: PrintServiceDownError.
    """
    with named_errors(QueueMissingError):
        names = sorted(connection.getPrinters())
        # getPrinters does not tell whether a queue takes jobs.
        found = {name: _attributes(connection, name) for name in names}
    return tuple(queue_from(name, attributes) for name, attributes in found.items())


def _attributes(connection: Any, name: str) -> Mapping[str, Any]:
    attributes: Mapping[str, Any] = connection.getPrinterAttributes(
        name, requested_attributes=list(_WANTED)
    )
    return attributes


def queue_from(name: str, attributes: Mapping[str, Any]) -> Queue:
    """Describe a queue from its attributes."""
    return Queue(
        name,
        str(attributes.get("device-uri", "")),
        str(attributes.get("printer-make-and-model", "")),
        cups_reasons.is_stopped(attributes),
    )


def usb_devices(connection: Any) -> tuple[UsbDevice, ...]:
    """Return the USB printers CUPS sees; takes some seconds.

    Empty where Debian's package `cups` is not installed: cups-daemon alone cannot look, and has no
    classic driver to print with either.
    """
    try:
        with named_errors(QueueMissingError):
            found = connection.getDevices(include_schemes=_SCHEMES, timeout=_LOOK_FOR_S)
    except PrintServiceDownError:
        return ()
    return devices_from(found)


def devices_from(found: Mapping[str, Mapping[str, Any]]) -> tuple[UsbDevice, ...]:
    """Describe devices from CUPS's answer; a line without a device behind it is left out."""
    return tuple(
        UsbDevice(uri, str(about.get("device-make-and-model", "")))
        for uri, about in sorted(found.items())
        if uri.startswith("usb://")
    )
