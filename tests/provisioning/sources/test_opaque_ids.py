import base64
import hashlib

from hypothesis import given
from hypothesis import strategies as st

from provisioning.sources.opaque_ids import OpaqueIds


@given(st.text())
def test_id_is_the_beginning_of_the_keyed_hash_in_base32(source_id):
    salt = b"s" * 32
    digest = hashlib.blake2b(source_id.encode("utf-8"), key=salt, digest_size=16).digest()

    expected = base64.b32encode(digest).decode()[:13].lower()
    assert OpaqueIds(salt).citizen(source_id) == expected


def test_another_municipality_has_other_ids():
    assert OpaqueIds(b"a").citizen("1") != OpaqueIds(b"b").citizen("1")


def test_kinds_of_ids_do_not_meet():
    ids = OpaqueIds(b"a")

    assert len({ids.citizen("1"), ids.staff("1"), ids.record("Patient/1")}) == 3
