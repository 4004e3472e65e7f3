"""Whatever arrives wrong has a name, and the copy from the night before stays and opens."""

import json
import shutil
from pathlib import Path

import pytest

from appliance.errors import (
    CutShortError,
    ExpiredMetadataError,
    ForeignSnapshotError,
    HubRefusedError,
    HubUnreachableError,
    NodboksError,
    NotAdmittedError,
    OlderSnapshotError,
    SnapshotError,
    TamperedSnapshotError,
    UntrustedSnapshotError,
)
from tests.appliance.snapshot.town import BOX, Night, Town, days_ago
from tests.appliance.sync.conftest import Box
from tests.simulators.hub import Cut, Fault, Hub, Refuse, Replace, Stall

pytestmark = [pytest.mark.slow, pytest.mark.vault]  # seconds, not milliseconds

OTHER_BOX = "boks-18"
METADATA = ("timestamp.json", "2.snapshot.json", "2.targets.json")


@pytest.fixture
def box(town: Town, box: Box) -> Box:
    """A box that has last night's copy, and a new one waits at the hub."""
    town.publish()
    box.sync()
    town.publish()
    return box


def sealed_object(town: Town) -> Path:
    """The object of the night that waits."""
    newest = (town.box_folder() / "targets").iterdir()
    return max(newest, key=lambda path: path.stat().st_mtime_ns)


def damaged(town: Town, name: str) -> Path:
    is_object = name == "object"
    return sealed_object(town) if is_object else town.box_folder() / "metadata" / name


def refuse(box: Box, expected: type[NodboksError], match: str | None = None) -> None:
    """Sync, and check the promise of this file."""
    with pytest.raises(expected, match=match):
        box.sync()

    assert box.version() == 1


@pytest.mark.parametrize("name", [*METADATA, "object"])
@pytest.mark.parametrize("keep", [0.0, 0.5, 0.999])
def test_a_truncated_file_is_refused(town: Town, box: Box, name: str, keep: float):
    path = damaged(town, name)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])

    refuse(box, TamperedSnapshotError)


@pytest.mark.parametrize("name", [*METADATA, "object"])
def test_a_longer_file_is_refused(town: Town, box: Box, name: str):
    path = damaged(town, name)
    path.write_bytes(path.read_bytes() + b"x" * 20_000)

    refuse(box, TamperedSnapshotError)


@pytest.mark.parametrize("name", [*METADATA, "object"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.55, 0.8, 0.97])
def test_a_flipped_byte_is_refused(town: Town, box: Box, name: str, share: float):
    path = damaged(town, name)
    content = bytearray(path.read_bytes())
    content[int(len(content) * share)] ^= 1
    path.write_bytes(content)

    refuse(box, SnapshotError)


def test_a_changed_version_breaks_the_signature(town: Town, box: Box):
    path = damaged(town, "timestamp.json")
    changed = json.loads(path.read_bytes())
    changed["signed"]["version"] = 9
    path.write_text(json.dumps(changed))

    refuse(box, UntrustedSnapshotError)


@pytest.mark.parametrize("garbage", [b"", b"null", b"[" * 9000, b"<html>Log ind</html>", b"\xff"])
def test_garbage_instead_of_metadata_is_refused(hub: Hub, box: Box, garbage: bytes):
    hub.faults["timestamp.json"] = Replace(garbage)

    refuse(box, TamperedSnapshotError)


def test_a_new_root_signed_by_strangers_is_refused(town: Town, box: Box, tmp_path: Path):
    stranger = Town(tmp_path / "stranger")
    stranger.rotate_root()
    forged = town.box_folder() / "metadata" / "2.root.json"
    forged.write_bytes(stranger.trust.root)

    refuse(box, UntrustedSnapshotError)


def test_a_damaged_new_root_is_refused(town: Town, box: Box):
    (town.box_folder() / "metadata" / "2.root.json").write_bytes(b"{")

    refuse(box, TamperedSnapshotError)


def test_a_hub_with_other_keys_is_refused(hub: Hub, box: Box, tmp_path: Path):
    stranger = Town(tmp_path / "stranger")
    for _ in range(3):
        stranger.publish()
    hub.folder = stranger.public

    refuse(box, UntrustedSnapshotError)


