"""Carry one IPP message to a printer and its answer back, within a given time.

Plain HTTP to `ipp://` and `http://` addresses. Refuses `ipps://`: printers sign their certificates
themselves, so encryption to a stranger would only look safe; CUPS remains the way to those.
Called by `client.py`.
"""

import http.client
import ipaddress
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from printers.ipp.errors import (
    IppBusyError,
    IppError,
    IppFormatError,
    IppHttpError,
    IppHungUpError,
    IppUnreachableError,
)
from printers.ipp.open_lines import has_line_to

_PORTS = {"ipp": 631, "http": 80}
_CHUNK = 64 * 1024
# A real printer's whole description is some 30 KB; more than this is no printer.
MOST_BYTES = 4 * 1024 * 1024
# After a refusal: together short enough for a person who waits to see that the printer is off.
_PAUSES_S = (0.05, 0.15)
_HTTP_NOT_NOW = (429, 503)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds; an upload may stand still while a sheet is printed."""

    connect_s: float = 2.0
    answer_s: float = 2.0
    upload_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a printer listens."""

    host: str
    port: int
    path: str

    @classmethod
    def of(cls, uri: str) -> Self | None:
        """Return the address in a device URI, or None where it cannot be spoken to directly."""
        try:
            parts = urlsplit(uri)
            port = parts.port
        except ValueError:
            return None
        is_plain = uri.isascii() and uri.isprintable()
        if not is_plain or parts.scheme not in _PORTS or not parts.hostname:
            return None
        return cls(parts.hostname, port or _PORTS[parts.scheme], parts.path or "/")

    @property
    def printer_uri(self) -> str:
        """Return the name the printer goes by in a request; CUPS's own options are left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"ipp://{host}:{self.port}{self.path}"


def post(address: Address, request: bytes, document: bytes, patience: Patience) -> bytes:
    """Send a request and what belongs to it; return the body of the answer.

    Raises: IppUnreachableError (IppHungUpError), IppBusyError, IppHttpError, IppFormatError.
    """
    connection = http.client.HTTPConnection(address.host, address.port)
    line = _connected(address, patience)
    connection.sock = line
    try:
        line.settimeout(patience.upload_s)
        _hand_over(connection, address, [request, document])
        line.deadline_s = time.monotonic() + (patience.upload_s if document else patience.answer_s)
        with connection.getresponse() as response:
            return _body(response)
    except IppError:
        raise
    except TimeoutError as error:
        raise IppBusyError(f"{address.host}:{address.port} does not answer in time") from error
    except OSError as error:
        kind = IppBusyError if has_line_to(address.host, address.port) else IppHungUpError
        raise kind(f"{address.host}:{address.port} hung up: {error}") from error
    except http.client.HTTPException as error:
        raise IppFormatError(f"{address.host}:{address.port} speaks no HTTP: {error!r}") from error
    finally:
        connection.close()


class _TimedSocket(socket.socket):
    """A socket whose reads together take no longer than allowed: a dripping answer ends too."""

    deadline_s: float = 0

    def recv_into(self, *arguments: Any) -> int:
        """Read, for as long as is left."""
        left_s = self.deadline_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the whole answer took too long")
        self.settimeout(left_s)
        return super().recv_into(*arguments)


def _connected(address: Address, patience: Patience) -> _TimedSocket:
    where = (address.host, address.port)
    try:
        plain = _opened(where, patience)
    except TimeoutError as error:
        # Inside this machine nothing gets lost: the other end lives and has a full doorstep.
        kind = IppBusyError if _is_this_machine(address.host) else IppUnreachableError
        raise kind(f"{where} does not take the connection") from error
    except ConnectionRefusedError as error:
        kind = IppBusyError if has_line_to(*where) else IppUnreachableError
        raise kind(f"{where}: {error}") from error
    except (OSError, UnicodeError) as error:
        raise IppUnreachableError(f"{where}: {error}") from error
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _TimedSocket(plain.family, plain.type, plain.proto, plain.detach())


def _opened(where: tuple[str, int], patience: Patience) -> socket.socket:
    """Open a connection; a printer with one line needs a moment after the last caller hung up."""
    for pause_s in _PAUSES_S:
        try:
            return socket.create_connection(where, timeout=patience.connect_s)
        except ConnectionRefusedError:
            time.sleep(pause_s)
    return socket.create_connection(where, timeout=patience.connect_s)


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _hand_over(
    connection: http.client.HTTPConnection, address: Address, parts: list[bytes]
) -> None:
    headers = {"Content-Type": "application/ipp", "Content-Length": str(sum(map(len, parts)))}
    # A printer that says no need not hear the document out; its answer may stand there.
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.request("POST", address.path, _chunks(parts), headers)


def _body(response: http.client.HTTPResponse) -> bytes:
    if response.status in _HTTP_NOT_NOW:
        raise IppBusyError(f"HTTP status {response.status}")
    if response.status != http.client.OK:
        raise IppHttpError(response.status)
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise IppFormatError(f"an answer of more than {MOST_BYTES} bytes")
    return body


def _chunks(parts: list[bytes]) -> Iterator[memoryview]:
    for part in parts:
        view = memoryview(part)
        yield from (view[at : at + _CHUNK] for at in range(0, len(view), _CHUNK))
