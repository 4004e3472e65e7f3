"""List the printers on the USB bus, as the kernel shows them in sysfs.

A printer that is off is not on the bus; one that hangs is. That difference decides whether a reset
can help. Reads only. Called by the discovery and the recovery.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SYSFS = Path("/sys/bus/usb/devices")
# Class, subclass, protocol: a printer is 07/01/xx, one that speaks IPP over USB 07/01/04.
_PRINTER = ("07", "01")
_IPP = ("07", "01", "04")
# Some HP machines offer IPP under a class of their own (M426, M278–M281).
_HP_VENDOR, _HP_IPP = "03f0", ("ff", "09", "01")

Interface = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class UsbPrinter:
    """One printer on the bus; `name` is the kernel's, such as "1-1.2", `node` its device file."""

    name: str
    usb_id: str
    make_and_model: str
    speaks_ipp: bool
    node: Path


def is_printer(vendor: str, interfaces: Iterable[Interface]) -> bool:
    """Tell whether one of the interfaces prints."""
    found = list(interfaces)
    return any(each[:2] == _PRINTER for each in found) or speaks_ipp(vendor, found)


def speaks_ipp(vendor: str, interfaces: Iterable[Interface]) -> bool:
    """Tell whether ipp-usb can serve it, so that no driver is needed."""
    return any(each == _IPP or (vendor == _HP_VENDOR and each == _HP_IPP) for each in interfaces)


def usb_printers(sysfs: Path = SYSFS) -> tuple[UsbPrinter, ...]:
    """Return the printers that are plugged in and switched on, by their place on the bus."""
    found = (_printer(folder) for folder in sorted(sysfs.glob("[0-9]*-*")) if _is_device(folder))
    return tuple(each for each in found if each is not None)


def _is_device(folder: Path) -> bool:
    """Tell a device ("1-1.2") from one of its interfaces ("1-1.2:1.0")."""
    return ":" not in folder.name


def _printer(folder: Path) -> UsbPrinter | None:
    vendor, product = _word(folder, "idVendor"), _word(folder, "idProduct")
    interfaces = [_interface(each) for each in folder.glob(f"{folder.name}:*")]
    if not is_printer(vendor, interfaces):
        return None
    names = dict.fromkeys((_word(folder, "manufacturer"), _word(folder, "product")))
    bus, device = (_word(folder, name).rjust(3, "0") for name in ("busnum", "devnum"))
    return UsbPrinter(
        name=folder.name,
        usb_id=f"{vendor}:{product}",
        make_and_model=_joined(*names),
        speaks_ipp=speaks_ipp(vendor, interfaces),
        node=Path("/dev/bus/usb") / bus / device,
    )


def _joined(make: str = "", model: str = "") -> str:
    """Say the make once: many products begin with it."""
    return model if make and model.startswith(make) else f"{make} {model}".strip()


def _interface(folder: Path) -> Interface:
    return (
        _word(folder, "bInterfaceClass"),
        _word(folder, "bInterfaceSubClass"),
        _word(folder, "bInterfaceProtocol"),
    )


def _word(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""  # unplugged while it was looked at, or it has no such text
