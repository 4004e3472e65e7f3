import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import UnreadableSnapshotError
from appliance.snapshot.attachment_index import SealedAttachment, decode_index, encode_index

A = SealedAttachment("a" * 64, 200)
B = SealedAttachment("b" * 64, 7)
LINES = f"{A.sha256} 200\n{B.sha256} 7\n".encode()


def test_the_list_is_one_line_for_each_in_the_order_of_the_hashes() -> None:
    assert encode_index([B, A, B]) == LINES
    assert decode_index(LINES) == (A, B)


def test_without_attachments_the_list_is_empty() -> None:
    assert encode_index([]) == b""


@given(st.sets(st.tuples(st.binary(min_size=32, max_size=32), st.integers(1, 10**12 - 1))))
def test_whatever_is_written_is_read_back(made: set[tuple[bytes, int]]) -> None:
    items = {digest.hex(): SealedAttachment(digest.hex(), size) for digest, size in made}.values()

    if items:
        assert set(decode_index(encode_index(items))) == set(items)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        LINES[:-1],
        LINES + b"\n",
        LINES.replace(b"\n", b"\r\n"),
        LINES.upper(),
        LINES.replace(b" 200", b" 0"),
        LINES.replace(b" 200", b" 0200"),
        LINES.replace(b" 200", b"  200"),
        LINES.replace(b" 200", b" -1"),
        LINES.replace(b" 200", b" 9999999999999"),
        LINES + f"{A.sha256} 200\n".encode(),
        f"{B.sha256} 7\n{A.sha256} 200\n".encode(),
        f"{A.sha256} 200\n{A.sha256} 201\n".encode(),
        f"{A.sha256} 200 Aase Prøvesen\n".encode(),
        b"SQLite format 3\n",
        b"%PDF-1.7\n",
    ],
)
def test_whatever_is_no_such_list_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableSnapshotError):
        decode_index(content)
