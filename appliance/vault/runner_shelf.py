"""Keep the units that neighbour boxes have handed to this one, sealed as they came.

Whenever the box's own records are opened, each is put beside them as one more unit that is nobody's
own: it takes broken glass to see it. The sender is judged anew each time, so that a box that was
revoked since is no sender. The box's own records open whatever is wrong with a pack. Called by the
runner desk and the opener.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import (
    NodboksError,
    OlderSnapshotError,
    SlotMissingError,
    TamperedSnapshotError,
    VaultError,
)
from appliance.files import (
    explaining_disk_errors,
    open_plain_file,
    write_atomically,
    write_stream_atomically,
)
from appliance.policy import RUNNER_KEPT
from appliance.records.cutting import add_unit
from appliance.records.terms import UnitId
from appliance.snapshot.compression import Digest
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.neighbours import Neighbour, read_neighbours
from appliance.snapshot.packing import unpack
from appliance.snapshot.runner_file import SUFFIX, Statement, read_head

_LOG = logging.getLogger(__name__)
_FOLDER, _HEAD, _SEALED = "runners", ".head", ".age"
_KEY_LENGTH = 16
_MOST_OFFERED = 20
# A unit is some megabytes; nobody fills this box's disk with a stick.
LARGEST_SEALED = 256 * 1024**2
# What a guest unit is called behind its name, on screen and on paper.
_WHOSE = " – fra {}"
_CHUNK = 64 * 1024
_FAULTS = (sqlite3.Error, OSError, ValueError, KeyError, TypeError)
# For a moment, beside the records and hidden, so that a reader never takes it for them.
_GUEST = ".guest.db"


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack in this box: what its sender said of it, and the sealed file."""

    statement: Statement
    sealed: Path

    @property
    def key(self) -> str:
        """Return what it is called: the same for the same unit of the same box."""
        return key_of(self.statement)


def key_of(statement: Statement) -> str:
    """Return what a pack of this unit from this box is called."""
    return sha256_hex(f"{statement.from_box}\n{statement.unit_id}".encode())[:_KEY_LENGTH]


