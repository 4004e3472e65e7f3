import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance import crypto
from appliance.errors import (
    DiskFullError,
    StorageError,
    TamperedSnapshotError,
    UnreadableSnapshotError,
)
from appliance.snapshot.compression import zstd
from appliance.snapshot.packing import Packed, pack, unpack
from tests.appliance.snapshot.town import Town, make_database

pytestmark = pytest.mark.slow  # seconds, not milliseconds

IDENTITY = crypto.new_identity()
RECIPIENT = crypto.recipient_of(IDENTITY)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    return tmp_path / "base.zst.age"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "ram" / "records.db"


def seal(content: bytes, path: Path) -> Path:
    """Seal bytes that need not be what `pack` would make."""
    path.write_bytes(crypto.encrypt(content, RECIPIENT))
    return path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("size", [100, 60_000, 3_000_000])
def test_what_is_packed_comes_out_byte_for_byte(
    tmp_path: Path, sealed: Path, target: Path, size: int
):
    db = make_database(tmp_path / "slim.db", size)

    packed = pack(db, sealed, RECIPIENT)
    unpack(sealed, IDENTITY, target, packed.plain_sha256, packed.plain_size)

    plain, cipher = db.read_bytes(), sealed.read_bytes()
    assert target.read_bytes() == plain
    assert packed == Packed(sha256(plain), len(plain), sha256(cipher), len(cipher))


def test_what_compresses_well_is_still_taken_whole(tmp_path: Path, sealed: Path, target: Path):
    db = tmp_path / "zeros.db"
    db.write_bytes(bytes(5_000_000))

    packed = pack(db, sealed, RECIPIENT)
    unpack(sealed, IDENTITY, target, packed.plain_sha256)

    assert packed.sealed_size < 2000
    assert target.stat().st_size == 5_000_000


def refuse(sealed: Path, target: Path, error: type[Exception], match: str) -> None:
    """Unpack, and check that nothing is left behind."""
    with pytest.raises(error, match=match):
        unpack(sealed, IDENTITY, target, sha256(b"signed"), 1000)

    assert not target.exists()
    assert not list(target.parent.glob(".new-*"))


def test_a_bomb_stops_at_the_signed_length(sealed: Path, target: Path):
    seal(zstd.compress(bytes(50_000_000)), sealed)

    refuse(sealed, target, TamperedSnapshotError, "more than the signed 1000 bytes")


def test_another_database_than_the_signed_one_is_refused(sealed: Path, target: Path):
    seal(zstd.compress(bytes(1000)), sealed)

    refuse(sealed, target, TamperedSnapshotError, "database is .* signed was")


def test_a_shorter_database_than_the_signed_one_is_refused(sealed: Path, target: Path):
    seal(zstd.compress(bytes(999)), sealed)

    refuse(sealed, target, TamperedSnapshotError, "999 bytes instead of the signed 1000")


@pytest.mark.parametrize("tail", [b"x", zstd.compress(b"second frame"), bytes(70_000)])
def test_bytes_after_the_database_are_refused(sealed: Path, target: Path, tail: bytes):
    seal(zstd.compress(bytes(1000)) + tail, sealed)

    refuse(sealed, target, TamperedSnapshotError, "bytes after the end")


def test_bytes_in_a_later_piece_are_refused_too(sealed: Path, target: Path):
    # age hands over 8 KiB at a time: let the frame end exactly there.
    frame = next(
        frame for size in range(8100, 8300) if len(frame := zstd.compress(os.urandom(size))) == 8192
    )
    seal(frame + b"later", sealed)

    with pytest.raises(TamperedSnapshotError, match="bytes after the end"):
        unpack(sealed, IDENTITY, target, sha256(b""))


def test_a_compressed_stream_that_stops_early_is_refused(sealed: Path, target: Path):
    seal(zstd.compress(bytes(1000))[:-4], sealed)

    refuse(sealed, target, UnreadableSnapshotError, "stops too early")


@pytest.mark.parametrize("content", [b"", b"not zstd", bytes(9000)])
def test_what_is_not_compressed_is_refused(sealed: Path, target: Path, content: bytes):
    seal(content, sealed)

    refuse(sealed, target, UnreadableSnapshotError, "zstd")


