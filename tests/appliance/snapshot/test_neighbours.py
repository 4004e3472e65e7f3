import json
from pathlib import Path

import pytest

from appliance.errors import SnapshotError
from appliance.snapshot.neighbours import (
    Neighbour,
    decode_neighbours,
    encode_neighbours,
    neighbours_path,
    read_neighbours,
)

SOLGAARDEN = Neighbour("box-18", "Solgården", "age1x", "0a" * 32, "10.20.30.40", ("Afsnit Syd",))
ENGVEJ = Neighbour("box-02", "Engvej", "age1y", "0b" * 32)


def test_list_comes_back_sorted_and_is_the_same_for_the_same_boxes() -> None:
    content = encode_neighbours([SOLGAARDEN, ENGVEJ])

    assert decode_neighbours(content) == (ENGVEJ, SOLGAARDEN)
    assert content == encode_neighbours([ENGVEJ, SOLGAARDEN])


def changed(**changes: object) -> bytes:
    raw = json.loads(encode_neighbours([SOLGAARDEN]))
    raw["boxes"][0] |= changes
    return json.dumps(raw).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff", b"[]", b"{}", b'{"format":2,"boxes":[]}', b'{"format":1,"boxes":[1]}',
        b"[" * 100_000, changed(log_key="0a"), changed(box_id="../x"), changed(name=1),
        changed(name="x" * 300), changed(extra=""), changed(units="Afsnit"), changed(units=[1]),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(SnapshotError):
        decode_neighbours(content)


def test_box_without_a_snapshot_has_no_neighbours(tmp_path: Path) -> None:
    neighbours_path(tmp_path).write_bytes(encode_neighbours([ENGVEJ]))

    assert read_neighbours(tmp_path) == ()
