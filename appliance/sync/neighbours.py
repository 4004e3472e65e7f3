"""Bring the box the list of the municipality's other boxes, which travels signed beside the copy.

Whatever goes wrong here never touches the snapshot; the list that is there stays until another has
been fetched whole. It is laid ready before its snapshot becomes the current one, so that a cut at
any moment leaves a list that is vouched for. Called by `update.sync` before and after it installs.
"""

import logging

from appliance.config import BoxConfig
from appliance.errors import NodboksError, SnapshotError
from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import NEIGHBOURS_NAME
from appliance.snapshot.neighbours import (
    LARGEST,
    decode_neighbours,
    neighbours_path,
    staged_path,
)
from appliance.snapshot.trust import listed_beside
from appliance.sync.download import fetch_plain
from appliance.sync.offer import naming_tuf_errors
from appliance.sync.parts import Wanted
from appliance.sync.source import Place

_log = logging.getLogger("nodboks.sync")
_FOR_ALL = 0o644


def stage_neighbours(config: BoxConfig, place: Place, targets: bytes) -> bool:
    """Lay ready the list that verified targets name, if it is another than the one here.

    Tells whether there is one to settle. A failure is logged; the next sync tries again.
    """
    try:
        return _stage(config, place, targets)
    except NodboksError as error:
        _log.warning("neighbours: %s %s", error.code, error.detail)
        return False


def settle_neighbours(config: BoxConfig) -> None:
    """Put the list that was laid ready where it stays: its snapshot is the current one now."""
    state_dir = config.box.state_dir
    try:
        with explaining_disk_errors("installing the neighbours"):
            staged_path(state_dir).replace(neighbours_path(state_dir))
            sync_folder(state_dir)
    except NodboksError as error:
        _log.warning("neighbours: %s %s", error.code, error.detail)
    else:
        _log.info("a new list of the municipality's boxes")


def _stage(config: BoxConfig, place: Place, targets: bytes) -> bool:
    """Tell whether a list was laid ready.

    Raises:
        SnapshotError: the bytes are not those that were signed, or no list.
        FetchError: the network.
        StorageError: the disk refused.

    """
    listed = listed_beside(targets, NEIGHBOURS_NAME)
    path = neighbours_path(config.box.state_dir)
    with explaining_disk_errors("reading the neighbours"):
        is_here = listed is None or (path.is_file() and sha256_hex(path.read_bytes()) == listed[0])
    if listed is None or is_here:
        return False
    sha256, size = listed
    if size > LARGEST:
        raise SnapshotError(f"a list of neighbours of {size} bytes, at most {LARGEST}")
    url = f"{place.url}/targets/{sha256}.{NEIGHBOURS_NAME}"
    with naming_tuf_errors():
        content = fetch_plain(Wanted(NEIGHBOURS_NAME, url, sha256, size), place)
    decode_neighbours(content)
    write_atomically(staged_path(config.box.state_dir), content, mode=_FOR_ALL)
    return True
