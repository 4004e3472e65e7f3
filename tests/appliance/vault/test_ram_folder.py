import contextlib
import os
import threading
from pathlib import Path

import pytest

from appliance.errors import StorageError, UnsafeMemoryError
from appliance.vault.ram_folder import (
    MemoryFacts,
    is_in_ram,
    make_folder,
    mount_of,
    parse_mountinfo,
    parse_swaps,
    read_memory_facts,
    why_unsafe,
    wipe,
)

MOUNTINFO = """\
22 1 179:2 / / ro,noatime shared:1 - ext4 /dev/root ro
23 22 0:21 / /run rw,nosuid,nodev shared:2 - tmpfs tmpfs rw,size=803140k,mode=755
24 23 0:44 / /run/nodboks rw,nosuid,noexec - tmpfs nodboks rw,size=524288k,mode=750,noswap
25 22 179:3 / /var/lib/nodboks rw,noatime shared:3 master:1 - ext4 /dev/mmcblk0p3 rw
26 22 0:45 / /mnt/med\\040mellemrum rw - ramfs ramfs rw
27 23 179:4 / /run/hidden rw - tmpfs tmpfs rw
28 23 179:4 / /run/hidden rw - vfat /dev/sda1 rw
"""
MOUNTS = parse_mountinfo(MOUNTINFO)
SWAPS = """\
Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
/dev/zram0                              partition\t2097148\t\t0\t\t100
/var/swap\\040file                       file\t\t102396\t\t0\t\t-2
"""
DISK = MemoryFacts(MOUNTS, ("/dev/sda2",))
RUN, NODBOKS = Path("/run/records"), Path("/run/nodboks/records")


def unsafe(folder, facts, *, allow_disk_swap=False):
    return why_unsafe(folder, facts, allow_disk_swap=allow_disk_swap)


def test_deepest_mount_counts_and_the_last_on_one_point_covers():
    assert mount_of(Path("/run/nodboks/records"), MOUNTS).point == Path("/run/nodboks")
    assert mount_of(Path("/run/nodboks2"), MOUNTS).point == Path("/run")
    assert mount_of(Path("/run/hidden"), MOUNTS).kind == "vfat"
    assert mount_of(Path("/mnt/med mellemrum/x"), MOUNTS).kind == "ramfs"


def test_folder_on_a_disk_is_refused_even_where_swap_is_allowed():
    facts = MemoryFacts(MOUNTS, ())

    assert "ext4" in unsafe(Path("/var/lib/nodboks/ram"), facts)
    assert "vfat" in unsafe(Path("/run/hidden/records"), facts, allow_disk_swap=True)


def test_folder_on_no_known_mount_is_refused():
    assert "no known file system" in unsafe(RUN, MemoryFacts((), ()))


def test_a_folder_that_is_not_there_yet_lies_where_it_will_be_made():
    facts = MemoryFacts(MOUNTS, ())

    assert is_in_ram(RUN / "to-be-made", facts)
    assert not is_in_ram(Path("/var/lib/nodboks/to-be-made"), facts)
    assert not is_in_ram(RUN, MemoryFacts((), ()))


def test_plain_tmpfs_is_refused_while_a_disk_swap_is_active():
    assert "/dev/sda2" in unsafe(RUN, DISK)
    assert unsafe(RUN, DISK, allow_disk_swap=True) is None
    assert unsafe(RUN, MemoryFacts(MOUNTS, ())) is None


def test_tmpfs_without_swapping_and_ramfs_are_fine_even_with_a_disk_swap():
    assert unsafe(NODBOKS, DISK) is None
    assert unsafe(Path("/mnt/med mellemrum"), DISK) is None


@pytest.mark.parametrize(
    ("backing", "is_fine"),
    [({}, True), ({"zram0": "none"}, True), ({"zram0": "/dev/loop0"}, False)],
)
def test_zram_is_memory_unless_it_writes_back_to_a_disk(backing, is_fine):
    facts = MemoryFacts(MOUNTS, ("/dev/zram0",), backing)

    assert (unsafe(RUN, facts) is None) == is_fine


def test_swap_names_are_read_with_their_escapes():
    assert parse_swaps(SWAPS) == ("/dev/zram0", "/var/swap file")
    assert parse_swaps("") == ()


