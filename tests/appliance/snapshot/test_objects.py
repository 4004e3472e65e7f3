from pathlib import Path

import pytest

from appliance.errors import StorageError, TamperedSnapshotError
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.objects import ObjectFolder
from tests.appliance.snapshot.town import Night, Town


@pytest.fixture
def folder(town: Town, tmp_path: Path) -> Path:
    """Everything two nights and two roots left, under content-addressed names."""
    folder = tmp_path / "objects"
    folder.mkdir()
    town.publish(Night(size=1000))
    town.rotate_root()
    town.publish(Night(size=1000))
    for path in town.box_folder().rglob("*.*"):
        content = path.read_bytes()
        (folder / sha256_hex(content)).write_bytes(content)
    return folder


def test_metadata_is_hashed_before_it_is_believed(town: Town, folder: Path):
    name = sha256_hex(town.trust.root)
    objects = ObjectFolder(folder)

    assert objects.metadata(name) == town.trust.root
    objects.path(name).write_bytes(b"{}")
    with pytest.raises(TamperedSnapshotError, match="missing or damaged"):
        objects.metadata(name)
    with pytest.raises(TamperedSnapshotError, match="missing or damaged"):
        objects.metadata("a" * 64)


def test_loose_roots_come_oldest_first_and_targets_newest_first(town: Town, folder: Path):
    metadata = town.box_folder() / "metadata"

    roots, targets = ObjectFolder(folder).loose_metadata()

    assert roots == town.trust.roots
    assert targets == tuple(
        (metadata / name).read_bytes() for name in ("2.targets.json", "1.targets.json")
    )


def test_large_files_are_never_taken_for_metadata(town: Town, tmp_path: Path):
    folder = tmp_path / "objects"
    folder.mkdir()
    (folder / "large").write_bytes(town.trust.root + b" " * 5_000_000)

    assert ObjectFolder(folder).loose_metadata() == ((), ())


def test_an_object_must_be_whole_and_unchanged(town: Town, folder: Path):
    item = town.publish(Night(size=1000)).base
    objects = ObjectFolder(folder)

    with pytest.raises(TamperedSnapshotError, match="is missing"):
        objects.check(item)
    for content in (b"short", b"x" * item.size):
        objects.path(item.sha256).write_bytes(content)
        with pytest.raises(TamperedSnapshotError, match="is damaged"):
            objects.check(item)


def test_a_folder_that_does_not_exist_is_empty(tmp_path: Path):
    assert ObjectFolder(tmp_path / "objects").names() == []


def test_a_disk_that_cannot_be_read_is_named(tmp_path: Path):
    (tmp_path / "folder").mkdir()

    with pytest.raises(StorageError, match="reading folder"):
        ObjectFolder(tmp_path).loose_metadata()
