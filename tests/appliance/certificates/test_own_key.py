from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from appliance.certificates.own_key import KEY, make_request
from appliance.certificates.request import REQUEST, public_der, request_of, tls_folder
from appliance.errors import CertificateError
from tests.simulators.certificates import private_pem
from tests.simulators.screen_certificates import NAME, OTHER_NAME


def test_key_is_made_on_the_box_for_its_owner_only(tmp_path: Path) -> None:
    made = make_request(tmp_path, (NAME,))

    path = tls_folder(tmp_path) / KEY
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.curve.name == "secp256r1"
    assert path.stat().st_mode & 0o777 == 0o600
    assert public_der(key.public_key()) == made.public_key


def test_request_names_what_box_toml_names_and_holds_no_key(tmp_path: Path) -> None:
    made = make_request(tmp_path, (NAME, OTHER_NAME))

    assert made.names == (NAME, OTHER_NAME)
    assert b"PRIVATE" not in made.pem
    assert request_of(tmp_path) == made
    assert (tls_folder(tmp_path) / REQUEST).stat().st_mode & 0o777 == 0o644
    assert x509.load_pem_x509_csr(made.pem).subject.rfc4514_string() == f"CN={NAME}"


def test_asking_again_keeps_the_key_so_that_the_certificate_stays_good(tmp_path: Path) -> None:
    first = make_request(tmp_path, (NAME,))

    again = make_request(tmp_path, (OTHER_NAME,))

    assert again.public_key == first.public_key
    assert again.names == (OTHER_NAME,)


def test_name_too_long_for_a_common_name_stands_among_the_alternatives_only(tmp_path: Path) -> None:
    long = f"{'a' * 60}.kommune.dk"

    made = make_request(tmp_path, (long,))

    assert made.names == (long,)
    assert not x509.load_pem_x509_csr(made.pem).subject.rdns


def test_box_without_names_asks_for_nothing_and_makes_no_key(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match=r"tls\.names in box\.toml is empty"):
        make_request(tmp_path, ())

    assert not tls_folder(tmp_path).exists()


@pytest.mark.parametrize("is_locked", [True, False])
def test_key_that_is_not_ours_is_named_and_left_alone(tmp_path: Path, *, is_locked: bool) -> None:
    path = tls_folder(tmp_path) / KEY
    path.parent.mkdir()
    locked = private_pem(ec.generate_private_key(ec.SECP256R1()), b"hemmeligt")
    path.write_bytes(locked if is_locked else b"rubbish")

    with pytest.raises(CertificateError, match=r"key\.pem: no key of ours") as caught:
        make_request(tmp_path, (NAME,))

    assert path.exists()
    assert caught.value.__cause__ is None
