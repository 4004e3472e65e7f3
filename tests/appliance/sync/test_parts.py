"""One sealed file, however oddly its bytes come in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import CutShortError, TamperedSnapshotError
from appliance.snapshot.hashing import sha256_hex
from appliance.sync.parts import Wanted, fetch_part
from appliance.sync.source import Fetcher, Piece
from tests.appliance.snapshot.ram import tmp_path

__all__ = ["tmp_path"]
HEAD = b"age-encryption.org/v1\n"
SEALED = HEAD + b"-> X25519 " + bytes(range(200))


class Trickle(Fetcher):
    """Gives a file in pieces of any size, and may be cut after so many bytes."""

    def __init__(self, content: bytes, sizes: list[int], cuts: list[int] | None = None) -> None:
        self._content = content
        self._sizes = sizes
        self._cuts = cuts or []

    def pieces(self, url: str, max_length: int, start: int = 0) -> Iterator[Piece]:
        end = min(start + self._cuts.pop(0), len(self._content)) if self._cuts else None
        position, number = start, 0
        while position < len(self._content[:end]):
            size = self._sizes[number % len(self._sizes)]
            content = self._content[position : position + size][: (end or max_length) - position]
            yield Piece(position, content)
            position, number = position + len(content), number + 1
        if end is not None:
            raise CutShortError(f"{url}: cut")


def wanted(content: bytes) -> Wanted:
    return Wanted("base", "base", sha256_hex(content), len(content))


sizes = st.lists(st.integers(1, 60), min_size=1, max_size=5)


@given(sizes=sizes)
def test_a_sealed_file_is_whole_whatever_the_pieces(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
):
    path = tmp_path_factory.mktemp("part") / "file"

    fetch_part(wanted(SEALED), Trickle(SEALED, sizes), path)

    assert path.read_bytes() == SEALED


@given(sizes=sizes, cuts=st.lists(st.integers(0, 150), max_size=6))
def test_after_any_cuts_it_is_whole_in_the_end_and_never_wrong_on_the_way(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], cuts: list[int]
):
    path = tmp_path_factory.mktemp("part") / "file"
    fetcher = Trickle(SEALED, sizes, list(cuts))
    for _ in cuts:
        with pytest.raises(CutShortError):
            fetch_part(wanted(SEALED), fetcher, path)
        held = path.read_bytes() if path.exists() else b""
        assert SEALED.startswith(held)
        if held == SEALED:
            break
    else:
        fetch_part(wanted(SEALED), fetcher, path)

    assert path.read_bytes() == SEALED


unsealed = st.binary(max_size=80).filter(lambda content: not content.startswith(HEAD))


@given(content=unsealed, sizes=sizes)
def test_not_a_byte_of_what_is_not_sealed_is_left(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, sizes: list[int]
):
    path = tmp_path_factory.mktemp("part") / "file"

    with pytest.raises(TamperedSnapshotError, match="not an age file"):
        fetch_part(wanted(content), Trickle(content, sizes), path)

    assert not path.exists()


def test_what_lay_here_and_is_completed_wrongly_is_fetched_whole(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(SEALED[:50] + b"spoiled")

    fetch_part(wanted(SEALED), Trickle(SEALED, [40]), path)

    assert path.read_bytes() == SEALED
