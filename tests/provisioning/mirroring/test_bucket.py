"""A night in a bucket of a real S3-compatible server: in order, whole, pruned, and caught up."""

import itertools
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import provisioning.mirroring.bucket_store as module
from appliance.clock import SystemClock
from appliance.config import HubSection
from appliance.snapshot.installed import Installed
from appliance.sync.update import SyncOutcome, SyncResult, sync
from provisioning.errors import FleetError, MirrorError
from provisioning.mirroring.bucket_store import BucketKeys, BucketStore, read_keys
from provisioning.mirroring.copying import copy_box
from tests.appliance.snapshot.town import BOX, Night, Town
from tests.simulators.s3_server import Front, make_bucket, running_s3

pytestmark = pytest.mark.slow  # seconds, not milliseconds

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def s3() -> Iterator[int]:
    with running_s3() as port:
        yield port


@pytest.fixture
def front(s3: int) -> Iterator[Front]:
    with Front(s3).serving() as front:
        yield front


@pytest.fixture
def store(s3: int, front: Front) -> BucketStore:
    name = f"nodboks-{next(_numbers)}"
    make_bucket(s3, name)
    return BucketStore(name, "pub/lic", BucketKeys("test", "test", endpoint=front.url))


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "town")


def copy(town: Town, store: BucketStore) -> int:
    return copy_box(town.public, BOX, store)


def names(town: Town) -> set[str]:
    folder = town.box_folder()
    return {path.relative_to(folder).as_posix() for path in folder.glob("*/*")}


def test_the_bucket_holds_what_the_folder_holds(town: Town, store: BucketStore):
    town.publish()

    written = copy(town, store)

    found = store.sizes(f"boxes/{BOX}/")
    assert set(found) == names(town)
    assert written == len(found)
    for name, size in found.items():
        content = (town.box_folder() / name).read_bytes()
        assert store.read(f"boxes/{BOX}/{name}") == content
        assert size == len(content)


def test_a_second_run_writes_nothing(town: Town, store: BucketStore, front: Front):
    town.publish()
    copy(town, store)
    front.seen.clear()

    assert copy(town, store) == 0
    assert front.written == []


def test_the_timestamp_is_written_last_and_the_objects_first(
    town: Town, store: BucketStore, front: Front
):
    for _ in range(2):
        town.publish()
    copy(town, store)

    kinds = [
        re.sub(r"\d+\.(?=root|targets|snapshot)|[0-9a-f]{64}\.", "", path.rpartition("/")[2])
        for path in front.written
    ]
    assert list(dict.fromkeys(kinds)) == [
        "base.zst.age", "root.json", "targets.json", "snapshot.json", "timestamp.json",
    ]  # fmt: skip
    assert kinds[-1] == "timestamp.json"


def test_what_is_older_than_the_version_before_is_deleted_last(
    town: Town, store: BucketStore, front: Front
):
    for _ in range(4):
        town.publish()
        front.seen.clear()
        copy(town, store)

    assert set(store.sizes(f"boxes/{BOX}/")) == names(town)
    methods = [method for method, _ in front.seen if method in {"PUT", "DELETE", "POST"}]
    assert methods == sorted(methods, key=lambda method: method != "PUT")
    assert len(methods) > methods.count("PUT")


def test_a_copy_that_was_cut_leaves_the_version_before_and_is_caught_up(
    town: Town, store: BucketStore, front: Front
):
    town.publish()
    copy(town, store)
    before = store.read(f"boxes/{BOX}/metadata/timestamp.json")
    town.publish()
    front.refusals["2.snapshot.json"] = [403]

    with pytest.raises(MirrorError):
        copy(town, store)

    assert store.read(f"boxes/{BOX}/metadata/timestamp.json") == before
    assert copy(town, store) > 0
    assert set(store.sizes(f"boxes/{BOX}/")) == names(town)


def test_a_store_that_stumbles_is_tried_again(town: Town, store: BucketStore, front: Front):
    town.publish()
    front.refusals["base.zst.age"] = [503, 500, 503]

    copy(town, store)

    assert set(store.sizes(f"boxes/{BOX}/")) == names(town)
    assert len([path for path in front.written if "base.zst.age" in path]) == 4


def test_a_newer_version_in_the_bucket_is_never_overwritten(
    town: Town, store: BucketStore, tmp_path: Path
):
    other = Town(tmp_path / "other")
    for _ in range(2):
        other.publish()
    copy(other, store)
    town.publish()

    with pytest.raises(MirrorError, match="version 2 there and 1 here"):
        copy(town, store)


