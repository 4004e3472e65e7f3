"""Make and read the root keys, which never lie on the hub: private PEM, public PEM.

A key is spoken of by its id, the SHA-256 of its public half; people compare the first digits.
Never writes over a file. Called by the commands of the ceremony.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from appliance.files import explaining_disk_errors, write_atomically
from provisioning.errors import RootError

_SHORTEST_ID = 8
_SHOWN_ID = 16
_PUBLIC = 0o644


@dataclass(frozen=True, slots=True)
class NewKey:
    """A root key that was just made, and where its two halves lie."""

    id: str
    private: Path
    public: Path


def short(key_id: str) -> str:
    """Return as much of a key's id as people compare."""
    return key_id[:_SHOWN_ID]


def new_root_key(folder: Path, name: str | None = None) -> NewKey:
    """Make a root key; without a name it is called by its id.

    Raises:
        RootError: there is a key of that name.
        DiskFullError, StorageError: the disk refused.

    """
    signer = CryptoSigner.generate_ed25519()
    key_id = signer.public_key.keyid
    stem = name or f"root-{key_id[:_SHORTEST_ID]}"
    private, public = folder / f"{stem}.pem", folder / f"{stem}.pub"
    for path in (private, public):
        if path.exists():
            raise RootError(f"{path} is there already; a key is never written over")
    half = load_pem_private_key(signer.private_bytes, None).public_key()
    write_atomically(private, signer.private_bytes)
    content = half.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    write_atomically(public, content, mode=_PUBLIC)
    return NewKey(key_id, private, public)


def load_public(path: Path) -> Key:
    """Read the public half of a root key.

    Raises:
        RootError: it is none.
        StorageError: it cannot be read.

    """
    with explaining_disk_errors(f"reading {path.name}"):
        content = path.read_bytes()
    try:
        key = SSlibKey.from_crypto(load_pem_public_key(content))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise RootError(f"{path}: not the public half of a root key (PEM)") from error
    refuse_false_id(key)
    return key


def refuse_false_id(key: Key) -> None:
    """Return if a key's id is its own: people compare ids, and metadata may write any text there.

    Raises:
        RootError: the id belongs to another key, or this is no Ed25519 key.

    """
    try:
        half = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.keyval["public"]))
    except (KeyError, TypeError, ValueError) as error:
        raise RootError(f"{short(key.keyid)} is no Ed25519 key") from error
    if SSlibKey.from_crypto(half).keyid != key.keyid:
        raise RootError(f"{short(key.keyid)} is not the id of the key that carries it")


def find_id(wanted: str, known: list[str]) -> str:
    """Return the one key id that begins with what a person typed.

    Raises:
        RootError: none does, several do, or too little was typed.

    """
    found = [one for one in known if one.startswith(wanted.lower())]
    if len(wanted) < _SHORTEST_ID or len(found) != 1:
        shown = ", ".join(map(short, known))
        raise RootError(
            f"{wanted!r} is no root key: type at least {_SHORTEST_ID} digits of {shown}"
        )
    return found[0]
