"""Fetch files from the hub over HTTP or HTTPS, within time, size and bandwidth limits.

Believes nothing it receives: sizes and hashes are checked by whoever asked. Follows no redirect (a
captive portal answers with one), retries nothing (the worker comes back), uses no proxy setting of
the environment. Goes on in the middle of a file where the hub can. A network fault leaves here as
one of our own errors; only an HTTP status keeps the TUF library's own class, because its client
takes 404 as "no newer root". Called by the sync.
"""

import contextlib
import re
import time
from collections.abc import Iterator
from http import HTTPStatus

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
    TamperedSnapshotError,
)
from appliance.sync.source import Fetcher, Piece, Place
from appliance.sync.stall_watch import StallWatch
from appliance.sync.throttle import Throttle
from appliance.sync.tls import is_refusal, shown_certificate, tls_context

# Below this average for longer than the timeout a transfer is given up: a server that drips one
# byte at a time would otherwise hold the sync for days.
_SLOWEST_BYTES_PER_S = 1024
# Timeouts in a row without a byte of the file: names, TCP and TLS may each need one on a bad line.
_PATIENCE = 3
_RANGE = re.compile(r"bytes (\d{1,15})-\d{1,15}/(?:\d{1,15}|\*)")
_NOT_ADMITTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class HubFetcher(Fetcher):
    """The one connection of a sync to the hub."""

    def __init__(self, hub: HubSection, clock: Clock) -> None:
        self._hub = hub
        self._clock = clock
        self._throttle = Throttle(hub.max_kbit_s, clock)
        self._stalls = StallWatch(_PATIENCE * hub.timeout_s)
        options = self._throttle.socket_options
        self._pool = self._stalls.new_pool(tls_context(hub), hub.proxy, options)

    def close(self) -> None:
        """Close every connection."""
        self._pool.clear()
        self._stalls.close()

    def pieces(self, url: str, max_length: int, start: int = 0) -> Iterator[Piece]:
        """Yield a file from `start`; from its beginning if the hub cannot go on in the middle.

        Raises:
            TamperedSnapshotError: it is longer than it may be.
            FetchError, DownloadHTTPError: the network.

        """
        with self._stalls.watching():
            response, position = self._open(url, start)
            try:
                for content in self._body(response, url):
                    if position + len(content) > max_length:
                        raise TamperedSnapshotError(f"{url}: more than {max_length} bytes")
                    yield Piece(position, content)
                    position += len(content)
            finally:
                response.close()

    def _open(self, url: str, start: int) -> tuple[urllib3.BaseHTTPResponse, int]:
        """Ask for a file; return the answer and where in the file it begins."""
        response = self._ask(url, start)
        if start and response.status != HTTPStatus.OK:
            if _goes_on_at(response, start):
                return response, start
            # What lies here is longer than the hub's file, or the hub cannot count: afresh.
            response.close()
            response = self._ask(url, 0)
        if response.status != HTTPStatus.OK:
            response.close()
            self._refuse_status(response.status, url)
        return response, 0

    def _ask(self, url: str, start: int) -> urllib3.BaseHTTPResponse:
        headers = {"User-Agent": "nodboks", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        try:
            return self._pool.request(
                "GET", url, redirect=False, preload_content=False,
                timeout=urllib3.Timeout(self._hub.timeout_s), headers=headers,
            )  # fmt: skip
        except urllib3.exceptions.HTTPError as error:
            raise self._named(error, url) from error

    def _named(self, error: urllib3.exceptions.HTTPError, url: str) -> FetchError:
        if isinstance(error, urllib3.exceptions.ProxyError):
            return ProxyRefusedError(f"{self._hub.proxy}: {error.original_error}")
        if isinstance(error, urllib3.exceptions.SSLError) and is_refusal(error):
            return NotAdmittedError(f"{url}: {error}; {shown_certificate(self._hub)}")
        return HubUnreachableError(f"{url}: {error}")

    def _refuse_status(self, status: int, url: str) -> None:
        """Raise for an answer that is not the file."""
        if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            raise ProxyRefusedError(f"{self._hub.proxy}: status {status}")
        asks = url.startswith("https://") and status in _NOT_ADMITTED
        more = f"; {shown_certificate(self._hub)}" if asks else ""
        raise DownloadHTTPError(f"{url}: status {status}{more}", status)

    def _body(self, response: urllib3.BaseHTTPResponse, url: str) -> Iterator[bytes]:
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

    def _refuse_crawl(self, received: int, seconds: float, url: str) -> None:
        if seconds > self._hub.timeout_s and received < _SLOWEST_BYTES_PER_S * seconds:
            raise CutShortError(f"{url}: {received} bytes in {seconds:.0f} s")


def _goes_on_at(response: urllib3.BaseHTTPResponse, start: int) -> bool:
    """Tell whether an answer is the one piece of the file that was asked for."""
    told = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    return (
        response.status == HTTPStatus.PARTIAL_CONTENT and told is not None and int(told[1]) == start
    )


class HubSource:
    """The municipality's hub, as box.toml names it."""

    @contextlib.contextmanager
    def opened(self, config: BoxConfig, clock: Clock) -> Iterator[Place]:
        """Open the connection for one sync.

        Raises:
            ConfigError: a certificate or key in box.toml cannot be used.

        """
        fetcher = HubFetcher(config.hub, clock)
        try:
            yield Place(box_url(config), fetcher)
        finally:
            fetcher.close()


def box_url(config: BoxConfig) -> str:
    """Return the address of this box's own folder on the hub."""
    return f"{config.hub.url.rstrip('/')}/boxes/{config.box.id}"