def test_kernel_is_asked_for_mounts_swaps_and_zram(tmp_path):
    (tmp_path / "self").mkdir()
    (tmp_path / "self/mountinfo").write_text(MOUNTINFO)
    (tmp_path / "swaps").write_text(SWAPS)
    (tmp_path / "block/zram0").mkdir(parents=True)
    (tmp_path / "block/zram0/backing_dev").write_text("/dev/loop0\n")

    facts = read_memory_facts(proc=tmp_path, sys=tmp_path)

    assert facts == MemoryFacts(MOUNTS, ("/dev/zram0", "/var/swap file"), {"zram0": "/dev/loop0"})


def test_kernel_without_swap_is_fine_and_one_that_says_nothing_is_not(tmp_path):
    with pytest.raises(UnsafeMemoryError, match="mountinfo"):
        read_memory_facts(proc=tmp_path)

    (tmp_path / "self").mkdir()
    (tmp_path / "self/mountinfo").write_text(MOUNTINFO)
    with pytest.raises(UnsafeMemoryError, match="swaps"):  # as under ProcSubset=pid
        read_memory_facts(proc=tmp_path)

    (tmp_path / "meminfo").touch()
    assert read_memory_facts(proc=tmp_path).swaps == ()


def test_garbled_mountinfo_is_refused_not_guessed(tmp_path):
    (tmp_path / "self").mkdir()
    (tmp_path / "self/mountinfo").write_text("no mounts here\n")

    with pytest.raises(UnsafeMemoryError):
        read_memory_facts(proc=tmp_path)


def test_this_machine_answers():
    facts = read_memory_facts()

    assert mount_of(Path("/"), facts.mounts) is not None


def test_folder_is_made_with_its_mode_whatever_the_umask(tmp_path):
    folder = tmp_path / "run" / "records"
    before = os.umask(0o077)

    make_folder(folder, 0o750)
    os.umask(before)

    assert folder.stat().st_mode & 0o777 == 0o750


def test_own_folder_is_taken_over_with_the_right_mode(tmp_path):
    tmp_path.chmod(0o777)

    make_folder(tmp_path, 0o750)

    assert tmp_path.stat().st_mode & 0o777 == 0o750


def test_planted_link_or_file_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").touch()

    for name in ("link", "file"):
        with pytest.raises(UnsafeMemoryError, match="not a folder of our own"):
            make_folder(tmp_path / name, 0o750)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a folder to another user")
def test_folder_of_another_user_is_refused(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    os.chown(theirs, 65534, 65534)

    with pytest.raises(UnsafeMemoryError, match="not a folder of our own"):
        make_folder(theirs, 0o750)


def test_folder_that_cannot_be_made_is_a_storage_error(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match="making records"):
        make_folder(tmp_path / "file" / "records", 0o750)


def test_wipe_empties_files_folders_links_and_sockets(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "records.db").write_bytes(b"plain")
    (tmp_path / "records.db").write_bytes(b"plain")
    (tmp_path / "records.db").chmod(0o440)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc")

    count = wipe(tmp_path)

    assert (count, list(tmp_path.iterdir())) == (3, [])
    assert Path("/etc").is_dir()


def test_wipe_of_a_folder_that_is_not_there_is_done_already(tmp_path):
    assert wipe(tmp_path / "never") == 0


def test_reader_that_holds_a_wiped_file_open_keeps_nothing_in_memory(tmp_path):
    (tmp_path / "records.db").write_bytes(b"plain")

    with (tmp_path / "records.db").open("rb", buffering=0) as reader:
        wipe(tmp_path)

        assert reader.read() == b""
        assert os.fstat(reader.fileno()).st_blocks == 0


@contextlib.contextmanager
def files_come_and_go_in(folder):
    """Rename and delete in the folder all the time, as an index in the making does."""
    is_done = threading.Event()

    def rename():
        while not is_done.is_set():
            with contextlib.suppress(FileNotFoundError):
                (folder / "search.growing").write_bytes(b"plain")
                (folder / "search.growing").replace(folder / "search.db")
                (folder / "search.db").unlink()

    renaming = threading.Thread(target=rename)
    renaming.start()
    try:
        yield
    finally:
        is_done.set()
        renaming.join()


def test_wipe_goes_on_when_a_file_goes_away_under_it(tmp_path):
    with files_come_and_go_in(tmp_path):
        for number in range(500):
            (tmp_path / f"records-{number}.db").write_bytes(b"plain")
            wipe(tmp_path)
    wipe(tmp_path)

    assert list(tmp_path.iterdir()) == []
