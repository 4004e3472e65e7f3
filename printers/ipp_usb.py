"""Read what ipp-usb, which puts USB printers on loopback ports, says of itself and its printers.

It answers on a control socket (Debian 12's release 0.9.23 does) with the text of `ipp-usb status`,
and keeps the port of every printer it ever met in a state file, so that a printer has the same port
each time. Pure but for the two readers at the end. Refuses to start or stop it. Called by the
discovery and the doctor.
"""

import http.client
import re
import socket
from dataclasses import dataclass
from pathlib import Path

CONTROL_SOCKET = Path("/var/ipp-usb/ctrl")
STATE_FOLDER = Path("/var/ipp-usb/dev")
_ANSWER_WITHIN_S = 5.0
_OK = "OK"
# "   1. Bus 001 Device 004  03f0:df2a  60000 "HP LaserJet Pro M404dn""; "-" where it has no port.
_DEVICE = re.compile(
    r"\s*\d+\.\s+Bus (?P<bus>\d+) Device (?P<device>\d+)\s+"
    r"(?P<usb_id>[0-9a-f]{4}:[0-9a-f]{4})\s+(?P<port>\d+|-)\s+\"(?P<model>.*)\"\s*"
)
_STATUS = re.compile(r"\s+status: (?P<status>.*\S)\s*")
_PORT = re.compile(r"^\s*http-port\s*=\s*(\d{1,5})\s*$", re.MULTILINE)
# The comment ipp-usb writes at the top: "; HP LaserJet Pro M404dn serial=PHB1234567".
_COMMENT = re.compile(r"^; (?P<model>.*?)(?: serial=\S*)?\s*$", re.MULTILINE)
_FILE_NAME = re.compile(r"(?P<vendor>[0-9a-f]{4})-(?P<product>[0-9a-f]{4})(-.*)?\.state")
_MOST_PORT = 65535


@dataclass(frozen=True, slots=True)
class IppUsbPrinter:
    """A printer ipp-usb serves or once served.

    `port` is 0 where it has none; `status` is "OK", what went wrong, or "" where nobody knows.
    """

    port: int
    usb_id: str
    make_and_model: str
    status: str = ""

    @property
    def uri(self) -> str:
        """Return the address a queue is made with."""
        return f"ipp://localhost:{self.port}/ipp/print"

    @property
    def is_served(self) -> bool:
        """Tell whether ipp-usb says that it is up."""
        return bool(self.port) and self.status == _OK


def parse_status(text: str) -> tuple[IppUsbPrinter, ...]:
    """Return the printers in the text of `ipp-usb status`; a line nobody understands is skipped."""
    found: list[IppUsbPrinter] = []
    for line in text.splitlines():
        if device := _DEVICE.fullmatch(line):
            port = 0 if device["port"] == "-" else int(device["port"])
            found.append(IppUsbPrinter(port, device["usb_id"], device["model"]))
        elif found and (status := _STATUS.fullmatch(line)):
            last = found[-1]
            found[-1] = IppUsbPrinter(last.port, last.usb_id, last.make_and_model, status["status"])
    return tuple(found)


def parse_state(name: str, text: str) -> IppUsbPrinter | None:
    """Return the printer of one state file, or None where the file tells no port."""
    port, ids, comment = _PORT.search(text), _FILE_NAME.fullmatch(name), _COMMENT.search(text)
    if port is None or not 0 < int(port[1]) <= _MOST_PORT:
        return None
    usb_id = f"{ids['vendor']}:{ids['product']}" if ids else ""
    return IppUsbPrinter(int(port[1]), usb_id, comment["model"] if comment else "")


def ask_status(control: Path = CONTROL_SOCKET) -> str | None:
    """Return the text of its status, or None where it does not run or does not answer."""
    connection = _OnSocket(control)
    try:
        connection.request("GET", "/status")
        response = connection.getresponse()
        body = response.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return body if response.status == http.HTTPStatus.OK else None


def read_states(folder: Path = STATE_FOLDER) -> tuple[IppUsbPrinter, ...]:
    """Return every printer ipp-usb ever gave a port, by port; unreadable files are left out."""
    found = []
    for path in folder.glob("*.state"):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # ipp-usb writes it anew at the next plug-in
        found.append(parse_state(path.name, text))
    return tuple(sorted((each for each in found if each), key=lambda each: each.port))


class _OnSocket(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_ANSWER_WITHIN_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
