"""Read a certificate with its chain, and say for whom and until when it is good. Pure.

A chain is what a server shows: the box's own certificate first, then each one's issuer. Whether a
*phone* trusts it only the phone can tell; here it must be whole, in order, for the box's own key
and for names of its own. Dates are told and never judged: a box's clock may be wrong. Called by
the sync, the web, `nodboks certificate` and the hub.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from appliance.certificates.request import Request, dns_names, public_der
from appliance.errors import CertificateError

LARGEST_CHAIN = 64 * 1024  # bytes; four certificates of the largest kind
_MOST_CERTIFICATES = 8
_NAME_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Chain:
    """A certificate as a server shows it; `public_key` is of the first, in DER."""

    names: tuple[str, ...]
    issuer: str
    begins: datetime
    ends: datetime
    public_key: bytes
    pem: bytes

    def covered(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of the names it is good for; a wildcard is good for none."""
        return tuple(name for name in names if name in self.names)


def read_chain(content: bytes) -> Chain:
    """Read a chain and check that it is one.

    Raises:
        CertificateError: it holds no certificate, holds a key, or is not in order.

    """
    if len(content) > LARGEST_CHAIN:
        raise CertificateError(f"{len(content)} bytes, at most {LARGEST_CHAIN}")
    if b"PRIVATE KEY" in content:
        raise CertificateError("there is a private key beside the certificate")
    try:
        certificates = x509.load_pem_x509_certificates(content)
        _refuse_cut(content, certificates)
        first = certificates[0]
        names = dns_names(first.extensions)
        key = public_der(first.public_key())
        _check_use(first)
        _check_order(certificates)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise CertificateError(f"no certificate: {type(error).__name__}") from error
    # Written anew: whatever stood between the certificates goes no further.
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)
    issuer = first.issuer.rfc4514_string()[:_NAME_SHOWN]
    dates = first.not_valid_before_utc, first.not_valid_after_utc
    return Chain(names, issuer, *dates, key, pem)


def chain_for(content: bytes, request: Request, names: tuple[str, ...]) -> Chain:
    """Read a chain that must be for the key of this request and for one of these names.

    Raises:
        CertificateError: it is another box's, another name's, or no chain at all.

    """
    chain = read_chain(content)
    if chain.public_key != request.public_key:
        raise CertificateError("the certificate is for another key than this box's")
    if not chain.covered(names):
        shown = ", ".join(chain.names)[:_NAME_SHOWN] or "no name"
        raise CertificateError(f"the certificate is for {shown}, not for {', '.join(names)}")
    return chain


def is_worse(offered: Chain, installed: Chain, now: datetime) -> bool:
    """Tell whether to keep what is installed although the municipality signed something else.

    Only of two of which the new one seems to have run out: then the one that lasts longer. Else
    what was signed last counts, whatever its dates and whatever this box's clock says.
    """
    return offered.ends < now and offered.ends < installed.ends


def _refuse_cut(content: bytes, certificates: list[x509.Certificate]) -> None:
    """Refuse a last certificate that stops half-way, which the library leaves out unsaid."""
    if content.count(b"-----BEGIN ") != len(certificates):
        raise CertificateError("the file is cut short, or holds more than certificates")


def _check_use(certificate: x509.Certificate) -> None:
    """Refuse what no phone would take as a server's."""
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        uses = None
    if uses is not None and ExtendedKeyUsageOID.SERVER_AUTH not in uses:
        raise CertificateError("the certificate is not for a server (extended key usage)")
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return
    if basic.ca:
        raise CertificateError("the first certificate is an authority's, not the box's")


def _check_order(certificates: list[x509.Certificate]) -> None:
    if len(certificates) > _MOST_CERTIFICATES:
        raise CertificateError(f"{len(certificates)} certificates in one chain")
    for one, issuer in pairwise(certificates):
        try:
            one.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise CertificateError(
                "the chain is not in order: the box's certificate first, then each one's issuer"
            ) from error
