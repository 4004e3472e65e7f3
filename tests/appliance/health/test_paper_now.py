"""How paper goes, told in one small file."""

import os

import pytest

from appliance.errors import StorageError
from appliance.health.paper_now import NAME, PaperNow, read_paper, write_paper


@pytest.mark.parametrize(
    "paper", [PaperNow(7.5), PaperNow(99.25, is_printing=True, is_in_trouble=True, finished_s=3.5)]
)
def test_what_is_told_is_read_back(tmp_path, paper) -> None:
    write_paper(tmp_path / "panel", paper)

    assert read_paper(tmp_path / "panel") == paper


def test_group_may_read_it_whatever_the_mask_of_the_web(tmp_path) -> None:
    before = os.umask(0o077)
    try:
        write_paper(tmp_path / "panel", PaperNow(1.0))
    finally:
        os.umask(before)

    assert (tmp_path / "panel").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "panel" / NAME).stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"told_s": "x"}'])
def test_what_cannot_be_read_says_nothing(tmp_path, content) -> None:
    (tmp_path / NAME).write_bytes(content)

    assert read_paper(tmp_path) is None
    assert read_paper(tmp_path / "none") is None


def test_what_is_old_or_of_another_start_says_nothing() -> None:
    paper = PaperNow(100.0)

    assert paper.is_fresh(100.0)
    assert paper.is_fresh(160.0)
    assert not paper.is_fresh(160.5)
    assert not paper.is_fresh(5.0)


def test_folder_that_refuses_is_a_named_error(tmp_path) -> None:
    (tmp_path / "panel").write_bytes(b"in the way")

    with pytest.raises(StorageError):
        write_paper(tmp_path / "panel", PaperNow(1.0))
