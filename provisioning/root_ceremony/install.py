"""Make a draft of the next root, and install it when both thresholds have signed it.

Order on disk: roots/N → root.json → the pending key becomes online.pem, over the old one → other
pending keys go. root.json is the one step that counts: before it the old root and key are in use,
after it the new ones (`signing.load_trust` finds the pending key too), so that the hub can publish
after a cut anywhere, and `install` once more finishes it. Called by the commands.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from appliance.clock import Clock
from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from appliance.snapshot.roots import load
from provisioning.errors import RootError
from provisioning.root_ceremony.changes import Changes, next_root, online_id
from provisioning.root_ceremony.draft import Draft
from provisioning.root_ceremony.keys import find_id, load_public
from provisioning.signing import ROOT_LIFE, load_roots, load_signer, online_key, pending_key

_PUBLIC = 0o644

Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks the next root to change; its lifetime is always new."""

    removed: tuple[str, ...] = ()
    added: tuple[Path, ...] = ()
    replaces_online: bool = False


def make_draft(folder: Path, wanted: Wanted, clock: Clock) -> Draft:
    """Return the next root of a trust folder, signed by nobody.

    A new online key is made here, because the hub is where it is used; it waits in a file of its
    own. The one in use stays in use.

    Raises:
        ConfigError: the trust folder cannot be read.
        RootError: what is wanted cannot be.
        StorageError: the disk refused.

    """
    trusted = load(Root, load_roots(folder)[-1])
    known = trusted.signed.roles[Root.type].keyids
    online = CryptoSigner.generate_ed25519() if wanted.replaces_online else None
    changes = Changes(
        removed=tuple(find_id(one, known) for one in dict.fromkeys(wanted.removed)),
        added=tuple(load_public(path) for path in wanted.added),
        online=online.public_key if online else None,
    )
    expires = clock.now().replace(microsecond=0) + ROOT_LIFE
    following = next_root(trusted.signed, changes, expires)
    if online is not None:
        write_atomically(pending_key(folder, online.public_key.keyid), online.private_bytes)
    return Draft(trusted, Metadata(following))


def install(folder: Path, draft: Draft, clock: Clock) -> bool:
    """Make the draft's root the trusted one; tell whether it was not so before.

    Raises:
        ConfigError: the trust folder cannot be read.
        RootError: the draft may not be installed here; nothing has changed.
        StorageError: the disk refused; run it again.

    """
    is_new = _may_install(folder, draft, clock)
    with explaining_disk_errors(f"installing root {draft.following.signed.version}"):
        for step in steps(folder, draft):
            step()
    return is_new


def steps(folder: Path, draft: Draft) -> Iterator[Step]:
    """Give what an installation does, in order; each is durable and may be done again."""
    root, number = draft.following.to_bytes(), draft.following.signed.version
    pending = pending_key(folder, online_id(draft.following.signed))
    numbered = folder / "roots" / f"{number}.root.json"
    # One that is trusted already stays byte for byte: the two files are compared.
    if load(Root, load_roots(folder)[-1]).signed != draft.following.signed:
        yield partial(write_atomically, numbered, root, mode=_PUBLIC)
        yield partial(write_atomically, folder / "root.json", root, mode=_PUBLIC)
    if pending.is_file():
        yield partial(pending.replace, online_key(folder))
        yield partial(sync_folder, pending.parent)
    for other in sorted(pending.parent.glob("pending-*.pem")):
        yield other.unlink


def _may_install(folder: Path, draft: Draft, clock: Clock) -> bool:
    """Return whether the root is still to come; False if only its last steps may be missing."""
    trusted, following = load(Root, load_roots(folder)[-1]).signed, draft.following.signed
    draft.verify()
    if trusted == following:
        return False
    if trusted != draft.trusted.signed:
        raise RootError(
            f"the draft follows root {draft.trusted.signed.version} of another folder or time;"
            f" root {trusted.version} is trusted here: make a new draft"
        )
    if following.is_expired(clock.now()):
        raise RootError(f"the draft expired on {following.expires:%Y-%m-%d}: make a new one")
    _refuse_lost_key(folder, following)
    return True


def _refuse_lost_key(folder: Path, following: Root) -> None:
    """Return if the online key the root names is here: without it nothing could be published."""
    key_id = online_id(following)
    pending = pending_key(folder, key_id)
    path = pending if pending.is_file() else online_key(folder)
    if load_signer(path).public_key.keyid != key_id:
        raise RootError(f"{pending.name} is not in {pending.parent}: make a new draft")
