"""Hang up on a hub that keeps a sync waiting without sending anything of the file.

A socket's own timeout begins anew with every byte, so a server that drips a status line, sends
`100 Continue` for ever or never ends its trailers, and a proxy that drips its answer to CONNECT,
would hold the sync for days, and with it every later one. What counts here is bytes of the file.
Called by the fetcher.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence

import urllib3
from urllib3.connection import HTTPConnection

from appliance.sync.tls import TellingConnection


class StallWatch:
    """Watches the one connection of a fetcher, while a request is under way."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._line: socket.socket | None = None
        self._received = 0
        self.has_hung_up = False

    def new_pool(
        self,
        tls: ssl.SSLContext | None,
        proxy: str,
        socket_options: Sequence[tuple[int, int, int | bytes]],
    ) -> urllib3.PoolManager:
        """Return a pool whose connections this watch can cut."""
        watch = self

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return watch._watched(super()._new_conn())

        class Secure(TellingConnection):
            def _new_conn(self) -> socket.socket:
                return watch._watched(super()._new_conn())

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Secure

        pool = (
            urllib3.ProxyManager(
                proxy, ssl_context=tls, retries=False, socket_options=socket_options
            )
            if proxy
            else urllib3.PoolManager(ssl_context=tls, retries=False, socket_options=socket_options)
        )
        pool.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
        return pool

    def close(self) -> None:
        """Let go of the connection."""
        if self._line is not None:
            self._line.close()
            self._line = None

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

    def _watched(self, connection: socket.socket) -> socket.socket:
        """Keep a second handle of a connection, from before a proxy or TLS is spoken to on it.

        The first one is taken over by TLS; cutting that would take the TLS state away from the
        thread that is reading.
        """
        self.close()
        self._line = connection.dup()
        return connection

    def _watch(self, is_over: threading.Event) -> None:
        before = self._received
        while not is_over.wait(self._patience_s):
            if self._received == before and self._line is not None:
                self._hang_up(self._line)
            before = self._received

    def _hang_up(self, line: socket.socket) -> None:
        self.has_hung_up = True
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
