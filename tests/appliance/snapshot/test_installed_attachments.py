"""Attachments of installed snapshots: never half there, never in the way of the records."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import SnapshotError, StorageError, TamperedSnapshotError
from appliance.snapshot.disk import Disk
from appliance.snapshot.installed import COPIES, Installed
from appliance.snapshot.manifest import Manifest
from appliance.snapshot.trust import Vouching
from tests.appliance.snapshot.faulty_disks import DyingDisk, Recorder
from tests.appliance.snapshot.town import Night, Town

pytestmark = pytest.mark.vault

PHOTO, LETTER, PLAN = b"photo " * 50, b"letter " * 50, b"plan " * 50


@dataclass
class Box:
    """A box's state folder, filled without a network the way the sync does it."""

    town: Town
    state_dir: Path

    @property
    def installed(self) -> Installed:
        return Installed(self.state_dir)

    def install(self, *contents: bytes, disk: Disk | None = None) -> Manifest:
        manifest = self.town.publish(Night(size=2_000, attachments=contents))
        folder = self.town.box_folder()
        installed = Installed(self.state_dir, disk)
        for content in contents:
            item, sealed = self.town.seal(content)
            installed.keep(item.sha256, self._staged(sealed))
        files = {
            item.sha256: self._staged(folder / "targets" / f"{item.sha256}.{item.name}")
            for item in manifest.objects
        }
        targets = (folder / "metadata" / f"{manifest.version}.targets.json").read_bytes()
        installed.install(manifest, files, Vouching(self.town.trust.roots, targets))
        return manifest

    def _staged(self, published: Path) -> Path:
        staged = self.state_dir / f"staged-{published.name[:20]}"
        shutil.copyfile(published, staged)
        return staged

    def object_of(self, content: bytes) -> Path:
        return self.installed.path(self.town.sealed[content].sha256)

    def index(self) -> Path:
        current = self.installed.current()
        assert current is not None
        assert current.manifest.index is not None
        return self.installed.path(current.manifest.index.sha256)

    def opens(self) -> tuple[int, int]:
        """Which version is current and really opens, and how many attachments it lacks."""
        current = self.installed.current()
        assert current is not None
        assert self.town.opens(current, self.town.folder / "opened.db")
        return current.manifest.version, len(current.missing)


@pytest.fixture
def box(town: Town, tmp_path: Path) -> Box:
    town.config("http://hub", tmp_path / "state")
    return Box(town, tmp_path / "state")


def test_attachments_are_installed_with_their_snapshot(box: Box) -> None:
    manifest = box.install(PHOTO, LETTER)

    assert box.opens() == (1, 0)
    assert set(box.installed.attachments(manifest)) == {
        box.town.sealed[PHOTO], box.town.sealed[LETTER],
    }  # fmt: skip


def test_a_snapshot_without_attachments_has_no_list_of_them(box: Box) -> None:
    manifest = box.install()

    assert manifest.index is None
    assert box.installed.attachments(manifest) == ()


def test_a_snapshot_whose_attachments_are_not_all_here_is_not_installed(box: Box) -> None:
    box.install(PHOTO)
    manifest = box.town.publish(Night(attachments=(PHOTO, LETTER)))
    folder = box.town.box_folder()
    files = {
        item.sha256: folder / "targets" / f"{item.sha256}.{item.name}" for item in manifest.objects
    }
    targets = (folder / "metadata" / "2.targets.json").read_bytes()

    with pytest.raises(TamperedSnapshotError, match="1 attachments were not fetched"):
        box.installed.install(manifest, files, Vouching(box.town.trust.roots, targets))

    assert box.opens() == (1, 0)


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_lost_attachment_is_reported_and_the_records_open(box: Box, damage: str) -> None:
    box.install(PHOTO, LETTER)
    if damage == "missing":
        box.object_of(PHOTO).unlink()
    else:
        box.object_of(PHOTO).write_bytes(box.object_of(PHOTO).read_bytes()[:-1])

    current = box.installed.current()

    assert box.opens() == (1, 1)
    assert current is not None
    assert (current.problem, current.missing) == ("", (box.town.sealed[PHOTO].sha256,))