def test_a_window_larger_than_stock_zstd_takes_is_refused(sealed: Path, target: Path):
    options = {zstd.CompressionParameter.window_log: 28}
    compressor = zstd.ZstdCompressor(options=options)
    seal(compressor.compress(os.urandom(1000)) + compressor.flush(), sealed)

    refuse(sealed, target, UnreadableSnapshotError, "zstd")


def test_the_wrong_key_is_refused(sealed: Path, target: Path):
    sealed.write_bytes(crypto.encrypt(b"x", crypto.recipient_of(crypto.new_identity())))

    refuse(sealed, target, UnreadableSnapshotError, "age")


@pytest.mark.parametrize("keep", [0, 100, 65_536 + 200, 100_000])
def test_a_sealed_file_that_was_cut_is_refused(
    tmp_path: Path, sealed: Path, target: Path, keep: int
):
    packed = pack(make_database(tmp_path / "slim.db", 150_000), sealed, RECIPIENT)
    sealed.write_bytes(sealed.read_bytes()[:keep])

    with pytest.raises(UnreadableSnapshotError):
        unpack(sealed, IDENTITY, target, packed.plain_sha256, packed.plain_size)

    assert list(target.parent.iterdir()) == []


def test_an_older_opened_copy_stays_when_the_new_one_fails(sealed: Path, target: Path):
    target.parent.mkdir()
    target.write_bytes(b"yesterday")
    seal(b"not zstd", sealed)

    with pytest.raises(UnreadableSnapshotError):
        unpack(sealed, IDENTITY, target, sha256(b"signed"))

    assert target.read_bytes() == b"yesterday"


def test_a_missing_sealed_file_is_the_disks_fault(sealed: Path, target: Path):
    refuse(sealed, target, StorageError, "base.zst.age: No such file")


def test_a_missing_database_is_named(tmp_path: Path, sealed: Path):
    with pytest.raises(StorageError, match=r"slim\.db"):
        pack(tmp_path / "slim.db", sealed, RECIPIENT)

    assert not sealed.exists()


def test_a_full_ram_folder_is_named_and_left_clean(town: Town, tmp_path: Path, sealed: Path):
    packed = pack(make_database(tmp_path / "slim.db", 500_000), sealed, RECIPIENT)
    with town.small_disk(tmp_path / "ram", kib=300) as ram:
        with pytest.raises(DiskFullError):
            unpack(sealed, IDENTITY, ram / "records.db", packed.plain_sha256, packed.plain_size)

        assert list(ram.iterdir()) == []


def test_a_database_too_large_for_the_ram_folder_is_named(
    town: Town, tmp_path: Path, sealed: Path, target: Path
):
    packed = pack(make_database(tmp_path / "slim.db", 500_000), sealed, RECIPIENT)

    with town.small_files(kib=300), pytest.raises(DiskFullError):
        unpack(sealed, IDENTITY, target, packed.plain_sha256, packed.plain_size)

    assert list(target.parent.iterdir()) == []


def test_a_full_disk_leaves_no_half_sealed_file(town: Town, tmp_path: Path):
    db = make_database(tmp_path / "slim.db", 500_000)
    with town.small_disk(tmp_path / "hub", kib=300) as disk:
        with pytest.raises(DiskFullError):
            pack(db, disk / "base.zst.age", RECIPIENT)

        assert list(disk.iterdir()) == []


def test_a_large_snapshot_needs_little_memory(tmp_path: Path, sealed: Path, target: Path):
    """A fresh process, because a peak never comes down again."""
    program = (
        "import sys; from pathlib import Path; from appliance.snapshot import packing\n"
        "from tests.appliance.snapshot.ram import peak_kib\n"
        "before = peak_kib()\n"
        "db, sealed, target = map(Path, sys.argv[1:4])\n"
        "packed = packing.pack(db, sealed, sys.argv[4])\n"
        "packing.unpack(sealed, sys.argv[5], target, packed.plain_sha256, packed.plain_size)\n"
        "print(peak_kib() - before)\n"
    )
    db = make_database(tmp_path / "slim.db", 80_000_000)
    arguments = [str(db), str(sealed), str(target), RECIPIENT, IDENTITY]

    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True
    )

    assert int(ran.stdout) < 50_000  # KiB; the compressor's own window and tables
