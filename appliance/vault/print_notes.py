"""Keep what was printed through a power cut: sealed on the disk, in the clear in RAM only.

On the disk the notes are age files to the box's own key, so a locked box writes them and reads
none; at unlock they are put beside the records. Refuses to keep them for ever: days and number are
bounded. Called by the keeper's service.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from appliance import crypto
from appliance.clock import JudgedClock
from appliance.errors import StorageError, VaultError
from appliance.files import explaining_disk_errors, write_atomically
from appliance.policy import PRINTS_KEPT
from appliance.vault.print_note import FILE, PrintNote, from_json, to_json

_LOG = logging.getLogger(__name__)
_FOR_READERS = 0o440
_MOST_NOTES = 10_000  # 1,000 citizens printed ten times; about 2 MB, sealed
# Each message of the desk is a file; so many are brought together while the key is at hand.
_MANY_FILES = 100
_MOST_FILES = 2000  # while locked nothing brings them together; then only blank forms come out


class PrintNotes:
    """The sealed notes of one box; `recipient` tells what the box's own key opens."""

    def __init__(self, folder: Path, recipient: Callable[[], str], clock: JudgedClock) -> None:
        self._folder = folder
        self._recipient = recipient
        self._clock = clock
        self._writing = threading.Lock()

    def keep(self, notes: Sequence[PrintNote], identity: str | None, records_dir: Path) -> None:
        """Seal notes to the disk; they come beside the records at unlock, or when many have come.

        Raises:
            StorageError: the disk refused, or too much waits for somebody to unlock the box.
            ConfigError: the box is not enrolled.

        """
        with self._writing:
            if len(self._files()) >= _MOST_FILES:
                raise StorageError("too many print notes wait for an unlock")
            self._write(notes)
        if identity is not None and len(self._files()) > _MANY_FILES:
            self.give_back(identity, records_dir)

    def give_back(self, identity: str, records_dir: Path) -> None:
        """Put the notes beside the records, and bring them together in one sealed file.

        A file that does not open is left out and removed: it would be of no use to anybody. Of a
        box that never printed an empty list is there, which is not the same as none.

        Raises:
            StorageError: the disk or the RAM folder refused; nothing sealed is lost.

        """
        with self._writing:
            files = self._files()
            notes = self._wanted(note for path in files for note in _opened(path, identity))
            plain = json.dumps([to_json(note) for note in notes]).encode()
            write_atomically(records_dir / FILE, plain, mode=_FOR_READERS)
            if len(files) > 1:
                self._write(notes[::-1])
                with explaining_disk_errors("bringing print notes together"):
                    for path in files:
                        path.unlink()

    def _write(self, notes: Sequence[PrintNote]) -> None:
        with explaining_disk_errors("keeping print notes"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        plain = json.dumps([to_json(note) for note in notes]).encode()
        number = max((int(path.stem) for path in self._files()), default=0) + 1
        sealed = crypto.encrypt(plain, self._recipient())
        write_atomically(self._folder / f"{number:08}.age", sealed)

    def _files(self) -> list[Path]:
        return sorted(path for path in self._folder.glob("*.age") if path.stem.isdecimal())

    def _wanted(self, notes: Iterable[PrintNote]) -> list[PrintNote]:
        """Return the last word on each sheet, the newest first, without what is too old."""
        last = {note.serial: note for note in notes}
        found = sorted(last.values(), key=lambda note: note.printed_at, reverse=True)
        if self._clock.judged().is_trusted:  # else nobody knows what is old
            oldest = self._clock.now() - PRINTS_KEPT
            found = [note for note in found if note.printed_at >= oldest]
        return found[:_MOST_NOTES]


def _opened(path: Path, identity: str) -> list[PrintNote]:
    try:
        raw = json.loads(crypto.decrypt(path.read_bytes(), identity))
        return [from_json(each) for each in raw]
    except OSError as error:
        raise StorageError(f"{path.name}: {error.strerror}") from error
    except (crypto.OpenError, ValueError, TypeError, VaultError) as error:
        _LOG.warning("print notes: %s does not open: %s", path.name, type(error).__name__)
        return []
