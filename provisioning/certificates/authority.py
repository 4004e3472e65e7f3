"""Sign a box's certificate with the municipality's own authority.

For phones that carry that authority; a public one signs elsewhere (`CERTIFICATES.md`). Takes from
the request the key and the names and nothing else: whatever more it asks for is not given. Called
by `nodboks-provision certificate sign`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from appliance.certificates.request import Request, public_der
from appliance.errors import CertificateError

MOST_DAYS = 398  # phones take no longer one
_BEGINS_BEFORE = timedelta(days=1)  # for phones whose clock is behind

_CaKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs: its certificate first, then its issuers, as they are sent along."""

    certificates: tuple[x509.Certificate, ...]
    key: _CaKey = field(repr=False)

    @property
    def certificate(self) -> x509.Certificate:
        """Return the certificate that signs."""
        return self.certificates[0]


def load_authority(certificates: bytes, key: bytes, ask_passphrase: Callable[[], str]) -> Authority:
    """Read an authority; the passphrase is asked for only if the key has one.

    Raises:
        CertificateError: these are no authority's, or do not belong together.

    """
    try:
        chain = tuple(x509.load_pem_x509_certificates(certificates))
    except ValueError as error:
        raise CertificateError("--ca-cert holds no certificate") from error
    secret = _load_key(key, ask_passphrase)
    try:
        is_authority = chain[0].extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        is_authority = False
    if not is_authority:
        raise CertificateError("--ca-cert is no authority's: it may not sign others")
    if public_der(chain[0].public_key()) != public_der(secret.public_key()):
        raise CertificateError("--ca-cert and --ca-key do not belong together")
    return Authority(chain, secret)


def sign(request: Request, authority: Authority, now: datetime, days: int) -> bytes:
    """Return the certificate and the chain behind it, as PEM.

    Raises:
        CertificateError: the authority itself does not last that long.

    """
    begins = now - _BEGINS_BEFORE
    ends = begins + timedelta(days=min(days, MOST_DAYS))
    last = authority.certificate.not_valid_after_utc
    if ends > last:
        raise CertificateError(f"the authority itself runs out on {last:%Y-%m-%d}; fewer --days")
    key = serialization.load_der_public_key(request.public_key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority.certificate.subject)
        .public_key(key)  # type: ignore[arg-type]
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    for extension, is_critical in _extensions(request, authority):
        builder = builder.add_extension(extension, critical=is_critical)
    made = builder.sign(authority.key, hashes.SHA256())
    return b"".join(
        one.public_bytes(serialization.Encoding.PEM) for one in (made, *_sent_along(authority))
    )


def _extensions(request: Request, authority: Authority) -> list[tuple[x509.ExtensionType, bool]]:
    names = x509.SubjectAlternativeName([x509.DNSName(name) for name in request.names])
    use = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    issuer = _issuer_id(authority)
    return [
        (names, True),  # critical, because the subject is empty (RFC 5280)
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (use, True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (issuer, False),
    ]


def _issuer_id(authority: Authority) -> x509.AuthorityKeyIdentifier:
    """Return what points at the authority's certificate, as that itself names its key."""
    try:
        own = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own.value)


def _sent_along(authority: Authority) -> list[x509.Certificate]:
    """Leave out the root: a phone that trusts it has it."""
    return [one for one in authority.certificates if one.subject != one.issuer]


def _load_key(content: bytes, ask_passphrase: Callable[[], str]) -> _CaKey:
    try:
        try:
            key = serialization.load_pem_private_key(content, None)
        except TypeError:  # it has a passphrase
            key = serialization.load_pem_private_key(content, ask_passphrase().encode())
    except (ValueError, TypeError):
        raise CertificateError("--ca-key cannot be opened") from None  # the cause may quote it
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise CertificateError("--ca-key is of a kind phones do not take; use ECDSA or RSA")
    return key
