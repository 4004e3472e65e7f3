"""Take the same files from a USB stick, or any mounted folder, that the hub serves.

A stick comes from anywhere: it is trusted no more than the network, and never written to. Follows
no symbolic link, opens nothing but plain files (a FIFO would hold the sync for ever), reads no
more than was signed. A stick that is pulled out in the middle is a FetchError like a cut line:
what came stays, and the next try, from wherever, goes on behind it. Called by the sync.
"""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from tuf.api.exceptions import DownloadHTTPError

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.errors import StickError, TamperedSnapshotError
from appliance.files import open_plain_file
from appliance.sync.source import Fetcher, Piece, Place

_PIECE = 256 * 1024
# The TUF client asks for the next root until there is none.
_NEXT_ROOT = re.compile(r"[0-9]+\.root\.json")
_NOT_FOUND = 404
# A stick that gives less than this, after a while, is broken or hostile.
_SLOWEST_BYTES_PER_S = 1024
_PATIENCE_S = 60


class StickFetcher(Fetcher):
    """The files below one folder; a "url" is a path relative to it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def pieces(self, url: str, max_length: int, start: int = 0) -> Iterator[Piece]:
        """Yield a file from `start`.

        Raises:
            TamperedSnapshotError: it is longer than it may be.
            StickError: it is not there, is no plain file, or cannot be read.
            DownloadHTTPError: it is the root after the last.

        """
        with _naming_errors(url), open_plain_file(self._folder, url) as source:
            position = source.seek(start)
            began = self._clock.monotonic()
            while content := source.read(_PIECE):
                if position + len(content) > max_length:
                    raise TamperedSnapshotError(f"{url} on the stick: more than {max_length} bytes")
                yield Piece(position, content)
                position += len(content)
                self._refuse_crawl(position - start, self._clock.monotonic() - began, url)

    def _refuse_crawl(self, received: int, seconds: float, url: str) -> None:
        if seconds > _PATIENCE_S and received < _SLOWEST_BYTES_PER_S * seconds:
            raise StickError(f"{url} on the stick: {received} bytes in {seconds:.0f} s")


@contextlib.contextmanager
def _naming_errors(url: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if _NEXT_ROOT.fullmatch(url.rpartition("/")[2]):
            raise DownloadHTTPError(f"{url} is not on the stick", _NOT_FOUND) from error
        raise StickError(f"{url} is not on the stick") from error
    except OSError as error:
        raise StickError(f"{url} on the stick: {error.strerror}") from error


class StickSource:
    """A mounted folder with the layout of the hub's public folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def opened(self, config: BoxConfig, clock: Clock) -> Iterator[Place]:
        """Open it for one sync; nothing is read yet."""
        yield Place(box_folder(config.box.id), StickFetcher(self._folder, clock))


def box_folder(box_id: str) -> str:
    """Return where a box's files lie on a stick."""
    return f"boxes/{box_id}"


class StickWatch:
    """Notices when a stick with something for this box appears, or is filled anew."""

    def __init__(self, folder: Path | None, box_id: str) -> None:
        self._file = folder / box_folder(box_id) / "metadata" / "timestamp.json" if folder else None
        self._seen: tuple[int, ...] | None = None

    def has_new(self) -> bool:
        """Tell whether there is one that was not there at the last look; each is told once."""
        before, self._seen = self._seen, self._look()
        return self._seen is not None and self._seen != before

    def _look(self) -> tuple[int, ...] | None:
        if self._file is None:
            return None
        try:
            found = self._file.stat(follow_symlinks=False)
        except OSError:
            return None
        return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
