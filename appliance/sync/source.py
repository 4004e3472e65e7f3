"""Say what a sync needs of a place it fetches from: the seam between the network and a USB stick.

Whatever stands behind it is trusted the same: not at all. Sizes and hashes are checked by whoever
asked.
"""

import abc
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tuf.ngclient.fetcher import FetcherInterface

from appliance.clock import Clock
from appliance.config import BoxConfig


class Piece(NamedTuple):
    """Some bytes of a file, and where in it they begin."""

    position: int
    content: bytes


class Fetcher(FetcherInterface):
    """What fetches files, for the sync and for the TUF client."""

    @abc.abstractmethod
    def pieces(self, url: str, max_length: int, start: int = 0) -> Iterator[Piece]:
        """Yield a file from `start`, or from its beginning if that cannot be had.

        Raises:
            TamperedSnapshotError: it is longer than it may be.
            FetchError: it did not come.
            DownloadHTTPError: the answer was something else; the TUF client takes 404 itself.

        """

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """Return a small file; metadata is kept out of the temp folder.

        Raises:
            TamperedSnapshotError, FetchError, DownloadHTTPError: as `pieces`.

        """
        return b"".join(piece.content for piece in self.pieces(url, max_length))

    def _fetch(self, url: str) -> Iterator[bytes]:
        return (piece.content for piece in self.pieces(url, sys.maxsize))


@dataclass(frozen=True, slots=True)
class Place:
    """One place open for fetching: `url` is the folder of this box there."""

    url: str
    fetcher: Fetcher


class Source(Protocol):
    """A place a box may fetch from."""

    def opened(self, config: BoxConfig, clock: Clock) -> AbstractContextManager[Place]:
        """Open it for one sync.

        Raises:
            FetchError: it is not there.
            ConfigError: a setting of it is wrong.

        """
        ...
