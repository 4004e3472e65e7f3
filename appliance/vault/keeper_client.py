"""Ask the keeper to unlock, lock, open, log, set the clock; from the web, the worker, the panel.

Holds no key and opens nothing. What goes wrong in the keeper is raised here as the same error
class; a keeper that does not answer in time is `KeeperDownError`.
"""

import base64
import contextlib
import socket
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from appliance.errors import KeeperDownError
from appliance.sealed_log.entry import Entry
from appliance.vault.card_code import parse_card_code
from appliance.vault.print_note import PrintNote
from appliance.vault.protocol import (
    MAX_REPLY_BYTES,
    IssuedKey,
    KeeperStatus,
    Op,
    Request,
    RunnerStatus,
    format_request,
    parse_reply,
)

# Status is answered without waiting, but decryption can hold the keeper's interpreter for a while.
QUICK_TIMEOUT_S = 10.0
# Argon2 and unpacking on the smallest Pi, with another unlock in front: under 5 s each.
WORK_TIMEOUT_S = 90.0
_CHUNK_BYTES = 4096


class KeeperClient:
    """The keeper behind one socket; every call is a connection of its own, so threads may share."""

    def __init__(
        self,
        path: Path,
        quick_timeout_s: float = QUICK_TIMEOUT_S,
        work_timeout_s: float = WORK_TIMEOUT_S,
    ) -> None:
        self._path = path
        self._quick_timeout_s = quick_timeout_s
        self._work_timeout_s = work_timeout_s

    def status(self) -> KeeperStatus:
        """Ask what is open.

        Raises:
            KeeperDownError: no answer.

        """
        return self._ask(Request(Op.STATUS), self._quick_timeout_s)

    def unlock(self, code: str) -> KeeperStatus:
        """Open the records with a card code as somebody typed it.

        Raises:
            MistypedCodeError: the code is not well formed; the keeper was not asked.
            VaultError, SnapshotError, StorageError: as `KeeperService.unlock` says.
            KeeperDownError: no answer.

        """
        return self._ask(Request(Op.UNLOCK, parse_card_code(code)), self._work_timeout_s)

    def unlock_usb(self) -> KeeperStatus:
        """Open the records with the USB key that is in the box.

        Raises:
            VaultError, SnapshotError, StorageError: as `KeeperService.unlock_usb` says.
            KeeperDownError: no answer.

        """
        return self._ask(Request(Op.UNLOCK_USB), self._work_timeout_s)

    def unlock_hub(self, sealed: bytes) -> KeeperStatus:
        """Open the records with the object the hub served for this box.

        Raises:
            VaultError, SnapshotError, StorageError: as `KeeperService.unlock_hub` says.
            KeeperDownError: no answer.

        """
        text = base64.b64encode(sealed).decode()
        return self._ask(Request(Op.UNLOCK_HUB, text), self._work_timeout_s)

    def unlock_recovery(self, identity: str) -> KeeperStatus:
        """Open the records with the municipality's offline key.

        Raises:
            VaultError, SnapshotError, StorageError: as `KeeperService.unlock_recovery` says.
            KeeperDownError: no answer.

        """
        return self._ask(Request(Op.UNLOCK_RECOVERY, identity), self._work_timeout_s)

    def issue(self, kind: str) -> IssuedKey:
        """Have a new key made while the box is open.

        Raises:
            LockedError: the box is locked.
            VaultError, StorageError: as `KeyRing.issue` says.
            KeeperDownError: no answer.

        """
        issued = self._ask(Request(Op.ISSUE, name=kind), self._work_timeout_s).issued
        if issued is None:
            raise KeeperDownError("the keeper made no key")
        return issued

    def revoke(self, name: str) -> KeeperStatus:
        """Have a key forgotten.

        Raises:
            VaultError, StorageError: as `KeyRing.revoke` says.
            KeeperDownError: no answer.

        """
        return self._ask(Request(Op.REVOKE, name=name), self._work_timeout_s)

    def lock(self) -> KeeperStatus:
        """Make the keeper forget its key and empty the RAM folder.

        Raises:
            StorageError: the RAM folder could not be emptied.
            KeeperDownError: no answer.

        """
        return self._ask(Request(Op.LOCK), self._work_timeout_s)

    def refresh(self) -> KeeperStatus:
        """Say that a newer snapshot was installed; look at `problem` of what is returned.

        Raises:
            KeeperDownError: no answer.

        """
        return self._ask(Request(Op.REFRESH), self._work_timeout_s)

    def open_document(self, attachment_id: str) -> KeeperStatus:
        """Have one photo or document of the open records opened in the RAM folder.

        It lies where `opened.document_path` says, until others take its room or the box is locked.

        Raises:
            LockedError: the box is locked.
            DocumentLostError: it is not on this box, or damaged.
            StorageError: there is no room in RAM.
            KeeperDownError: no answer.

        """
        return self._ask(Request(Op.DOCUMENT, name=attachment_id), self._work_timeout_s)

    def log(self, entries: Sequence[Entry], lost: int = 0) -> KeeperStatus:
        """Have entries written to the sealed log; look at `log` of what is returned.

        Raises:
            KeeperDownError: no answer; nobody knows whether the entries are in the log.
            VaultError: an entry is none.

        """
        return self._ask(Request(Op.LOG, entries=tuple(entries), lost=lost), self._quick_timeout_s)

    def note_in_journal(self, entries: Sequence[Entry]) -> KeeperStatus:
        """Have notes of the care journal sealed to the disk and shown beside the records.

        Raises:
            LockedError: the box is locked.
            LogNotKeptError: they are not surely on the disk.
            VaultError: an entry is no note of the care journal.
            KeeperDownError: no answer. After either of these noting it again does no harm.

        """
        request = Request(Op.JOURNAL, entries=tuple(entries))
        return self._ask(request, self._quick_timeout_s)

    def keep_prints(self, prints: Sequence[PrintNote]) -> KeeperStatus:
        """Have it remembered, sealed, what came out on paper.

        Raises:
            StorageError: the disk refused.
            KeeperDownError: no answer; telling it again does no harm.

        """
        return self._ask(Request(Op.PRINTS, prints=tuple(prints)), self._quick_timeout_s)

    def runners(self) -> tuple[RunnerStatus, ...]:
        """Return the runner packs in this box, then those on the stick that are for it.

        Raises:
            SnapshotError, StorageError: the list of the other boxes, or a disk.
            KeeperDownError: no answer.

        """
        return self._ask(Request(Op.RUNNERS), self._quick_timeout_s).runners

    def make_runner(self, unit_id: str, to_box: str, entry: Entry) -> RunnerStatus:
        """Have one unit written to the stick for a neighbour box; the entry says who asked.

        Raises:
            LockedError: the box is locked.
            VaultError, SnapshotError, StorageError, ConfigError: as `RunnerMaker.make`.
            KeeperDownError: no answer.

        """
        request = Request(Op.RUNNER_MAKE, name=unit_id, to_box=to_box, entries=(entry,))
        return self._ask(request, self._work_timeout_s).runners[0]

    def take_runner(self, file: str, entry: Entry) -> RunnerStatus:
        """Have a pack from the stick taken in and opened; the entry says who asked, and why.

        Raises:
            LockedError, VaultError, SnapshotError, StorageError: as `RunnerShelf.take`.
            KeeperDownError: no answer.

        """
        request = Request(Op.RUNNER_TAKE, name=file, entries=(entry,))
        return self._ask(request, self._work_timeout_s).runners[0]

    def drop_runner(self, key: str, entry: Entry) -> None:
        """Have a pack forgotten.

        Raises:
            LockedError, VaultError, StorageError: as `RunnerShelf.drop`.
            KeeperDownError: no answer.

        """
        self._ask(Request(Op.RUNNER_DROP, name=key, entries=(entry,)), self._work_timeout_s)

    def set_clock(self, moment: datetime, entry: Entry) -> KeeperStatus:
        """Have the box reckon from now on that it is this time; the entry says who said so.

        Raises:
            ClockNotSetError: it cannot be that time, or the network keeps the clock.
            StorageError: the RAM folder is full; the clock is as it was.
            KeeperDownError: no answer.

        """
        return self._ask(Request(Op.CLOCK, time=moment, entries=(entry,)), self._quick_timeout_s)

    def sign_head(self) -> KeeperStatus:
        """Have the end of the sealed log signed into its folder, before that is uploaded.

        Raises:
            KeeperDownError: no answer.
            StorageError, VaultError: the log cannot be signed.

        """
        return self._ask(Request(Op.HEAD), self._quick_timeout_s)

    def seal_beacon(self, statement: bytes) -> bytes:
        """Have what the box says of itself signed, as the datagram to send.

        Raises:
            KeeperDownError: no answer.
            VaultError, StorageError: it is no statement of this box, or the key cannot be read.

        """
        request = Request(Op.BEACON, name=statement.decode("ascii"))
        return base64.b64decode(self._ask(request, self._quick_timeout_s).beacon)

    def _ask(self, request: Request, timeout_s: float) -> KeeperStatus:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(timeout_s)
                connection.connect(str(self._path))
                # A keeper with too many callers answers and hangs up before it has read anything.
                with contextlib.suppress(BrokenPipeError):
                    connection.sendall(format_request(request))
                line = _read_reply(connection)
        except OSError as error:
            raise KeeperDownError(f"{self._path.name}: {error.strerror or 'timed out'}") from error
        return parse_reply(line)


def _read_reply(connection: socket.socket) -> bytes:
    received = b""
    while not received.endswith(b"\n"):
        chunk = connection.recv(_CHUNK_BYTES)
        if not chunk:
            raise KeeperDownError("the keeper hung up without a reply")
        received += chunk
        if len(received) > MAX_REPLY_BYTES:
            raise KeeperDownError("the keeper's reply never ends")
    return received
