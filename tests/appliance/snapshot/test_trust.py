import json
from dataclasses import replace
from typing import Any

import pytest
from tuf.api.metadata import Metadata, Targets

from appliance.errors import (
    ForeignSnapshotError,
    ImplausibleSnapshotError,
    NewerFormatError,
    OlderSnapshotError,
    SnapshotError,
    TamperedSnapshotError,
    UnreadableSnapshotError,
    UntrustedSnapshotError,
)
from appliance.policy import LARGEST_PATCHED
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import Manifest
from appliance.snapshot.roots import is_anchor
from appliance.snapshot.trust import (
    FIELD,
    ROOT,
    TARGETS,
    Floor,
    Standing,
    Vouching,
    binding,
    find_loss,
    floor_of,
    judge,
    lineages,
    listed_beside,
    read_manifest,
    role_of,
    verify,
)
from tests.appliance.snapshot.town import BOX, Night, Town, days_ago

pytestmark = pytest.mark.vault

SHA = "a" * 64


def vouching(town: Town, version: int = 1) -> Vouching:
    metadata = town.box_folder() / "metadata"
    return Vouching(town.trust.roots, (metadata / f"{version}.targets.json").read_bytes())


def resigned(town: Town, **changes: Any) -> Vouching:
    """Let the hub's own key sign something odd."""
    metadata = Metadata[Targets].from_bytes(vouching(town).targets)
    signed = metadata.signed
    signed.unrecognized_fields[FIELD] |= changes
    metadata.sign(town.trust.online)
    return Vouching(town.trust.roots, metadata.to_bytes())


@pytest.fixture
def manifest(town: Town) -> Manifest:
    return town.publish()


def test_what_the_town_signed_verifies(town: Town, manifest: Manifest):
    assert verify(vouching(town), town.trust.root) == manifest


def test_installed_data_is_never_refused_for_its_age(tmp_path: Any):
    town = Town(tmp_path / "old", days_ago(4 * 365))
    manifest = town.publish(Night(clock=days_ago(3 * 365 + 2)))

    assert verify(vouching(town), town.trust.root) == manifest


def test_every_flipped_byte_of_the_targets_is_noticed_or_harmless(town: Town, manifest: Manifest):
    genuine = vouching(town)
    read = []
    for position in range(0, len(genuine.targets), 7):
        content = bytearray(genuine.targets)
        content[position] ^= 0x20
        try:
            read.append(verify(replace(genuine, targets=bytes(content)), town.trust.root))
        except SnapshotError:
            continue

    assert all(again == manifest for again in read)


@pytest.mark.usefixtures("manifest")
def test_a_stranger_cannot_vouch(town: Town, tmp_path: Any):
    stranger = Town(tmp_path / "stranger")
    stranger.publish()

    with pytest.raises(UntrustedSnapshotError, match="UnsignedMetadataError"):
        verify(vouching(stranger), town.trust.root)


@pytest.mark.usefixtures("manifest")
def test_a_box_walks_along_new_roots(town: Town):
    first = town.trust.root
    town.rotate_root()
    town.rotate_root()
    second_night = town.publish()

    assert verify(vouching(town, 2), first) == second_night
    assert verify(vouching(town, 2), town.trust.root) == second_night


@pytest.mark.usefixtures("manifest")
def test_a_root_may_not_be_skipped(town: Town):
    town.rotate_root()
    town.rotate_root()
    gap = Vouching((town.trust.roots[0], town.trust.roots[2]), vouching(town).targets)

    with pytest.raises(UntrustedSnapshotError, match="root 3 after 1"):
        verify(gap, town.trust.roots[0])


@pytest.mark.usefixtures("manifest")
def test_one_root_key_is_not_enough(town: Town):
    town.rotate_root(signers=1)

    with pytest.raises(UntrustedSnapshotError, match="1/2 keys"):
        verify(vouching(town), town.trust.roots[0])


@pytest.mark.usefixtures("manifest")
def test_the_manifest_of_installed_targets_is_read_without_their_roots(
    town: Town, manifest: Manifest
):
    assert read_manifest(vouching(town).targets) == manifest


