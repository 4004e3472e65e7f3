"""Open the files of a feed, whether they lie in a folder or in a zip, and give their lines.

Lines are streamed: a file of a million resources costs no more memory than its longest line, and
a line that never ends is reported and passed over. Nothing is ever unpacked to disk. Refuses a
zip whose names point outside it. Called by `fhir/parts` and `fhir/bulk`.
"""

import gzip
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple, NoReturn, Protocol, cast

from provisioning.errors import UnreadableFeedError, UnreadableFileError
from provisioning.sources.progress import UNWATCHED, Progress

LONGEST_LINE = 8 * 1024 * 1024  # a scanned document as base64; ten times that would be a fault
LONGEST_DOCUMENT = 32 * 1024 * 1024  # a page of a search; more than that belongs in lines
DOCUMENT_ENDINGS = (".json", ".json.gz")
_BLOCK = 1024 * 1024
_UNPACKED = 64 * 1024  # what is lost of a file that was cut short, so not much
_BOM = b"\xef\xbb\xbf"
# Everything gzip, zip and the disk can answer when a file is damaged, locked or cut short.
_DAMAGE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError)


class FeedStore(Protocol):
    """The named files of one feed."""

    def names(self) -> list[str]:
        """Return every file name, relative to the feed and with "/", in fixed order."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """Open one file."""
        ...

    def size(self) -> int:
        """Return how many bytes all files have together."""
        ...


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A feed that lies in a folder."""

    folder: Path

    def names(self) -> list[str]:
        """Return every file name below the folder, in fixed order.

        Raises:
            UnreadableFeedError: a folder in it may not be read, so nobody knows what is missing.

        """
        found, seen = [], set()
        try:
            for folder, inside, files in os.walk(self.folder, onerror=_refuse, followlinks=True):
                real = os.path.realpath(folder)
                if real in seen:
                    inside.clear()  # a link to a folder above it, or to one read already
                    continue
                seen.add(real)
                below = os.path.relpath(folder, self.folder).replace(os.sep, "/")
                prefix = "" if below == os.curdir else f"{below}/"
                here = Path(folder)
                found += [prefix + name for name in files if (here / name).is_file()]
        except OSError as error:
            _refuse(error)
        return sorted(found)

    def open(self, name: str) -> IO[bytes]:
        """Open one file."""
        return (self.folder / name).open("rb")

    def size(self) -> int:
        """Return how many bytes all files have together."""
        return sum((self.folder / name).stat().st_size for name in self.names())


def _refuse(error: OSError) -> NoReturn:
    raise UnreadableFeedError(f"{error.filename}: {error.strerror}") from error


