"""Fetch files from the hub over HTTP or HTTPS, within time, size and bandwidth limits.

Believes nothing it receives: sizes and hashes are checked by whoever asked. Goes on in the middle
of a file where the hub can. A network fault leaves here as one of our own errors; only an HTTP
status keeps the TUF library's own class, because its client takes 404 as "no newer root". Called
by the sync.
"""

import contextlib
import re
from collections.abc import Iterator
from http import HTTPStatus

import urllib3

from appliance.clock import Clock
from appliance.config import BoxConfig, HubSection
from appliance.errors import TamperedSnapshotError
from appliance.sync.connection import HubConnection, box_url
from appliance.sync.source import Fetcher, Piece, Place

_RANGE = re.compile(r"bytes (\d{1,15})-\d{1,15}/(?:\d{1,15}|\*)")


class HubFetcher(Fetcher):
    """Fetches over the one connection of a sync."""

    def __init__(self, hub: HubSection, clock: Clock) -> None:
        self._connection = HubConnection(hub, clock)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def pieces(self, url: str, max_length: int, start: int = 0) -> Iterator[Piece]:
        """Yield a file from `start`; from its beginning if the hub cannot go on in the middle.

        Raises:
            TamperedSnapshotError: it is longer than it may be.
            FetchError, DownloadHTTPError: the network.

        """
        with self._connection.watching():
            response, position = self._open(url, start)
            try:
                for content in self._connection.read(response, url):
                    if position + len(content) > max_length:
                        raise TamperedSnapshotError(f"{url}: more than {max_length} bytes")
                    yield Piece(position, content)
                    position += len(content)
            finally:
                response.close()

    def _open(self, url: str, start: int) -> tuple[urllib3.BaseHTTPResponse, int]:
        """Ask for a file; return the answer and where in the file it begins."""
        response = self._connection.ask("GET", url, start=start)
        if start and response.status != HTTPStatus.OK:
            if _goes_on_at(response, start):
                return response, start
            # What lies here is longer than the hub's file, or the hub cannot count: afresh.
            response.close()
            response = self._connection.ask("GET", url)
        if response.status != HTTPStatus.OK:
            response.close()
            self._connection.refuse_status(response.status, url)
        return response, 0


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
