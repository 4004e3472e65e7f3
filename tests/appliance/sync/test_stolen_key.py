"""The hub's online key is stolen; the municipality replaces it, and every box heals by itself."""

import json
import random
import shutil
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.errors import (
    ExpiredMetadataError,
    HubRefusedError,
    ImplausibleSnapshotError,
    OlderSnapshotError,
    SnapshotError,
    UntrustedSnapshotError,
)
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.installed import COPIES, Installed
from appliance.sync.source import Source
from appliance.sync.stick import StickSource
from appliance.sync.update import SyncOutcome, SyncResult, sync
from tests.appliance.snapshot.town import Night, Thief, Town, days_ago
from tests.appliance.sync.conftest import Box
from tests.appliance.sync.test_power_cut import warm_child
from tests.simulators.hub import Hub, Refuse

pytestmark = pytest.mark.slow  # seconds, not milliseconds

HUGE = 4_000_000_000
TRIALS = 25


@pytest.fixture
def thief(town: Town, box: Box) -> Thief:
    """He stole the key after the first night; the box has that night's copy."""
    town.publish()
    box.sync()
    return Thief(town, town.trust)


@pytest.fixture
def deceived(thief: Thief, hub: Hub, box: Box) -> Box:
    """A box that took what he signed: that is the threat."""
    thief.publish(HUGE)
    hub.folder = thief.public
    assert box.sync() == SyncOutcome(SyncResult.INSTALLED, HUGE)
    return box


def recovered(town: Town, hub: Hub, box: Box) -> int:
    """Replace the online key, publish a night, and let the box fetch it."""
    town.rotate_root(new_online=True)
    published = town.publish()
    hub.folder = town.public
    assert box.sync() == SyncOutcome(SyncResult.INSTALLED, published.version)
    return published.version


def test_without_a_new_root_the_raised_floor_holds_the_box_back(
    town: Town, hub: Hub, deceived: Box
):
    town.publish()
    hub.folder = town.public

    with pytest.raises(OlderSnapshotError):
        deceived.sync()

    assert deceived.version() == HUGE


def test_after_the_rotation_the_next_night_is_taken_however_far_the_floor_was(
    town: Town, hub: Hub, deceived: Box
):
    version = recovered(town, hub, deceived)

    floor = Installed(deceived.state_dir).floor()
    assert floor is not None
    assert (version, deceived.version(), floor.version, floor.root) == (2, 2, 2, 2)
    assert deceived.sync().result is SyncResult.ALREADY_NEWEST


def test_a_hub_that_begins_at_version_1_again_is_taken_too(town: Town, hub: Hub, deceived: Box):
    shutil.rmtree(town.public)

    assert recovered(town, hub, deceived) == 1
    assert deceived.version() == 1


def test_the_thief_used_the_number_the_hub_uses_next(town: Town, hub: Hub, thief: Thief, box: Box):
    thief.publish(2)
    hub.folder = thief.public
    box.sync()
    false = box.current()

    assert recovered(town, hub, box) == 2

    current = box.current()
    assert false is not None
    assert current is not None
    assert current.manifest.plain_sha256 != false.manifest.plain_sha256
    assert box.version() == 2


def test_invented_citizens_do_not_hold_the_genuine_copy_back(
    town: Town, hub: Hub, thief: Thief, box: Box
):
    thief.publish(HUGE, citizens=9_000)
    hub.folder = thief.public
    box.sync()

    recovered(town, hub, box)

    assert box.version() == 2


def test_after_it_the_loss_guard_works_again(town: Town, hub: Hub, deceived: Box):
    recovered(town, hub, deceived)
    town.publish(Night(citizens=3))

    with pytest.raises(ImplausibleSnapshotError):
        deceived.sync()


@pytest.mark.parametrize("lost", [(), ("tuf",), ("roots",), ("tuf", "roots")])
@pytest.mark.parametrize("shown", [(), ("2.root.json",)])
def test_what_the_revoked_key_signs_is_refused_ever_after(
    hub: Hub, thief: Thief, deceived: Box, lost: tuple[str, ...], shown: tuple[str, ...]
):
    version = recovered(thief.town, hub, deceived)
    thief.publish(HUGE + 7)
    for name in shown:
        (thief.box_folder / "metadata" / name).write_bytes(thief.town.trust.root)
    for folder in lost:
        shutil.rmtree(deceived.state_dir / folder)
    hub.folder = thief.public

    with pytest.raises((UntrustedSnapshotError, OlderSnapshotError)):
        deceived.sync()

    assert deceived.version() == version


def test_his_stick_is_refused_too(town: Town, hub: Hub, thief: Thief, deceived: Box):
    recovered(town, hub, deceived)
    thief.publish(HUGE + 7)
    stick: Source = StickSource(thief.public)

    with pytest.raises(UntrustedSnapshotError):
        sync(deceived.config, SystemClock(), stick)


