import gzip
import zipfile

import pytest

from provisioning.errors import UnreadableFeedError, UnreadableFileError
from provisioning.sources import feed_store
from provisioning.sources.feed_store import (
    FolderStore,
    ZipStore,
    is_safe_name,
    lines,
    open_store,
    read_whole,
    sha256_of,
)

EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def numbered(store, name):
    return [(line.number, line.content) for line in lines(store, name)]


def test_lines_of_a_folder_keep_their_numbers_past_empty_lines(tmp_path):
    (tmp_path / "a.ndjson").write_bytes(b"\xef\xbb\xbf{}\n\n  \n[]")

    assert numbered(FolderStore(tmp_path), "a.ndjson") == [(1, b"{}\n"), (4, b"[]")]


def test_gzipped_lines_are_unpacked_on_the_way(tmp_path):
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(b"1\n2\n"))

    assert numbered(FolderStore(tmp_path), "a.ndjson.gz") == [(1, b"1\n"), (2, b"2\n")]


def test_zip_gives_the_same_files_as_a_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as target:
        target.mkdir("unit")
        target.writestr("unit/a.ndjson", b"1\n")
    store = open_store(tmp_path / "feed.zip")

    assert store.names() == ["unit/a.ndjson"]
    assert numbered(store, "unit/a.ndjson") == [(1, b"1\n")]
    assert read_whole(store, "unit/a.ndjson") == b"1\n"


def test_gz_that_was_cut_short_gives_its_whole_lines_and_then_an_error(tmp_path):
    whole = gzip.compress(b"".join(b"%d\n" % number for number in range(90000)), compresslevel=1)
    (tmp_path / "a.ndjson.gz").write_bytes(whole[: len(whole) // 2])
    seen = []

    with pytest.raises(UnreadableFileError, match=r"a\.ndjson\.gz: stopped after line"):
        seen.extend(lines(FolderStore(tmp_path), "a.ndjson.gz"))

    assert seen[:2] == [feed_store.Line(1, b"0\n"), feed_store.Line(2, b"1\n")]


@pytest.mark.parametrize("name", ["missing.ndjson", "folder"])
def test_file_that_cannot_be_opened_is_named(tmp_path, name):
    (tmp_path / "folder").mkdir()
    store = FolderStore(tmp_path)

    with pytest.raises(UnreadableFileError, match=name):
        list(lines(store, name))
    with pytest.raises(UnreadableFileError, match=name):
        read_whole(store, name)
    with pytest.raises(UnreadableFileError, match=name):
        sha256_of(store, name)


def test_member_missing_from_a_zip_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as target:
        target.writestr("a", b"")
    store = ZipStore(tmp_path / "feed.zip")

    with pytest.raises(UnreadableFileError, match="nowhere"):
        list(lines(store, "nowhere"))


def test_file_that_is_not_a_zip_is_refused(tmp_path):
    (tmp_path / "feed.zip").write_bytes(b"PK, or so it says")

    with pytest.raises(UnreadableFeedError, match=r"feed\.zip"):
        open_store(tmp_path / "feed.zip")


def test_feed_that_is_nowhere_is_refused(tmp_path):
    with pytest.raises(UnreadableFeedError, match="no such folder or zip"):
        open_store(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["../escape.ndjson", "/etc/passwd", "a\\..\\b", "a/../../b"])
def test_zip_with_names_outside_itself_is_refused_whole(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as target:
        target.writestr(name, b"{}")

    with pytest.raises(UnreadableFeedError, match="points outside the feed"):
        ZipStore(tmp_path / "feed.zip")


def test_damaged_zip_member_is_an_error_of_that_file_only(tmp_path):
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as target:
        target.writestr("a.ndjson", b"x" * 1000)
    content = (tmp_path / "feed.zip").read_bytes()
    (tmp_path / "feed.zip").write_bytes(content.replace(b"x" * 1000, b"x" * 999 + b"y"))

    with pytest.raises(UnreadableFileError, match=r"a\.ndjson"):
        list(lines(ZipStore(tmp_path / "feed.zip"), "a.ndjson"))


def test_line_without_end_is_passed_over_and_reading_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(feed_store, "LONGEST_LINE", 64)
    monkeypatch.setattr(feed_store, "_BLOCK", 16)
    (tmp_path / "a.ndjson").write_bytes(b"1\n" + b"x" * 500 + b"\n3\n" + b"y" * 70)

    assert numbered(FolderStore(tmp_path), "a.ndjson") == [
        (1, b"1\n"),
        (2, None),
        (3, b"3\n"),
        (4, None),
    ]


def test_manifest_of_many_megabytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(feed_store, "LONGEST_LINE", 64)
    (tmp_path / "manifest.json").write_bytes(b"x" * 65)

    with pytest.raises(UnreadableFileError, match="larger than"):
        read_whole(FolderStore(tmp_path), "manifest.json")


def test_sha256_is_of_the_bytes_as_delivered(tmp_path):
    (tmp_path / "a").write_bytes(b"")

    assert sha256_of(FolderStore(tmp_path), "a") == EMPTY_SHA256


def test_empty_name_is_not_safe():
    assert not is_safe_name("")
