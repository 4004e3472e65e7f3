"""Let the box's own programs talk to the keeper over a unix socket, and nobody else.

One request per connection, one thread per connection, few connections, short deadlines: whatever
is sent, the keeper goes on. Who is at the other end is asked of the kernel (SO_PEERCRED), besides
the socket's own mode 0660. Called by the keeper program.
"""

import contextlib
import logging
import os
import selectors
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.attempts import Lasting
from appliance.clock import Clock
from appliance.errors import ConfigError, KeeperDownError, NodboksError, VaultError
from appliance.files import explaining_disk_errors
from appliance.vault.keeper_service import KeeperService
from appliance.vault.protocol import (
    FOR_EVERYBODY,
    FOR_OWNERS,
    MAX_REQUEST_BYTES,
    RUNNER_OPS,
    KeeperStatus,
    Op,
    Request,
    format_error,
    format_status,
    parse_request,
)
from appliance.vault.users import PANEL_USER, WORKER_USER, uids_of

_LOG = logging.getLogger(__name__)
_SOCKET_MODE = 0o660
_LONGEST_ADDRESS = 107  # bytes in sockaddr_un, less the closing zero
_REQUEST_DEADLINE_S = 5.0
_REPLY_TIMEOUT_S = 5.0
_MOST_CONNECTIONS = 16
# A full queue makes connect() fail at once (EAGAIN), which a caller takes for a dead keeper.
_BACKLOG = 128
# How often the keeper looks whether it should lock itself.
_LOOK_EVERY_S = 15.0
_PEERCRED = struct.Struct("3i")
# asm-generic/socket.h; Python 3.11 has no name for it. Filled with gid_t.
_SO_PEERGROUPS = 59
_MOST_GROUPS = 256


@dataclass(frozen=True, slots=True)
class Peer:
    """The process at the other end, as the kernel knows it."""

    uid: int
    gids: frozenset[int]


@dataclass(frozen=True, slots=True)
class TrustedPeers:
    """Who may talk to the keeper: any of the users, any member of the groups.

    The `limited` users may ask only what tells nothing and opens nothing by itself, the `lookers`
    only how the box is; keys are for the `owners`: a captured web could else make itself a card and
    revoke all others.
    """

    uids: frozenset[int]
    gids: frozenset[int] = frozenset()
    limited: frozenset[int] = frozenset()
    owners: frozenset[int] = frozenset()
    lookers: frozenset[int] = frozenset()

    @classmethod
    def around_this_process(cls, more_uids: frozenset[int] = frozenset()) -> "TrustedPeers":
        """Trust root, this process's own user and group, and the users named.

        The worker talks to the network: if it has a user of its own, it is limited. The panel only
        shows how the box is.
        """
        own = frozenset({0, os.geteuid()})
        limited = uids_of(WORKER_USER) - own
        lookers = uids_of(PANEL_USER) - own
        return cls(own | more_uids, frozenset({os.getegid()}), limited, own, lookers)

    def may_talk(self, peer: Peer) -> bool:
        """Tell whether the peer is one of them."""
        return peer.uid in self.uids or bool(peer.gids & self.gids)

    def may_ask(self, peer: Peer, op: Op) -> bool:
        """Tell whether a peer that may talk may ask this."""
        if peer.uid in self.lookers:
            return op is Op.STATUS
        if op in FOR_OWNERS:
            return peer.uid in self.owners
        return peer.uid not in self.limited or op in FOR_EVERYBODY


