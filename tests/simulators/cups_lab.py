"""Run a private cupsd with simulated IPP printers below one temporary folder.

`with CupsLab() as lab: printer = lab.add_printer("eve"); lab.queue("nodboks", printer)` is ready in
about 0.2 s, as root or as an ordinary user. It never touches the system's cupsd, D-Bus or /etc, and
ends only the processes it started. Tests assert on `printer.sheets()` (what the engine put on
paper), not on what CUPS claims. Used by `tests/real/` and the journeys; needs the Debian packages
named by `lab_tools.missing_tools()`.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from printers.cups_printer import add_everywhere_queue, connect
from tests.simulators import lab_files
from tests.simulators.lab_tools import answers, free_port, program, wait_until

ENGINE = Path(__file__).with_name("print_engine.py")


@dataclass
class LabPrinter:
    """One simulated printer: faults go in through files, printed sheets come out."""

    name: str
    folder: Path
    port: int
    command: list[str]
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def uri(self) -> str:
        """Return the address a queue is made with."""
        return f"ipp://localhost:{self.port}/ipp/print"

    def plug_in(self) -> None:
        """Start the printer on its own port; after `unplug` this is the same printer again."""
        with (self.folder / "printer.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, cwd=self.folder, env=self.environment
            )
        wait_until(
            lambda: self.has_died() or answers(socket.AF_INET, ("127.0.0.1", self.port)), self.name
        )
        if self.has_died():
            raise RuntimeError((self.folder / "printer.log").read_text(errors="replace"))

    def has_died(self) -> bool:
        """Tell whether the process is gone."""
        return self.process is None or self.process.poll() is not None

    def unplug(self) -> None:
        """Cut the power: the printer forgets its jobs and says no goodbye."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def set(self, control: str, value: float) -> None:
        """Arrange a fault (`jam_at`, `empty_at`, `door_at`, `toner_at`, `abort_at`) or `speed`."""
        partial = self.folder / f"{control}.new"
        partial.write_text(str(value))
        partial.rename(self.folder / control)

    def cure(self, control: str) -> None:
        """Pull the paper out, fill the tray, close the door."""
        (self.folder / control).unlink()

    def sheets(self) -> list[dict[str, Any]]:
        """Return every side that came out, oldest first."""
        log = self.folder / "sheets.jsonl"
        whole = log.read_text().rpartition("\n")[0] if log.exists() else ""  # no half line
        return [json.loads(line) for line in whole.splitlines()]

    def words(self) -> list[str]:
        """Return the text on every side that came out, oldest first."""
        return [sheet["words"] for sheet in self.sheets()]

    def received(self) -> list[Path]:
        """Return the PDF files the printer was sent, oldest first."""
        return sorted(self.folder.glob("*.pdf"), key=lambda path: path.stat().st_mtime_ns)


class CupsLab:
    """A cupsd of our own, its queues and its printers.

    `forbidden` names IPP operations its policy denies, such as `"Cancel-Job"`.
    """

    def __init__(self, error_policy: str = "abort-job", forbidden: str = "") -> None:
        # A unix socket path may hold 107 bytes, so pytest's long tmp_path does not do.
        self.base = Path(tempfile.mkdtemp(prefix="nbcups."))
        self.socket = str(self.base / "run/cups.sock")
        self.printers: dict[str, LabPrinter] = {}
        self.cupsd: subprocess.Popen[bytes] | None = None
        self._bus: subprocess.Popen[bytes] | None = None
        self._sessions: set[int] = set()
        lab_files.write_configuration(self.base, error_policy, forbidden)

    def __enter__(self) -> Self:
        try:
            self.start_cupsd()
        except BaseException:
            self._clear()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clear()

    @property
    def spool(self) -> Path:
        """Return the folder where cupsd keeps what is to be printed."""
        return self.base / "spool"

    def start_cupsd(self) -> None:
        """Start the daemon in a session of its own, which its filters and backends inherit."""
        etc = self.base / "etc"
        with (self.base / "log/cupsd.out").open("ab") as log:
            self.cupsd = subprocess.Popen(
                [program("cupsd"), "-f", "-c", etc / "cupsd.conf", "-s", etc / "cups-files.conf"],
                stdout=log,
                stderr=log,
                cwd=self.base,
                start_new_session=True,
            )
        self._sessions.add(self.cupsd.pid)
        wait_until(lambda: answers(socket.AF_UNIX, self.socket), "cupsd")

    def stop_cupsd(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the daemon: SIGTERM is a restart of the service, SIGKILL a crash."""
        if self.cupsd is not None:
            self.cupsd.send_signal(how)
            self.cupsd.wait(90)
            self.cupsd = None

    def empty_spool(self) -> None:
        """Throw away jobs while cupsd is down, as the box's tmpfs spool does at a restart."""
        for path in self.spool.glob("[cd][0-9]*"):
            path.unlink()

    def add_printer(self, name: str, *options: str, description: str = "") -> LabPrinter:
        """Plug in a simulated printer; `"-2"` among the options gives it a duplex unit.

        A description (lines of `ATTR kind name value`) makes it another printer altogether.
        """
        folder = self.base / "printers" / name
        folder.mkdir(parents=True)
        port = free_port()
        # -n localhost and -r off: no Avahi is needed; -k keeps the PDF it was sent.
        command = [program("ippeveprinter"), "-v", "-k", "-n", "localhost", "-r", "off"]
        command += ["-p", str(port), "-d", str(folder), "-c", str(self._engine())]
        if description:
            (folder / "printer.conf").write_text(description)
            command += ["-a", str(folder / "printer.conf")]
        else:
            command += ["-f", "application/pdf,image/urf,image/pwg-raster", "-s", "600,600"]
        command += [*options, name]
        environment = {
            **os.environ,
            "NODBOKS_ENGINE_FOLDER": str(folder),
            "DBUS_SYSTEM_BUS_ADDRESS": self._bus_address(),
        }
        self.printers[name] = LabPrinter(name, folder, port, command, environment)
        self.printers[name].plug_in()
        return self.printers[name]

    def queue(self, name: str, printer: LabPrinter) -> None:
        """Make the queue as the box does."""
        add_everywhere_queue(connect(self.socket), name, printer.uri)

    def _engine(self) -> Path:
        """Wrap the engine in a command: a checkout may have lost its executable bit."""
        wrapper = self.base / "engine"
        if not wrapper.exists():
            wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{ENGINE}" "$@"\n')
            wrapper.chmod(0o755)
        return wrapper

    def _bus_address(self) -> str:
        """Start a private bus once: ippeveprinter 2.4 exits when there is no system D-Bus."""
        path = self.base / "run/dbus.sock"
        if self._bus is None:
            with (self.base / "log/dbus.out").open("ab") as log:
                self._bus = subprocess.Popen(
                    [
                        program("dbus-daemon"),
                        "--nofork",
                        "--config-file",
                        self.base / "etc/dbus.conf",
                    ],
                    stdout=log,
                    stderr=log,
                )
            wait_until(lambda: answers(socket.AF_UNIX, str(path)), "dbus-daemon")
        return f"unix:path={path}"

    def _clear(self) -> None:
        """End what was started, then the backends a killed cupsd left behind, then the files."""
        for printer in self.printers.values():
            printer.unplug()
        self.stop_cupsd()
        for session in self._sessions:
            lab_files.end_session(session)
        if self._bus is not None:
            self._bus.terminate()
            self._bus.wait(90)
        shutil.rmtree(self.base)
