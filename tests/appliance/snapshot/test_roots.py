import pytest
from tuf.api.exceptions import RepositoryError, UnsignedMetadataError
from tuf.api.metadata import Root, Targets

from appliance.snapshot.roots import follow, is_anchor, load, trusts, walk
from tests.appliance.snapshot.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    """Root 2 has the online key of root 1, root 3 has another one."""
    town.rotate_root()
    town.rotate_root(new_online=True)
    return town


def online(root: bytes) -> list[str]:
    return load(Root, root).signed.roles[Targets.type].keyids


def test_roots_are_followed_to_the_newest(town: Town):
    anchor = load(Root, town.trust.roots[0])

    assert follow(anchor, town.trust.roots).signed.version == 3


def test_a_root_signed_by_one_of_two_leads_nowhere(town: Town):
    anchor = load(Root, town.trust.root)
    town.rotate_root(signers=1)

    with pytest.raises(UnsignedMetadataError):
        follow(anchor, town.trust.roots)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff"])
def test_garbage_is_no_root(content: bytes):
    assert not is_anchor(content)
    with pytest.raises(RepositoryError):
        load(Root, content)


def test_a_walk_ends_before_the_first_root_that_does_not_hold(town: Town):
    first, second, third = town.trust.roots

    assert walk(first, (first, second, third)) == (first, second, third)
    assert walk(first, (second, b"worn", third)) == (first, second)
    assert walk(first, (third,)) == (first,)
    assert walk(third, (first, second)) == (third,)


def test_a_root_trusts_the_online_key_it_names_and_no_other(town: Town):
    first, second, third = town.trust.roots

    assert trusts(second, online(first))
    assert not trusts(third, online(first))
    assert not trusts(third, ())
