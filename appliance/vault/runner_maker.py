"""Write one unit of the open records to a USB stick, sealed to one neighbour box and signed.

Takes along what that unit's staff need, without photos and documents: those are sealed to this box
alone. The copy in between lies in the RAM folder for a moment, and is gone before the stick is
touched. Called by the runner desk, which hands on no unit that is itself a guest here.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.errors import VaultError
from appliance.files import explaining_disk_errors, write_stream_atomically
from appliance.records.cutting import cutting
from appliance.records.schema import SCHEMA_VERSION
from appliance.records.store import RecordStore
from appliance.records.terms import UnitId
from appliance.snapshot.neighbours import read_neighbours
from appliance.snapshot.packing import pack
from appliance.snapshot.runner_file import Statement, short, signed_head
from appliance.vault.device_secret import DeviceSecret
from appliance.vault.enrolment import log_keys_of

_NO_DOCUMENTS = "Billeder og dokumenter er ikke med i løberpakken."
# Hidden, so that a reader of the RAM folder never takes it for the records.
_FOLDER = ".runner"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which unit goes to which box, and the initials of who asked."""

    unit_id: str
    to_box: str
    made_by: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A pack that only has to be written: its sealed part is open for reading and has no name."""

    statement: Statement
    head: bytes
    sealed: BinaryIO


class RunnerMaker:
    """Makes the runner packs of one box."""

    def __init__(self, config: BoxConfig, secret: DeviceSecret, clock: Clock) -> None:
        self._config = config
        self._secret = secret
        self._clock = clock

    def prepare(self, wish: Wish, records: Path) -> Ready:
        """Cut and seal one unit of the open records, for one box of the municipality.

        The caller sees to it that no lock comes in between: the cut lies in the RAM folder.

        Raises:
            VaultError: there is no such unit or box, or the records are of an older make.
            SnapshotError, ConfigError, StorageError: the neighbours, the keys or the RAM folder.

        """
        box = self._config.box
        receivers = [one for one in read_neighbours(box.state_dir) if one.box_id == wish.to_box]
        if not receivers:
            raise VaultError(f"{wish.to_box!r} is no other box of this municipality")
        with _moment(self._config.records_dir / _FOLDER) as folder:
            cut, sealed = folder / "unit.db", folder / "unit.zst.age"
            name = _cut(records, UnitId(wish.unit_id), cut)
            packed = pack(cut, sealed, receivers[0].recipient)
            statement = Statement(
                box.id, box.name, wish.to_box, wish.unit_id, name,
                self._clock.now().replace(microsecond=0), wish.made_by, str(SCHEMA_VERSION),
                packed.plain_sha256, packed.plain_size, packed.sealed_sha256, packed.sealed_size,
            )  # fmt: skip
            head = signed_head(statement, log_keys_of(box.state_dir, self._secret).signing_key)
            with explaining_disk_errors("reading the sealed unit"):
                return Ready(statement, head, sealed.open("rb"))

    def write(self, ready: Ready, stick: Path) -> None:
        """Write what was prepared to the stick; holds nobody up, however slow that is.

        Raises:
            DiskFullError, StorageError: the stick refused.

        """
        target = stick / ready.statement.file_name
        write_stream_atomically(target, lambda sink: _fill(sink, ready))


def _cut(records: Path, unit_id: UnitId, target: Path) -> str:
    """Write the unit's rows to a database of their own; return the unit's name."""
    with closing(RecordStore(records)) as store:
        unit, meta = store.unit(unit_id), store.meta()
    if unit is None:
        raise VaultError("there is no such unit in the open records")
    if meta["schema_version"] != str(SCHEMA_VERSION):
        raise VaultError("the records are of an older make; fetch a new copy first")
    with cutting(records, target, [unit_id]) as database:
        database.execute("DELETE FROM attachments")
        database.execute(
            "UPDATE section_states SET is_delivered = 0, reason = ? WHERE section = 'attachments'",
            (_NO_DOCUMENTS,),
        )
        own = {key: meta.get(key, "") for key in ("box_id", "data_as_of", "schema_version")}
        database.executemany("INSERT INTO meta VALUES (?, ?)", sorted(own.items()))
    return short(unit.name)


def _fill(sink: BinaryIO, ready: Ready) -> None:
    sink.write(ready.head)
    shutil.copyfileobj(ready.sealed, sink)


@contextmanager
def _moment(folder: Path) -> Iterator[Path]:
    """Lend a folder in RAM, and leave nothing there."""
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
