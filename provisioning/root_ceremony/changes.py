"""Say what may change from one root to the next, make the next one, and find anything else in it.

Pure. A next root always gets a new lifetime; it may have other root keys and another online key,
and nothing else: thresholds stay. Whoever signs or installs a draft takes its changes, makes the
root again from the trusted one, and refuses a draft that is not the same. Called by `draft`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.signer import Key
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from provisioning.errors import RootError
from provisioning.root_ceremony.keys import refuse_false_id, short

ONLINE_ROLES = (Timestamp.type, Snapshot.type, Targets.type)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changes beside number and lifetime; `online` is the key that comes, if one does."""

    removed: tuple[str, ...] = ()
    added: tuple[Key, ...] = ()
    online: Key | None = None


def online_id(root: Root) -> str:
    """Return the id of the one key that signs each night.

    Raises:
        RootError: the root was not made by this software.

    """
    key_ids = {tuple(root.roles[role].keyids) for role in ONLINE_ROLES}
    thresholds = {root.roles[role].threshold for role in ONLINE_ROLES}
    if len(key_ids) != 1 or len(*key_ids) != 1 or thresholds != {1}:
        raise RootError(f"root {root.version} does not name one key for what is signed each night")
    ((key_id,),) = key_ids
    return key_id


def next_root(trusted: Root, changes: Changes, expires: datetime) -> Root:
    """Return the root that follows; the trusted one stays as it is.

    Raises:
        RootError: too few root keys would be left, or a key would stand in two places.

    """
    following = _copy(trusted)
    following.version += 1
    following.expires = expires
    roots, online = following.roles[Root.type], online_id(trusted)
    for key_id in changes.removed:
        if key_id not in roots.keyids:
            raise RootError(f"{short(key_id)} is no root key of root {trusted.version}")
        following.revoke_key(key_id, Root.type)
    for key in changes.added:
        if key.keyid in following.keys:
            raise RootError(f"{short(key.keyid)} is a key of root {trusted.version} already")
        following.add_key(key, Root.type)
    if len(roots.keyids) < roots.threshold:
        raise RootError(
            f"{len(roots.keyids)} root keys would be left and {roots.threshold} must sign:"
            " add the new key in the same draft"
        )
    if changes.online is not None:
        _replace_online(following, online, changes.online)
    return following


def changes_between(trusted: Root, following: Root) -> Changes:
    """Return what a root changes.

    Raises:
        RootError: it is not the next root, or changes what no ceremony changes.

    """
    before, after = (root.roles[Root.type].keyids for root in (trusted, following))
    is_same_online = online_id(following) == online_id(trusted)
    try:
        changes = Changes(
            removed=tuple(key_id for key_id in before if key_id not in after),
            added=tuple(following.get_key(key_id) for key_id in after if key_id not in before),
            online=None if is_same_online else following.get_key(online_id(following)),
        )
    except ValueError as error:
        raise RootError(f"root {following.version}: {error}") from error
    for key in (*changes.added, *filter(None, (changes.online,))):
        refuse_false_id(key)
    again = next_root(trusted, changes, following.expires)
    if again.to_dict() != following.to_dict():
        raise RootError(
            f"root {following.version} is not root {trusted.version} with other keys and a new"
            " lifetime: something else in it was changed"
        )
    return changes


def in_words(trusted: Root, following: Root) -> Iterator[str]:
    """Give what changes, one line each, and who may sign after it.

    Raises:
        RootError: it is not the next root, or changes what no ceremony changes.

    """
    changes = changes_between(trusted, following)
    yield f"root {trusted.version} is followed by root {following.version}"
    yield f"it lasts until {following.expires:%Y-%m-%d} (before: {trusted.expires:%Y-%m-%d})"
    yield from (f"root key {short(key_id)} is REMOVED" for key_id in changes.removed)
    yield from (f"root key {short(key.keyid)} is ADDED" for key in changes.added)
    if changes.online is None:
        yield f"the online key stays: {short(online_id(trusted))}"
    else:
        old, new = short(online_id(trusted)), short(changes.online.keyid)
        yield f"the online key {old} is REPLACED by {new}; boxes stop believing the old one"
    yield who_signs(following)


def who_signs(root: Root) -> str:
    """Say who may sign a root."""
    role = root.roles[Root.type]
    return (
        f"root keys of root {root.version}: {role.threshold} of {len(role.keyids)} must sign: "
        + ", ".join(map(short, role.keyids))
    )


def _replace_online(following: Root, old: str, new: Key) -> None:
    if new.keyid in following.keys:
        raise RootError(f"{short(new.keyid)} has a place in the root already")
    for role in ONLINE_ROLES:
        following.revoke_key(old, role)
        following.add_key(new, role)


def _copy(root: Root) -> Root:
    return Metadata[Root].from_bytes(Metadata(root).to_bytes()).signed
