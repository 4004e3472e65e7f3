from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from provisioning.errors import RootError
from provisioning.root_ceremony.changes import Changes, changes_between, in_words, next_root
from provisioning.root_ceremony.keys import short
from provisioning.signing import create_trust, load_trust
from tests.provisioning.root_ceremony.conftest import Municipality


def new_key():
    return CryptoSigner.generate_ed25519().public_key


@pytest.fixture
def trusted(municipality: Municipality) -> Root:
    return Metadata[Root].from_bytes(load_trust(municipality.folder).root).signed


def test_a_renewed_root_changes_its_number_and_its_lifetime_only(trusted: Root):
    later = trusted.expires + timedelta(days=700)

    following = next_root(trusted, Changes(), later)

    assert (following.version, following.expires) == (2, later)
    assert (following.keys, following.roles) == (trusted.keys, trusted.roles)
    assert trusted.version == 1


def test_a_new_online_key_takes_the_three_nightly_roles_and_no_other(trusted: Root):
    online = new_key()

    following = next_root(trusted, Changes(online=online), trusted.expires)

    holders = [role for role, one in following.roles.items() if online.keyid in one.keyids]
    assert sorted(holders) == ["snapshot", "targets", "timestamp"]
    assert len(following.keys) == 4


def test_a_lost_root_key_gives_its_place_to_a_new_one(trusted: Root):
    lost, new = trusted.roles["root"].keyids[0], new_key()

    following = next_root(trusted, Changes((lost,), (new,)), trusted.expires)

    assert lost not in following.keys
    assert new.keyid in following.roles["root"].keyids
    assert following.roles["root"].threshold == 2


def test_a_root_never_keeps_fewer_keys_than_must_sign(trusted: Root):
    two = tuple(trusted.roles["root"].keyids[:2])

    with pytest.raises(RootError, match="1 root keys would be left and 2 must sign"):
        next_root(trusted, Changes(two), trusted.expires)


def test_a_key_that_is_in_the_root_is_not_added_again(trusted: Root):
    online = trusted.get_key(trusted.roles["targets"].keyids[0])

    with pytest.raises(RootError, match="already"):
        next_root(trusted, Changes(added=(online,)), trusted.expires)


def test_a_root_key_never_becomes_the_online_key(trusted: Root):
    key = trusted.get_key(trusted.roles["root"].keyids[0])

    with pytest.raises(RootError, match="has a place"):
        next_root(trusted, Changes(online=key), trusted.expires)


def test_only_a_root_key_can_be_removed(trusted: Root):
    online = trusted.roles["targets"].keyids[0]

    with pytest.raises(RootError, match="is no root key"):
        next_root(trusted, Changes((online,)), trusted.expires)


def test_what_changes_is_found_again(trusted: Root):
    changes = Changes((trusted.roles["root"].keyids[0],), (new_key(),), new_key())

    following = next_root(trusted, changes, trusted.expires)

    assert changes_between(trusted, following) == changes


def test_a_person_reads_every_change_and_who_may_sign_after_it(trusted: Root):
    lost, new, online = trusted.roles["root"].keyids[0], new_key(), new_key()
    following = next_root(trusted, Changes((lost,), (new,), online), trusted.expires)

    told = "\n".join(in_words(trusted, following))

    assert f"root key {short(lost)} is REMOVED" in told
    assert f"root key {short(new.keyid)} is ADDED" in told
    assert f"is REPLACED by {short(online.keyid)}" in told
    assert "2 of 3 must sign" in told


def lower_threshold(root: Root) -> None:
    root.roles["root"].threshold = 1


def let_another_sign_snapshots(root: Root) -> None:
    root.add_key(new_key(), "snapshot")


def raise_online_threshold(root: Root) -> None:
    for role in ("targets", "snapshot", "timestamp"):
        root.roles[role].threshold = 2


def exchange_a_key_under_its_id(root: Root) -> None:
    root.keys[root.roles["root"].keyids[0]].keyval["public"] = new_key().keyval["public"]


def give_a_new_key_a_false_id(root: Root) -> None:
    key = new_key()
    key.keyid = "a" * 64
    root.add_key(key, "root")


def add_a_key_that_is_none(root: Root) -> None:
    key = new_key()
    key.keyval["public"] = "zz"
    root.add_key(key, "root")


def forget_the_key_of_an_id(root: Root) -> None:
    root.roles["root"].keyids.append("b" * 64)


def skip_a_number(root: Root) -> None:
    root.version += 1


def turn_consistent_snapshots_off(root: Root) -> None:
    root.consistent_snapshot = False


def add_a_field(root: Root) -> None:
    root.unrecognized_fields["x"] = 1


@pytest.mark.parametrize(
    "change",
    [
        lower_threshold,
        let_another_sign_snapshots,
        raise_online_threshold,
        exchange_a_key_under_its_id,
        give_a_new_key_a_false_id,
        add_a_key_that_is_none,
        forget_the_key_of_an_id,
        skip_a_number,
        turn_consistent_snapshots_off,
        add_a_field,
    ],
)
def test_whatever_no_ceremony_changes_is_refused(trusted: Root, change: Callable[[Root], None]):
    following = next_root(trusted, Changes(), trusted.expires)
    change(following)

    with pytest.raises(RootError):
        list(in_words(trusted, following))


def test_a_trust_that_one_person_may_sign_for_stays_so(tmp_path: Path, clock):
    trust = create_trust(tmp_path / "small", clock, threshold=1, keys=1)
    trusted = Metadata[Root].from_bytes(trust.root).signed
    old, new = trusted.roles["root"].keyids[0], new_key()

    following = next_root(trusted, Changes((old,), (new,)), trusted.expires)

    assert (following.roles["root"].threshold, following.roles["root"].keyids) == (1, [new.keyid])
