"""A certificate authority in a folder: certificates for a server, and for boxes that show one."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from appliance.clock import SystemClock

_PEM = serialization.Encoding.PEM
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM files."""

    cert: Path
    key: Path


class Authority:
    """Signs certificates; `ca.pem` is what others trust."""

    def __init__(self, folder: Path, name: str = "Kommunens CA") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = named(name)
        self._made: list[str] = []  # odd names make no odd paths
        self.ca_file = folder / "ca.pem"
        certificate = (
            self._builder(self._name, self._key, SystemClock().now() + _DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.ca_file.write_bytes(certificate.public_bytes(_PEM))

    def server(self) -> Pair:
        """A certificate for 127.0.0.1."""
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        alternative = x509.SubjectAlternativeName([address])
        return self._pair("server", named("hub"), SystemClock().now() + _DAY, alternative)

    def box(self, box_id: str, *, expires: datetime | None = None, organisation: str = "") -> Pair:
        """A certificate a box shows."""
        subject = named(box_id, organisation)
        self._made.append(box_id)
        return self._pair(f"box-{len(self._made)}", subject, expires or SystemClock().now() + _DAY)

    def tls(self) -> ssl.SSLContext:
        """A server that shows a certificate of this authority."""
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        pair = self.server()
        tls.load_cert_chain(pair.cert, pair.key)
        return tls

    def demanding_tls(self, *, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
        """A server that lets in only who shows a certificate of this authority."""
        tls = self.tls()
        tls.maximum_version = newest
        tls.load_verify_locations(self.ca_file)
        tls.verify_mode = ssl.CERT_REQUIRED
        return tls

    def _pair(
        self,
        stem: str,
        subject: x509.Name,
        expires: datetime,
        alternative: x509.SubjectAlternativeName | None = None,
    ) -> Pair:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(subject, key, expires)
        if alternative:
            builder = builder.add_extension(alternative, critical=False)
        pair = Pair(self._folder / f"{stem}.pem", self._folder / f"{stem}.key")
        pair.cert.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(_PEM))
        pair.key.write_bytes(private_pem(key))
        return pair

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, expires: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(expires - 30 * _DAY)
            .not_valid_after(expires)
        )


def named(name: str, organisation: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else []
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def private_pem(key: ec.EllipticCurvePrivateKey, passphrase: bytes = b"") -> bytes:
    locked = serialization.BestAvailableEncryption(passphrase) if passphrase else None
    return key.private_bytes(
        _PEM, serialization.PrivateFormat.PKCS8, locked or serialization.NoEncryption()
    )
