"""Stand where a printer should and answer with whatever a test wants, byte for byte.

`with IppStranger([answer, ...]) as stranger: IppClient(stranger.uri)` takes one connection per
answer, one after the other as a small printer does, and keeps what it was sent. An answer is the
bytes of a whole HTTP response, `SILENCE` (keeps the line and says nothing), `HANG_UP`, or a
`Drip`. Refuses to know what the bytes mean. Used by the tests of the IPP client.
"""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

SILENCE = b"SILENCE"
HANG_UP = b""


@dataclass(frozen=True)
class Drip:
    """An answer that comes one byte at a time."""

    content: bytes
    pause_s: float


Answer = bytes | Drip


def ok(body: bytes, status: str = "200 OK") -> bytes:
    """Wrap an IPP message in the HTTP a printer speaks."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/ipp\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class IppStranger:
    """A listener on a loopback port; `is_deaf` answers without hearing the request out."""

    def __init__(self, answers: Sequence[Answer], *, is_deaf: bool = False) -> None:
        self._answers = list(answers)
        self._is_deaf = is_deaf
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=8)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.requests: list[bytes] = []

    @property
    def uri(self) -> str:
        """Return the address to give a client."""
        return f"ipp://127.0.0.1:{self._listener.getsockname()[1]}/ipp/print"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        # Wakes a blocked accept; closing alone does not.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        for answer in self._answers:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line:
                self._meet(line, answer)

    def _meet(self, line: socket.socket, answer: Answer) -> None:
        if not self._is_deaf:
            self.requests.append(_whole_request(line))
        if answer == SILENCE:
            self._done.wait(10)
        elif isinstance(answer, Drip):
            for byte in answer.content:
                if self._done.wait(answer.pause_s):
                    return
                _send(line, bytes([byte]))
        else:
            _send(line, answer)


def _send(line: socket.socket, content: bytes) -> None:
    try:
        line.sendall(content)
    except OSError:
        time.sleep(0)  # the caller gave up: nothing to tell it


def _whole_request(line: socket.socket) -> bytes:
    """Read a request whose length its head tells; return its body."""
    with line.makefile("rb") as stream:
        length = 0
        while (head := stream.readline().strip()) != b"":
            name, _, value = head.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return stream.read(length)
