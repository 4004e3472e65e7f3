"""Download one file of an export, however often the connection breaks.

Goes on where it stopped when the server can (Range, tied to the same version by If-Range), and
starts over when it cannot. What arrives is looked through before it counts. Bytes that were not
known to be on disk when a process died are fetched again. Called by `fetch`.
"""

import os
import re
from contextlib import closing
from dataclasses import dataclass

import urllib3

from provisioning.bulk_client.asking import TRIES
from provisioning.bulk_client.bulk_server import BulkServer, refusal
from provisioning.bulk_client.errors import (
    DamagedDownloadError,
    ServerSettingsError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)
from provisioning.bulk_client.inspection import Inspection, inspect
from provisioning.bulk_client.server_manifest import Part, ServerFile
from provisioning.bulk_client.transport import OK, Answer, Request, pieces
from provisioning.bulk_client.workspace import Partial, RunState, Workspace, durable_size

_GONE = (403, 404, 410)
_NOTHING_LEFT = 416
_CHECKPOINT = 8 * 1024 * 1024  # what a power cut may cost
_FETCHES = 3  # of a file that keeps arriving spoilt
_RANGE = re.compile(r"bytes ([0-9]{1,15})-[0-9]{1,15}/(?:[0-9]{1,15}|\*)")
_LENGTH = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Gone:
    """The link does not work any more; a new manifest may have a new one."""

    shown: str
    status: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to bring in, how large it may be, and whether it takes our token."""

    file: ServerFile
    limit_bytes: int
    with_token: bool


class Download:
    """One file on its way to the working folder."""

    def __init__(
        self, server: BulkServer, work: Workspace, state: RunState, wanted: Wanted
    ) -> None:
        self._server = server
        self._work = work
        self._state = state
        self._wanted = wanted
        self._name = wanted.file.name
        self._path = work.path(f"{self._name}.part")
        self._partial = state.partial.setdefault(self._name, Partial())
        self._is_plain = False
        self._path.touch(mode=0o600)
        # Only what was written through to the disk is known to be what the server sent.
        self._cut_to(min(self._size, self._partial.kept))

    def fetch(self) -> Inspection | Gone:
        """Bring the file in, look it through, and note it in the state.

        Raises:
            DamagedDownloadError: it arrives spoilt every time.
            ServerUnreachableError: the connection breaks without getting any further.
            ServerSettingsError: it is larger than allowed.
            BulkServerError: everything else that can go wrong on the way.
            StorageError: the disk refused.

        """
        fetches = 0
        while True:
            if gone := self._receive_all():
                return gone
            fetches += 1
            try:
                return self._accept()
            except DamagedDownloadError as error:
                self._start_over()
                if fetches == _FETCHES:
                    raise DamagedDownloadError(f"{self._name}: {error}, {fetches} times") from error
                # Packing on the way is where bytes get spoilt: ask for the file as it is.
                self._is_plain = True

    @property
    def _size(self) -> int:
        return self._path.stat().st_size

    def _receive_all(self) -> Gone | None:
        """Ask until the file is whole; only tries that get no further than before are counted."""
        tries, furthest = 0, self._size
        while True:
            answer = self._server.ask(
                self._request(), self._name, with_token=self._wanted.with_token
            )
            if answer.status in _GONE:
                return Gone(answer.shown, answer.status)
            try:
                if self._take(answer):
                    return None
                trouble = "the server's answer does not continue the file"
            except ServerUnreachableError as error:
                trouble = str(error)
            size = self._size
            tries = 0 if size > furthest else tries + 1
            furthest = max(size, furthest)
            if tries >= TRIES:
                raise ServerUnreachableError(f"{self._name}: {trouble}, {tries} times")
            self._server.waiter.wait(self._server.waiter.delay({}, tries), self._name)

    def _request(self) -> Request:
        packing = "identity" if self._is_plain else "gzip"
        headers = {"Accept": "application/fhir+ndjson", "Accept-Encoding": packing}
        if size := self._size:
            headers["Range"] = f"bytes={size}-"
            if self._partial.validator:
                headers["If-Range"] = self._partial.validator
        return Request("GET", self._wanted.file.url, headers, streams=True)

    def _take(self, answer: Answer) -> bool:
        """Write what the answer brings; return whether the file is whole."""
        if answer.stream is None:
            return self._take_without_body(answer)
        with closing(answer.stream) as stream:
            if answer.is_html:
                raise UnexpectedAnswerError(f"{self._name}: {answer.shown}")
            if answer.status == OK:
                self._begin(answer)
            elif not self._continues(answer):
                self._start_over()
                return False
            self._refuse_announced(answer)
            # Bytes that were announced and do not come are urllib3's to miss: it raises.
            self._receive(stream)
        return True

    def _take_without_body(self, answer: Answer) -> bool:
        if answer.status != _NOTHING_LEFT:
            raise refusal(answer, self._name)
        if answer.headers.get("Content-Range", "").strip() == f"bytes */{self._size}":
            return True
        self._start_over()
        return False

    def _begin(self, answer: Answer) -> None:
        """Start from the first byte, and remember which version of the file this is."""
        self._start_over()
        etag = answer.headers.get("ETag", "").strip()
        is_strong = etag.startswith('"')  # the standard forbids a weak one in If-Range
        self._partial.validator = etag if is_strong else answer.headers.get("Last-Modified", "")
        self._partial.encoding = answer.headers.get("Content-Encoding", "")

    def _continues(self, answer: Answer) -> bool:
        """Tell whether a partial answer is the rest of what is here, and of the same version."""
        found = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
        etag = answer.headers.get("ETag", "").strip()
        is_other = self._partial.validator.startswith('"') and etag not in (
            "",
            self._partial.validator,
        )
        return (
            found is not None
            and int(found[1]) == self._size
            and answer.headers.get("Content-Encoding", "") == self._partial.encoding
            and not is_other
        )

    def _refuse_announced(self, answer: Answer) -> None:
        """Refuse a file that is too large before it is fetched, where its length is told."""
        given = answer.headers.get("Content-Length", "").strip()
        if _LENGTH.fullmatch(given):
            self._refuse_too_large(self._size + int(given))

    def _receive(self, stream: urllib3.BaseHTTPResponse) -> None:
        size = self._size
        try:
            with self._path.open("ab") as sink:
                for piece in pieces(stream):
                    self._server.waiter.check(self._name)
                    size += len(piece)
                    self._refuse_too_large(size)
                    sink.write(piece)
                    if size - self._partial.kept >= _CHECKPOINT:
                        sink.flush()
                        self._checkpoint()
        finally:
            self._checkpoint()

    def _refuse_too_large(self, size: int) -> None:
        if size > self._wanted.limit_bytes:
            raise ServerSettingsError(
                f"{self._name} is more than limits.file_mb or limits.total_mb allow"
            )

    def _checkpoint(self) -> None:
        self._partial.kept = durable_size(self._path)
        self._work.save(self._state)

    def _start_over(self) -> None:
        self._partial.kept = 0
        self._cut_to(0)

    def _cut_to(self, size: int) -> None:
        os.truncate(self._path, size)

    def _accept(self) -> Inspection:
        """Look the whole file through and give it its name.

        Raises:
            DamagedDownloadError: it is not what the server said it sent.

        """
        file = self._wanted.file
        found = inspect(self._path, self._wanted.limit_bytes)
        # Servers differ on what they count in the others, and the night can do without them.
        is_counted = file.count is not None and file.part is Part.OUTPUT
        if is_counted and found.count != file.count:
            raise DamagedDownloadError(f"{found.count} resources, the manifest says {file.count}")
        if file.sha256 and file.sha256 not in (found.sha256, found.content_sha256):
            raise DamagedDownloadError("its SHA-256 is not the one in the manifest")
        self._path.rename(self._work.path(stored_name(file, found)))
        del self._state.partial[self._name]
        self._state.finished[self._name] = found
        self._work.save(self._state)
        return found


def stored_name(file: ServerFile, found: Inspection) -> str:
    """Return the name a file has in the feed."""
    return f"{file.name}.gz" if found.is_packed else file.name
