"""Ask the hub, or a stick, what it offers, and verify every signature on the way.

Runs the TUF client (root → timestamp → snapshot → targets) in the cache folder it is given and
reads the manifest out of the verified targets. Decides nothing: whether this box wants the offer
is for `trust.judge`. Every fault of the TUF library leaves here under one of our own names.
Called by `update.sync`.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from tuf.api.exceptions import DownloadHTTPError, RepositoryError
from tuf.ngclient.updater import Updater

from appliance.config import BoxConfig
from appliance.errors import ConfigError, HubRefusedError, NotAdmittedError
from appliance.files import explaining_disk_errors
from appliance.snapshot import trust
from appliance.snapshot.manifest import Manifest
from appliance.snapshot.roots import is_anchor
from appliance.snapshot.trust import Vouching
from appliance.sync.known_roots import HISTORY, KnownRoots
from appliance.sync.source import Place


@dataclass(frozen=True, slots=True)
class Offer:
    """What the municipality has signed and the hub serves."""

    manifest: Manifest
    vouching: Vouching


def read_anchor(state_dir: Path) -> bytes:
    """Return the root this box was enrolled with.

    Raises:
        ConfigError: it is missing or damaged.

    """
    path = state_dir / "trust" / "root.json"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; enrol the box") from error
    if not is_anchor(content):
        raise ConfigError(f"{path}: not a root signed by its own keys; enrol the box")
    return content


def read_offer(config: BoxConfig, place: Place, folder: Path) -> Offer:
    """Fetch and verify the newest metadata into `folder`.

    A new root is remembered whatever becomes of the rest: with it the box stops believing a key
    that the municipality has revoked, also if the hub falls silent after it.

    Raises:
        SnapshotError: a signature, a date or a hash does not hold; the class says which.
        FetchError: the network.
        DiskFullError, StorageError: the disk refused.
        ConfigError: the box has no trusted root.

    """
    anchor = read_anchor(config.box.state_dir)
    known = KnownRoots(config.box.state_dir)
    with naming_tuf_errors(), explaining_disk_errors("keeping signed metadata"):
        known.lay_out(folder, anchor)
        updater = Updater(
            str(folder), f"{place.url}/metadata/", fetcher=place.fetcher, bootstrap=anchor
        )
        try:
            updater.refresh()
        finally:
            known.remember(folder, anchor)
        vouching = Vouching(_roots(folder, anchor), (folder / "targets.json").read_bytes())
    return Offer(trust.verify(vouching, anchor), vouching)


@contextlib.contextmanager
def naming_tuf_errors() -> Iterator[None]:
    """Turn an error of the TUF library into the one the box shows.

    Raises:
        SnapshotError: what was signed does not hold.
        NotAdmittedError: the hub does not accept this box.
        HubRefusedError: the hub answered, but not with the file.

    """
    try:
        yield
    except RepositoryError as error:
        raise trust.refusal(error) from error
    except DownloadHTTPError as error:
        is_closed = error.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
        raise (NotAdmittedError if is_closed else HubRefusedError)(str(error)) from error


def _roots(folder: Path, anchor: bytes) -> tuple[bytes, ...]:
    """Collect what the client has just followed; it leaves every root in its history."""
    _, first = trust.role_of(anchor)
    _, last = trust.role_of((folder / "root.json").read_bytes())
    names = (f"{number}.root.json" for number in range(first, last + 1))
    return tuple((folder / HISTORY / name).read_bytes() for name in names)
