"""Keep each box's request and certificate beside the fleet, and judge what comes to lie there.

A certificate must be for the key the box asked with and for names that fleet.toml gives to that
very box; whoever captured a box gets no certificate for another's name. Holds no key of any box.
Called by the `certificate` commands and by `publish`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from appliance.certificates.chain import Chain, chain_for
from appliance.certificates.request import Request, read_request
from appliance.errors import CertificateError, StorageError
from appliance.files import explaining_disk_errors, write_atomically
from provisioning.fleet import FleetBox

WARN_BEFORE = timedelta(days=30)  # a renewal that fails has four weekends to be noticed
# A phone or an authority whose clock is a little off is no fault; a day more is one.
_MAY_BEGIN_IN = timedelta(days=1)
_PUBLIC = 0o644
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a box is sent, nothing if there is nothing good, and what a person should know."""

    pem: bytes = b""
    warning: str = ""


class Shelf:
    """The folder `certificates/` beside fleet.toml."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def request(self, box: FleetBox) -> Request:
        """Return what a box asked for, checked against the fleet.

        Raises:
            CertificateError: it never asked here, or for what it may not have.

        """
        return allowed(_read(self._path(box, "csr"), "give --request the first time"), box)

    def keep_request(self, box: FleetBox, content: bytes) -> bool:
        """Take in what a box asks for; tell whether it has another key than before.

        Raises:
            CertificateError: it is no request, or for names fleet.toml does not give it.
            StorageError: the disk refused.

        """
        request = allowed(content, box)
        try:
            is_other_key = self.request(box).public_key != request.public_key
        except CertificateError:
            is_other_key = False  # it is the first
        write_atomically(self._path(box, "csr"), request.pem, mode=_PUBLIC)
        return is_other_key

    def accept(self, box: FleetBox, content: bytes, now: datetime) -> Chain:
        """Take in a certificate, whoever made it.

        Raises:
            CertificateError: it is not for this box's key and names, or has run out.
            StorageError: the disk refused.

        """
        chain = checked(content, self.request(box), box)
        _check_dates(chain, now)
        write_atomically(self._path(box, "pem"), chain.pem, mode=_PUBLIC)
        return chain

    def delivery(self, box: FleetBox, now: datetime) -> Delivery:
        """Return what to send a box tonight; never fails, since no certificate may hold a box."""
        if not box.tls_names:
            return Delivery()
        try:
            content = _read(self._path(box, "pem"), "there is none yet")
            chain = checked(content, self.request(box), box)
        except (CertificateError, StorageError) as error:
            return Delivery(warning=f"certificate: {error.detail}")
        return Delivery(chain.pem, _warning(chain.ends - now))

    def _path(self, box: FleetBox, kind: str) -> Path:
        return self._folder / f"{box.id}.{kind}"


def allowed(content: bytes, box: FleetBox) -> Request:
    """Read a request that may ask for nothing but this box's own names.

    Raises:
        CertificateError: it is no request, or asks for more.

    """
    request = read_request(content)
    foreign = [name for name in request.names if name not in box.tls_names]
    if foreign:
        raise CertificateError(
            f"the request asks for {', '.join(foreign)}, which is not in tls_names of {box.id}"
        )
    return request


def checked(content: bytes, request: Request, box: FleetBox) -> Chain:
    """Read a certificate that must be for all a box asked for, and for nothing else.

    Raises:
        CertificateError: it is not.

    """
    chain = chain_for(content, request, box.tls_names)
    lacking = [name for name in request.names if name not in chain.names]
    foreign = [name for name in chain.names if name not in box.tls_names]
    if lacking or foreign:
        raise CertificateError(
            f"the certificate lacks {', '.join(lacking)}"
            if lacking
            else f"the certificate is also for {', '.join(foreign)}, not in tls_names of {box.id}"
        )
    return chain


def _check_dates(chain: Chain, now: datetime) -> None:
    if chain.ends <= now:
        raise CertificateError(f"the certificate ran out on {chain.ends:%Y-%m-%d}")
    if chain.begins > now + _MAY_BEGIN_IN:
        raise CertificateError(f"the certificate begins on {chain.begins:%Y-%m-%d}")


def _warning(left: timedelta) -> str:
    if left > WARN_BEFORE:
        return ""
    if left <= timedelta(0):
        return "certificate: it has run out; http goes on (CERTIFICATES.md)"
    return f"certificate: it runs out in {left // _DAY} days (CERTIFICATES.md)"


def _read(path: Path, otherwise: str) -> bytes:
    with explaining_disk_errors(f"reading {path.name}"):
        if not path.is_file():
            raise CertificateError(f"{path.name} is not there: {otherwise}")
        return path.read_bytes()
