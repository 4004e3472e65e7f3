"""Make the key of a box's screens and ask for a certificate for it; the key never leaves the box.

The only code of ours that touches the key, and only while somebody enrols the box or asks anew: the
sync and the screens cannot reach it. A key that is there is kept, so that an old request and its
certificate stay good. Called by `nodboks enrol` and `nodboks certificate request`.
"""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from appliance.certificates.request import REQUEST, Request, read_request, tls_folder
from appliance.errors import CertificateError
from appliance.files import explaining_disk_errors, write_atomically

KEY = "key.pem"
_PUBLIC = 0o644
# RFC 5280: a common name may not be longer; some authorities will not do without one.
_LONGEST_COMMON_NAME = 64


def make_request(state_dir: Path, names: tuple[str, ...]) -> Request:
    """Write a request for these names, for the key there is or a new one; return it.

    Raises:
        CertificateError: there is no name, or the key on the box cannot be used.
        StorageError: the disk refused.

    """
    if not names:
        raise CertificateError("tls.names in box.toml is empty: nothing to ask for")
    folder = tls_folder(state_dir)
    key = _key(folder / KEY)
    content = _signed(key, names).public_bytes(serialization.Encoding.PEM)
    write_atomically(folder / REQUEST, content, mode=_PUBLIC)
    return read_request(content)


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Return the box's key, made now if there is none."""
    with explaining_disk_errors("reading the key of the certificate"):
        content = path.read_bytes() if path.exists() else b""
    if not content:
        made = ec.generate_private_key(ec.SECP256R1())
        write_atomically(path, _private_pem(made))
        return made
    try:
        key = serialization.load_pem_private_key(content, None)
    except (ValueError, TypeError):
        key = None  # without the cause, which may quote what it read
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificateError(f"{path}: no key of ours; move it away and ask again")
    return key


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _signed(
    key: ec.EllipticCurvePrivateKey, names: tuple[str, ...]
) -> x509.CertificateSigningRequest:
    short = [name for name in names[:1] if len(name) <= _LONGEST_COMMON_NAME]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in short])
    alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    builder = builder.add_extension(alternatives, critical=False)
    return builder.sign(key, hashes.SHA256())
