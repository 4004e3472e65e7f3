"""Prove who we are: sign the short-lived statement of SMART Backend Services with our private key.

The one place that holds the private key. RSA keys sign with RS384 and P-384 keys with ES384, the
two the standard asks every server for; anything else is refused. Called by `tokens`.
"""

import secrets
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import jwt
import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from provisioning.bulk_client.errors import ServerSettingsError
from provisioning.bulk_client.settings import LoginSection

# At most five minutes by the standard, by the server's clock: ours may be a minute ahead.
LIFETIME = timedelta(minutes=4)
_FEWEST_RSA_BITS = 2048
_Key = RSAPrivateKey | EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Our private key and the algorithm that goes with it; never shown."""

    private: _Key
    algorithm: str

    def __repr__(self) -> str:
        """Name only the algorithm."""
        return f"SigningKey({self.algorithm})"


def load_signing_key(path: Path) -> SigningKey:
    """Read a private key from a PEM or JWK file.

    Raises:
        ServerSettingsError: no such file, everybody may read it, or no key we can sign with.

    """
    try:
        content = path.read_bytes()
        is_open_to_all = bool(path.stat().st_mode & stat.S_IRWXO)
    except OSError as error:
        raise ServerSettingsError(f"login.private_key: {error.strerror}") from error
    if is_open_to_all:
        raise ServerSettingsError("login.private_key: everybody may read the file; chmod 600 it")
    return _signing_key(_private_key(content))


def assertion(login: LoginSection, key: SigningKey, token_url: str, now: datetime) -> str:
    """Return the signed statement that we are `client_id`, good once and for minutes.

    There is no `iat`: the standard does not ask for it, and a server whose clock is a second
    behind ours would refuse a statement from the future.
    """
    headers = {"kid": login.key_id}
    if login.jwks_url:
        headers["jku"] = login.jwks_url
    claims = {
        "iss": login.client_id,
        "sub": login.client_id,
        "aud": token_url,
        "exp": int((now + LIFETIME).timestamp()),
        "jti": secrets.token_urlsafe(24),
    }
    return jwt.encode(claims, key.private, algorithm=key.algorithm, headers=headers)


def _private_key(content: bytes) -> object:
    try:
        if content.lstrip().startswith(b"{"):
            return jwt.PyJWK(orjson.loads(content)).key
        return load_pem_private_key(content, password=None)
    # Their words stay out of ours: an error about a key can quote the key.
    except (ValueError, TypeError, UnsupportedAlgorithm, jwt.PyJWTError):
        raise ServerSettingsError(
            "login.private_key: not a private key without a password (PEM or JWK)"
        ) from None


def _signing_key(key: object) -> SigningKey:
    if isinstance(key, RSAPrivateKey) and key.key_size >= _FEWEST_RSA_BITS:
        return SigningKey(key, "RS384")
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP384R1):
        return SigningKey(key, "ES384")
    raise ServerSettingsError(
        f"login.private_key: neither RSA of {_FEWEST_RSA_BITS} bits or more, nor P-384"
    )