def test_metadata_of_a_folder_that_was_begun_anew_replaces_that_of_the_same_number(
    town: Town, store: BucketStore, tmp_path: Path
):
    town.publish()
    copy(town, store)
    again = Town(tmp_path / "again")
    again.publish()

    copy(again, store)

    targets = again.box_folder() / "metadata" / "1.targets.json"
    assert store.read(f"boxes/{BOX}/metadata/1.targets.json") == targets.read_bytes()


def test_a_box_syncs_from_the_bucket(town: Town, store: BucketStore, front: Front, tmp_path: Path):
    manifest = town.publish(Night(size=300_000))
    copy(town, store)
    bucket = front.written[0].split("/")[1]
    config = town.config("http://unused", tmp_path / "state")
    url = f"{front.url}/{bucket}/pub/lic"

    outcome = sync(replace(config, hub=HubSection(url=url)), SystemClock())

    assert outcome == SyncOutcome(SyncResult.INSTALLED, 1)
    assert manifest.version == 1
    assert town.opens(Installed(tmp_path / "state").current(), tmp_path / "opened.db")


def test_boxes_are_copied_beside_each_other_by_many_threads(town: Town, store: BucketStore):
    boxes = [f"boks-{number}" for number in range(6)]
    for box_id in boxes:
        town.publish(Night(box_id=box_id, size=2000))
    threads = [
        threading.Thread(target=copy_box, args=(town.public, box_id, store)) for box_id in boxes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(len(store.sizes(f"boxes/{box_id}/")) >= 5 for box_id in boxes)


def test_files_are_told_how_long_they_may_be_kept(town: Town, store: BucketStore, front: Front):
    town.publish()
    copy(town, store)
    heads = {}
    for path in front.written:
        heads[path.rpartition("/")[2]] = front.ask("GET", path)["Cache-Control"]

    assert heads.pop("timestamp.json") == "no-cache"
    (sealed,) = [value for name, value in heads.items() if name.endswith(".age")]
    assert sealed == "private, max-age=31536000, immutable"


def test_a_store_that_is_not_there_is_named(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_RETRIES", 0)
    town.publish()

    store = BucketStore("nowhere", "", BucketKeys("k", "s", endpoint="http://127.0.0.1:9"))

    with pytest.raises(MirrorError, match="s3://nowhere/"):
        copy(town, store)


def test_a_bucket_that_is_not_there_is_named(town: Town, front: Front):
    town.publish()
    store = BucketStore("nowhere", "x", BucketKeys("k", "s", endpoint=front.url))

    with pytest.raises(MirrorError, match="s3://nowhere/x"):
        copy(town, store)


def test_to_remove_what_is_gone_is_no_error(store: BucketStore):
    store.remove("boxes/x/targets/gone")


def test_a_hub_without_the_extra_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "store", None)

    with pytest.raises(FleetError, match=r"pip install nodboks\[s3\]"):
        BucketStore("bucket", "", BucketKeys("k", "s"))


def write_keys(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


KEYS = 'access_key_id = "k"\nsecret_access_key = "s"\n'


def test_keys_are_read(tmp_path: Path):
    path = write_keys(tmp_path / "s3.toml", KEYS + 'endpoint = "https://s3.example.dk"\n')

    assert read_keys(path) == BucketKeys("k", "s", "us-east-1", "https://s3.example.dk")


@pytest.mark.parametrize(
    ("text", "mode", "complaint"),
    [
        (KEYS, 0o640, "can be read by others"),
        (KEYS + "regoin = 'x'", 0o600, "unknown key"),
        (KEYS + "region = 3", 0o600, "region is not a text"),
        ("access_key_id = 'k'", 0o600, "secret_access_key is missing"),
        (KEYS + "endpoint = 's3.example.dk'", 0o600, "endpoint must be https"),
        (KEYS + "endpoint = 'https://a b'", 0o600, "endpoint must be https"),
        ("[", 0o600, "Invalid"),
    ],
)
def test_keys_that_are_wrong_are_said_without_showing_them(
    tmp_path: Path, text: str, mode: int, complaint: str
):
    path = write_keys(tmp_path / "s3.toml", text, mode)

    with pytest.raises(FleetError, match=complaint):
        read_keys(path)
