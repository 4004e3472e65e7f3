"""A real HTTP proxy on loopback: CONNECT for https, forwarding for http, and ways to refuse."""

import contextlib
import socket
import threading
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.simulators.loopback import LoopbackServer

_PIECE = 65536


class Proxy(LoopbackServer):
    """Forwards to anywhere it is asked; `refusal` is the status it answers with instead."""

    def __init__(self) -> None:
        super().__init__(partial(_Handler, self))
        self.refusal = 0
        self.drips = False
        self.connects: list[str] = []
        self.forwarded: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120

    def __init__(self, proxy: Proxy, *args: Any) -> None:
        self.proxy = proxy
        super().__init__(*args)

    def do_CONNECT(self) -> None:
        self.proxy.connects.append(self.path)
        if self.proxy.drips:
            self._drip()
        elif self._may_pass():
            host, _, port = self.path.partition(":")
            with socket.create_connection((host, int(port)), timeout=60) as target:
                self.send_response(200)
                self.end_headers()
                _join(self.connection, target)
        self.close_connection = True

    def do_GET(self) -> None:
        self.proxy.forwarded.append(self.path)
        if not self._may_pass():
            return
        asked = urlsplit(self.path)
        onward = HTTPConnection(asked.netloc, timeout=60)
        wanted = {"Range": self.headers["Range"]} if "Range" in self.headers else {}
        onward.request("GET", asked.path, headers=wanted)
        answer = onward.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Range", "Content-Type"):
            if answer.headers.get(name):
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        onward.close()

    def _may_pass(self) -> bool:
        if self.proxy.refusal:
            self.send_response(self.proxy.refusal)
            self.send_header("Content-Length", "0")
            self.end_headers()
        return not self.proxy.refusal

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not self.proxy.closing.wait(0.02):
            self.wfile.write(b"x")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def _join(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until both have ended."""
    back = threading.Thread(target=_carry, args=(other, one))
    back.start()
    _carry(one, other)
    back.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while content := source.recv(_PIECE):
            target.sendall(content)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
