"""The real web program in a process of its own, with a simulated keeper behind a real socket."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.box_clock.clock import BoxClock
from appliance.box_clock.note import ClockNote, write_note
from appliance.clock import Clock
from appliance.config import BoxConfig, to_toml
from appliance.vault.keeper_server import KeeperServer, TrustedPeers
from tests.simulators.box_state import (
    SimulatedKeeper,
    config_in,
    new_ram_folder,
    remove_ram_folder,
    town_of,
)

_UP_WITHIN_S = 120.0


@dataclass
class WebProcess:
    """A running web and what is around it."""

    config: BoxConfig
    config_path: Path
    keeper: SimulatedKeeper
    log_path: Path
    running: "subprocess.Popen[bytes] | None" = None
    # What is run instead of `nodboks web`: the same with a clock that a journey moves.
    program: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.config.web.port}"

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self.running is not None, "start it first"
        return self.running

    @property
    def paper(self) -> list[Path]:
        folder = self.config.printer.folder
        return sorted(folder.glob("*.pdf")) if folder.exists() else []

    def start(self) -> None:
        """Start the program and wait until it answers."""
        program = self.program or ("appliance", "web", "--config", str(self.config_path))
        command = [sys.executable, "-m", *program]
        with self.log_path.open("ab") as log:
            self.running = subprocess.Popen(command, stdout=log, stderr=log, cwd=Path.cwd())
        deadline = time.monotonic() + _UP_WITHIN_S
        while not self._answers():
            assert self.process.poll() is None, self.log_path.read_text()
            assert time.monotonic() < deadline, self.log_path.read_text()
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill every process of the web at once, as a power cut of the process would."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for pid in (self.process.pid, *map(int, children.split())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        self.process.wait(90)

    def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(90)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/status.json", timeout=20) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextlib.contextmanager
def web_process(
    folder: Path, settings: Callable[[BoxConfig], BoxConfig] = lambda one: one
) -> Iterator[WebProcess]:
    """Run the web of a locked box until the block ends; `settings` may change its box.toml."""
    ram = new_ram_folder()
    clock = BoxClock(ram)
    # Whatever keeps the clock of the machine that runs the tests: here somebody has set it.
    write_note(ram, ClockNote(set_offset_s=clock.now().timestamp() - clock.monotonic()))
    config = settings(config_in(folder, ram, free_port()))
    config_path = folder / "box.toml"
    config_path.write_text(_toml(config), encoding="utf-8")
    keeper = SimulatedKeeper(config.records_dir, town_of(clock.now()), clock)
    web = WebProcess(config, config_path, keeper, folder / "web.log")
    try:
        with _keeper_listening(keeper, config, clock):
            web.start()
            yield web
            web.stop()
    finally:
        if web.running is not None and web.running.poll() is None:
            web.kill()
        remove_ram_folder(ram)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _keeper_listening(keeper: SimulatedKeeper, config: BoxConfig, clock: Clock) -> Iterator[None]:
    trusted = TrustedPeers.around_this_process()
    server = KeeperServer(keeper, config.keeper_socket, trusted, clock)  # type: ignore[arg-type]
    with server.listening() as listener:
        thread = threading.Thread(target=server.serve, args=(listener,))
        thread.start()
        try:
            yield
        finally:
            server.stop()
            thread.join()
            server.close()


def _toml(config: BoxConfig) -> str:
    box, web, printer, tls = config.box, config.web, config.printer, config.tls
    outage = config.outage
    return to_toml(
        {
            "box": {"id": box.id, "name": box.name, "state_dir": box.state_dir,
                    "ram_dir": box.ram_dir, "help_phone": box.help_phone},
            "hub": {"url": config.hub.url},
            "web": {"port": web.port, "behind_proxy": web.behind_proxy},
            "tls": {"mode": tls.mode, "names": list(tls.names), "port": tls.port},
            "printer": {"kind": printer.kind, "folder": printer.folder},
            "outage": {"start": outage.start, "care_system": outage.care_system,
                       "probe_every_s": outage.probe_every_s,
                       "down_after_min": outage.down_after_min},
        }
    )  # fmt: skip
