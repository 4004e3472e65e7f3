"""Stand where a printer should and answer with whatever a test wants, byte for byte.

`with IppStranger([answer, ...]) as stranger: IppClient(stranger.uri)` takes one connection per
answer, one after the other as a small printer does, and keeps what it was sent. An answer is the
bytes of a whole HTTP response, `SILENCE` (keeps the line and says nothing), `HANG_UP`, a `Drip`,
or a function that makes the bytes of the request, such as `reply(...)` makes one. Used by the tests
of the IPP client and of the printers above it.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from printers.ipp.message import Group, Message, decode, encode
from printers.ipp.transport import Patience

SILENCE = b"SILENCE"
HANG_UP = b""


@dataclass(frozen=True)
class Drip:
    """An answer that comes one byte at a time."""

    content: bytes
    pause_s: float


Answer = bytes | Drip | Callable[[bytes], bytes]


def ok(body: bytes, status: str = "200 OK") -> bytes:
    """Wrap an IPP message in the HTTP a printer speaks."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/ipp\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def reply(*groups: Group, code: int = 0) -> Callable[[bytes], bytes]:
    """Make an answer to whatever is asked: these groups, under the number of the request."""

    def answer(request: bytes) -> bytes:
        return ok(encode(Message(code, decode(request).request_id, groups)))

    return answer


class IppStranger:
    """A listener on a loopback port; `is_deaf` answers without hearing the request out."""

    def __init__(self, answers: Sequence[Answer], *, is_deaf: bool = False) -> None:
        self._answers = list(answers)
        self._is_deaf = is_deaf
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=8)
        self._port = self._listener.getsockname()[1]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.requests: list[bytes] = []

    @property
    def patience(self) -> Patience:
        """How long to wait for it: short only where an answer never comes.

        A busy machine takes its time with the others, and a test tells the two apart.
        """
        never = [
            answer for answer in self._answers if answer == SILENCE or isinstance(answer, Drip)
        ]
        wait_s = 60.0 if not never else 0.3 if never == self._answers else 2.0
        return Patience(connect_s=60.0, answer_s=wait_s, upload_s=wait_s)

    @property
    def uri(self) -> str:
        """Return the address to give a client."""
        return f"ipp://127.0.0.1:{self._port}/ipp/print"

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
            _wait_for_goodbye(line)
        elif isinstance(answer, Drip):
            for byte in answer.content:
                if self._done.wait(answer.pause_s):
                    return
                _send(line, bytes([byte]))
        else:
            _send(line, answer if isinstance(answer, bytes) else answer(self.requests[-1]))


def _send(line: socket.socket, content: bytes) -> None:
    with contextlib.suppress(OSError):  # the caller gave up: nothing to tell it
        line.sendall(content)


def _wait_for_goodbye(line: socket.socket) -> None:
    """Say nothing until the caller gives up, then be there for the next one."""
    line.settimeout(10)
    with contextlib.suppress(OSError):
        line.recv(1)


def _whole_request(line: socket.socket) -> bytes:
    """Read a request whose length its head tells; return its body."""
    with line.makefile("rb") as stream:
        length = 0
        while (head := stream.readline().strip()) != b"":
            name, _, value = head.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return stream.read(length)
