"""Open a verified snapshot into the RAM folder: its base, and the delta applied to it.

Refuses what `packing` refuses; the database appears complete and as it was signed, or not at all.
Called by the keeper's opener, with the identity for the one call.
"""

from collections.abc import Mapping
from pathlib import Path

from appliance.snapshot.manifest import Manifest, ManifestObject
from appliance.snapshot.packing import SealedPart, unpack, unpack_delta


def unseal(manifest: Manifest, paths: Mapping[str, Path], identity: str, target: Path) -> None:
    """Write the signed database to `target`; `paths` says where each object lies, by its name.

    Raises:
        UnreadableSnapshotError: an object does not decrypt or unpack, or the key is wrong.
        TamperedSnapshotError: the content is not what was signed.
        NewerFormatError: the delta is for a larger database than this software applies one to.
        DiskFullError: the RAM folder is full.
        StorageError: a sealed file cannot be read.

    """
    base = _part(manifest.base, paths)
    if manifest.delta is None:
        unpack(base.path, identity, target, base.plain_sha256, base.plain_size)
    else:
        unpack_delta(base, _part(manifest.delta, paths), identity, target)


def _part(item: ManifestObject, paths: Mapping[str, Path]) -> SealedPart:
    return SealedPart(paths[item.name], item.plain_sha256, item.plain_size)