class RunnerShelf:
    """The packs this box has taken in."""

    def __init__(self, config: BoxConfig, clock: JudgedClock) -> None:
        self._config = config
        self._clock = clock
        self._folder = config.box.state_dir / _FOLDER

    def stick(self) -> Path:
        """Return where the USB stick is.

        Raises:
            SlotMissingError: there is none.

        """
        stick = self._config.hub.usb_dir
        if stick is None:
            raise SlotMissingError("hub.usb_dir does not say where a USB stick is mounted")
        if not stick.is_dir():
            raise SlotMissingError("there is no USB stick")
        return stick

    def offered(self) -> tuple[Statement, ...]:
        """Return the packs on the stick that are for this box, the newest first.

        Raises:
            SlotMissingError: there is no stick.
            SnapshotError, StorageError: the neighbours or the stick cannot be read.

        """
        stick, neighbours = self.stick(), self._neighbours()
        with explaining_disk_errors("reading the stick"):
            names = sorted(path.name for path in stick.glob(f"*{SUFFIX}"))[-_MOST_OFFERED:]
        found = [each for name in names if (each := self._judged(stick, name, neighbours))]
        return tuple(sorted(found, key=lambda one: one.made_at, reverse=True))

    def take(self, name: str) -> Statement:
        """Keep a pack from the stick in this box; `name` is that of its file.

        Raises:
            SlotMissingError: there is no stick, or no such file on it.
            TamperedSnapshotError, UntrustedSnapshotError: no neighbour signed this for this box.
            OlderSnapshotError: a newer one of the unit was taken, or it is too old to be of use.
            StorageError: a disk refused.

        """
        neighbours = self._neighbours()
        try:
            source = open_plain_file(self.stick(), Path(name).name)
        except OSError as error:
            raise SlotMissingError(f"the pack on the stick: {error.strerror}") from error
        with closing(source), explaining_disk_errors("reading the pack on the stick"):
            statement = read_head(source, self._config.box.id, neighbours)
            self._refuse_old(statement)
            end = source.tell()
            sealed = self._folder / f"{statement.sealed_sha256}{_SEALED}"
            write_stream_atomically(sealed, lambda sink: _copy_signed(source, sink, statement))
            source.seek(0)
            head = source.read(end)
        write_atomically(self._folder / f"{key_of(statement)}{_HEAD}", head)
        self._tidy()
        return statement

    def kept(self) -> tuple[KeptPack, ...]:
        """Return the packs in this box that may be opened now, judged anew."""
        heads = sorted(self._folder.glob(f"*{_HEAD}"))
        if not heads:
            return ()
        try:
            neighbours = self._neighbours()
        except NodboksError as error:
            _LOG.warning("runner packs: %s %s", error.code, error.detail)
            return ()
        return tuple(found for path in heads if (found := self._kept(path, neighbours)))

    def drop(self, key: str) -> None:
        """Forget a pack.

        Raises:
            VaultError: there is no such pack.
            StorageError: the disk refused.

        """
        if key not in {path.stem for path in self._folder.glob(f"*{_HEAD}")}:
            raise VaultError("there is no such runner pack in this box")
        with explaining_disk_errors("removing a runner pack"):
            (self._folder / f"{key}{_HEAD}").unlink()
        self._tidy()

    def add_to(self, records: Path, identity: str) -> None:
        """Put every pack beside the records that are about to be opened.

        Never raises for a pack: what cannot be used is left out, and logged.
        """
        for each in self.kept():
            said = each.statement
            try:
                with _removed(records.with_name(_GUEST)) as guest:
                    unpack(each.sealed, identity, guest, said.plain_sha256, said.plain_size)
                    whose = _WHOSE.format(said.from_name)
                    add_unit(records, guest, UnitId(said.unit_id), whose)
            except NodboksError as error:
                _LOG.warning("runner pack %s: %s %s", each.key, error.code, error.detail)
            except _FAULTS as error:  # not foreseen; the nurse gets her own records all the same
                _LOG.warning("runner pack %s: %s", each.key, type(error).__name__)

    def _neighbours(self) -> tuple[Neighbour, ...]:
        return read_neighbours(self._config.box.state_dir)

    def _judged(
        self, stick: Path, name: str, neighbours: tuple[Neighbour, ...]
    ) -> Statement | None:
        try:
            with closing(open_plain_file(stick, name)) as source:
                return read_head(source, self._config.box.id, neighbours)
        except (OSError, NodboksError) as error:
            _LOG.info("a pack on the stick is not for this box: %s", type(error).__name__)
            return None

    def _kept(self, path: Path, neighbours: tuple[Neighbour, ...]) -> KeptPack | None:
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
        return is_sure and self._clock.now() > statement.made_at + RUNNER_KEPT

    def _refuse_old(self, statement: Statement) -> None:
        if self._is_over(statement):
            raise OlderSnapshotError(f"the pack was made more than {RUNNER_KEPT.days} days ago")
        for each in self.kept():
            is_same = each.key == key_of(statement)
            if is_same and each.statement.made_at > statement.made_at:
                raise OlderSnapshotError("a newer pack of this unit is in the box")

    def _tidy(self) -> None:
        """Remove what no pack names any more, and packs whose time is over."""
        kept = {each.key: each.sealed for each in self.kept()}
        with explaining_disk_errors("removing old runner packs"):
            for path in self._folder.iterdir():
                is_over = path.suffix == _HEAD and path.stem not in kept
                if is_over or (path.suffix == _SEALED and path not in kept.values()):
                    path.unlink()


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
def _removed(path: Path) -> Iterator[Path]:
    """Lend a path, and leave nothing there."""
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
