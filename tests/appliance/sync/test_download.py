from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.config import HubSection
from appliance.errors import HubRefusedError, StorageError, TamperedSnapshotError
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import BASE, ManifestObject
from appliance.sync.download import clear, fetch_objects
from appliance.sync.fetcher import HubFetcher
from appliance.sync.source import Place
from tests.simulators.hub import Hub

SEALED = b"age-encryption.org/v1\n-> X25519 " + bytes(200_000)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with Hub(tmp_path / "public").serving() as hub:
        yield hub


@pytest.fixture
def place(hub: Hub) -> Iterator[Place]:
    fetcher = HubFetcher(HubSection(url=hub.url), SystemClock())
    yield Place(hub.url, fetcher)
    fetcher.close()


def serve(hub: Hub, content: bytes) -> ManifestObject:
    """Put an object on the hub; return what would be signed of it."""
    sha256 = sha256_hex(content)
    path = hub.folder / "targets" / f"{sha256}.base.zst.age"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return ManifestObject("base.zst.age", BASE, sha256, len(content), "p" * 64, 1)


def test_every_object_is_staged_under_its_hash(hub: Hub, place: Place, tmp_path: Path):
    items = [serve(hub, SEALED), serve(hub, SEALED + b"another")]

    files = fetch_objects(items, place, tmp_path / "incoming")

    assert [path.name for path in files.values()] == [item.sha256 for item in items]
    assert [path.read_bytes() for path in files.values()] == [SEALED, SEALED + b"another"]


@pytest.mark.parametrize("content", [b"x", b"SQLite format 3\0", b"age-encryption.org/v2\n"])
def test_what_is_not_sealed_is_refused(hub: Hub, place: Place, tmp_path: Path, content: bytes):
    with pytest.raises(TamperedSnapshotError, match="not an age file"):
        fetch_objects([serve(hub, content)], place, tmp_path)


@pytest.mark.parametrize("more", [1, -1])
def test_another_length_than_the_signed_one_is_refused(
    hub: Hub, place: Place, tmp_path: Path, more: int
):
    item = serve(hub, SEALED)

    with pytest.raises(TamperedSnapshotError):
        fetch_objects([replace(item, size=item.size + more)], place, tmp_path)


def test_changed_bytes_are_refused(hub: Hub, place: Place, tmp_path: Path):
    item = serve(hub, SEALED)
    next((hub.folder / "targets").iterdir()).write_bytes(SEALED[:-1] + b"x")

    with pytest.raises(TamperedSnapshotError, match="or changed ones"):
        fetch_objects([item], place, tmp_path)


def test_an_object_the_hub_does_not_have_is_named(hub: Hub, place: Place, tmp_path: Path):
    item = serve(hub, SEALED)
    next((hub.folder / "targets").iterdir()).unlink()

    with pytest.raises(HubRefusedError, match="404"):
        fetch_objects([item], place, tmp_path)


def test_a_staging_folder_is_cleared_with_all_that_is_in_it(tmp_path: Path):
    staging = tmp_path / "incoming"
    staging.mkdir()
    (staging / "half").write_bytes(b"half")

    clear(staging)
    clear(staging)

    assert not staging.exists()


def test_a_staging_place_that_cannot_be_cleared_is_named(tmp_path: Path):
    (tmp_path / "incoming").write_bytes(b"a file")

    with pytest.raises(StorageError, match="clearing the staging folder"):
        clear(tmp_path / "incoming")
