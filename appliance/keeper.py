"""Run the keeper: the one process that ever holds a key.

Protects its own memory, makes sure it is alone, wipes what a killed predecessor left in RAM, then
answers on its socket until it is told to stop; then it locks. Logs events and error codes, never a
code, a key or a citizen. Called by the command line.
"""

import contextlib
import fcntl
import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import ConfigError
from appliance.files import explaining_disk_errors
from appliance.notify import notify_ready, notify_stopping
from appliance.vault.keeper_server import KeeperServer, TrustedPeers
from appliance.vault.keeper_service import KeeperService
from appliance.vault.process_memory import protect_process
from appliance.vault.ram_folder import make_folder

_LOG = logging.getLogger(__name__)
_FOR_GROUP = 0o750


def run_keeper(
    config: BoxConfig, clock: JudgedClock, trusted_uids: frozenset[int] = frozenset()
) -> int:
    """Serve until SIGTERM or SIGINT, then lock and return the exit code 0.

    `trusted_uids` are users outside the keeper's group who may talk to it as well.

    Raises:
        ConfigError: another keeper runs on this RAM folder, or its path is too long.
        UnsafeMemoryError: the RAM folder belongs to somebody else.
        StorageError: the RAM folder or the socket cannot be made.

    """
    protect_process()
    make_folder(config.box.ram_dir, _FOR_GROUP)
    with _alone(config.box.ram_dir / "keeper.pid"):
        service = KeeperService(config, clock)
        service.start()
        trusted = TrustedPeers.around_this_process(trusted_uids)
        server = KeeperServer(service, config.keeper_socket, trusted, clock)
        # Signals stay caught until all is locked: an impatient second one must not cut that short.
        with _stopping_on_signal(server):
            try:
                _serve(server)
            finally:
                service.close()
                server.close()
    return 0


def _serve(server: KeeperServer) -> None:
    with server.listening() as listener:
        _LOG.info("keeper ready, process %d", os.getpid())
        notify_ready()
        server.serve(listener)
        notify_stopping()


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the RAM folder for this process; the kernel lets go when the process dies, however.

    Raises:
        ConfigError: another keeper holds it. Wiping its records would lock the box under a nurse.

    """
    with explaining_disk_errors(f"opening {path.name}"):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(handle, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 20, 0).decode(errors="replace").strip()
            raise ConfigError(
                f"another keeper (process {holder}) runs on {path.parent}; stop it first"
            ) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _stopping_on_signal(server: KeeperServer) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        server.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    # A signal that lands just before select(), or in another thread, wakes nobody by itself:
    # the byte written here does, and Python's own handler need not have run yet.
    waker = signal.set_wakeup_fd(server.stop_fd, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(waker)
        for number, handler in before.items():
            signal.signal(number, handler)