@pytest.mark.parametrize("damage", [None, b"", b"worn"])
def test_a_lost_list_is_reported_and_the_records_open(box: Box, damage: bytes | None) -> None:
    box.install(PHOTO, LETTER)
    index = box.index()
    if damage is None:
        index.unlink()
    else:
        index.write_bytes(damage)

    assert box.opens() == (1, 1)


def test_a_flipped_bit_is_found_when_it_is_looked_for(box: Box) -> None:
    manifest = box.install(PHOTO, LETTER)
    content = bytearray(box.object_of(PHOTO).read_bytes())
    content[-1] ^= 1
    box.object_of(PHOTO).write_bytes(content)

    lacking = box.installed.lacking(box.installed.attachments(manifest))

    assert lacking == (box.town.sealed[PHOTO],)


def test_a_file_no_disk_can_read_is_lacking(box: Box) -> None:
    manifest = box.install(PHOTO)
    path = box.object_of(PHOTO)
    path.unlink()
    path.mkdir()
    size = path.stat().st_size
    item = box.town.sealed[PHOTO]

    assert box.installed.lacking([type(item)(item.sha256, size)]) != ()
    assert box.installed.lacking(box.installed.attachments(manifest)) == (item,)


def test_garbage_takes_what_two_nights_no_longer_name(box: Box) -> None:
    box.install(PHOTO, LETTER)
    box.install(PHOTO, PLAN)
    box.installed.collect_garbage()
    assert box.object_of(LETTER).is_file()  # the night before still names it
    box.install(PLAN)

    box.installed.collect_garbage()

    assert not box.object_of(LETTER).exists()
    assert box.object_of(PHOTO).is_file()
    assert box.opens() == (3, 0)


def test_no_garbage_is_collected_while_a_list_is_damaged(box: Box) -> None:
    box.install(PHOTO)
    box.install(LETTER)
    box.install(PLAN)
    box.index().write_bytes(b"worn")

    assert box.installed.collect_garbage() == 0
    assert box.object_of(PHOTO).is_file()


def test_a_record_that_names_lost_metadata_costs_no_attachment(box: Box) -> None:
    box.install(PHOTO)
    manifest = box.install(PHOTO)
    for path in (box.state_dir / "objects").iterdir():
        if path.read_bytes().startswith(b"{"):
            path.write_bytes(b"{}")

    assert box.installed.collect_garbage() == 0
    with pytest.raises(SnapshotError):
        box.installed.current()
    assert box.installed.holds(manifest.base)


def test_with_the_records_gone_photos_are_not_taken_for_metadata(box: Box) -> None:
    box.install(PHOTO)
    for name in COPIES:
        (box.state_dir / name).unlink()

    assert box.opens() == (1, 0)


@pytest.mark.parametrize("steps", range(8))
def test_a_cut_before_any_step_never_leaves_a_current_snapshot_without_its_attachments(
    box: Box, steps: int
) -> None:
    box.install(PHOTO)

    with pytest.raises(StorageError):
        box.install(LETTER, PLAN, disk=DyingDisk(steps))

    assert box.opens() == ((2 if steps == 7 else 1), 0)
    box.installed.repair()
    box.install(LETTER)
    assert box.opens() == (3, 0)


def test_attachments_come_before_pointers_and_deletion_is_a_step_of_its_own(box: Box) -> None:
    box.install(PHOTO)
    box.install(LETTER)
    recorder = Recorder()

    box.install(LETTER, disk=recorder)
    Installed(box.state_dir, recorder).collect_garbage()

    order = [step for step, before in zip(recorder.done, ["", *recorder.done], strict=False)
             if step != before]  # fmt: skip
    assert order == ["object", "pointer", "removal"]
    assert recorder.done.count("removal") == 4  # targets, base, list and photo of version 1
