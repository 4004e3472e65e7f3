"""A real static web server over a folder, which can be told to misbehave.

`faults` maps a piece of the requested path to what goes wrong with it; the first that fits counts.
"""

import ssl
from collections import Counter
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Protocol

from tests.simulators.loopback import LoopbackServer


class Fault(Protocol):
    """One way for an answer to go wrong."""

    def answer(self, handler: "_Handler", content: bytes) -> None:
        """Send something else than the file."""
        ...


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer with a status instead of the file."""

    status: int

    def answer(self, handler: "_Handler", content: bytes) -> None:  # noqa: ARG002
        handler.send_response(self.status)
        handler.send_header("Location", "http://127.0.0.1:9/portal")
        handler.send_header("Content-Length", "0")
        handler.end_headers()


@dataclass(frozen=True, slots=True)
class Cut:
    """Promise the whole file, send some bytes and hang up."""

    after: int

    def answer(self, handler: "_Handler", content: bytes) -> None:
        handler.send_file_head(len(content))
        handler.send_bytes(content[: self.after])
        handler.close_connection = True


@dataclass(frozen=True, slots=True)
class Stall:
    """Send some bytes and then nothing more, without hanging up."""

    after: int = 0

    def answer(self, handler: "_Handler", content: bytes) -> None:
        handler.send_file_head(len(content))
        handler.send_bytes(content[: self.after])
        handler.wfile.flush()
        handler.hub.closing.wait(120)


@dataclass(frozen=True, slots=True)
class Drip:
    """Send the file one byte at a time."""

    pause_s: float

    def answer(self, handler: "_Handler", content: bytes) -> None:
        handler.send_file_head(len(content))
        for position in range(len(content)):
            handler.wfile.write(content[position : position + 1])
            if handler.hub.closing.wait(self.pause_s):
                return


@dataclass(frozen=True, slots=True)
class Keep:
    """Send an opening, then some bytes again and again: an answer that never gets to the file."""

    opening: bytes
    again: bytes
    pause_s: float = 0.01

    def answer(self, handler: "_Handler", content: bytes) -> None:  # noqa: ARG002
        handler.wfile.write(self.opening)
        while not handler.hub.closing.wait(self.pause_s):
            handler.wfile.write(self.again)


@dataclass(frozen=True, slots=True)
class Replace:
    """Send other bytes, as an honest file of that length."""

    content: bytes

    def answer(self, handler: "_Handler", content: bytes) -> None:  # noqa: ARG002
        rest = self.content[handler.start :]
        handler.send_file_head(len(rest))
        handler.send_bytes(rest)


class Hub(LoopbackServer):
    """A static server on a free loopback port."""

    def __init__(self, folder: Path, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(partial(_Handler, self), tls)
        self.folder = folder
        self.faults: dict[str, Fault] = {}
        self.requests: list[str] = []
        self.ranges: list[str] = []  # the Range headers that came
        self.knows_ranges = True
        self.range_error = 0  # go on so many bytes from where it was asked
        self.sent: Counter[str] = Counter()  # bytes of each file, by its path
        self.taken: dict[str, bytes] = {}  # what was put, by its path
        self.connections = 0

    def sent_of(self, part: str) -> int:
        """How many bytes were sent of the files whose path has this part."""
        return sum(size for path, size in self.sent.items() if part in path)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120  # a box that waits for its disk finds the line still there
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an ACK

    def __init__(self, hub: Hub, *args: Any) -> None:
        self.hub = hub
        hub.connections += 1
        super().__init__(*args)

    def do_GET(self) -> None:
        self.hub.requests.append(self.path)
        path = self.hub.folder / self.path.lstrip("/")
        content = path.read_bytes() if path.is_file() else None
        self.start, self.whole = self._asked_from(), len(content or b"")
        for part, fault in self.hub.faults.items():
            if part in self.path:
                fault.answer(self, (content or b"")[self.start :])
                return
        if content is None:
            Refuse(404).answer(self, b"")
        elif self.start and self.start >= len(content):
            Refuse(416).answer(self, b"")
        else:
            self.send_file_head(len(content) - self.start)
            self.send_bytes(content[self.start :])

    def _asked_from(self) -> int:
        asked = self.headers.get("Range")
        if asked is None:
            return 0
        self.hub.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-"))
        return start + self.hub.range_error if self.hub.knows_ranges else 0

    def do_PUT(self) -> None:
        """Take a file in chunks, unless a fault is set for it."""
        content = b""
        while size := int(self.rfile.readline(), 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        self.hub.requests.append(self.path)
        self.start, self.whole = 0, 0
        for part, fault in self.hub.faults.items():
            if part in self.path:
                fault.answer(self, b"")
                return
        self.hub.taken[self.path] = content
        Refuse(204).answer(self, b"")

    def send_bytes(self, content: bytes) -> None:
        self.hub.sent[self.path] += len(content)
        self.wfile.write(content)

    def send_file_head(self, size: int) -> None:
        self.send_response(206 if self.start else 200)
        if self.start:
            last = self.start + size - 1
            self.send_header("Content-Range", f"bytes {self.start}-{last}/{self.whole}")
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass
