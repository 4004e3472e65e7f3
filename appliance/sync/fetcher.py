"""Fetch files from the hub over HTTP or HTTPS, within time and size limits.

Believes nothing it receives: sizes and hashes are checked by whoever asked. Follows no redirect (a
captive portal answers with one), retries nothing (the worker comes back), uses no proxy setting of
the environment. A network fault leaves here as one of our own errors; only an HTTP status keeps
the TUF library's own class, because its client takes 404 as "no newer root". Called by the sync.
"""

import ssl
from collections.abc import Iterator
from pathlib import Path

import urllib3
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface

from appliance.clock import Clock
from appliance.config import HubSection
from appliance.errors import ConfigError, CutShortError, HubUnreachableError, TamperedSnapshotError
from appliance.sync.stall_watch import StallWatch

_PIECE = 64 * 1024
_OK = 200
# Below this average for longer than the timeout a transfer is given up: a server that drips one
# byte at a time would otherwise hold the sync for days.
_SLOWEST_BYTES_PER_S = 1024
# Timeouts in a row without a byte of the file: names, TCP and TLS may each need one on a bad line.
_PATIENCE = 3


class HubFetcher(FetcherInterface):
    """The one connection of a sync to the hub."""

    def __init__(self, hub: HubSection, clock: Clock) -> None:
        self._timeout_s = hub.timeout_s
        self._clock = clock
        # Reading the system's certificates takes longer than all the rest of a sync.
        tls = _tls(hub.ca_file) if hub.url.startswith("https://") else None
        self._stalls = StallWatch(_PATIENCE * hub.timeout_s)
        self._pool = self._stalls.new_pool(tls)

    def close(self) -> None:
        """Close every connection."""
        self._pool.clear()

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """Return a small file; metadata is kept out of the temp folder.

        Raises:
            TamperedSnapshotError: it is longer than it may be.
            CutShortError, HubUnreachableError, DownloadHTTPError: the network.

        """
        return b"".join(self.pieces(url, max_length))

    def pieces(self, url: str, max_length: int) -> Iterator[bytes]:
        """Yield a file of any size piece by piece.

        Raises:
            TamperedSnapshotError: it is longer than it may be.
            CutShortError, HubUnreachableError, DownloadHTTPError: the network.

        """
        received = 0
        for piece in self._fetch(url):
            received += len(piece)
            if received > max_length:
                raise TamperedSnapshotError(f"{url}: more than {max_length} bytes")
            yield piece

    def _fetch(self, url: str) -> Iterator[bytes]:
        with self._stalls.watching():
            response = self._ask(url)
            try:
                if response.status != _OK:
                    raise DownloadHTTPError(f"{url}: status {response.status}", response.status)
                yield from self._body(response, url)
            finally:
                response.close()

    def _ask(self, url: str) -> urllib3.BaseHTTPResponse:
        try:
            return self._pool.request(
                "GET", url, redirect=False, preload_content=False,
                timeout=urllib3.Timeout(self._timeout_s), headers={"User-Agent": "nodboks"},
            )  # fmt: skip
        except urllib3.exceptions.HTTPError as error:
            raise HubUnreachableError(f"{url}: {error}") from error

    def _body(self, response: urllib3.BaseHTTPResponse, url: str) -> Iterator[bytes]:
        started = self._clock.monotonic()
        received = 0
        try:
            # read1 hands over what has come; read() would wait for a whole piece of a dripping
            # server and the rate below would never be looked at.
            while piece := response.read1(_PIECE, decode_content=False):
                received += len(piece)
                self._stalls.note(len(piece))
                self._refuse_crawl(received, self._clock.monotonic() - started, url)
                yield piece
        except urllib3.exceptions.HTTPError as error:
            raise CutShortError(f"{url}: {error}") from error
        if self._stalls.has_hung_up:  # a body without a length then seems to end of itself
            raise CutShortError(f"{url}: nothing more came")

    def _refuse_crawl(self, received: int, seconds: float, url: str) -> None:
        if seconds > self._timeout_s and received < _SLOWEST_BYTES_PER_S * seconds:
            raise CutShortError(f"{url}: {received} bytes in {seconds:.0f} s")


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    """Trust the municipality's own CA where it is named, else the system's."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one: a file without certificates
        raise ConfigError(f"hub.ca_file {ca_file}: {error}") from error