def test_another_boxs_repository_is_refused_although_the_signature_is_good(town: Town, box: Box):
    for _ in range(3):
        town.publish(Night(box_id=OTHER_BOX))
    shutil.rmtree(town.box_folder())
    shutil.copytree(town.box_folder(OTHER_BOX), town.box_folder())

    refuse(box, ForeignSnapshotError, "made for boks-18")


def test_after_a_swap_the_right_repository_is_accepted_again(town: Town, hub: Hub, box: Box):
    for _ in range(5):
        town.publish(Night(box_id=OTHER_BOX))
    swapped = town.folder / "swapped"
    shutil.copytree(town.box_folder(OTHER_BOX), swapped / "boxes" / BOX)
    hub.folder = swapped
    refuse(box, ForeignSnapshotError)

    hub.folder = town.public

    assert box.sync().version == 2


@pytest.mark.parametrize("is_cache_lost", [False, True])
def test_an_older_mirror_is_refused(town: Town, hub: Hub, box: Box, is_cache_lost: bool):  # noqa: FBT001
    mirror = town.folder / "mirror"
    shutil.copytree(town.public, mirror)
    town.publish()
    box.sync()
    hub.folder = mirror
    if is_cache_lost:
        shutil.rmtree(box.state_dir / "tuf")

    with pytest.raises(OlderSnapshotError):
        box.sync()

    assert box.version() == 3


def test_another_issue_of_the_same_version_is_refused(town: Town, box: Box):
    box.sync()
    shutil.rmtree(town.box_folder())
    shutil.rmtree(box.state_dir / "tuf")
    for _ in range(2):
        town.publish()

    with pytest.raises(OlderSnapshotError, match="version 2 again, with other content"):
        box.sync()

    assert box.version() == 2


@pytest.mark.parametrize("days", [31, 91])
def test_expired_metadata_is_refused(town: Town, box: Box, days: int):
    town.publish(Night(clock=days_ago(days)))

    refuse(box, ExpiredMetadataError)


def test_an_expired_root_is_refused(hub: Hub, tmp_path: Path):
    town = Town(tmp_path / "old town", days_ago(3 * 365 + 1))
    town.publish(
        Night(clock=days_ago(29)),
    )
    hub.folder = town.public
    box = Box(town.config(hub.url, tmp_path / "old state"), town)

    with pytest.raises(ExpiredMetadataError, match="root"):
        box.sync()

    assert box.current() is None


def test_an_object_that_is_not_sealed_never_reaches_the_card(town: Town, box: Box):
    town.publish_unsealed(b"SQLite format 3\0 Agnes")

    refuse(box, TamperedSnapshotError, "not an age file")


@pytest.mark.parametrize("status", [401, 403])
def test_a_hub_that_does_not_let_the_box_in_is_named(hub: Hub, box: Box, status: int):
    hub.faults["timestamp.json"] = Refuse(status)

    refuse(box, NotAdmittedError, f"status {status}")


@pytest.mark.parametrize("status", [302, 404, 500, 503])
def test_a_hub_that_answers_without_the_file_is_named(hub: Hub, box: Box, status: int):
    hub.faults["timestamp.json"] = Refuse(status)

    refuse(box, HubRefusedError, f"status {status}")


def test_a_hub_that_fails_on_the_root_is_named(hub: Hub, box: Box):
    hub.faults["2.root.json"] = Refuse(500)

    refuse(box, HubRefusedError)


def test_an_object_that_is_gone_is_named(town: Town, box: Box):
    sealed_object(town).unlink()

    refuse(box, HubRefusedError, "404")


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("timestamp.json", Cut(0)),
        ("2.targets.json", Cut(100)),
        ("targets/", Cut(40_000)),
        ("targets/", Stall(40_000)),
    ],
)
def test_a_transfer_that_stops_is_named(hub: Hub, box: Box, part: str, fault: Fault):
    hub.faults[part] = fault
    if isinstance(fault, Stall):
        box.is_soon_tired()

    refuse(box, CutShortError)


def test_a_dead_hub_is_named(town: Town, box: Box):
    config = town.config("http://127.0.0.1:9", box.state_dir)

    refuse(Box(config, town), HubUnreachableError)
