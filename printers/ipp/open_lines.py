"""Tell whether this machine is talking to an address already.

A printer with one line refuses a second caller just as one that is off does; but while the print
service has a line to it, it is at work and not gone. Reads the kernel's table and opens nothing.
Called by `transport.py`.
"""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

# Under the process itself: a hardened unit may see nothing else of /proc.
_TABLES = (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))
_ESTABLISHED = "01"
_REMOTE, _STATE = 2, 3
# The kernel writes each 32 bits of an address as a number of this machine's byte order.
_WORD = 4


def has_line_to(host: str, port: int, tables: tuple[Path, ...] = _TABLES) -> bool:
    """Tell whether a connection to this address stands, whoever on this machine holds it."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    wanted = {_as_kernel_writes(str(address[4][0]), port) for address in found}
    return any(remote in wanted for table in tables for remote in _established(table))


def _as_kernel_writes(address: str, port: int) -> str:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    raw = socket.inet_pton(family, address.partition("%")[0])
    words = (raw[at : at + _WORD] for at in range(0, len(raw), _WORD))
    host = "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)
    return f"{host}:{port:04X}"


def _established(table: Path) -> Iterator[str]:
    try:
        rows = table.read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return
    for row in rows:
        fields = row.split()
        if fields[_STATE] == _ESTABLISHED:
            yield fields[_REMOTE]
