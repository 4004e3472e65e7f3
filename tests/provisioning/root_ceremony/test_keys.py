import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from appliance.errors import StorageError
from provisioning.errors import RootError
from provisioning.root_ceremony.keys import find_id, load_public, new_root_key
from provisioning.signing import load_signer

IDS = ["aaaaaaaa11", "aaaaaaaa22", "bbbbbbbb33"]


def test_a_new_root_key_is_a_private_and_a_public_file_of_one_key(tmp_path: Path):
    made = new_root_key(tmp_path / "safe")

    assert load_signer(made.private).public_key.keyid == load_public(made.public).keyid == made.id
    assert made.private.name == f"root-{made.id[:8]}.pem"
    assert stat.S_IMODE(made.private.stat().st_mode) == 0o600
    assert b"PRIVATE" not in made.public.read_bytes()


@pytest.mark.parametrize("name", ["root-4.pem", "root-4.pub"])
def test_a_key_is_never_written_over(tmp_path: Path, name: str):
    (tmp_path / name).write_text("another")

    with pytest.raises(RootError, match="never written over"):
        new_root_key(tmp_path, "root-4")

    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("content", [b"", b"root", b"\xff"])
def test_what_is_no_public_key_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "root.pub").write_bytes(content)

    with pytest.raises(RootError, match=r"root\.pub"):
        load_public(tmp_path / "root.pub")


def test_a_private_key_is_not_taken_to_the_hub_in_place_of_its_public_half(tmp_path: Path):
    made = new_root_key(tmp_path)

    with pytest.raises(RootError, match="not the public half"):
        load_public(made.private)


def test_a_key_of_another_kind_is_refused(tmp_path: Path):
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "root.pub").write_bytes(pem)

    with pytest.raises(RootError, match="no Ed25519 key"):
        load_public(tmp_path / "root.pub")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(StorageError, match=r"root\.pub"):
        load_public(tmp_path / "root.pub")


def test_a_key_is_found_by_the_first_digits_of_its_id():
    assert find_id("AAAAAAAA2", IDS) == "aaaaaaaa22"


@pytest.mark.parametrize("typed", ["aaaaaaaa", "bbbb", "cccccccc", ""])
def test_what_names_no_key_or_two_is_refused(typed: str):
    with pytest.raises(RootError, match="at least 8 digits of"):
        find_id(typed, IDS)
