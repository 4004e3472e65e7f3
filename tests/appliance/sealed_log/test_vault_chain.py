import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.sealed_log.chain import (
    End,
    Gap,
    Header,
    Tail,
    format_header,
    format_line,
    gap_payload,
    genesis,
    next_line,
    parse_gap,
    parse_header,
    parse_line,
    read_segment,
    segment_numbers,
    tail_of,
)

KEY = bytes(32)
PAYLOADS = [b"age-encryption.org/v1\n" + bytes([number]) * number for number in range(1, 12)]


def chained(payloads=PAYLOADS, start=None):
    end = start or genesis(KEY)
    content = format_header(Header(KEY, end.number + 1, end.digest))
    for payload in payloads:
        line = next_line(end, payload)
        content += format_line(line)
        end = line.end
    return content


WHOLE = chained()


def test_digest_is_that_of_the_digest_before_the_number_and_the_ciphertext():
    line = next_line(End(6, b"\x11" * 32), b"sealed")

    assert line.digest == hashlib.sha256(b"\x11" * 32 + bytes(7) + b"\x07" + b"sealed").digest()
    assert line.end.shown == line.digest.hex()[:8].upper()


def test_segment_is_read_to_its_last_byte():
    segment = read_segment(WHOLE)

    assert [line.payload for line in segment.lines] == PAYLOADS
    assert segment.tail == b""
    assert all(line.is_sealed for line in segment.lines)
    assert segment.end == segment.lines[-1].end


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_flip_of_any_byte_is_seen_at_its_line_and_costs_no_line_before_it(place, mask):
    content = bytearray(WHOLE)
    content[place] ^= mask

    segment = read_segment(bytes(content))
    line_of_place = WHOLE[:place].count(b"\n")  # 0 is the header

    if line_of_place == 0:
        assert segment.header != read_segment(WHOLE).header or segment.tail
    else:
        assert len(segment.lines) == line_of_place - 1
        assert segment.tail == bytes(content)[len(content) - len(segment.tail) :]


@given(st.integers(0, len(WHOLE)))
def test_cut_anywhere_keeps_every_whole_line(size):
    segment = read_segment(WHOLE[:size])

    assert len(segment.lines) == max(0, WHOLE[:size].count(b"\n") - 1)
    assert size in (0, len(WHOLE)) or segment.tail or WHOLE[size - 1 : size] == b"\n"


def test_lines_of_one_box_fit_no_chain_of_another():
    other = genesis(b"\x01" * 32)
    foreign = format_header(Header(KEY, 1, other.digest)) + WHOLE.partition(b"\n")[2]

    assert read_segment(foreign).lines == ()


@pytest.mark.parametrize(
    "raw",
    [b"", b"1", b"0 YQ== " + b"0" * 64, b"01 YQ== " + b"0" * 64, b"1 YR== " + b"0" * 64,
     b"1 a " + b"0" * 64, b"1 YQ== " + b"A" * 64, b"1 YQ== " + b"0" * 63, b"1 Y\xc3\xb8== x",
     b"1  YQ== " + b"0" * 64],
)  # fmt: skip
def test_what_is_no_line_or_spelled_another_way_is_none(raw):
    assert parse_line(raw) is None


@pytest.mark.parametrize(
    "raw", [b"", b"nodboks-log 2 " + b"0" * 64, b"nodboks-log 1 x 1 y", b"\xff"]
)
def test_what_is_no_header_is_none(raw):
    assert parse_header(raw) is None


@given(
    st.builds(
        Gap,
        tails=st.lists(st.builds(tail_of, st.just("000001.log"), st.binary())).map(tuple),
        kept=st.integers(0, 9),
        lost=st.integers(0, 9),
        behind=st.integers(0, 9),
    )
)
def test_gap_record_comes_out_as_it_went_in(gap):
    assert parse_gap(gap_payload(gap)) == gap
    assert bool(gap) == bool(gap.tails or gap.kept or gap.lost or gap.behind)


@pytest.mark.parametrize("payload", [b"", b"{}", b"[]", b'{"gap":1,"tails":[[1]]}', b"[" * 10_000])
def test_what_is_no_gap_record_is_none(payload):
    assert parse_gap(payload) is None


def test_gap_record_spelled_another_way_is_none():
    payload = gap_payload(Gap((Tail("000001.log", 3, "00"),)))

    assert parse_gap(payload.replace(b",", b", ")) is None


def test_only_names_of_segments_are_taken_for_segments():
    names = ["000002.log", "000001.log", "1.log", "head.json", "owner.lock", "0000001.log", "x.log"]

    assert segment_numbers(names) == [1, 2]


def test_empty_file_and_bare_header_have_no_lines():
    header = Header(KEY, 1, genesis(KEY).digest)

    assert read_segment(b"").end is None
    assert read_segment(format_header(header)).end == genesis(KEY)
