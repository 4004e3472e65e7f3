from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import ConfigError, StorageError
from appliance.snapshot.roots import walk
from provisioning.errors import RootError
from provisioning.root_ceremony.install import Wanted, install, make_draft, steps
from provisioning.root_ceremony.keys import new_root_key
from provisioning.signing import create_trust, load_signer, load_trust, online_key
from tests.provisioning.root_ceremony.conftest import Municipality


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def online_id(municipality: Municipality) -> str:
    return load_trust(municipality.folder).online.public_key.keyid


def test_an_installed_root_is_the_newest_of_a_chain(municipality: Municipality):
    before = load_trust(municipality.folder)

    municipality.rotate()

    trust = load_trust(municipality.folder)
    assert trust.roots[:1] == before.roots
    assert walk(before.root, trust.roots) == trust.roots
    assert len(trust.roots) == 2


def test_a_renewed_root_lasts_three_years_from_now(municipality: Municipality, clock: HeldClock):
    clock.move(timedelta(days=900))

    draft = municipality.rotate()

    assert draft.following.signed.expires == clock.at + timedelta(days=3 * 365)


def test_an_expired_root_can_still_be_renewed(municipality: Municipality, clock: HeldClock):
    clock.move(timedelta(days=2000))

    municipality.rotate()

    assert len(load_trust(municipality.folder).roots) == 2


def test_a_new_online_key_waits_until_its_root_is_installed(municipality: Municipality):
    before = online_id(municipality)
    draft = municipality.signed(municipality.draft(replaces_online=True))
    waiting = online_id(municipality)
    pending = [path.name for path in (municipality.folder / "online").glob("pending-*")]

    install(municipality.folder, draft, municipality.clock)

    assert (waiting, len(pending)) == (before, 1)
    assert online_id(municipality) == draft.following.signed.roles["targets"].keyids[0] != before


def test_of_the_old_online_key_nothing_stays_on_the_hub(municipality: Municipality):
    old = online_key(municipality.folder).read_bytes()
    municipality.draft(replaces_online=True)  # an earlier draft nobody signed

    municipality.rotate(replaces_online=True)

    assert old not in files(municipality.folder).values()
    assert not list((municipality.folder / "online").glob("pending-*"))


@pytest.mark.parametrize("replaces_online", [False, True])
@pytest.mark.parametrize("done", range(6))
def test_a_cut_at_any_step_leaves_a_hub_that_can_publish_and_is_finished_later(
    municipality: Municipality,
    done: int,
    replaces_online: bool,  # noqa: FBT001
):
    draft = municipality.signed(municipality.draft(replaces_online=replaces_online))
    for step, _ in zip(steps(municipality.folder, draft), range(done), strict=False):
        step()

    between = load_trust(municipality.folder)
    is_new = install(municipality.folder, draft, municipality.clock)

    assert len(between.roots) == (2 if done >= 2 else 1)
    assert is_new is (done < 2)
    assert load_trust(municipality.folder).root == draft.following.to_bytes()
    assert not list((municipality.folder / "online").glob("pending-*"))


def test_root_signed_once_more_after_it_was_installed_changes_no_byte(municipality: Municipality):
    draft = municipality.rotate()
    before = files(municipality.folder)
    draft.sign(load_signer(municipality.keys[2]))

    was_new = install(municipality.folder, draft, municipality.clock)

    assert not was_new
    assert files(municipality.folder) == before


def test_one_of_two_signatures_changes_nothing(municipality: Municipality):
    draft = municipality.signed(municipality.draft(replaces_online=True), 1)
    before = files(municipality.folder)

    with pytest.raises(RootError, match="1 missing"):
        install(municipality.folder, draft, municipality.clock)

    assert files(municipality.folder) == before


def test_something_else_in_the_draft_changes_nothing_although_it_is_signed(
    municipality: Municipality,
):
    draft = municipality.draft()
    draft.following.signed.roles["root"].threshold = 1
    municipality.signed(draft)

    with pytest.raises(RootError, match="something else"):
        install(municipality.folder, draft, municipality.clock)

    assert len(load_trust(municipality.folder).roots) == 1


def test_another_municipalitys_draft_is_refused(
    municipality: Municipality, tmp_path: Path, clock: HeldClock
):
    create_trust(tmp_path / "other", clock)
    other = Municipality(tmp_path / "other", clock)

    with pytest.raises(RootError, match="another folder or time"):
        install(municipality.folder, other.signed(other.draft()), clock)


def test_a_draft_from_before_another_rotation_is_refused(municipality: Municipality):
    late = municipality.signed(municipality.draft(replaces_online=True))
    municipality.rotate()

    with pytest.raises(RootError, match="make a new draft"):
        install(municipality.folder, late, municipality.clock)


def test_a_draft_that_lay_for_years_is_refused(municipality: Municipality, clock: HeldClock):
    draft = municipality.signed(municipality.draft())
    clock.move(timedelta(days=3 * 365 + 1))

    with pytest.raises(RootError, match="the draft expired on"):
        install(municipality.folder, draft, clock)


def test_a_draft_whose_new_online_key_is_lost_is_refused(municipality: Municipality):
    draft = municipality.signed(municipality.draft(replaces_online=True))
    for path in (municipality.folder / "online").glob("pending-*"):
        path.unlink()

    with pytest.raises(RootError, match=r"pending-\w+\.pem is not in"):
        install(municipality.folder, draft, municipality.clock)


def test_a_lost_root_key_is_replaced_with_the_two_that_are_left(
    municipality: Municipality, tmp_path: Path
):
    lost, new = municipality.key_id(3), new_root_key(tmp_path / "safe", "root-4")

    municipality.rotate(removed=(lost[:16],), added=(new.public,))

    root = make_draft(municipality.folder, Wanted(), municipality.clock).trusted.signed
    assert lost not in root.keys
    assert new.id in root.roles["root"].keyids


def test_a_replaced_root_key_signs_nothing_more(municipality: Municipality, tmp_path: Path):
    new = new_root_key(tmp_path / "safe", "root-4")
    municipality.rotate(removed=(municipality.key_id(3),), added=(new.public,))

    with pytest.raises(RootError, match="neither before nor after"):
        municipality.signed(municipality.draft(), 3)

    draft = municipality.signed(municipality.draft(), 1)
    draft.sign(load_signer(new.private))
    assert install(municipality.folder, draft, municipality.clock)


def test_a_disk_that_refuses_is_named_and_the_old_root_stays(municipality: Municipality):
    draft = municipality.signed(municipality.draft())
    (municipality.folder / "roots" / "2.root.json").mkdir()

    with pytest.raises(StorageError, match=r"2\.root\.json"):
        install(municipality.folder, draft, municipality.clock)

    assert len(load_trust(municipality.folder).roots) == 1


def test_a_pending_key_of_another_root_is_never_used(municipality: Municipality):
    municipality.draft(replaces_online=True)
    online = online_key(municipality.folder)
    online.write_bytes(municipality.keys[0].read_bytes())

    with pytest.raises(ConfigError, match=r"not the one root\.json names"):
        load_trust(municipality.folder)


def test_a_root_without_one_online_key_is_not_ours(municipality: Municipality):
    draft = municipality.draft()
    trusted = replace(draft).trusted.signed
    trusted.revoke_key(trusted.roles["snapshot"].keyids[0], "snapshot")

    with pytest.raises(RootError, match="does not name one key"):
        draft.verify()