class ZipStore:
    """A feed that lies in a zip; its members are read in place.

    Raises:
        UnreadableFeedError: not a zip, or a member's name points outside the feed.

    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except _DAMAGE as error:
            raise UnreadableFeedError(f"{path.name}: {error}") from error
        for name in self._zip.namelist():
            if not is_safe_name(name):
                raise UnreadableFeedError(f"{path.name}: member {name!r} points outside the feed")

    def names(self) -> list[str]:
        """Return every member that is a file, in fixed order."""
        return sorted({item.filename for item in self._zip.infolist() if not item.is_dir()})

    def open(self, name: str) -> IO[bytes]:
        """Open one member."""
        return self._zip.open(name)

    def size(self) -> int:
        """Return how many bytes all members have together when they are unpacked."""
        return sum(item.file_size for item in self._zip.infolist())


class WatchedStore:
    """A feed whose reading somebody follows, block by block."""

    def __init__(self, store: FeedStore, progress: Progress) -> None:
        self.names, self.size, self.unwatched = store.names, store.size, store
        self._progress = progress

    def open(self, name: str) -> IO[bytes]:
        """Open one file."""
        return io.BufferedReader(_Watched(self.unwatched.open(name), self._progress), _BLOCK)


class _Watched(io.RawIOBase):
    """A file that tells how much of it was read, block by block."""

    def __init__(self, stream: IO[bytes], progress: Progress) -> None:
        self._stream = stream
        self._progress = progress

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        self._progress.advance(len(content))
        return len(content)

    def close(self) -> None:
        self._stream.close()
        super().close()


def open_store(path: Path, progress: Progress = UNWATCHED) -> FeedStore:
    """Open a feed's folder or zip, for somebody to follow how it is read if so wished.

    Raises:
        UnreadableFeedError: it is neither, or the zip is damaged or has unsafe names.

    """
    store = _plain_store(path)
    return store if progress is UNWATCHED else WatchedStore(store, progress)


def size_of(paths: Iterable[Path]) -> int:
    """Return how many bytes there are to read in these feeds.

    Raises:
        UnreadableFeedError: one of them is neither a folder nor a zip that can be read.

    """
    return sum(open_store(path).size() for path in paths)


def _plain_store(path: Path) -> FeedStore:
    try:
        if path.is_dir():
            return FolderStore(path)
        if path.is_file():
            return ZipStore(path)
    except OSError as error:
        _refuse(error)
    raise UnreadableFeedError(f"{path}: no such folder or zip")


def is_safe_name(name: str) -> bool:
    """Tell whether a name from a zip or manifest stays inside the feed."""
    path = PurePosixPath(name)
    return bool(name) and "\\" not in name and not path.is_absolute() and ".." not in path.parts


class Line(NamedTuple):
    """One line of a file; `content` is None when the line is too long to be a resource."""

    number: int
    content: bytes | None
    is_document: bool = False


def lines(store: FeedStore, name: str) -> Iterator[Line]:
    """Stream the lines of a file that are not empty; `.gz` is unpacked on the way.

    A JSON document is given as one line, however it is broken.

    Raises:
        UnreadableFileError: the file is missing, damaged or cut short; the lines given before
            that were whole.

    """
    number = 0
    try:
        with store.open(name) as raw, _unpacked(raw, name) as stream:
            if name.endswith(DOCUMENT_ENDINGS):
                yield _document(stream)
                return
            while content := stream.readline(LONGEST_LINE):
                number += 1
                if len(content) == LONGEST_LINE and not content.endswith(b"\n"):
                    _skip_line(stream)
                    yield Line(number, None)
                    continue
                if number == 1:
                    content = content.removeprefix(_BOM)
                if not content.isspace() and content:
                    yield Line(number, content)
    except (KeyError, *_DAMAGE) as error:
        raise UnreadableFileError(f"{name}: stopped after line {number}: {error}") from error


def _document(stream: IO[bytes]) -> Line:
    content = stream.read(LONGEST_DOCUMENT + 1).removeprefix(_BOM)
    return Line(1, content if len(content) <= LONGEST_DOCUMENT else None, is_document=True)


def read_whole(store: FeedStore, name: str, most: int | None = None) -> bytes:
    """Read a file smaller than `most`, which is what a manifest may have at most.

    Raises:
        UnreadableFileError: the file is damaged or far too big to be what it claims.

    """
    most = most or LONGEST_LINE
    try:
        with store.open(name) as stream:
            content = stream.read(most)
    except (KeyError, *_DAMAGE) as error:
        raise UnreadableFileError(f"{name}: {error}") from error
    if len(content) == most:
        raise UnreadableFileError(f"{name}: larger than {most} bytes")
    return content


def sha256_of(store: FeedStore, name: str) -> str:
    """Return the SHA-256 of a file as it was delivered.

    Raises:
        UnreadableFileError: the file cannot be read.

    """
    digest = hashlib.sha256()
    # The bytes are read once more to be understood: that is what somebody follows.
    plain = store.unwatched if isinstance(store, WatchedStore) else store
    try:
        with plain.open(name) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except (KeyError, *_DAMAGE) as error:
        raise UnreadableFileError(f"{name}: {error}") from error
    return digest.hexdigest()


def _unpacked(raw: IO[bytes], name: str) -> IO[bytes]:
    if name.endswith(".gz"):
        return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=raw)), _UNPACKED)
    return raw


def _skip_line(stream: IO[bytes]) -> None:
    """Pass over the rest of a line without holding it."""
    while block := stream.readline(_BLOCK):
        if block.endswith(b"\n"):
            return
