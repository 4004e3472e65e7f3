"""A delta applied to its base is the signed database, byte for byte, or nothing at all."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance import crypto
from appliance.errors import (
    DiskFullError,
    NewerFormatError,
    SnapshotError,
    StorageError,
    TamperedSnapshotError,
    UnreadableSnapshotError,
)
from appliance.policy import LARGEST_PATCHED
from appliance.snapshot.compression import zstd
from appliance.snapshot.packing import SealedPart, pack, unpack_delta
from tests.appliance.snapshot.ram import ram_folder
from tests.appliance.snapshot.town import Town, change_database, make_database

pytestmark = pytest.mark.slow  # seconds, not milliseconds

IDENTITY = crypto.new_identity()
RECIPIENT = crypto.recipient_of(IDENTITY)


@dataclass(frozen=True)
class Chain:
    """A base and a delta as they lie on a box, and the folder they are opened in."""

    base: SealedPart
    delta: SealedPart
    target: Path

    def open(self, identity: str = IDENTITY) -> bytes:
        unpack_delta(self.base, self.delta, identity, self.target)
        return self.target.read_bytes()

    def left_behind(self) -> list[str]:
        return [path.name for path in self.target.parent.iterdir()]


def seal(db: Path, sealed: Path, against: Path | None = None) -> SealedPart:
    packed = pack(db, sealed, RECIPIENT, against)
    return SealedPart(sealed, packed.plain_sha256, packed.plain_size)


def make_chain(folder: Path, before: bytes, after: bytes) -> Chain:
    old, new = folder / "old.db", folder / "new.db"
    old.write_bytes(before)
    new.write_bytes(after)
    (folder / "ram").mkdir(exist_ok=True)
    base = seal(old, folder / "base.zst.age")
    delta = seal(new, folder / "delta.zst.age", against=old)
    return Chain(base, delta, folder / "ram" / "records.db")


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    before = make_database(tmp_path / "before.db", 200_000)
    after = change_database(before, tmp_path / "after.db")
    return make_chain(tmp_path, before.read_bytes(), after.read_bytes())


def test_a_delta_is_small_and_opens_byte_for_byte(tmp_path: Path, chain: Chain):
    assert chain.open() == (tmp_path / "after.db").read_bytes()
    assert chain.left_behind() == ["records.db"]
    assert chain.delta.path.stat().st_size < chain.base.path.stat().st_size / 50


pieces = st.binary(min_size=1, max_size=300)


@settings(max_examples=60)
@given(
    kept=st.lists(pieces, min_size=1, max_size=8),
    order=st.lists(st.integers(0, 7), max_size=12),
    added=st.lists(pieces, min_size=1, max_size=4),
    times=st.integers(1, 400),
)
def test_any_database_comes_out_of_any_other(
    kept: list[bytes], order: list[int], added: list[bytes], times: int
):
    before = b"SQLite format 3\0" + b"".join(kept) * times
    moved = b"".join(kept[number % len(kept)] * times for number in order)
    after = moved + b"".join(added)
    with ram_folder() as folder:
        chain = make_chain(folder, before, after)

        assert chain.open() == after
        assert chain.left_behind() == ["records.db"]


def refuse(chain: Chain, error: type[Exception], match: str | None = None) -> None:
    """Open, and check that yesterday's copy stays and nothing else is left behind."""
    chain.target.write_bytes(b"yesterday")

    with pytest.raises(error, match=match):
        chain.open()

    assert chain.target.read_bytes() == b"yesterday"
    assert chain.left_behind() == ["records.db"]


