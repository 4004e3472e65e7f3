"""Put a printer behind a door that lets one caller in at a time, as cheap network printers do.

`with OneLine(printer.port) as door:` listens on `door.port`; a second caller is let in when the
first has hung up, or turned away where `is_rude`. Refuses to read what passes. Used by
`tests/real/`.
"""

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self

_PATIENCE_S = 60.0
_PAUSE_S = 0.01


class OneLine:
    """A relay to a loopback port that serves its callers one after the other."""

    def __init__(self, port: int) -> None:
        self.is_rude = False
        self._served: tuple[str, int] | None = None
        self._printer = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def uri(self) -> str:
        """Return the address to make a queue with."""
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    def occupy(self) -> socket.socket:
        """Call until the line is ours and keep it, as somebody else who prints; closing hangs up.

        A print service that has just made its queue may still be talking, and where the door is
        rude, who waits behind it is turned away.
        """
        end_s = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end_s:
            with contextlib.ExitStack() as ours:
                try:
                    line = socket.create_connection(("127.0.0.1", self.port))
                except ConnectionRefusedError:
                    time.sleep(_PAUSE_S)
                    continue
                ours.enter_context(line)
                if self._lets_in(line, end_s):
                    ours.pop_all()
                    return line
        raise TimeoutError("somebody else keeps the line")

    def _lets_in(self, line: socket.socket, end_s: float) -> bool:
        """Wait until this caller is the one who is served; False if it was turned away."""
        own = line.getsockname()
        while self._served != own and time.monotonic() < end_s:
            try:
                if not line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                    return False
            except BlockingIOError:
                time.sleep(_PAUSE_S)
            except OSError:
                return False
        return self._served == own

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.is_rude = False
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, address = self._listener.accept()
            except OSError:
                return
            is_rude = self.is_rude
            if is_rude:
                self._listener.close()
            self._served = address
            with caller, contextlib.suppress(OSError):
                self._relay(caller)
            if is_rude and self.is_rude:
                self._listener = socket.create_server(("127.0.0.1", self.port), backlog=16)

    def _relay(self, caller: socket.socket) -> None:
        with socket.create_connection(self._printer) as printer:
            back = threading.Thread(target=_pass_on, args=(printer, caller), daemon=True)
            back.start()
            _pass_on(caller, printer)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Pass bytes on until one side is through, then tell the other."""
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
