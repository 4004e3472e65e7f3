"""Carry one request to the server and its answer back, over urllib3.

Follows redirects of a GET by hand, so that our token goes only to addresses that are trusted and
nothing goes over plain http. Retries nothing and decides nothing. What urllib3 says of a fault is
not passed on as it is: it can hold a whole link, and links can be secrets. Called by `asking`.
"""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import urllib3

from provisioning.bulk_client.addresses import link, origin_of
from provisioning.bulk_client.errors import (
    ServerSettingsError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)
from provisioning.bulk_client.outcomes import Outcome, read_outcome
from provisioning.bulk_client.settings import ServerSection

_HOPS = 5
_PIECE = 64 * 1024
_LONGEST_DOCUMENT = 16 * 1024 * 1024  # a manifest of a hundred thousand files
OK, PARTIAL, BAD_REQUEST, UNAUTHORIZED, SERVER_FAULT = 200, 206, 400, 401, 500


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `streams` leaves the body of a file to be read piece by piece."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    streams: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `stream` is open when a file comes, and `url` is where it came from."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    stream: urllib3.BaseHTTPResponse | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether the server did what was asked."""
        return OK <= self.status < 300  # noqa: PLR2004  (the class of statuses that mean yes)

    @property
    def is_html(self) -> bool:
        """Tell whether this is a page for people: a login page, a proxy's apology."""
        return "html" in self.headers.get("Content-Type", "").lower()

    @property
    def document(self) -> dict[str, Any] | None:
        """Return the JSON object of the body, or None."""
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        return found if isinstance(found, dict) else None

    @property
    def outcome(self) -> Outcome | None:
        """Return what the server says went wrong, if it says so as FHIR."""
        return read_outcome(self.document)

    @property
    def shown(self) -> str:
        """Describe the answer without a word the server wrote: "status 500, error/processing"."""
        kind = str(self.outcome) if self.outcome else "an HTML page" if self.is_html else ""
        return f"status {self.status}{', ' if kind else ''}{kind}"


class Transport:
    """All connections of one run."""

    def __init__(self, server: ServerSection) -> None:
        self._trusted = frozenset(map(origin_of, (server.url, *server.trusted_origins)))
        self._timeout = urllib3.Timeout(connect=server.timeout_s, read=server.timeout_s)
        self._pool = _pool(server)

    def close(self) -> None:
        """Close every connection."""
        self._pool.clear()

    def is_trusted(self, url: str) -> bool:
        """Tell whether our token may go to the address."""
        return origin_of(url) in self._trusted

    def ask(self, request: Request, token: str | None = None) -> Answer:
        """Return the answer, read whole unless it is a file.

        Raises:
            ServerUnreachableError: no answer, or it broke off.
            UnexpectedAnswerError: too long, or redirected in a way that is refused.

        """
        url, response = self._follow(request, token)
        if request.streams and response.status in (OK, PARTIAL):
            return Answer(response.status, url, response.headers, stream=response)
        try:
            body = _read_document(response)
        finally:
            response.close()
        return Answer(response.status, url, response.headers, body)

    def _follow(self, request: Request, token: str | None) -> tuple[str, urllib3.BaseHTTPResponse]:
        url = request.url
        for _ in range(_HOPS + 1):
            response = self._send(request, url, token if self.is_trusted(url) else None)
            target = response.get_redirect_location()
            if not target or request.method != "GET":
                return url, response
            response.close()
            url = link(url, target, "a redirect")
        raise UnexpectedAnswerError(f"{origin_of(url)}: redirected more than {_HOPS} times")

    def _send(self, request: Request, url: str, token: str | None) -> urllib3.BaseHTTPResponse:
        headers = {"User-Agent": "nodboks", "Accept-Encoding": "identity", **request.headers}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            return self._pool.request(
                request.method, url, body=request.body, headers=headers, redirect=False,
                preload_content=False, decode_content=False, timeout=self._timeout,
            )  # fmt: skip
        except urllib3.exceptions.HTTPError as error:
            raise ServerUnreachableError(f"{origin_of(url)}: {_said(error)}") from None


def pieces(stream: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """Yield a file's bytes as they travel, still packed if they are.

    Raises:
        ServerUnreachableError: the connection broke off.

    """
    try:
        while piece := stream.read1(_PIECE, decode_content=False):
            yield piece
    except urllib3.exceptions.HTTPError as error:
        raise ServerUnreachableError(f"the connection broke off: {_said(error)}") from None


def _read_document(response: urllib3.BaseHTTPResponse) -> bytes:
    try:
        body = response.read(_LONGEST_DOCUMENT, decode_content=True)
    except urllib3.exceptions.HTTPError as error:
        raise ServerUnreachableError(f"the connection broke off: {_said(error)}") from None
    if len(body) == _LONGEST_DOCUMENT and response.status < BAD_REQUEST:
        raise UnexpectedAnswerError(f"an answer of more than {_LONGEST_DOCUMENT} bytes")
    return body


def _said(error: BaseException) -> str:
    """Name the fault at the root of an error of urllib3, in words that hold no link."""
    root = error
    while (inner := _inner(root)) is not None:
        root = inner
    if isinstance(root, ssl.SSLCertVerificationError):
        return f"the certificate does not hold: {root.verify_message}"
    way = "through the proxy: " if isinstance(error, urllib3.exceptions.ProxyError) else ""
    reason = root.strerror if isinstance(root, OSError) else None
    return f"{way}{type(root).__name__}{f': {reason}' if reason else ''}"


def _inner(error: BaseException) -> BaseException | None:
    found = [item for item in (*error.args, error.__cause__) if isinstance(item, BaseException)]
    return found[0] if found else None


def _pool(server: ServerSection) -> urllib3.PoolManager:
    tls = _tls(server)
    if not server.proxy:
        return urllib3.PoolManager(ssl_context=tls, retries=False)
    login = urllib3.make_headers(proxy_basic_auth=_proxy_login(server))
    return urllib3.ProxyManager(
        server.proxy, proxy_headers=login, ssl_context=tls, proxy_ssl_context=tls, retries=False
    )


def _tls(server: ServerSection) -> ssl.SSLContext | None:
    """Trust the named certificates, else the system's.

    A server on this very machine needs neither, and reading the system's takes longer than all
    the rest; without a context urllib3 still reads and demands them when it meets https.
    """
    if server.ca_file is None and server.url.startswith("http://"):
        return None
    try:
        return ssl.create_default_context(cafile=server.ca_file)
    except OSError as error:  # ssl.SSLError is one: a file without certificates
        raise ServerSettingsError(f"server.ca_file: {error.strerror or error}") from error


def _proxy_login(server: ServerSection) -> str | None:
    if server.proxy_login is None:
        return None
    try:
        return server.proxy_login.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ServerSettingsError("server.proxy_login cannot be read") from error
