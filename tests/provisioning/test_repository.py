import shutil
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Targets

from appliance import crypto
from appliance.clock import HeldClock, SystemClock
from appliance.errors import ConfigError, DiskFullError, StorageError, TamperedSnapshotError
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import CERTIFICATE_NAME
from appliance.snapshot.packing import Packed, pack
from appliance.snapshot.trust import Vouching, verify
from provisioning.repository import BoxRepository, Draft
from tests.appliance.snapshot.town import BOX, Night, Town, days_ago, make_database


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "town")


def repository(town: Town, clock: HeldClock | None = None) -> BoxRepository:
    return BoxRepository(town.box_folder(), town.trust, clock or SystemClock())


def names(town: Town, part: str) -> set[str]:
    return {path.name for path in (town.box_folder() / part).iterdir()}


def test_a_published_night_is_a_plain_tuf_folder(town: Town):
    manifest = town.publish()

    assert names(town, "metadata") == {
        "1.root.json", "root.json", "1.targets.json", "1.snapshot.json", "timestamp.json",
    }  # fmt: skip
    assert names(town, "targets") == {f"{manifest.base.sha256}.base.zst.age"}
    assert not list(town.public.rglob(".new-*"))


def test_anybody_may_read_what_is_published(town: Town):
    town.publish()

    modes = {path.stat().st_mode & 0o777 for path in town.public.rglob("*.*") if path.is_file()}

    assert modes == {0o644}


def test_the_manifest_says_what_was_packed(town: Town):
    manifest = town.publish(Night(citizens=12, medication=99))

    assert (manifest.box_id, manifest.version, manifest.schema_version) == (BOX, 1, 1)
    assert manifest.counts == {"citizens": 12, "medication": 99}
    assert manifest.plain_sha256 == manifest.base.plain_sha256


def test_the_published_manifest_is_read_back_for_the_loss_guard(town: Town):
    town.publish()
    manifest = town.publish()

    assert repository(town).current_manifest() == manifest


def test_before_the_first_night_there_is_no_manifest(town: Town):
    assert repository(town).current_manifest() is None


def test_each_night_is_one_version_more_and_two_stay(town: Town):
    versions = [town.publish().version for _ in range(4)]

    assert versions == [1, 2, 3, 4]
    assert names(town, "metadata") == {
        "1.root.json", "root.json", "timestamp.json",
        "3.targets.json", "3.snapshot.json", "4.targets.json", "4.snapshot.json",
    }  # fmt: skip
    assert len(names(town, "targets")) == 2


def test_a_box_may_still_fetch_the_night_before(town: Town):
    first = town.publish()
    town.publish()

    content = (town.box_folder() / "metadata" / "1.targets.json").read_bytes()
    assert verify(Vouching(town.trust.roots, content), town.trust.root) == first
    assert f"{first.base.sha256}.base.zst.age" in names(town, "targets")


def test_a_run_killed_before_the_timestamp_is_repaired_by_the_next(town: Town):
    town.publish()
    live = (town.box_folder() / "metadata" / "timestamp.json").read_bytes()
    first = repository(town).current_manifest()
    town.publish()
    (town.box_folder() / "metadata" / "timestamp.json").write_bytes(live)
    (town.box_folder() / "metadata" / ".new-half").write_bytes(b"half")
    (town.box_folder() / "targets" / ".new-half").write_bytes(b"half")

    seen = repository(town).current_manifest()
    again = town.publish()

    assert seen == first
    assert again.version == 2
    assert repository(town).current_manifest() == again
    assert len(names(town, "targets")) == 2
    assert not list(town.public.rglob(".new-*"))


@pytest.mark.parametrize("damage", [b"", b"{}", None])
def test_a_lost_timestamp_uses_no_version_twice(town: Town, damage: bytes | None):
    for _ in range(2):
        town.publish()
    timestamp = town.box_folder() / "metadata" / "timestamp.json"
    if damage is None:
        timestamp.unlink()
    else:
        timestamp.write_bytes(damage)

    current = repository(town).current_manifest()

    assert current is not None
    assert (current.version, town.publish().version) == (2, 3)


def test_damaged_targets_fall_back_to_the_night_before(town: Town):
    for _ in range(2):
        town.publish()
    (town.box_folder() / "metadata" / "2.targets.json").write_bytes(b"{}")

    current = repository(town).current_manifest()

    assert current is not None
    assert (current.version, town.publish().version) == (1, 3)


def test_a_new_root_is_published_beside_the_old(town: Town):
    town.publish()
    town.rotate_root()

    town.publish()

    assert {"1.root.json", "2.root.json"} <= names(town, "metadata")
    assert (town.box_folder() / "metadata" / "root.json").read_bytes() == town.trust.root


