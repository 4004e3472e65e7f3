"""Say who may sign what, for how long, and what is not as it should be with a trust folder.

Reads; changes nothing. Called by `root show`, which a monitor may run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import Root

from appliance.snapshot.roots import load
from provisioning.root_ceremony.changes import online_id, who_signs
from provisioning.root_ceremony.expiry import days_left, expiry_warning
from provisioning.root_ceremony.keys import short
from provisioning.signing import load_trust


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to say of a trust folder, and what somebody must do something about."""

    lines: tuple[str, ...]
    warnings: tuple[str, ...]


def show(folder: Path, now: datetime) -> Shown:
    """Look at a trust folder.

    Raises:
        ConfigError: a file is missing or damaged, or the online key is not the root's.
        RootError: the root was not made by this software.

    """
    root = load_trust(folder).root
    return Shown(tuple(_lines(root, now)), tuple(_warnings(folder, root, now)))


def _lines(root: bytes, now: datetime) -> Iterator[str]:
    signed = load(Root, root).signed
    left = days_left(root, now)
    yield f"root {signed.version} lasts until {signed.expires:%Y-%m-%d}: {left} days left"
    yield who_signs(signed)
    yield f"each night (targets, snapshot, timestamp): online key {short(online_id(signed))}"


def _warnings(folder: Path, root: bytes, now: datetime) -> Iterator[str]:
    if told := expiry_warning(root, now):
        yield told
    role = load(Root, root).signed.roles[Root.type]
    if len(role.keyids) == role.threshold:
        yield f"all {role.threshold} root keys must sign, so that none may be lost: add one"
    for path in sorted((folder / "online").glob("pending-*.pem")):
        yield f"{path.name} waits for the root that names it: install its draft, or delete it"
    left = sorted(path.name for path in folder.glob("offline/*"))
    if left:
        yield f"{', '.join(left)} lie on the hub: move {folder / 'offline'} to the safes"
