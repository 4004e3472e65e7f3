from pathlib import Path

import pytest

from appliance.errors import StorageError
from appliance.outage.boot_mark import boot_mark


def test_the_kernel_s_own_mark_is_taken_where_it_can_be_read(tmp_path: Path) -> None:
    kernel = tmp_path / "boot_id"
    kernel.write_text("2f1c8f9e-5b1a-4c57-9b53-0a8f3c0f2b11\n")

    assert boot_mark(tmp_path, kernel) == "2f1c8f9e-5b1a-4c57-9b53-0a8f3c0f2b11"


def test_else_a_mark_of_our_own_lasts_as_long_as_the_ram_folder(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"

    marks = [boot_mark(folder, tmp_path / "none") for folder in (first, first, second)]

    assert marks[0] == marks[1] != marks[2]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"x" * 400])
def test_a_mark_that_is_none_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "boot").write_bytes(content)

    assert boot_mark(tmp_path, tmp_path / "none") == boot_mark(tmp_path, tmp_path / "none")


def test_a_ram_folder_that_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError):
        boot_mark(tmp_path / "file", tmp_path / "none")
