"""A TPM of software (`swtpm`) on a loopback port, and what can become of one.

A chip keeps its state in a folder: the same folder is the same chip, another folder another chip.
"""

import contextlib
import select
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.simulators.lab_tools import answers, free_port, program, wait_until

_LOOPBACK = "127.0.0.1"


def need_swtpm() -> None:
    """Skip where there is no simulated chip to talk to."""
    if shutil.which("swtpm") is None or shutil.which("tpm2_unseal") is None:
        pytest.skip("apt install swtpm tpm2-tools")


class Swtpm:
    """One chip, which can be switched off and on again and be cleared."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_pair()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def tcti(self) -> str:
        """Name it the way tpm2-tools want it."""
        return tcti_of(self.port)

    def switch_on(self) -> Self:
        """Start it, as power does."""
        self._folder.mkdir(exist_ok=True)
        listen = f"type=tcp,bindaddr={_LOOPBACK},port="
        self._process = subprocess.Popen(
            [
                program("swtpm"), "socket", "--tpm2", "--tpmstate", f"dir={self._folder}",
                "--server", f"{listen}{self.port}", "--ctrl", f"{listen}{self.port + 1}",
                "--flags", "not-need-init,startup-clear", "--log", f"file={self._folder}/log",
            ]
        )  # fmt: skip
        # Its control port: on the other one it serves one client at a time.
        wait_until(lambda: answers(socket.AF_INET, (_LOOPBACK, self.port + 1)), "swtpm")
        return self

    def switch_off(self) -> None:
        """Stop it, as a power cut does; what it keeps for good stays in its folder."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def run(self, *command: str) -> str:
        """Ask it something, as its owner may."""
        environment = {"TPM2TOOLS_TCTI": self.tcti, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
        return done.stdout

    def clear(self) -> None:
        """Do what "clear the TPM" in a machine's setup does: its storage key is another one."""
        self.run("tpm2_clear", "-c", "p")


@contextlib.contextmanager
def running_swtpm(folder: Path) -> Iterator[Swtpm]:
    """Run the chip whose state lies in the folder until the block ends."""
    need_swtpm()
    chip = Swtpm(folder).switch_on()
    try:
        yield chip
    finally:
        chip.switch_off()


@contextlib.contextmanager
def silent_chip() -> Iterator[str]:
    """Give the address of a chip that takes every call and never says a word."""
    need_swtpm()
    is_over = threading.Event()
    with _answering(lambda caller, _: (is_over.wait(), caller.close())) as port:
        try:
            yield tcti_of(port)
        finally:
            is_over.set()


@contextlib.contextmanager
def listening_on(chip: Swtpm, heard: bytearray) -> Iterator[str]:
    """Put somebody who keeps all that is said on the wires between a box and its chip."""

    def pass_on(caller: socket.socket, offset: int) -> None:
        with socket.create_connection((_LOOPBACK, chip.port + offset)) as other:
            _pass_on({caller: other, other: caller}, heard)

    with _answering(pass_on) as port:
        yield tcti_of(port)


def _pass_on(sides: dict[socket.socket, socket.socket], heard: bytearray) -> None:
    while True:
        for ready in select.select(list(sides), [], [])[0]:
            said = ready.recv(4096)
            if not said:
                return
            heard += said
            sides[ready].sendall(said)


@contextlib.contextmanager
def _answering(serve: Callable[[socket.socket, int], object]) -> Iterator[int]:
    """Serve callers of a pair of ports, each port's one after the other, until the block ends."""
    port = free_pair()
    servers = [socket.create_server((_LOOPBACK, port + offset)) for offset in (0, 1)]
    threads = [
        threading.Thread(target=_take_calls, args=(server, offset, serve))
        for offset, server in enumerate(servers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield port
    finally:
        for server in servers:
            server.shutdown(socket.SHUT_RDWR)
            server.close()
        for thread in threads:
            thread.join()


def _take_calls(
    server: socket.socket, offset: int, serve: Callable[[socket.socket, int], object]
) -> None:
    with contextlib.suppress(OSError):
        while True:
            with server.accept()[0] as caller:
                serve(caller, offset)


def tcti_of(port: int) -> str:
    """Name a chip the way tpm2-tools want it; they find its control port beside it."""
    return f"swtpm:host={_LOOPBACK},port={port}"


def free_pair() -> int:
    """Return a free port whose neighbour is free too."""
    while True:
        port = free_port()
        with contextlib.suppress(OSError), socket.create_server((_LOOPBACK, port + 1)):
            return port
