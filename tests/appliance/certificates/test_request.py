from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.certificates.request import Request, read_request, request_of
from appliance.errors import CertificateError
from tests.simulators.certificates import named
from tests.simulators.screen_certificates import NAME


def asked_for(*names: x509.GeneralName) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(named("x"))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    key = ec.generate_private_key(ec.SECP256R1())
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def test_request_is_read_whoever_made_it() -> None:
    assert read_request(asked_for(x509.DNSName(NAME.upper()))).names == (NAME,)


@pytest.mark.parametrize(
    "name", [x509.DNSName("*.kommune.dk"), x509.DNSName("nodboks"), x509.RFC822Name("a@b.dk")]
)
def test_request_for_anything_but_names_of_hosts_is_refused(name: x509.GeneralName) -> None:
    with pytest.raises(CertificateError, match="no DNS name, or an odd one"):
        read_request(asked_for(name))


def test_request_without_names_is_refused() -> None:
    with pytest.raises(CertificateError, match="no DNS name"):
        read_request(asked_for())


def test_request_somebody_changed_is_refused(request_made: Request) -> None:
    der = x509.load_pem_x509_csr(request_made.pem).public_bytes(Encoding.DER)
    changed = der.replace(b"solgaarden", b"lindehuset")
    pem = x509.load_der_x509_csr(changed).public_bytes(Encoding.PEM)

    with pytest.raises(CertificateError, match="not signed by its own key"):
        read_request(pem)


@pytest.mark.parametrize("content", [b"", b"rubbish", b"-----BEGIN CERTIFICATE REQUEST-----\n"])
def test_what_is_no_request_is_refused(content: bytes) -> None:
    with pytest.raises(CertificateError, match="no certificate request"):
        read_request(content)


def test_box_that_never_asked_says_how_to(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="run nodboks certificate request"):
        request_of(tmp_path)
