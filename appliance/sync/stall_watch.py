"""Hang up on a hub that keeps a sync waiting without sending anything of the file.

A socket's own timeout begins anew with every byte, so a server that drips a status line, sends
`100 Continue` for ever or never ends its trailers would hold the sync for days, and with it every
later one. What counts here is bytes of the file. Called by the fetcher.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection


class StallWatch:
    """Watches the one connection of a fetcher, while a request is under way."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._socket: socket.socket | None = None
        self._received = 0
        self.has_hung_up = False

    def new_pool(self, tls: ssl.SSLContext | None) -> urllib3.PoolManager:
        """Return a pool whose connections this watch can cut."""
        watch = self

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                watch._socket = self.sock

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                watch._socket = self.sock

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Secure

        pool = urllib3.PoolManager(ssl_context=tls, retries=False)
        pool.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
        return pool

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Cut the connection if the block waits too long for the next bytes of the file."""
        self.has_hung_up = False
        is_over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(is_over,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            is_over.set()
            watcher.join()

    def note(self, size: int) -> None:
        """Take note that so many bytes of the file have come."""
        self._received += size

    def _watch(self, is_over: threading.Event) -> None:
        before = self._received
        while not is_over.wait(self._patience_s):
            if self._received == before and self._socket is not None:
                self._hang_up(self._socket)
            before = self._received

    def _hang_up(self, connection: socket.socket) -> None:
        self.has_hung_up = True
        # Not SSLSocket.shutdown: it takes the TLS state away from the thread that is reading.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
