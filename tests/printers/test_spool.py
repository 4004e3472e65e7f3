"""The spool is seen for what it is: in RAM or not, empty or not, ours to look into or not."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from printers.spool import file_system_of, look_at_spool

NOBODY = 65534
TABLE = """\
/dev/mmcblk0p2 / ext4 rw,noatime 0 0
tmpfs /run tmpfs rw,nosuid 0 0
/dev/sda1 /run/media/my\\040stick vfat rw 0 0
tmpfs /var/spool/cups tmpfs rw 0 0
/dev/sdb1 /var/spool/cups ext4 rw 0 0

"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/run/nodboks-spool", "tmpfs"),
        ("/var/lib/nodboks", "ext4"),
        ("/run/media/my stick/x", "vfat"),
        ("/running", "ext4"),
        ("/var/spool/cups", "ext4"),
    ],
)
def test_a_folder_lies_on_the_nearest_and_last_mount(folder: str, kind: str) -> None:
    assert file_system_of(Path(folder), TABLE) == kind


def test_documents_are_counted_and_the_rest_is_not(tmp_path: Path) -> None:
    for name in ("d00001-001", "d00002-001", "c00001", "tmp"):
        (tmp_path / name).touch()
    table = tmp_path / "mounts"
    table.write_text(f"tmpfs {tmp_path} tmpfs rw 0 0\n")

    spool = look_at_spool(tmp_path, table)

    assert (spool.exists, spool.is_in_ram, spool.documents) == (True, True, 2)


def test_a_spool_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    spool = look_at_spool(tmp_path / "none")

    assert (spool.exists, spool.documents) == (False, 0)


@pytest.fixture
def as_anybody() -> Iterator[None]:
    """Take root's right to look everywhere away for a while."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)


def test_a_spool_only_root_may_look_into_is_not_called_empty(
    request: pytest.FixtureRequest,
) -> None:
    with tempfile.TemporaryDirectory() as name:
        base, closed = Path(name), Path(name) / "spool"
        base.chmod(0o755)
        closed.mkdir(mode=0o300)
        (closed / "d00001-001").touch()
        request.getfixturevalue("as_anybody")

        spool = look_at_spool(closed)

        os.seteuid(os.getuid())
        closed.chmod(0o700)
    assert (spool.exists, spool.documents) == (True, None)