def test_an_expired_root_publishes_nothing(tmp_path: Path):
    town = Town(tmp_path / "old", days_ago(3 * 365 + 1))

    with pytest.raises(ConfigError, match=r"root\.json expired on"):
        town.publish()

    assert not town.public.exists()


def test_a_file_that_is_not_the_packed_one_is_not_published(town: Town, tmp_path: Path):
    town.publish()
    other = tmp_path / "other.age"
    other.write_bytes(b"other")
    packed = Packed("a" * 64, 5, "b" * 64, 5)

    with pytest.raises(TamperedSnapshotError, match="not the file that was packed"):
        repository(town).publish(Draft(1, {}, packed), other)

    current = repository(town).current_manifest()
    assert current is not None
    assert current.version == 1


def test_a_certificate_travels_beside_the_snapshot_and_in_no_manifest(town: Town):
    manifest = town.publish(Night(certificate=b"chain"))

    path = town.box_folder() / "metadata" / "1.targets.json"
    targets = Metadata[Targets].from_bytes(path.read_bytes()).signed.targets
    assert targets[CERTIFICATE_NAME].hashes["sha256"] == sha256_hex(b"chain")
    assert f"{sha256_hex(b'chain')}.tls.pem" in names(town, "targets")
    assert CERTIFICATE_NAME not in [item.name for item in manifest.objects]


def test_a_box_that_knows_no_certificates_reads_the_same_manifest(town: Town):
    manifest = town.publish(Night(certificate=b"chain"))

    content = (town.box_folder() / "metadata" / "1.targets.json").read_bytes()

    assert verify(Vouching(town.trust.roots, content), town.trust.root) == manifest


def test_an_old_certificate_goes_with_its_night(town: Town):
    for number in (b"1", b"2", b"3"):
        town.publish(Night(certificate=b"chain " + number))

    kept = {name for name in names(town, "targets") if name.endswith(".tls.pem")}

    assert kept == {f"{sha256_hex(b'chain ' + number)}.tls.pem" for number in (b"2", b"3")}


def test_a_hub_that_lost_its_folder_goes_on_above_what_the_boxes_have(town: Town):
    published = town.publish()
    sealed = next((town.box_folder() / "targets").iterdir()).rename(town.folder / "sealed")
    shutil.rmtree(town.box_folder())
    again = BoxRepository(town.box_folder(), town.trust, SystemClock(), first_version=43)
    base = published.base
    packed = Packed(base.plain_sha256, base.plain_size, base.sha256, base.size)

    versions = [again.publish(Draft(1, {}, packed), sealed).version for _ in range(2)]

    assert versions == [43, 44]


@pytest.mark.parametrize("name", ["boks 17", "bøks", "a" * 65])
def test_a_folder_that_is_no_box_id_is_refused(town: Town, name: str):
    with pytest.raises(ConfigError, match="no box id"):
        BoxRepository(town.public / name, town.trust, SystemClock())


def test_a_missing_sealed_file_is_named(town: Town, tmp_path: Path):
    with pytest.raises(StorageError, match=r"reading sealed\.age"):
        repository(town).publish(
            Draft(1, {}, Packed("a" * 64, 5, "b" * 64, 5)), tmp_path / "sealed.age"
        )


def test_a_full_disk_leaves_the_night_before_live(town: Town, tmp_path: Path):
    with town.small_disk(tmp_path / "hub", kib=300) as disk:
        town.public = disk
        first = town.publish(Night(size=50_000))

        with pytest.raises(DiskFullError):
            town.publish(Night(size=400_000))

        assert repository(town).current_manifest() == first
        assert town.publish(Night(size=50_000)).version == 2


def test_what_is_published_opens_with_the_boxs_key_only(town: Town):
    manifest = town.publish()
    path = town.box_folder() / "targets" / f"{manifest.base.sha256}.base.zst.age"

    assert crypto.decrypt(path.read_bytes(), town.identity())
    with pytest.raises(crypto.OpenError):
        crypto.decrypt(path.read_bytes(), crypto.new_identity())


def test_a_repository_can_be_copied_to_any_static_server(town: Town, tmp_path: Path):
    manifest = town.publish()
    copy = shutil.copytree(town.public, tmp_path / "bucket") / "boxes" / BOX

    assert BoxRepository(copy, town.trust, SystemClock()).current_manifest() == manifest


def attachment_names(town: Town) -> set[str]:
    return {name for name in names(town, "targets") if name.endswith(".attachment.age")}


