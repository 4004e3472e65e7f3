import gzip
import zipfile
from dataclasses import dataclass, field

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
    size_of,
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


@dataclass
class Followed:
    """Somebody who follows a run and adds up."""

    sizes: list[int] = field(default_factory=list)

    def begin(self, step: str, size: int) -> None:
        raise AssertionError(step, size)

    def advance(self, size: int) -> None:
        self.sizes.append(size)

    def end(self) -> None:
        raise AssertionError


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_reading_is_followed_in_blocks_and_not_in_lines(tmp_path, form):
    content = b'{"resourceType":"Flag"}\n' * 50_000
    (tmp_path / "feed").mkdir()
    (tmp_path / "feed" / "a.ndjson").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as target:
        target.writestr("a.ndjson", content)
    followed = Followed()
    store = open_store(tmp_path / ("feed" if form == "folder" else "feed.zip"), followed)

    assert sum(1 for _ in lines(store, "a.ndjson")) == 50_000
    assert sum(followed.sizes) == len(content) == store.size()
    assert len(followed.sizes) < 20


def test_followed_gzip_counts_what_lies_on_the_disk(tmp_path):
    packed = gzip.compress(b"1\n" * 100_000)
    (tmp_path / "a.ndjson.gz").write_bytes(packed)
    followed = Followed()

    assert sum(1 for _ in lines(open_store(tmp_path, followed), "a.ndjson.gz")) == 100_000
    assert sum(followed.sizes) == len(packed)


def test_hash_is_the_same_and_not_counted_when_reading_is_followed(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "b").write_bytes(b"123")
    followed = Followed()
    store = open_store(tmp_path, followed)

    assert sha256_of(store, "a") == EMPTY_SHA256
    assert sha256_of(store, "b") == sha256_of(FolderStore(tmp_path), "b")
    assert followed.sizes == []


def test_followed_file_can_be_read_from_any_place(tmp_path):
    (tmp_path / "a").write_bytes(b"0123456789")

    with open_store(tmp_path, Followed()).open("a") as stream:
        stream.seek(-3, 2)
        assert stream.read() == b"789"


def test_linked_folder_is_read_once_and_a_loop_ends(tmp_path):
    feed, elsewhere = tmp_path / "feed", tmp_path / "elsewhere"
    for folder in (feed, elsewhere):
        folder.mkdir()
    (elsewhere / "a.ndjson").write_bytes(b"")
    (feed / "loop").symlink_to(feed)
    (feed / "unit").symlink_to(elsewhere)
    (feed / "same").symlink_to(elsewhere)

    assert len(FolderStore(feed).names()) == 1


def test_all_bytes_of_all_feeds_are_counted(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    with zipfile.ZipFile(tmp_path / "feed.zip", "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("x", b"x" * 1000)

    assert ZipStore(tmp_path / "feed.zip").size() == 1000
    assert size_of([tmp_path / "feed.zip"]) == 1000
