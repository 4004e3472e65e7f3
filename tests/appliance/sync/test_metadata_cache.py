from pathlib import Path

import pytest

from appliance.errors import StorageError
from appliance.sync.metadata_cache import MetadataCache

pytestmark = pytest.mark.vault


def fill(state_dir: Path, content: str) -> MetadataCache:
    """Let one sync be accepted."""
    cache = MetadataCache(state_dir)
    (cache.begin() / "timestamp.json").write_text(content)
    cache.keep()
    return cache


def test_a_first_sync_starts_with_an_empty_folder(tmp_path: Path):
    assert list(MetadataCache(tmp_path).begin().iterdir()) == []


def test_what_was_kept_is_there_next_time(tmp_path: Path):
    cache = fill(tmp_path, "one")

    assert (cache.begin() / "timestamp.json").read_text() == "one"


def test_what_was_not_kept_leaves_no_trace(tmp_path: Path):
    cache = fill(tmp_path, "one")
    (cache.begin() / "timestamp.json").write_text("another box's")

    assert (cache.begin() / "timestamp.json").read_text() == "one"


def test_a_link_stays_a_link(tmp_path: Path):
    cache = MetadataCache(tmp_path)
    folder = cache.begin()
    (folder / "1.root.json").write_text("root")
    (folder / "root.json").symlink_to("1.root.json")
    cache.keep()

    assert (cache.begin() / "root.json").readlink() == Path("1.root.json")


def test_a_cut_in_the_middle_of_keeping_loses_nothing(tmp_path: Path):
    cache = fill(tmp_path, "one")
    (tmp_path / "tuf").rename(tmp_path / "tuf.old")

    assert (cache.begin() / "timestamp.json").read_text() == "one"


def test_a_cut_at_the_end_of_keeping_keeps_the_new(tmp_path: Path):
    cache = fill(tmp_path, "one")
    (tmp_path / "tuf.old").mkdir()

    assert (cache.begin() / "timestamp.json").read_text() == "one"
    assert not (tmp_path / "tuf.old").exists()


def test_a_cache_that_cannot_be_read_is_dropped(tmp_path: Path):
    (tmp_path / "tuf").write_text("a file where a folder should be")

    assert list(MetadataCache(tmp_path).begin().iterdir()) == []


def test_a_disk_that_refuses_is_named(tmp_path: Path):
    (tmp_path / "tuf.trial").write_text("a file where a folder should be")

    with pytest.raises(StorageError, match="metadata cache"):
        MetadataCache(tmp_path).begin()