def test_attachments_are_published_before_the_signature_that_vouches_for_them(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    def cut(*_: object) -> None:
        raise StorageError("the power went")

    monkeypatch.setattr(BoxRepository, "_sign", cut)
    with pytest.raises(StorageError):
        town.publish(Night(attachments=(b"photo",)))

    assert len(attachment_names(town)) == 1
    assert repository(town).current_manifest() is None


def test_an_attachment_that_is_said_to_be_here_and_is_not_stops_the_night(town: Town):
    town.publish()
    item, _ = town.seal(b"photo")
    sealed = town.folder / "sealed.age"
    packed = pack(make_database(town.folder / "r.db"), sealed, crypto.recipient_of(town.identity()))

    with pytest.raises(TamperedSnapshotError, match=r"attachment .* is gone"):
        repository(town).publish(Draft(1, {}, packed, {item: None}), sealed)

    assert repository(town).current_manifest().version == 1


def test_an_attachment_that_is_not_the_sealed_one_stops_the_night(town: Town):
    _, file = town.seal(b"photo")
    file.write_bytes(b"another")

    with pytest.raises(TamperedSnapshotError, match="is not the file that was packed"):
        town.publish(Night(attachments=(b"photo",)))


def test_nothing_is_deleted_while_a_list_of_attachments_is_damaged(town: Town):
    town.publish(Night(attachments=(b"photo",)))
    manifest = town.publish(Night(attachments=(b"letter",)))
    index = town.box_folder() / "targets" / f"{manifest.index.sha256}.attachments.txt"
    index.write_bytes(b"worn")

    town.publish(Night(attachments=(b"plan",)))

    assert len(attachment_names(town)) == 3


def test_a_delta_stands_beside_its_base_and_the_next_one_takes_its_place(town: Town):
    first = town.publish()
    town.publish_delta()
    town.publish_delta()
    fourth = town.publish_delta()

    found = sorted(name.partition(".")[2] for name in names(town, "targets"))
    assert found == ["base.zst.age", "delta.zst.age", "delta.zst.age"]
    assert fourth.base == first.base
    assert fourth.plain_sha256 == fourth.delta.plain_sha256 != first.plain_sha256
    assert [item.kind for item in fourth.objects] == ["base", "delta"]


def test_the_old_base_stays_with_the_version_before_and_goes_with_it(town: Town):
    first = town.publish()
    town.publish_delta()
    old = f"{first.base.sha256}.base.zst.age"
    town.publish()
    assert old in names(town, "targets")

    town.publish_delta()

    assert old not in names(town, "targets")


@pytest.mark.parametrize("damage", [None, b"worn"])
def test_a_base_that_is_said_to_be_here_and_is_not_stops_the_night(town: Town, damage):
    manifest = town.publish()
    path = town.box_folder() / "targets" / f"{manifest.base.sha256}.base.zst.age"
    path.unlink() if damage is None else path.write_bytes(damage)

    with pytest.raises(TamperedSnapshotError, match=r"base.zst.age .* is gone"):
        town.publish_delta()

    assert repository(town).current_manifest() == manifest


def test_a_delta_that_is_not_the_sealed_one_stops_the_night(town: Town):
    manifest = town.publish()
    (town.folder / "delta.age").write_bytes(b"another")
    claimed = Packed("a" * 64, 100, "b" * 64, 7)

    with pytest.raises(TamperedSnapshotError, match="is not the file that was packed"):
        town.publish_packed(claimed, town.folder / "delta.age")

    assert repository(town).current_manifest() == manifest


def test_after_the_online_key_was_replaced_the_loss_guard_still_knows_the_night_before(town: Town):
    before = town.publish()

    town.rotate_root(new_online=True)

    assert repository(town).current_manifest() == before


def test_after_the_online_key_was_replaced_a_box_may_still_fetch_the_night_before(town: Town):
    before = town.publish()
    town.rotate_root(new_online=True)
    town.publish()

    assert f"{before.base.sha256}.base.zst.age" in names(town, "targets")


def test_a_box_without_a_new_copy_gets_the_new_root_all_the_same(town: Town):
    town.publish()
    live = (town.box_folder() / "metadata" / "timestamp.json").read_bytes()
    town.rotate_root(new_online=True)

    repository(town).publish_roots()

    metadata = town.box_folder() / "metadata"
    assert (metadata / "2.root.json").read_bytes() == town.trust.root
    assert (metadata / "timestamp.json").read_bytes() == live


def test_a_box_that_was_never_published_gets_no_root(town: Town):
    repository(town).publish_roots()

    assert not town.box_folder().exists()
