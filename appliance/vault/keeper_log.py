"""Seal what is entered into the log, and sign where it ends: the keeper's side of the sealed log.

The keeper owns the log because it outlives the web, has no network, and every unlock passes
through it; a captured web can add entries but neither read, change nor remove one. Each entry is
sealed to the municipality's audit key, which is not on the box; what was noted in the journal also
to the device key, so that it can be read again once the box is unlocked. Never stands in the way:
without keys, without room, or with a disk that hangs, the entries are counted and the status says
so. Called by the keeper's service.
"""

import base64
import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from appliance import crypto
from appliance.beacon.datagram import pack
from appliance.beacon.statement import StatementError, read_statement, sign_statement
from appliance.clock import ClockLevel, JudgedClock
from appliance.errors import ConfigError, LogNotKeptError, NodboksError, VaultError
from appliance.files import explaining_disk_errors, write_atomically
from appliance.sealed_log.chain import HEAD_NAME, read_segment
from appliance.sealed_log.entry import (
    DURABLE,
    Action,
    ClockTrust,
    Entry,
    EntryError,
    When,
    from_bytes,
    to_bytes,
)
from appliance.sealed_log.hand_over import HandOver
from appliance.sealed_log.head import Head, signed_head
from appliance.sealed_log.outbox import log_folder, segments_in
from appliance.sealed_log.writer import LogState, SealedLog
from appliance.snapshot.installed import Installed
from appliance.vault.device_secret import DeviceSecret
from appliance.vault.enrolment import LogKeys, log_keys_of, recipient_of_box
from appliance.vault.protocol import LogStatus

_LOG = logging.getLogger(__name__)
_FOR_READERS = 0o640
# How long a caller waits for the disk. A dying SD card may take half a minute for one fsync; the
# nurse does not.
_DURABLE_WAIT_S = 2.0
_WAIT_S = 0.5
# NTP slews; only a real step back makes the time of an entry doubtful.
_STEP = timedelta(seconds=5)
# Only the journal is sealed to two; trying a key on every look of a year would take a minute.
_TO_SOMEBODY = b"\n-> X25519 "
_JOURNAL_READERS = 2


@dataclass(frozen=True, slots=True)
class _Sealed:
    payload: bytes = field(repr=False)
    is_durable: bool


@dataclass(frozen=True, slots=True)
class _Ready:
    """The keys and the log written with them."""

    keys: LogKeys
    device_recipient: str
    log: SealedLog


