import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.record import Entry, Record, decode, encode, newest
from appliance.snapshot.trust import Floor

pytestmark = pytest.mark.vault

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def record(version: int = 7, previous: Entry | None = None) -> Record:
    entry = Entry(version, ("r1", "r2"), "t", ("o",))
    return Record(Floor(version, AT, "t"), entry, previous)


@pytest.mark.parametrize("previous", [None, Entry(6, ("r1",), "t6", ("o6",))])
def test_a_record_survives_the_disk(previous: Entry | None):
    assert decode(encode(record(7, previous))) == record(7, previous)


def test_a_record_names_every_file_it_needs():
    whole = record(7, Entry(6, ("r1",), "t6", ("o6",)))

    assert whole.files == {"r1", "r2", "t", "o", "t6", "o6"}
    assert record().files == {"r1", "r2", "t", "o"}


def test_every_flipped_byte_is_noticed_or_harmless():
    raw = encode(record(7, Entry(6, ("r1",), "t6", ("o6",))))
    read = []
    for position in range(len(raw)):
        content = bytearray(raw)
        content[position] ^= 1
        try:
            read.append(decode(bytes(content)))
        except ValueError:
            continue

    assert all(again == decode(raw) for again in read)


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"[]", b"{}", b'{"record": 3, "checksum": ""}', b"[" * 100_000, b"\xff"]
)
def test_garbage_is_a_damaged_record(raw: bytes):
    with pytest.raises(ValueError, match=r"."):
        decode(raw)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_damaged_record(raw: bytes):
    with pytest.raises(ValueError, match=r"."):
        decode(raw)


def sealed(content: dict[str, Any]) -> bytes:
    """Write a record as some other version of the software would."""
    plain = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return json.dumps({"checksum": sha256_hex(plain), "record": content}).encode()


def test_a_record_of_another_format_is_not_read():
    content = json.loads(encode(record()))["record"] | {"format": 3}

    with pytest.raises(ValueError, match="checksum"):
        decode(sealed(content))


def test_a_record_of_older_software_is_read_and_says_of_no_key():
    content = json.loads(encode(record(7)))["record"] | {"format": 1}
    for field in ("root", "keys"):
        del content["floor"][field]

    assert decode(sealed(content)) == record(7)


def test_the_newer_of_two_copies_counts():
    assert newest([record(7), record(8)]) == record(8)
    assert newest([record(8), record(7)]) == record(8)
    assert newest([]) is None


def test_what_came_under_a_newer_root_counts_before_a_higher_version():
    raised, healed = (
        replace(record(version), floor=Floor(version, AT, "t", root))
        for version, root in ((4_000_000_000, 1), (8, 2))
    )

    assert newest([raised, healed]) == newest([healed, raised]) == healed
