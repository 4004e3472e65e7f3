"""A machine with printers on its USB bus and an ipp-usb that serves them, below one folder.

`plug_in` lays out sysfs as the kernel does; `IppUsb` answers on its control socket with the text of
ipp-usb 0.9.23 (its status.go). The printers behind the ports are the lab's or nobody. Used by the
tests of discovery, doctor and the printer commands.
"""

import http.server
import shutil
import socketserver
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from printers.discovery import Places
from printers.examination import Surroundings

IPP_INTERFACES = ("07:01:02", "07:01:04")
CLASSIC_INTERFACES = ("07:01:02",)
HP_INTERFACES = ("ff:09:01",)


class UsbMachine:
    """A folder that looks like a machine; a context manager, because a socket's path is short."""

    def __init__(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="nbusb."))
        self.sysfs = self.base / "sys"
        self.states = self.base / "dev"
        self.spool = self.base / "spool"
        for folder in (self.sysfs, self.states, self.spool):
            folder.mkdir()
        self.mounts = self.base / "mounts"
        self.mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\ntmpfs {self.spool} tmpfs rw 0 0\n")
        self.ipp_usb = IppUsb(self.base / "ctrl")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ipp_usb.stop()
        shutil.rmtree(self.base)

    @property
    def places(self) -> Places:
        """Return where to look for printers on this machine."""
        return Places(self.sysfs, self.ipp_usb.path, self.states)

    @property
    def around(self) -> Surroundings:
        """Return all of it, spool and mounts included."""
        return Surroundings(self.places, self.spool, self.mounts)

    def plug_in(
        self,
        model: str,
        usb_id: str = "03f0:df2a",
        interfaces: tuple[str, ...] = IPP_INTERFACES,
        name: str = "1-1",
    ) -> Path:
        """Put a printer on the bus; `model` begins with its make."""
        device = self.sysfs / name
        device.mkdir()
        make, _, product = model.partition(" ")
        vendor, _, number = usb_id.partition(":")
        for file, text in {
            "idVendor": vendor, "idProduct": number, "manufacturer": make,
            "product": product, "busnum": "1", "devnum": "4",
        }.items():  # fmt: skip
            (device / file).write_text(f"{text}\n")
        for place, interface in enumerate(interfaces):
            self._interface(device / f"{name}:1.{place}", interface)
        return device

    def unplug(self, name: str = "1-1") -> None:
        """Take it off the bus; ipp-usb notices at once."""
        shutil.rmtree(self.sysfs / name)
        self.ipp_usb.served.clear()

    def _interface(self, folder: Path, interface: str) -> None:
        folder.mkdir()
        for file, text in zip(
            ("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"),
            interface.split(":"),
            strict=True,
        ):
            (folder / file).write_text(f"{text}\n")


class IppUsb:
    """The control socket of ipp-usb; `served` holds its lines about printers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.served: list[str] = []
        self.http_status = 200
        self._server: _Server | None = None

    def serve(self, model: str, port: int, usb_id: str = "03f0:df2a", status: str = "OK") -> None:
        """Have a printer in the list, as status.go writes it; port 0 is none."""
        number = len(self.served) + 1
        shown = str(port) if port else "-"
        self.served.append(
            f' {number:3}. Bus 001 Device 004  {usb_id}  {shown:<5} "{model}"\n'
            f"      status: {status}\n"
        )

    def text(self) -> str:
        """Return what `ipp-usb status` prints."""
        head = "ipp-usb daemon: running\nipp-usb devices:"
        if not self.served:
            return f"{head} not found\n"
        titles = " Num  Device              Vndr:Prod  Port  Model\n"
        return f"{head}\n{titles}{''.join(self.served)}"

    def start(self) -> None:
        """Run it: from now on the socket answers."""
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """End it; the socket file stays, as after a crash."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _Server(socketserver.ThreadingUnixStreamServer):
    def __init__(self, ipp_usb: IppUsb) -> None:
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = ipp_usb.text().encode()
                self.send_response(ipp_usb.http_status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def address_string(self) -> str:
                return "local"

            def log_message(self, *_: object) -> None:
                pass

        ipp_usb.path.unlink(missing_ok=True)
        super().__init__(str(ipp_usb.path), Answer)
