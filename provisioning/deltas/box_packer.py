"""Seal tonight's database for one box: as a delta to its base, or as a new base.

Whatever is wrong with the base the hub remembers, the box simply gets a new one. Called by
`publish` for each box; `remember` comes after the publishing, so that a base nobody can fetch is
never built upon.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import StorageError
from appliance.snapshot.hashing import sha256_of_file
from appliance.snapshot.packing import Packed, pack
from provisioning.deltas.kept_bases import KeptBases
from provisioning.deltas.rules import KnownBase, Rebase, Tonight, why_rebase
from provisioning.repository import BoxRepository

_log = logging.getLogger("nodboks.deltas")


@dataclass(frozen=True, slots=True)
class SealedNight:
    """What goes out: a base, and the delta to it if there is one.

    A file is None where the repository has the object already. `rebase` says why the base is new.
    """

    base: Packed
    base_file: Path | None = None
    delta: Packed | None = None
    delta_file: Path | None = None
    rebase: Rebase | None = None

    @property
    def new_size(self) -> int:
        """Return how many bytes a box fetches that has the night before."""
        files = ((self.base, self.base_file), (self.delta, self.delta_file))
        return sum(packed.sealed_size for packed, file in files if packed and file)

    def clear(self) -> None:
        """Remove the files, once they are published."""
        for file in (self.base_file, self.delta_file):
            if file is not None:
                file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class BoxPacker:
    """Packs for one box; `folder` is the run's private one."""

    box_id: str
    kept: KeptBases
    repository: BoxRepository
    folder: Path

    def pack(self, plain: Path, tonight: Tonight) -> SealedNight:
        """Seal the database.

        Raises:
            DiskFullError, StorageError: the disk refused.

        """
        base = self.kept.find(self.box_id)
        if base is not None and not self.repository.has_base(base.packed):
            base = None
        rebase = why_rebase(base, tonight)
        if base is not None and rebase is None:
            delta = self._delta(base, plain, tonight)
            if isinstance(delta, SealedNight):
                return delta
            rebase = delta
        _log.info("%s gets a new base: %s", self.box_id, rebase)
        sealed = self.folder / f"{self.box_id}.base.age"
        return SealedNight(pack(plain, sealed, tonight.recipient), sealed, rebase=rebase)

    def remember(self, night: SealedNight, plain: Path, tonight: Tonight) -> None:
        """Keep the database of a new base; without it the next night is one more base."""
        if night.base_file is None:
            return
        known = KnownBase(tonight.recipient, tonight.schema_version, tonight.now, night.base)
        try:
            self.kept.keep(self.box_id, known, plain)
        except StorageError as error:
            _log.warning("base of %s: %s %s", self.box_id, error.code, error.detail)

    def _delta(self, base: KnownBase, plain: Path, tonight: Tonight) -> SealedNight | Rebase:
        """Seal the difference to the base, or say why a new base is better."""
        digest = sha256_of_file(plain)
        if digest == base.packed.plain_sha256:
            return SealedNight(base.packed)
        if published := self.repository.current_delta(base.packed, digest):
            return SealedNight(base.packed, delta=published)
        before = self.folder / f"{self.box_id}.before.sqlite"
        sealed = self.folder / f"{self.box_id}.delta.age"
        try:
            if not self.kept.open(self.box_id, base, before):
                return Rebase.NO_BASE
            delta = pack(plain, sealed, tonight.recipient, against=before)
        finally:
            before.unlink(missing_ok=True)
        if rebase := why_rebase(base, tonight, delta.sealed_size):
            sealed.unlink()
            return rebase
        return SealedNight(base.packed, delta=delta, delta_file=sealed)
