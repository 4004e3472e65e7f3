from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
)

from appliance.clock import HeldClock
from provisioning.bulk_client.client_assertion import assertion, load_signing_key
from provisioning.bulk_client.errors import ServerSettingsError
from provisioning.bulk_client.settings import LoginSection
from tests.provisioning.bulk_client.conftest import pem_of, write_key

TOKEN_URL = "https://login.example.dk/token"


def keep(folder: Path, content: bytes) -> Path:
    path = folder / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(("kind", "algorithm"), [("rsa_key", "RS384"), ("ec_key", "ES384")])
def test_the_statement_holds_what_the_standard_asks_for(
    tmp_path: Path, clock: HeldClock, kind: str, algorithm: str, request: pytest.FixtureRequest
):
    key = request.getfixturevalue(kind)
    login = LoginSection("client", write_key(tmp_path / "key.pem", key), "k1")

    signed = assertion(login, load_signing_key(login.private_key), TOKEN_URL, clock.now())
    claims = jwt.decode(
        signed, key.public_key(), [algorithm], audience=TOKEN_URL, options={"verify_exp": False}
    )

    assert jwt.get_unverified_header(signed) == {"alg": algorithm, "kid": "k1", "typ": "JWT"}
    assert claims["iss"] == claims["sub"] == "client"
    assert 0 < claims["exp"] - clock.now().timestamp() <= timedelta(minutes=5).total_seconds()
    assert len(claims["jti"]) >= 20


def test_no_two_statements_are_the_same(tmp_path: Path, clock: HeldClock, ec_key: Any):
    login = LoginSection("client", write_key(tmp_path / "key.pem", ec_key), "k1")
    key = load_signing_key(login.private_key)

    made = {
        jwt.decode(
            assertion(login, key, TOKEN_URL, clock.now()),
            options={"verify_signature": False},
        )["jti"]
        for _ in range(50)
    }

    assert len(made) == 50


@pytest.mark.parametrize(("kind", "algorithm"), [("rsa_key", "RS384"), ("ec_key", "ES384")])
def test_a_key_may_be_a_jwk(
    tmp_path: Path, kind: str, algorithm: str, request: pytest.FixtureRequest
):
    key = request.getfixturevalue(kind)
    jwk = jwt.get_algorithm_by_name(algorithm).to_jwk(key)

    assert load_signing_key(keep(tmp_path, jwk.encode())).algorithm == algorithm


def test_a_key_never_shows_itself(tmp_path: Path, ec_key: Any):
    assert repr(load_signing_key(write_key(tmp_path / "k", ec_key))) == "SigningKey(ES384)"


def locked(key: Any) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))


def test_keys_we_cannot_sign_with_are_refused(tmp_path: Path, ec_key: Any):
    public = ec_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    keys = [
        b"",
        b"s3cret",
        b"{}",
        b'{"kty": "EC"',
        b'{"kty": "oct", "k": "czNjcmV0", "alg": "HS256"}',
        public,
        locked(ec_key),
        pem_of(ec.generate_private_key(ec.SECP256R1())),
        pem_of(rsa.generate_private_key(65537, 1024)),  # noqa: S505  (that is the point)
        pem_of(ed25519.Ed25519PrivateKey.generate()),
    ]

    for content in keys:
        with pytest.raises(ServerSettingsError, match=r"login\.private_key: n") as caught:
            load_signing_key(keep(tmp_path, content))
        assert "s3cret" not in str(caught.value)


def test_a_key_everybody_may_read_is_refused(tmp_path: Path, ec_key: Any):
    path = write_key(tmp_path / "key.pem", ec_key)
    path.chmod(0o644)

    with pytest.raises(ServerSettingsError, match="everybody may read"):
        load_signing_key(path)


def test_a_missing_key_is_named(tmp_path: Path):
    with pytest.raises(ServerSettingsError, match="No such file"):
        load_signing_key(tmp_path / "key.pem")