class KeeperServer:
    """The keeper's socket."""

    def __init__(
        self, service: KeeperService, path: Path, trusted: TrustedPeers, clock: Clock
    ) -> None:
        self._service = service
        self._path = path
        self._trusted = trusted
        self._clock = clock
        self._room = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._stop_reader, self._stop_writer = socket.socketpair()
        self._stop_writer.setblocking(False)
        self._stopped = threading.Event()

    @contextlib.contextmanager
    def listening(self) -> Iterator[socket.socket]:
        """Have the socket there for the length of the block; a dead keeper's is replaced.

        Raises:
            ConfigError: the path is too long for a socket.
            StorageError: the socket cannot be made.

        """
        if len(os.fsencode(self._path)) > _LONGEST_ADDRESS:
            raise ConfigError(f"{self._path}: too long for a socket; set a shorter box.ram_dir")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            with explaining_disk_errors(f"listening on {self._path.name}"):
                self._path.unlink(missing_ok=True)
                listener.bind(str(self._path))
                # Nobody can connect before listen(), so there is no moment with a wider mode.
                self._path.chmod(_SOCKET_MODE)
                listener.listen(_BACKLOG)
            try:
                yield listener
            finally:
                self._path.unlink(missing_ok=True)

    def serve(self, listener: socket.socket) -> None:
        """Answer until `stop` is called."""
        looking = threading.Thread(target=self._look, name="opening-hours", daemon=True)
        looking.start()
        with selectors.DefaultSelector() as selector:
            selector.register(listener, selectors.EVENT_READ)
            selector.register(self._stop_reader, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if self._stop_reader in ready:
                    break
                connection, _ = listener.accept()
                self._take(connection)
        self._stopped.set()
        looking.join()

    def _look(self) -> None:
        """Lock the box when its time is up, however many ask for its status meanwhile."""
        locking = Lasting(_LOG, "locking when time is up")
        while not self._stopped.wait(_LOOK_EVERY_S):
            locking.do(self._service.lock_when_over, None)

    @property
    def stop_fd(self) -> int:
        """The descriptor, never blocking, on which any byte makes `serve` return."""
        return self._stop_writer.fileno()

    def stop(self) -> None:
        """Make `serve` return; may be called from a signal handler, and more than once."""
        with contextlib.suppress(BlockingIOError):
            self._stop_writer.send(b"x")

    def close(self) -> None:
        """Give back the descriptors once `serve` has returned."""
        self._stop_reader.close()
        self._stop_writer.close()

    def _take(self, connection: socket.socket) -> None:
        if not self._room.acquire(blocking=False):
            with connection, contextlib.suppress(OSError):
                connection.setblocking(False)
                connection.send(format_error(VaultError("the keeper has too many callers")))
            return
        threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        try:
            with connection:
                self._answer(connection)
        finally:
            self._room.release()

    def _answer(self, connection: socket.socket) -> None:
        # What nobody foresaw is in the journal, by its kind and place; whoever asked is not left
        # waiting for a reply that never comes.
        reply = format_error(KeeperDownError("the keeper could not do it; see its journal"))
        try:
            reply = format_status(self._perform(self._receive(connection)))
        except NodboksError as error:
            reply = format_error(error)
        finally:
            self._reply(connection, reply)

    def _reply(self, connection: socket.socket, reply: bytes) -> None:
        try:
            connection.settimeout(_REPLY_TIMEOUT_S)
            connection.sendall(reply)
        except OSError as error:
            # The caller hung up or fell asleep; that is its own affair.
            _LOG.info("a caller left before its reply: %s", error)

    def _receive(self, connection: socket.socket) -> Request:
        try:
            # Read first: closing over unread bytes would reset the connection under the reply.
            line = self._read_line(connection)
            peer = peer_of(connection)
        except OSError as error:
            raise VaultError(f"no whole request came: {error}") from error
        if not self._trusted.may_talk(peer):
            raise VaultError("this user may not talk to the keeper")
        request = parse_request(line)
        if not self._trusted.may_ask(peer, request.op):
            raise VaultError(f"this user may not ask the keeper to {request.op}")
        return request

    def _perform(self, request: Request) -> KeeperStatus:
        service = self._service
        performing: dict[Op, Callable[[], KeeperStatus]] = {
            Op.STATUS: service.status,
            Op.UNLOCK: lambda: service.unlock(request.secret),
            Op.UNLOCK_USB: service.unlock_usb,
            Op.UNLOCK_HUB: lambda: service.unlock_hub(request.secret),
            Op.UNLOCK_RECOVERY: lambda: service.unlock_recovery(request.secret),
            Op.ISSUE: lambda: service.issue(request.name),
            Op.REVOKE: lambda: service.revoke(request.name),
            Op.LOCK: service.lock,
            Op.REFRESH: service.refresh,
            Op.DOCUMENT: lambda: service.open_document(request.name),
            Op.LOG: lambda: service.log_entries(request.entries, request.lost),
            Op.HEAD: service.sign_head,
            Op.CLOCK: lambda: service.set_clock(request.moment, request.entries),
            Op.PRINTS: lambda: service.keep_prints(request.prints),
            Op.BEACON: lambda: service.sign_beacon(request.name),
            Op.JOURNAL: lambda: service.note_in_journal(request.entries),
        }
        performing |= dict.fromkeys(RUNNER_OPS, lambda: service.runner(request))
        return performing[request.op]()

    def _read_line(self, connection: socket.socket) -> bytes:
        """Read up to the line's end within one deadline, however slowly the bytes drip in."""
        deadline_s = self._clock.monotonic() + _REQUEST_DEADLINE_S
        received = b""
        while not received.endswith(b"\n"):
            left_s = deadline_s - self._clock.monotonic()
            if left_s <= 0:
                raise TimeoutError("too slow")
            connection.settimeout(left_s)
            chunk = connection.recv(MAX_REQUEST_BYTES + 1 - len(received))
            if not chunk:
                raise VaultError("the request stops before the end of its line")
            received += chunk
            if len(received) > MAX_REQUEST_BYTES:
                raise VaultError(f"the request is longer than {MAX_REQUEST_BYTES} bytes")
        return received


def peer_of(connection: socket.socket) -> Peer:
    """Ask the kernel who is at the other end of a connected unix socket."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEERCRED.size)
    _pid, uid, gid = _PEERCRED.unpack(raw)
    room = _MOST_GROUPS * 4
    groups = connection.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, room)
    more = struct.unpack(f"{len(groups) // 4}I", groups)
    return Peer(uid, frozenset({gid, *more}))
