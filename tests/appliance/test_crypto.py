import io
import os

import pytest

from appliance import crypto

CODE = "12345678901234567891"
SALT = bytes(range(16))


def test_what_is_sealed_opens_with_the_identity_and_no_other():
    identity = crypto.new_identity()
    sealed = crypto.encrypt(b"records", crypto.recipient_of(identity))

    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert crypto.decrypt(sealed, identity) == b"records"
    with pytest.raises(crypto.OpenError):
        crypto.decrypt(sealed, crypto.new_identity())


def test_several_recipients_can_each_open():
    identities = [crypto.new_identity() for _ in range(2)]
    sealed = crypto.encrypt(b"plan", [crypto.recipient_of(identity) for identity in identities])

    assert [crypto.decrypt(sealed, identity) for identity in identities] == [b"plan", b"plan"]


def test_sealing_to_nobody_is_refused():
    with pytest.raises(ValueError, match="nobody could ever open this"):
        crypto.encrypt(b"plan", [])


@pytest.mark.parametrize("text", ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1QQ"])
def test_a_recipient_that_is_none_is_named(text: str):
    with pytest.raises(ValueError, match="not an age recipient"):
        crypto.encrypt(b"plan", text)


def test_the_secret_half_given_for_the_recipient_is_never_quoted():
    secret = crypto.new_identity()

    with pytest.raises(ValueError, match="not an age recipient") as caught:
        crypto.encrypt(b"plan", secret)

    assert secret not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_broken_identity_is_never_quoted():
    secret = crypto.new_identity()[:-1]

    with pytest.raises(crypto.OpenError) as caught:
        crypto.recipient_of(secret)

    assert secret not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 200_000])
def test_every_cut_and_every_flip_of_a_sealed_file_is_noticed(size: int):
    identity = crypto.new_identity()
    sealed = crypto.encrypt(os.urandom(size), crypto.recipient_of(identity))
    flipped = bytearray(sealed)
    flipped[-1] ^= 1
    wrong = [b"", sealed[:10], sealed[:200], sealed[:-1], sealed[: -16 - size], bytes(flipped)]

    for content in wrong:
        with pytest.raises(crypto.OpenError):
            crypto.decrypt(content, identity)


def test_a_stream_goes_through_in_small_pieces():
    identity = crypto.new_identity()
    plain, sealed, opened = os.urandom(300_000), io.BytesIO(), io.BytesIO()

    crypto.encrypt_stream(io.BytesIO(plain), sealed, crypto.recipient_of(identity))
    sealed.seek(0)
    crypto.decrypt_stream(sealed, opened, identity)

    assert opened.getvalue() == plain


class Full:
    """A disk with room for the first few pieces."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, piece: bytes, /) -> int:
        self.room -= len(piece)
        if self.room < 0:
            raise OSError(28, "No space left on device")
        return len(piece)


class Unreadable:
    """A disk that fails after some bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = io.BytesIO(content)

    def read(self, size: int, /) -> bytes:
        piece = self.content.read(size)
        if not piece:
            raise OSError(5, "Input/output error")
        return piece


@pytest.mark.parametrize("room", [0, 100_000])
def test_a_full_disk_stays_a_full_disk(room: int):
    identity = crypto.new_identity()
    recipient = crypto.recipient_of(identity)
    plain = bytes(300_000)
    sealed = crypto.encrypt(plain, recipient)

    with pytest.raises(OSError, match="No space left"):
        crypto.encrypt_stream(io.BytesIO(plain), Full(room), recipient)
    with pytest.raises(OSError, match="No space left"):
        crypto.decrypt_stream(io.BytesIO(sealed), Full(room), identity)


@pytest.mark.parametrize("size", [0, 100_000])
def test_a_disk_that_cannot_be_read_stays_one(size: int):
    identity = crypto.new_identity()
    recipient = crypto.recipient_of(identity)
    sealed = crypto.encrypt(bytes(300_000), recipient)[:size]

    with pytest.raises(OSError, match="Input/output"):
        crypto.encrypt_stream(Unreadable(bytes(size)), io.BytesIO(), recipient)
    with pytest.raises(OSError, match="Input/output"):
        crypto.decrypt_stream(Unreadable(sealed), io.BytesIO(), identity)


def test_a_card_code_gives_the_identity_of_the_test_vector():
    """FORMAT.md prints these; the derivation must never change under printed cards."""
    identity = crypto.identity_from_code(CODE, SALT)

    assert identity == (
        "AGE-SECRET-KEY-1QUCNT00SW0RZN5DWS4GR5RV08HAURQKA3LH633MY7AY6ZUUDWSAS89QR5M"
    )
    assert crypto.recipient_of(identity).startswith("age1")


def test_another_salt_or_code_gives_another_identity():
    identities = {
        crypto.identity_from_code(CODE, SALT),
        crypto.identity_from_code(CODE, SALT[::-1]),
        crypto.identity_from_code(CODE[::-1], SALT),
    }

    assert len(identities) == 3


def test_any_32_bytes_are_an_identity_and_other_lengths_are_not():
    identity = crypto.identity_from_bytes(b"\xff" * 32)
    sealed = crypto.encrypt(b"x", crypto.recipient_of(identity))

    assert crypto.decrypt(sealed, identity) == b"x"
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        crypto.identity_from_bytes(bytes(31))


def test_a_login_code_fits_its_hash_only():
    phc = crypto.hash_login_code("471108")

    assert phc.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert crypto.login_code_fits(phc, "471108")
    assert not crypto.login_code_fits(phc, "471109")


def test_with_one_salt_one_hash_knows_a_code_again_among_many():
    first, second = (crypto.hash_login_code("471108", b"s" * 16) for _ in range(2))

    assert first == second != crypto.hash_login_code("471109", b"s" * 16)
    assert crypto.hash_login_code("471108") != crypto.hash_login_code("471108")


@pytest.mark.parametrize("phc", ["", "471108", "$argon2id$", "$argon2id$v=19$m=1,t=1,p=1$x$y"])
def test_a_malformed_hash_fits_no_code(phc: str):
    assert not crypto.login_code_fits(phc, "471108")
