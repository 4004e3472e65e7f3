"""Certificate chains as a municipality's authority or an ACME server makes them for the screens."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from appliance.clock import SystemClock
from tests.simulators.certificates import named, private_pem

NAME = "nodboks-solgaarden.kommune.dk"
OTHER_NAME = "nodboks-lindehuset.kommune.dk"
_PEM = serialization.Encoding.PEM


@dataclass
class Leaf:
    """What a certificate for a box says; the defaults are a good one."""

    names: tuple[str, ...] = (NAME,)
    days: float = 90
    age_days: float = 1
    now: datetime = field(default_factory=lambda: SystemClock().now())
    use: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.SERVER_AUTH
    is_authority: bool | None = False  # None says nothing of it


class ScreenAuthority:
    """A root that phones trust and an intermediate that signs."""

    def __init__(self, name: str = "Prøvekøbing Kommune", key_id: bytes = b"") -> None:
        """Make both; `key_id` is what they call their keys, as some do."""
        self.key_id = key_id
        self.root_key = ec.generate_private_key(ec.SECP256R1())
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root_name, self.name = named(f"{name} rod"), named(name)
        self.root = self._authority(self.root_name, self.root_key)
        self.intermediate = self._authority(self.name, self.key)

    def chain(self, public_key: object, leaf: Leaf | None = None) -> bytes:
        """A certificate for this key, and the intermediate behind it."""
        return self.leaf(public_key, leaf or Leaf()) + self.pem(self.intermediate)

    def leaf(self, public_key: object, leaf: Leaf) -> bytes:
        names = x509.SubjectAlternativeName([x509.DNSName(name) for name in leaf.names])
        builder = self._builder(named(""), self.name, public_key)
        builder = builder.not_valid_before(leaf.now - timedelta(days=leaf.age_days))
        builder = builder.not_valid_after(leaf.now + timedelta(days=leaf.days))
        if leaf.names:
            builder = builder.add_extension(names, critical=True)
        if leaf.use:
            builder = builder.add_extension(x509.ExtendedKeyUsage([leaf.use]), critical=False)
        if leaf.is_authority is not None:
            basic = x509.BasicConstraints(ca=leaf.is_authority, path_length=None)
            builder = builder.add_extension(basic, critical=True)
        return self.pem(builder.sign(self.key, hashes.SHA256()))

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write the root's certificate and key, as municipal IT has them."""
        folder.mkdir(parents=True, exist_ok=True)
        cert, key = folder / "ca.pem", folder / "ca.key"
        cert.write_bytes(self.pem(self.root))
        key.write_bytes(private_pem(self.root_key))
        return cert, key

    @staticmethod
    def pem(certificate: x509.Certificate) -> bytes:
        return certificate.public_bytes(_PEM)

    def _authority(self, name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        now = SystemClock().now()
        basic = x509.BasicConstraints(ca=True, path_length=None)
        builder = self._builder(name, self.root_name, key.public_key())
        builder = builder.not_valid_before(now - timedelta(days=400))
        builder = builder.not_valid_after(now + timedelta(days=3650))
        builder = builder.add_extension(basic, critical=True)
        if self.key_id:
            own = x509.SubjectKeyIdentifier(self.key_id)
            builder = builder.add_extension(own, critical=False)
        return builder.sign(self.root_key, hashes.SHA256())

    @staticmethod
    def _builder(
        subject: x509.Name, issuer: x509.Name, public_key: object
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
        return builder.public_key(public_key).serial_number(  # type: ignore[arg-type]
            x509.random_serial_number()
        )


def key_of(request_pem: bytes) -> object:
    """The public key in a request."""
    return x509.load_pem_x509_csr(request_pem).public_key()


def any_key() -> object:
    """Somebody else's public key."""
    return ec.generate_private_key(ec.SECP256R1()).public_key()