class KeeperLog:
    """The sealed log of one box, for as long as its keeper runs."""

    def __init__(
        self, state_dir: Path, box_id: str, secret: DeviceSecret, clock: JudgedClock
    ) -> None:
        self._state_dir = state_dir
        self._box_id = box_id
        self._secret = secret
        self._clock = clock
        self._folder = log_folder(state_dir)
        self._opening = threading.Lock()
        self._ready: _Ready | None = None
        self._unsealed = 0
        self._is_slow = False
        self._latest: datetime | None = None
        self._state = LogState()
        self._line: HandOver[_Sealed] = HandOver(
            self._write, lambda one: len(one.payload), idle=self._commit
        )

    def note(self, action: Action, about: str = "") -> LogStatus:
        """Enter something the keeper itself did."""
        return self.take([Entry(action, When.by(self._clock), about=about)])

    def take(self, entries: Sequence[Entry], lost: int = 0) -> LogStatus:
        """Enter what others did; `lost` are those the caller could not keep."""
        ready = self._get_ready()
        if ready is None:
            self._unsealed += len(entries) + lost
            return self.status()
        if lost or self._unsealed:
            ready.log.lose(lost + self._unsealed)
            self._unsealed = 0
        sealed = [self._seal(entry, ready) for entry in entries]
        is_durable = any(one.is_durable for one in sealed)
        arrived = self._line.put(sealed, _DURABLE_WAIT_S if is_durable else _WAIT_S)
        self._is_slow = not arrived
        return self.status()

    def keep(self, entries: Sequence[Entry]) -> LogStatus:
        """Enter what somebody relies on being there again; entering it twice does no harm.

        Raises:
            LogNotKeptError: it is not surely on the disk, though it may still come there.

        """
        status = self.take(entries)
        if status.waiting or status.problem:
            raise LogNotKeptError(f"{status.waiting} entries wait: {status.problem}")
        return status

    @property
    def latest(self) -> datetime | None:
        """Return the newest time that has surely passed, as far as the keeper knows."""
        return self._latest

    def expect_after(self, moment: datetime | None) -> None:
        """Note a time, if any, that has surely passed, such as when the copy was signed."""
        known = [time for time in (self._latest, moment) if time is not None]
        self._latest = max(known, default=None)

    def expect_installed(self, installed: Installed) -> None:
        """Note when the newest copy was signed: it has surely been that time."""
        try:
            floor = installed.floor()
        except NodboksError as error:
            _LOG.warning("clock: %s %s", error.code, error.detail)
        else:
            self.expect_after(floor.signed_at if floor else None)

    def status(self) -> LogStatus:
        """Tell how the log is; never waits for the disk."""
        state = self._state
        waiting = state.waiting + self._line.waiting
        is_stuck = self._unsealed or self._is_slow
        problem = state.problem or (LogNotKeptError.code if is_stuck else "")
        return LogStatus(
            state.number,
            state.shown,
            waiting,
            state.lost + self._line.lost + self._unsealed,
            problem,
        )

    def sign(self) -> LogStatus:
        """Sign the end of the log into its folder.

        Raises:
            ConfigError: the box has no keys for it.
            StorageError: the disk refused.

        """
        ready = self._get_ready()
        if ready is None:
            raise ConfigError("the keys of the log cannot be read")
        self._state = ready.log.commit()
        end = ready.log.synced_end()
        head = Head(self._box_id, ready.keys.public_key, end, self._clock.now())
        content = signed_head(head, ready.keys.signing_key)
        write_atomically(self._folder / HEAD_NAME, content, _FOR_READERS)
        return self.status()

    def sign_beacon(self, text: str) -> str:
        """Sign what the box says of itself to the others, and nothing else; the datagram in base64.

        The worker asks, and it talks to the network: whatever it is made to ask, the key signs only
        a statement in the name of this box, which nobody takes for the end of a log.

        Raises:
            VaultError: it is no statement of this box.
            ConfigError: the box has no keys for it.

        """
        statement = text.encode("ascii", errors="replace")
        try:
            is_ours = read_statement(statement).sender == self._box_id
        except StatementError as error:
            raise VaultError(f"nothing to sign: {error}") from error
        if not is_ours:
            raise VaultError("nothing to sign: the word of another box")
        ready = self._get_ready()
        if ready is None:
            raise ConfigError("the keys of the log cannot be read")
        signature = sign_statement(statement, ready.keys.signing_key)
        datagram = pack(ready.keys.public_key, signature, statement)
        return base64.b64encode(datagram).decode("ascii")

    def journal(self, identity: str) -> list[Entry]:
        """Return what was noted in the journal, opened with the device key, in order.

        Raises:
            StorageError: a segment cannot be read.

        """
        return list(_opened(self._folder, identity))

    def close(self) -> None:
        """Note that the keeper stops, sign, and let go of the files."""
        self.note(Action.STOP)
        self._line.stop()
        try:
            self.sign()
        except NodboksError as error:
            _LOG.warning("log: its end is not signed: %s", error.code)
        with self._opening:
            if self._ready is not None:
                self._state = self._ready.log.close()

    def _get_ready(self) -> _Ready | None:
        """Return the keys and the log; None, and a line in the journal, while there are none."""
        with self._opening:
            if self._ready is None:
                try:
                    keys = log_keys_of(self._state_dir, self._secret)
                    recipient = recipient_of_box(self._state_dir)
                except NodboksError as error:
                    _LOG.warning("log: no entry can be sealed: %s", error.code)
                    return None
                log = SealedLog(self._folder, keys.public_key, self._clock)
                self._ready = _Ready(keys, recipient, log)
            return self._ready

    def _seal(self, entry: Entry, ready: _Ready) -> _Sealed:
        recipients = [ready.keys.audit_recipient]
        if entry.action is Action.JOURNAL:
            recipients.append(ready.device_recipient)
        payload = crypto.encrypt(to_bytes(self._judge_clock(entry)), recipients)
        return _Sealed(payload, entry.action in DURABLE)

    def _judge_clock(self, entry: Entry) -> Entry:
        """Say in an entry whether its time can be trusted, and learn from one whose time can."""
        at, latest, level = entry.when.at, self._latest, self._clock.judged().level
        is_doubted = entry.when.clock is ClockTrust.UNSURE or level is ClockLevel.UNSURE
        if is_doubted or (latest is not None and at < latest - _STEP):
            return replace(entry, when=replace(entry.when, clock=ClockTrust.UNSURE))
        # Not from what a person set: one slip, and the right time would look wrong ever after.
        if level is not ClockLevel.MANUAL:
            self._latest = max(latest or at, at)
        return entry

    def _write(self, sealed: list[_Sealed], lost: int) -> None:
        """Give a batch to the log; only ever called by the thread of the hand-over."""
        if self._ready is None:  # pragma: no cover  (nothing is handed over before)
            return
        self._ready.log.lose(lost)
        is_durable = any(one.is_durable for one in sealed)
        payloads = [one.payload for one in sealed]
        self._state = self._ready.log.append(payloads, is_durable=is_durable)

    def _commit(self) -> None:
        if self._ready is not None:
            self._state = self._ready.log.commit()


def _opened(folder: Path, identity: str) -> Iterator[Entry]:
    """Yield what a key of the box opens: only the journal is sealed to one."""
    for path in segments_in(folder):
        with explaining_disk_errors(f"reading {path.name}"):
            content = path.read_bytes()
        for line in read_segment(content).lines:
            if not line.is_sealed or line.payload.count(_TO_SOMEBODY) < _JOURNAL_READERS:
                continue
            try:
                yield from_bytes(crypto.decrypt(line.payload, identity))
            except (crypto.OpenError, EntryError):
                continue