@pytest.mark.parametrize("content", [b"", b"{}", b"age-encryption.org/v1"])
def test_what_is_no_targets_has_no_manifest(content: bytes):
    with pytest.raises(SnapshotError):
        read_manifest(content)


def test_a_root_in_place_of_the_targets_is_refused(town: Town):
    with pytest.raises(UntrustedSnapshotError, match="expected Targets, got root"):
        verify(Vouching((), town.trust.root), town.trust.root)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[" * 100_000])
@pytest.mark.usefixtures("manifest")
def test_garbage_is_refused(town: Town, content: bytes):
    with pytest.raises(TamperedSnapshotError):
        verify(Vouching((), content), town.trust.root)
    with pytest.raises(TamperedSnapshotError):
        verify(vouching(town), content)


@pytest.mark.usefixtures("manifest")
def test_targets_without_a_manifest_are_refused(town: Town):
    metadata = Metadata[Targets].from_bytes(vouching(town).targets)
    del metadata.signed.unrecognized_fields[FIELD]
    metadata.sign(town.trust.online)

    with pytest.raises(UnreadableSnapshotError):
        verify(Vouching((), metadata.to_bytes()), town.trust.root)


@pytest.mark.usefixtures("manifest")
def test_a_manifest_of_another_version_than_the_targets_is_refused(town: Town):
    with pytest.raises(TamperedSnapshotError, match="manifest 2 in targets 1"):
        verify(resigned(town, version=2), town.trust.root)


@pytest.mark.parametrize("change", [{"size": 7}, {"sha256": SHA}, {"name": "other.age"}])
@pytest.mark.usefixtures("manifest")
def test_an_object_that_is_listed_differently_is_refused(town: Town, change: dict[str, Any]):
    signed = json.loads(vouching(town).targets)["signed"]
    objects = [signed[FIELD]["objects"][0] | change]

    with pytest.raises(TamperedSnapshotError, match="is listed as"):
        verify(resigned(town, objects=objects), town.trust.root)


@pytest.mark.usefixtures("manifest")
def test_bytes_are_sorted_by_what_they_claim_to_be(town: Town):
    assert role_of(town.trust.root) == (ROOT, 1)
    assert role_of(vouching(town).targets) == (TARGETS, 1)
    assert role_of(b"age-encryption.org/v1") == ("", 0)


@pytest.mark.usefixtures("manifest")
def test_only_a_root_signed_by_its_own_keys_is_an_anchor(town: Town):
    flipped = town.trust.root.replace(b'"version":1}', b'"version":2}')

    assert is_anchor(town.trust.root)
    assert not is_anchor(flipped)
    assert not is_anchor(vouching(town).targets)


def test_a_first_snapshot_is_taken(manifest: Manifest):
    judge(manifest, SHA, Standing(BOX))


def test_another_boxs_snapshot_is_foreign(manifest: Manifest):
    with pytest.raises(ForeignSnapshotError, match="made for boks-17, this is boks-18"):
        judge(manifest, SHA, Standing("boks-18"))


def floor(version: int) -> Floor:
    return Floor(version, days_ago(1).now(), SHA)


@pytest.mark.parametrize(("version", "sha"), [(1, SHA), (2, "b" * 64), (9, SHA)])
def test_what_is_not_below_the_floor_is_taken(manifest: Manifest, version: int, sha: str):
    judge(replace(manifest, version=version), sha, Standing(BOX, floor(1)))


def test_what_is_below_the_floor_is_older(manifest: Manifest):
    with pytest.raises(OlderSnapshotError, match="version 1, accepted was 2"):
        judge(manifest, SHA, Standing(BOX, floor(2)))


def test_another_issue_of_the_accepted_version_is_refused(manifest: Manifest):
    with pytest.raises(OlderSnapshotError, match="again, with other content"):
        judge(manifest, "b" * 64, Standing(BOX, floor(1)))


@pytest.mark.usefixtures("manifest")
def test_the_floor_says_under_which_root_and_by_which_key(town: Town, manifest: Manifest):
    set_by = floor_of(manifest, vouching(town))

    assert (set_by.version, set_by.root) == (1, 1)
    assert set_by.keys == (town.trust.online.public_key.keyid,)


@pytest.mark.usefixtures("manifest")
def test_a_floor_binds_until_a_root_revokes_the_key_that_set_it(town: Town, manifest: Manifest):
    set_by = floor_of(manifest, vouching(town))
    town.rotate_root()
    renewed = town.trust.root
    town.rotate_root(new_online=True)

    assert binding(set_by, renewed) == set_by
    assert binding(set_by, town.trust.root) is None
    assert binding(None, renewed) is None


def test_a_floor_of_older_software_binds_under_any_root(town: Town):
    town.rotate_root(new_online=True)
    written = floor(1)

    assert binding(written, town.trust.root) == written


def test_a_root_before_the_accepted_one_is_refused(town: Town):
    with pytest.raises(OlderSnapshotError, match="root 1, accepted was 2"):
        binding(replace(floor(1), root=2), town.trust.root)


@pytest.mark.usefixtures("manifest")
def test_what_a_replaced_key_signed_is_vouched_for_by_the_roots_of_its_time(
    town: Town, manifest: Manifest
):
    first = town.trust.root
    town.rotate_root(new_online=True)
    newest, before = lineages(vouching(town))

    with pytest.raises(UntrustedSnapshotError):
        verify(newest, first)
    assert verify(before, first) == manifest


def test_a_snapshot_with_a_delta_is_taken(town: Town, manifest: Manifest):
    offered = town.publish_delta()

    assert offered.base == manifest.base
    judge(offered, "b" * 64, Standing(BOX, floor(1), manifest))


@pytest.mark.parametrize(("base", "delta"), [(1, 0), (0, 1)])
def test_a_delta_for_more_than_a_box_has_room_for_is_for_newer_software(
    town: Town, manifest: Manifest, base: int, delta: int
):
    offered = town.publish_delta()
    assert offered.delta is not None
    sized = (
        replace(manifest.base, plain_size=LARGEST_PATCHED + base),
        replace(offered.delta, plain_size=LARGEST_PATCHED + delta),
    )
    large = replace(offered, objects=sized, plain_size=LARGEST_PATCHED + delta)

    with pytest.raises(NewerFormatError, match="a delta for 100663297 bytes"):
        judge(large, "b" * 64, Standing(BOX))


def test_without_a_delta_a_database_may_be_larger(manifest: Manifest):
    base = replace(manifest.base, plain_size=LARGEST_PATCHED + 1)

    judge(replace(manifest, objects=(base,), plain_size=base.plain_size), SHA, Standing(BOX))


def test_an_unknown_record_schema_is_for_newer_software(manifest: Manifest):
    with pytest.raises(NewerFormatError, match="record schema 99"):
        judge(replace(manifest, schema_version=99), SHA, Standing(BOX))


def test_a_great_loss_is_held_until_released(manifest: Manifest):
    offered = replace(manifest, version=2, counts={"citizens": 31, "medication": 200})
    standing = Standing(BOX, floor(1), manifest)

    with pytest.raises(ImplausibleSnapshotError, match="citizens fell from 40 to 31"):
        judge(offered, SHA.replace("a", "b"), standing)

    judge(offered, SHA.replace("a", "b"), replace(standing, released=2))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"citizens": 10}, {"citizens": 8}, None),
        ({"citizens": 10}, {"citizens": 7}, "citizens fell from 10 to 7"),
        ({"medication": 5}, {}, "medication fell from 5 to 0"),
        ({}, {"citizens": 3}, None),
        ({"citizens": 0}, {}, None),
        ({"notes": 100}, {"notes": 0}, None),
    ],
)
def test_a_loss_is_counted_exactly(
    before: dict[str, int], after: dict[str, int], expected: str | None
):
    assert find_loss(before, after) == expected


def test_what_is_listed_beside_the_snapshot_is_found_by_its_name(town: Town):
    town.publish(Night(certificate=b"chain"))
    targets = (town.box_folder() / "metadata" / "1.targets.json").read_bytes()

    assert listed_beside(targets, "tls.pem") == (sha256_hex(b"chain"), 5)
    assert listed_beside(targets, "other.pem") is None
    with pytest.raises(TamperedSnapshotError):
        listed_beside(b"{}", "tls.pem")
