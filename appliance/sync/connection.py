"""Hold the one connection to the hub, and say in our own words what goes wrong on it.

TLS, the box's certificate, a proxy, the limit on bandwidth and the patience with a hub that hangs
are all settled here. Follows no redirect (a captive portal answers with one), retries nothing (the
worker comes back), uses no proxy setting of the environment. Called by the fetcher and the upload.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from http import HTTPStatus
from pathlib import Path
from typing import NoReturn

import urllib3
from tuf.api.exceptions import DownloadHTTPError

from appliance.clock import Clock
from appliance.config import BoxConfig, HubSection
from appliance.errors import (
    CutShortError,
    FetchError,
    HubUnreachableError,
    NotAdmittedError,
    ProxyRefusedError,
)
from appliance.sync.stall_watch import StallWatch
from appliance.sync.throttle import Throttle
from appliance.sync.tls import is_refusal, shown_certificate, tls_context

# Below this average for longer than the timeout a transfer is given up: a server that drips one
# byte at a time would otherwise hold the sync for days.
_SLOWEST_BYTES_PER_S = 1024
# Timeouts in a row without a byte of the file: names, TCP and TLS may each need one on a bad line.
_PATIENCE = 3
_NOT_ADMITTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class HubConnection:
    """The connection of one sync or one upload."""

    def __init__(self, hub: HubSection, clock: Clock) -> None:
        self._hub = hub
        self._clock = clock
        self._throttle = Throttle(hub.max_kbit_s, clock)
        self._stalls = StallWatch(_PATIENCE * hub.timeout_s)
        options = self._throttle.socket_options
        self._pool = self._stalls.new_pool(tls_context(hub), hub.proxy, options)

    def watching(self) -> AbstractContextManager[None]:
        """Cut the connection if the block waits too long without anything coming or going."""
        return self._stalls.watching()

    def close(self) -> None:
        """Close it."""
        self._pool.clear()
        self._stalls.close()

    def ask(
        self, method: str, url: str, *, start: int = 0, body: Iterator[bytes] | None = None
    ) -> urllib3.BaseHTTPResponse:
        """Send a request and return the answer, whatever its status.

        Raises:
            FetchError: there was none.

        """
        headers = {"User-Agent": "nodboks", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        try:
            response = self._pool.request(
                method, url, redirect=False, preload_content=False, body=body,
                timeout=urllib3.Timeout(self._hub.timeout_s), headers=headers,
            )  # fmt: skip
        except urllib3.exceptions.HTTPError as error:
            raise self._named(error, url) from error
        if self._stalls.has_hung_up:  # half a status line then passes for a whole one
            response.close()
            raise CutShortError(f"{url}: no whole answer came")
        return response

    def read(self, response: urllib3.BaseHTTPResponse, url: str) -> Iterator[bytes]:
        """Yield the body of an answer, no faster than allowed.

        Raises:
            CutShortError: it stopped, or came too slowly to be worth waiting for.

        """
        started = self._clock.monotonic()
        received = 0
        size = self._throttle.piece_size
        try:
            # read1 hands over what has come; read() would wait for a whole piece of a dripping
            # server and the rate below would never be looked at.
            while content := response.read1(size, decode_content=False):
                received += len(content)
                self._stalls.note(len(content))
                self._refuse_crawl(received, self._clock.monotonic() - started, url)
                yield content
                time.sleep(self._throttle.pause_after(len(content)))
        except urllib3.exceptions.HTTPError as error:
            raise CutShortError(f"{url}: {error}") from error
        if self._stalls.has_hung_up:  # a body without a length then seems to end of itself
            raise CutShortError(f"{url}: nothing more came")

    def pieces_of(self, file: Path) -> Iterator[bytes]:
        """Yield a file to send, no faster than allowed."""
        with file.open("rb") as source:
            while content := source.read(self._throttle.piece_size):
                yield content
                self._stalls.note(len(content))
                time.sleep(self._throttle.pause_after(len(content)))

    def refuse_status(self, status: int, url: str) -> NoReturn:
        """Raise for an answer that is not what was asked for.

        Raises:
            ProxyRefusedError: the proxy gave it.
            DownloadHTTPError: the hub did; the TUF client takes 404 as "no newer root".

        """
        if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            raise ProxyRefusedError(f"{self._hub.proxy}: status {status}")
        asks = url.startswith("https://") and status in _NOT_ADMITTED
        more = f"; {shown_certificate(self._hub)}" if asks else ""
        raise DownloadHTTPError(f"{url}: status {status}{more}", status)

    def _named(self, error: urllib3.exceptions.HTTPError, url: str) -> FetchError:
        if isinstance(error, urllib3.exceptions.ProxyError):
            return ProxyRefusedError(f"{self._hub.proxy}: {error.original_error}")
        if isinstance(error, urllib3.exceptions.SSLError) and is_refusal(error):
            return NotAdmittedError(f"{url}: {error}; {shown_certificate(self._hub)}")
        return HubUnreachableError(f"{url}: {error}")

    def _refuse_crawl(self, received: int, seconds: float, url: str) -> None:
        if seconds > self._hub.timeout_s and received < _SLOWEST_BYTES_PER_S * seconds:
            raise CutShortError(f"{url}: {received} bytes in {seconds:.0f} s")


def box_url(config: BoxConfig) -> str:
    """Return the address of this box's own folder on the hub."""
    return f"{config.hub.url.rstrip('/')}/boxes/{config.box.id}"
