"""Read what a box asks for: a certificate for its DNS names and its own public key.

The request (PKCS #10) is signed by the key, so that whoever holds it can check both. It is no
secret: the sync and the screens know by it which certificate is this box's. Called by them, by
`nodboks certificate` and by the hub.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from appliance.config import DNS_NAME
from appliance.errors import CertificateError

REQUEST = "request.pem"


@dataclass(frozen=True, slots=True)
class Request:
    """What a box asks for: a certificate for these names and this public key (DER)."""

    names: tuple[str, ...]
    public_key: bytes
    pem: bytes


def tls_folder(state_dir: Path) -> Path:
    """Return where a box keeps key, request and certificate of its screens."""
    return state_dir / "tls"


def request_of(state_dir: Path) -> Request:
    """Return the request this box has made; needs no secret.

    Raises:
        CertificateError: there is none, or it is damaged.

    """
    path = tls_folder(state_dir) / REQUEST
    try:
        return read_request(path.read_bytes())
    except OSError as error:
        raise CertificateError(
            f"{path}: {error.strerror}; run nodboks certificate request"
        ) from error


def read_request(content: bytes) -> Request:
    """Read a request and check that whoever holds the key made it, for DNS names only.

    Raises:
        CertificateError: it is none, or not signed by its own key.

    """
    try:
        request = x509.load_pem_x509_csr(content)
        is_signed = request.is_signature_valid
        names = dns_names(request.extensions)
    except (ValueError, TypeError, InvalidSignature, x509.DuplicateExtension) as error:
        raise CertificateError(f"no certificate request: {type(error).__name__}") from error
    if not is_signed:
        raise CertificateError("the certificate request is not signed by its own key")
    if not names or not all(DNS_NAME.fullmatch(name) for name in names):
        raise CertificateError("the certificate request asks for no DNS name, or an odd one")
    return Request(names, public_der(request.public_key()), content)


def dns_names(extensions: x509.Extensions) -> tuple[str, ...]:
    """Return the DNS names among the alternative names; addresses and the rest do not count."""
    try:
        found = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(name.lower() for name in found.get_values_for_type(x509.DNSName))


def public_der(key: object) -> bytes:
    """Return what tells two public keys apart."""
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    encoded: bytes = key.public_bytes(encoding, form)  # type: ignore[attr-defined]
    return encoded