@pytest.mark.parametrize("part", ["base", "delta"])
def test_every_flipped_bit_is_refused(chain: Chain, part: str):
    path = getattr(chain, part).path
    genuine = path.read_bytes()
    # Every byte of the age header, and some of each kind after it.
    places = [*range(0, 220, 9), *range(220, len(genuine), len(genuine) // 12), len(genuine) - 1]
    for place in places:
        content = bytearray(genuine)
        content[place] ^= 1
        path.write_bytes(content)

        refuse(chain, SnapshotError)


@pytest.mark.parametrize("part", ["base", "delta"])
@pytest.mark.parametrize("share", [0, 0.2, 0.5, 0.99])
def test_a_file_that_was_cut_is_refused(chain: Chain, part: str, share: float):
    path = getattr(chain, part).path
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    refuse(chain, UnreadableSnapshotError)


def test_a_delta_that_makes_another_database_is_refused(tmp_path: Path, chain: Chain):
    other = change_database(tmp_path / "old.db", tmp_path / "other.db")
    wrong = seal(other, tmp_path / "wrong.age", against=tmp_path / "old.db")
    swapped = replace(chain, delta=replace(chain.delta, path=wrong.path))

    refuse(swapped, TamperedSnapshotError, "database is .* signed was")


def test_a_delta_to_another_base_is_refused(tmp_path: Path, chain: Chain):
    stranger = make_database(tmp_path / "stranger.db", 200_000)
    after = change_database(stranger, tmp_path / "strange.db")
    foreign = seal(after, tmp_path / "foreign.age", against=stranger)

    for delta in (replace(chain.delta, path=foreign.path), foreign):
        refuse(replace(chain, delta=delta), SnapshotError)


def test_base_and_delta_in_each_others_place_are_refused(chain: Chain):
    refuse(replace(chain, base=chain.delta, delta=chain.base), UnreadableSnapshotError, "zstd")


def test_a_base_that_is_not_the_signed_one_is_refused(tmp_path: Path, chain: Chain):
    stranger = make_database(tmp_path / "stranger.db", 200_000)
    other = seal(stranger, tmp_path / "other.age")

    refuse(
        replace(chain, base=replace(chain.base, path=other.path)),
        TamperedSnapshotError,
        "database is",
    )


def test_the_wrong_key_is_refused(chain: Chain):
    with pytest.raises(UnreadableSnapshotError, match="age"):
        chain.open(crypto.new_identity())

    assert chain.left_behind() == []


def test_a_bomb_in_a_delta_stops_at_the_signed_length(tmp_path: Path, chain: Chain):
    prefix = zstd.ZstdDict((tmp_path / "old.db").read_bytes(), is_raw=True)
    compressor = zstd.ZstdCompressor(zstd_dict=prefix.as_prefix)
    bomb = compressor.compress(bytes(50_000_000)) + compressor.flush()
    chain.delta.path.write_bytes(crypto.encrypt(bomb, RECIPIENT))

    refuse(chain, TamperedSnapshotError, "more than the signed")


def test_bytes_after_a_delta_are_refused(chain: Chain):
    genuine = crypto.decrypt(chain.delta.path.read_bytes(), IDENTITY)
    chain.delta.path.write_bytes(crypto.encrypt(genuine + b"more", RECIPIENT))

    refuse(chain, TamperedSnapshotError, "bytes after the end")


@pytest.mark.parametrize("size", [LARGEST_PATCHED + 1, None])
def test_more_than_a_box_has_memory_for_is_refused_unread(chain: Chain, size: int | None):
    refuse(
        replace(chain, base=replace(chain.base, plain_size=size)),
        NewerFormatError,
        "not at most 100663296",
    )


def test_a_base_too_small_to_be_a_database_is_refused(tmp_path: Path, chain: Chain):
    tiny = tmp_path / "tiny.db"
    tiny.write_bytes(b"tiny")
    base = seal(tiny, tmp_path / "tiny.age")

    refuse(replace(chain, base=base), UnreadableSnapshotError, "zstd: base")


def test_a_missing_file_is_the_disks_fault(chain: Chain):
    chain.delta.path.unlink()

    refuse(chain, StorageError, "delta.zst.age: No such file")


@pytest.mark.parametrize("kib", [100, 300])
def test_a_full_ram_folder_is_named_and_left_clean(
    town: Town, tmp_path: Path, chain: Chain, kib: int
):
    with town.small_disk(tmp_path / "small", kib) as ram:
        # 100 KiB end in the middle of the base; the base goes before the database comes, so 300 do.
        small = replace(chain, target=ram / "records.db")
        if kib == 300:
            assert small.open() == (tmp_path / "after.db").read_bytes()
            return
        with pytest.raises(DiskFullError):
            small.open()

        assert small.left_behind() == []


def test_what_a_thousand_citizens_need_is_bounded(tmp_path: Path):
    """A fresh process, because a peak never comes down again; the largest database there may be."""
    program = (
        "import sys; from pathlib import Path\n"
        "from appliance.snapshot.packing import SealedPart, unpack_delta\n"
        "from tests.appliance.snapshot.ram import peak_kib\n"
        "before = peak_kib()\n"
        "base, delta, target = map(Path, sys.argv[1:4])\n"
        "sizes = (int(sys.argv[6]), int(sys.argv[8]))\n"
        "unpack_delta(SealedPart(base, sys.argv[5], sizes[0]),\n"
        "             SealedPart(delta, sys.argv[7], sizes[1]), sys.argv[4], target)\n"
        "print(peak_kib() - before)\n"
    )
    content = os.urandom(4096)
    before = tmp_path / "before.db"
    with before.open("wb") as sink:
        for number in range(LARGEST_PATCHED // 4096):
            sink.write(number.to_bytes(8, "big") + content[8:])
    after = bytearray(before.read_bytes())
    after[: 8 * 4096] = os.urandom(8 * 4096)
    chain = make_chain(tmp_path, before.read_bytes(), bytes(after))
    parts = (chain.base, chain.delta)
    signed = [str(value) for part in parts for value in (part.plain_sha256, part.plain_size)]
    arguments = [*(str(part.path) for part in parts), str(chain.target), IDENTITY, *signed]

    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True
    )

    assert chain.target.read_bytes() == bytes(after)
    assert chain.delta.path.stat().st_size < 100_000
    # KiB: the base and the new database once each, and a mapped page of the base at a time.
    assert LARGEST_PATCHED / 1024 < int(ran.stdout) < 2.2 * LARGEST_PATCHED / 1024 + 20_000
