"""Keep the certificate of a box on its disk: public, written whole, read again when it changes.

Beside it lie the key, which only its owner may read, and the request, by which the certificate is
known as this box's. Called by the sync (writes), the web and `nodboks certificate` (read).
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.certificates.chain import Chain, chain_for
from appliance.certificates.request import REQUEST, request_of, tls_folder
from appliance.errors import CertificateError
from appliance.files import write_atomically

CHAIN = "chain.pem"
_PUBLIC = 0o644


@dataclass(frozen=True, slots=True)
class Certificate:
    """What there is to know of a box's certificate; `names` are those it may be reached by.

    `problem` says why there is none, or why it cannot be used.
    """

    names: tuple[str, ...] = ()
    issuer: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    problem: str = ""

    @property
    def is_there(self) -> bool:
        """Tell whether the box can show it; whether a phone takes it is for the phone to say."""
        return bool(self.names)

    def has_run_out(self, now: datetime) -> bool:
        """Tell whether it is too old by this clock; one that begins later is the clock's fault."""
        return self.ends is not None and self.ends < now


def chain_path(state_dir: Path) -> Path:
    """Return where the chain of a box lies."""
    return tls_folder(state_dir) / CHAIN


def write_chain(state_dir: Path, chain: Chain) -> None:
    """Put a chain in the place of the one there is.

    Raises:
        StorageError: the disk refused; the old one stays.

    """
    write_atomically(chain_path(state_dir), chain.pem, mode=_PUBLIC)


def installed_chain(state_dir: Path, names: tuple[str, ...]) -> Chain:
    """Return the chain on this box, checked against its own request.

    Raises:
        CertificateError: there is none, it is damaged, or another box's.

    """
    request = request_of(state_dir)
    try:
        content = chain_path(state_dir).read_bytes()
    except FileNotFoundError as error:
        raise CertificateError("no certificate has come yet") from error
    except OSError as error:
        raise CertificateError(f"{chain_path(state_dir)}: {error.strerror}") from error
    return chain_for(content, request, names)


def look_up(state_dir: Path, names: tuple[str, ...]) -> Certificate:
    """Say what there is; never fails."""
    if not names:
        return Certificate(problem="tls.names in box.toml is empty")
    try:
        chain = installed_chain(state_dir, names)
    except CertificateError as error:
        return Certificate(problem=error.detail)
    return Certificate(chain.covered(names), chain.issuer, chain.begins, chain.ends)


class CertificateWatch:
    """The certificate of a box for whoever asks often: read again only when a file changed."""

    def __init__(self, state_dir: Path, names: tuple[str, ...]) -> None:
        self._state_dir = state_dir
        self._names = names
        self._lock = threading.Lock()
        self._seen: object = None
        self._known = Certificate()

    def now(self) -> Certificate:
        """Return what lies there now."""
        folder = tls_folder(self._state_dir)
        with self._lock:
            seen = [_mark(path) for path in (folder / CHAIN, folder / REQUEST)]
            if seen != self._seen:
                self._known = look_up(self._state_dir, self._names)
                self._seen = seen
            return self._known


def _mark(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a file is replaced."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
