"""Keep the units that neighbour boxes have handed to this one, sealed as they came.

Whenever the box's own records are opened, each is put beside them as one more unit that is nobody's
own: it takes broken glass to see it. The sender is judged anew each time, so that a box that was
revoked since is no sender. The box's own records open whatever is wrong with a pack, and nothing is
deleted that was not judged to be over. Called by the runner desk and the opener.
"""

import contextlib
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import (
    NodboksError,
    OlderSnapshotError,
    SnapshotError,
    TamperedSnapshotError,
    TooManyPacksError,
    UnreadableSnapshotError,
    VaultError,
)
from appliance.files import (
    explaining_disk_errors,
    remove_leftovers,
    write_atomically,
    write_stream_atomically,
)
from appliance.policy import RUNNER_KEPT
from appliance.records.cutting import add_unit
from appliance.records.guest import refuse_unfit
from appliance.records.terms import UnitId
from appliance.snapshot.compression import Digest
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.neighbours import Neighbour, read_neighbours
from appliance.snapshot.packing import unpack
from appliance.snapshot.runner_file import Statement, parse_head, read_head

_LOG = logging.getLogger(__name__)
_FOLDER, _HEAD, _SEALED = "runners", ".head", ".age"
# What is being copied from a stick: no pack of this box before it was tried.
_COMING = "coming"
_KEY_LENGTH = 16
# A unit is some megabytes; nobody fills this box's disk with a stick.
LARGEST_SEALED = 256 * 1024**2
# More units than a neighbour centre has; each costs room in RAM and time at every unlock.
MOST_KEPT = 8
# What a guest unit is called behind its name, on screen and on paper.
_WHOSE = " – fra {}"
_CHUNK = 64 * 1024
# For a moment, beside the records and hidden, so that a reader never takes it for them.
_GUEST = ".guest.db"
_FAULTS = (sqlite3.Error, OSError, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack in this box: what its sender said of it, and the sealed file."""

    statement: Statement
    sealed: Path

    @property
    def key(self) -> str:
        """Return what it is called: the same for the same unit of the same box."""
        return key_of(self.statement)


@dataclass(frozen=True, slots=True)
class Coming(KeptPack):
    """A pack that was copied from a stick and is not kept yet; `head` is how it begins."""

    head: bytes


def key_of(statement: Statement) -> str:
    """Return what a pack of this unit from this box is called."""
    return sha256_hex(f"{statement.from_box}\n{statement.unit_id}".encode())[:_KEY_LENGTH]


class RunnerShelf:
    """The packs this box has taken in."""

    def __init__(self, config: BoxConfig, clock: JudgedClock) -> None:
        self._config = config
        self._clock = clock
        self._folder = config.box.state_dir / _FOLDER
        self._tried: frozenset[Path] = frozenset()
        # What did not come beside the records when they were opened last, and why.
        self.left_out: dict[str, NodboksError] = {}

    def neighbours(self) -> tuple[Neighbour, ...]:
        """Return the other boxes.

        Raises:
            SnapshotError, StorageError: nobody vouches for the list here.

        """
        return read_neighbours(self._config.box.state_dir)

    def copy(self, source: BinaryIO) -> Coming:
        """Copy a pack from where it lies, without keeping it yet.

        Raises:
            TamperedSnapshotError, UntrustedSnapshotError: no neighbour signed this for this box.
            OlderSnapshotError: a newer one of the unit was taken, or it is too old to be of use.
            TooManyPacksError: the box has as many as it takes.
            SnapshotError, StorageError: the neighbours or a disk.

        """
        neighbours = self.neighbours()
        with explaining_disk_errors("reading the pack on the stick"):
            statement = read_head(source, self._config.box.id, neighbours)
            self._refuse_old(statement, neighbours)
            self._refuse_many(statement)
            end, sealed = source.tell(), self._folder / _COMING
            write_stream_atomically(sealed, lambda sink: _copy_signed(source, sink, statement))
            source.seek(0)
            return Coming(statement, sealed, source.read(end))

    def try_out(self, coming: Coming, records: Path, identity: str) -> None:
        """Open a pack beside the open records, and leave nothing of it there.

        Raises:
            OtherMakeError, OwnUnitError, SnapshotError: it could not stand beside them.
            StorageError: there is no room.

        """
        with _unpacked(coming, records, identity) as guest:
            refuse_unfit(records, guest, UnitId(coming.statement.unit_id), self.unit_ids())

    def keep(self, coming: Coming) -> bytes | None:
        """Keep a pack that was tried out; return the head of the one it replaces.

        Raises:
            StorageError: the disk refused; the one before is kept.

        """
        path = self._head_of(coming.key)
        with explaining_disk_errors("keeping a runner pack"):
            before = path.read_bytes() if path.is_file() else None
            coming.sealed.replace(self._folder / f"{coming.statement.sealed_sha256}{_SEALED}")
        write_atomically(path, coming.head)
        return before

    def let_go(self, key: str, before: bytes | None = None) -> None:
        """Keep a pack no longer, or again the one that was there before it.

        Raises:
            StorageError: the disk refused.

        """
        if before is not None:
            write_atomically(self._head_of(key), before)
            return
        with explaining_disk_errors("removing a runner pack"):
            self._head_of(key).unlink(missing_ok=True)

    def kept(self) -> tuple[KeptPack, ...]:
        """Return the packs in this box that may be opened now, judged anew, the newest first.

        Raises:
            SnapshotError, StorageError: nobody vouches for the list of the other boxes here.

        """
        heads = self._heads()
        return self._judged(heads, self.neighbours()) if heads else ()

    def unit_ids(self) -> frozenset[str]:
        """Return the units that are guests here, whoever vouches for their senders now.

        Raises:
            StorageError: the disk refused.

        """
        with explaining_disk_errors("reading runner packs"):
            found = map(self._said, self._heads())
            return frozenset(said.unit_id for said in found if said)

    def statement_of(self, key: str) -> Statement | None:
        """Return what a pack said of itself, whoever vouches for its sender now; None if unread.

        Raises:
            VaultError: there is no such pack.

        """
        path = {each.stem: each for each in self._heads()}.get(key)
        if path is None:
            raise VaultError("there is no such runner pack in this box")
        try:
            return self._said(path)
        except OSError:
            return None

    def add_to(self, records: Path, identity: str) -> None:
        """Put every pack beside the records that are about to be opened.

        Never raises for a pack: what cannot be used is left out, logged and told in `left_out`.
        """
        self.left_out = {}
        try:
            packs = self.kept()
        except NodboksError as error:
            _LOG.warning("runner packs: %s %s", error.code, error.detail)
            packs = ()
        self._tried = frozenset(each.sealed for each in packs)
        for each in packs:
            try:
                self._add(each, records, identity)
            except NodboksError as error:
                self._leave_out(each.key, error)
            except _FAULTS as error:  # not foreseen; the nurse gets her own records all the same
                self._leave_out(each.key, UnreadableSnapshotError(type(error).__name__))

    def has_changed(self) -> bool:
        """Tell whether other packs count than when the records were opened last.

        A list nobody vouches for changes nothing: what is open stays.
        """
        try:
            return self._tried != frozenset(each.sealed for each in self.kept())
        except NodboksError:
            return False

    def tidy(self) -> None:
        """Remove packs whose time is over, and sealed files that no head names.

        A head that cannot be read now is no reason: then nothing is removed. Nor is a list of boxes
        nobody vouches for: a sender that is back on it tomorrow has its unit here again.
        """
        try:
            self._tidy()
        except (OSError, NodboksError) as error:
            _LOG.warning("tidying runner packs: %s", type(error).__name__)

    def clear_coming(self) -> None:
        """Remove what a copying left that was cut or refused; what stays is replaced next time."""
        with contextlib.suppress(OSError):
            (self._folder / _COMING).unlink(missing_ok=True)
            remove_leftovers(self._folder)

    def _add(self, pack: KeptPack, records: Path, identity: str) -> None:
        said = pack.statement
        with _unpacked(pack, records, identity) as guest:
            add_unit(records, guest, UnitId(said.unit_id), _WHOSE.format(said.from_name))

    def _leave_out(self, key: str, error: NodboksError) -> None:
        self.left_out[key] = error
        _LOG.warning("runner pack %s: %s %s", key, error.code, error.detail)

    def _heads(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_HEAD}"))

    def _head_of(self, key: str) -> Path:
        return self._folder / f"{key}{_HEAD}"

    def _judged(
        self, heads: Sequence[Path], neighbours: Sequence[Neighbour]
    ) -> tuple[KeptPack, ...]:
        found = [pack for path in heads if (pack := self._kept(path, neighbours))]
        return tuple(sorted(found, key=lambda one: one.statement.made_at, reverse=True))

    def _kept(self, path: Path, neighbours: Sequence[Neighbour]) -> KeptPack | None:
        try:
            with path.open("rb") as source:
                statement = read_head(source, self._config.box.id, neighbours)
        except (OSError, NodboksError) as error:
            _LOG.warning("runner pack %s: %s", path.stem, type(error).__name__)
            return None
        if path.stem != key_of(statement) or self._is_over(statement):
            return None
        return KeptPack(statement, self._folder / f"{statement.sealed_sha256}{_SEALED}")

    def _is_over(self, statement: Statement) -> bool:
        """Tell whether its time is over; a clock nobody trusts takes no pack away."""
        is_sure = self._clock.judged().is_trusted
        # Not the sender's time plus a week: after the year 9999 there is none.
        return is_sure and self._clock.now() - RUNNER_KEPT > statement.made_at

    def _refuse_old(self, statement: Statement, neighbours: Sequence[Neighbour]) -> None:
        if self._is_over(statement):
            raise OlderSnapshotError(f"the pack was made more than {RUNNER_KEPT.days} days ago")
        for each in self._judged(self._heads(), neighbours):
            is_same = each.key == key_of(statement)
            if is_same and each.statement.made_at > statement.made_at:
                raise OlderSnapshotError("a newer pack of this unit is in the box")

    def _refuse_many(self, statement: Statement) -> None:
        self.tidy()
        others = {path.stem for path in self._heads()} - {key_of(statement)}
        if len(others) >= MOST_KEPT:
            raise TooManyPacksError(f"{len(others)} runner packs are in the box")

    def _said(self, path: Path) -> Statement | None:
        """Return what a head says, whoever signed it; None if it is none."""
        with path.open("rb") as source:
            try:
                return parse_head(source)
            except SnapshotError:
                return None

    def _tidy(self) -> None:
        heads = {path: self._said(path) for path in self._heads()}
        over = {path for path, said in heads.items() if said and self._is_over(said)}
        named = {said.sealed_sha256 for path, said in heads.items() if said and path not in over}
        sealed = set(self._folder.glob(f"*{_SEALED}"))
        for path in (*over, *(each for each in sealed if each.stem not in named)):
            path.unlink(missing_ok=True)


def _copy_signed(source: BinaryIO, sink: BinaryIO, statement: Statement) -> None:
    """Copy the sealed part; what is longer or other than the sender signed is never kept."""
    if statement.sealed_size > LARGEST_SEALED:
        raise TamperedSnapshotError(f"a runner pack of {statement.sealed_size} bytes")
    digest = Digest()
    while piece := source.read(_CHUNK):
        digest.add(piece)
        if digest.size > statement.sealed_size:
            break
        sink.write(piece)
    if (digest.size, digest.hex) != (statement.sealed_size, statement.sealed_sha256):
        raise TamperedSnapshotError("the runner pack is not the one that was signed")


@contextmanager
def _unpacked(pack: KeptPack, records: Path, identity: str) -> Iterator[Path]:
    """Lend the guest's database, opened beside the records, and leave nothing there."""
    said, guest = pack.statement, records.with_name(_GUEST)
    try:
        unpack(pack.sealed, identity, guest, said.plain_sha256, said.plain_size)
        yield guest
    finally:
        guest.unlink(missing_ok=True)