def test_the_installed_copy_stays_readable_until_a_good_one_is_there(
    town: Town, hub: Hub, deceived: Box
):
    town.rotate_root(new_online=True)
    town.publish()
    hub.folder = town.public
    hub.faults["targets/"] = Refuse(503)

    with pytest.raises(HubRefusedError):
        deceived.sync()

    assert deceived.version() == HUGE
    hub.faults.clear()
    assert deceived.sync().version == deceived.version() == 2


def test_a_new_root_is_remembered_although_nothing_else_came(
    town: Town, hub: Hub, thief: Thief, deceived: Box
):
    town.rotate_root(new_online=True)
    town.publish()
    hub.folder = town.public
    hub.faults["timestamp.json"] = Refuse(503)
    with pytest.raises(HubRefusedError):
        deceived.sync()
    thief.publish(HUGE + 7)
    hub.faults.clear()
    hub.folder = thief.public

    with pytest.raises(UntrustedSnapshotError):
        deceived.sync()

    assert deceived.version() == HUGE  # readable, and nothing more of his


def test_a_box_without_anything_installed_cannot_be_led_back_either(town: Town, hub: Hub, box: Box):
    thief = Thief(town, town.trust)
    town.rotate_root(new_online=True)
    town.publish(Night(clock=days_ago(31)))
    with pytest.raises(ExpiredMetadataError):
        box.sync()
    thief.publish(1)
    hub.folder = thief.public

    with pytest.raises(UntrustedSnapshotError):
        box.sync()

    assert box.current() is None


def test_a_root_that_leaves_the_online_key_leaves_the_floor(town: Town, box: Box):
    for _ in range(3):
        town.publish()
    box.sync()
    shutil.rmtree(town.public)
    shutil.rmtree(box.state_dir / "tuf")
    town.rotate_root()
    town.publish()

    with pytest.raises(OlderSnapshotError, match="version 1, accepted was 3"):
        box.sync()


def test_a_key_replaced_in_good_time_keeps_yesterdays_copy_as_the_one_before(
    town: Town, hub: Hub, box: Box
):
    town.publish()
    box.sync()

    recovered(town, hub, box)

    previous = Installed(box.state_dir).previous()
    assert town.opens(previous, box.state_dir / "n-1.db")


def test_a_box_that_was_off_for_two_rotations_walks_along_both(town: Town, box: Box):
    town.publish()
    box.sync()
    for _ in range(2):
        town.rotate_root(new_online=True)
        town.publish()

    box.sync()

    current = box.current()
    assert current is not None
    assert (len(current.vouching.roots), box.version()) == (3, 3)


def test_a_box_enrolled_with_the_first_root_gets_to_the_third(town: Town, box: Box):
    for _ in range(2):
        town.rotate_root(new_online=True)
    town.publish()

    assert box.sync() == SyncOutcome(SyncResult.INSTALLED, 1)
    assert box.version() == 1


def test_one_old_root_key_alone_moves_no_box(town: Town, box: Box):
    town.publish()
    box.sync()
    town.rotate_root(signers=1, new_online=True)
    town.publish()

    with pytest.raises(UntrustedSnapshotError, match="1/2 keys"):
        box.sync()

    assert box.version() == 1


def test_a_record_of_older_software_heals_as_well(town: Town, hub: Hub, deceived: Box):
    for name in COPIES:
        as_older_software_writes(deceived.state_dir / name)

    recovered(town, hub, deceived)

    assert deceived.version() == 2


def test_a_record_of_older_software_whose_signature_is_lost_still_protects(
    town: Town, hub: Hub, deceived: Box
):
    for name in COPIES:
        as_older_software_writes(deceived.state_dir / name)
    current = deceived.current()
    assert current is not None
    (deceived.state_dir / "objects" / current.vouching.targets_sha256).unlink()

    with pytest.raises(OlderSnapshotError):
        recovered(town, hub, deceived)


def as_older_software_writes(path: Path) -> None:
    """Leave out who signed the floor, which format 1 did not say."""
    content = json.loads(path.read_bytes())["record"]
    del content["floor"]["root"], content["floor"]["keys"]
    content["format"] = 1
    plain = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    path.write_text(json.dumps({"checksum": sha256_hex(plain), "record": content}))


def test_a_box_killed_at_any_moment_of_the_recovery_heals(
    town: Town, hub: Hub, thief: Thief, deceived: Box
):
    chance = random.Random(5)
    before = deceived.state_dir.with_name("before")
    shutil.copytree(deceived.state_dir, before, symlinks=True)
    town.rotate_root(new_online=True)
    good = town.publish().version
    hub.folder = town.public
    with warm_child(deceived) as child:
        child.time_one()
        seen = []
        # The cuts reach both sides of the installation.
        while len(seen) < TRIALS or set(seen) != {HUGE, good}:
            shutil.rmtree(deceived.state_dir)
            shutil.copytree(before, deceived.state_dir, symlinks=True)
            child.kill_at_random(chance)
            seen.append(deceived.version())
            assert deceived.sync().version == deceived.version() == good
    thief.publish(HUGE + 7)
    hub.folder = thief.public
    with pytest.raises(SnapshotError):
        deceived.sync()
