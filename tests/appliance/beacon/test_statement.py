import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import appliance.beacon
from appliance.beacon.datagram import LARGEST, pack, unpack
from appliance.beacon.statement import (
    LARGEST as LARGEST_STATEMENT,
)
from appliance.beacon.statement import (
    Answer,
    Ready,
    Standing,
    StatementError,
    Word,
    is_statement_of,
    read_statement,
    sign_statement,
    write_statement,
)
from appliance.signatures import public_key_of
from tests.appliance.beacon.boxes import AT, STATEMENT, key_of_box, signed

FORMAT = (Path(appliance.beacon.__file__).parent / "FORMAT.md").read_text(encoding="utf-8")
FULL = replace(
    STATEMENT,
    sender="b" * 64,
    to="c" * 64,
    number=2**53 - 1,
    echoes=("ffeeddccbbaa9988",) * 2,
    word=Word(
        Standing.OUTAGE, 527_040, ("abcdefghijklmnop",) * 8, Ready.UNKNOWN, AT, Answer.SPARED
    ),
)


@pytest.mark.parametrize("statement", [STATEMENT, FULL])
def test_statement_comes_out_as_it_went_in(statement) -> None:
    assert read_statement(write_statement(statement)) == statement


def test_longest_statement_fits_into_a_datagram_and_that_into_any_packet() -> None:
    datagram = pack(bytes(32), bytes(64), write_statement(FULL))

    assert unpack(datagram) is not None
    assert LARGEST <= 1200


def test_vector_of_the_format_is_what_this_program_writes_and_takes() -> None:
    content = write_statement(STATEMENT)
    datagram = signed(STATEMENT, 1)

    assert content.decode("ascii") in FORMAT
    assert "".join(FORMAT.split("```hex\n")[1].split("```")[0].split()) == datagram.hex()
    assert public_key_of(key_of_box(1)).hex() in FORMAT


def changed(**changes: object) -> bytes:
    raw = json.loads(write_statement(STATEMENT)) | changes
    return json.dumps(raw, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"\xff", b"1", b"[" * 900, b"{" * LARGEST_STATEMENT * 2,
        changed(v=2), changed(extra=1), changed(n=0), changed(n=True), changed(n=2**53),
        changed(n=1.0), changed(boot="../../x"), changed(box=""), changed(box="a b"),
        changed(to="x" * 65), changed(echo=["0" * 16] * 3), changed(echo="0"),
        changed(outage="øvelse"), changed(outage="DRILL"), changed(for_min=-1),
        changed(down=["<b>"]), changed(down=["x"] * 9), changed(printer="on"),
        changed(copy_at="now"),
        changed(copy_at="2026-11-23T02:14:07+00:00"), changed(answer="ramt"),
        changed(at=5), changed(at="2026-11-23"), changed(clock="gps"),
        write_statement(STATEMENT) + b"\n", write_statement(STATEMENT).replace(b":", b": ", 1),
    ],
)  # fmt: skip
def test_what_is_spelled_in_any_other_way_is_no_statement(content: bytes) -> None:
    with pytest.raises(StatementError):
        read_statement(content)


@given(st.binary(max_size=LARGEST_STATEMENT + 50) | st.text(max_size=200).map(str.encode))
def test_no_bytes_bring_the_reader_down(content: bytes) -> None:
    try:
        found = read_statement(content)
    except StatementError:
        found = None

    assert found is None or write_statement(found) == content


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(json.loads(write_statement(STATEMENT)))), _JSON)
def test_any_value_in_any_field_is_taken_whole_or_refused(name: str, value: object) -> None:
    content = changed(**{name: value})
    try:
        found = read_statement(content)
    except StatementError:
        found = None

    assert found is None or write_statement(found) == content


@given(st.binary(max_size=LARGEST + 100))
def test_any_datagram_is_taken_apart_or_none(content: bytes) -> None:
    found = unpack(b"NBB1" + content)

    assert found is None or b"NBB1" + found.tag + found.signature + found.statement == (
        b"NBB1" + content
    )


def test_nothing_without_the_kind_or_too_long_is_a_datagram() -> None:
    good = signed(STATEMENT, 1)

    assert [
        unpack(each) for each in (b"", b"XXXX" + good[4:], good[:76], b"NBB1" + bytes(1200))
    ] == [None] * 4


def test_signature_holds_for_exactly_that_statement_and_key() -> None:
    content = write_statement(STATEMENT)
    signature = sign_statement(content, key_of_box(1))

    assert is_statement_of(content, signature, public_key_of(key_of_box(1)))
    assert not is_statement_of(content, signature, public_key_of(key_of_box(2)))
    assert not is_statement_of(content + b" ", signature, public_key_of(key_of_box(1)))
