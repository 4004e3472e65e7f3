"""Tell systemd how a process is doing, straight through its socket (sd_notify(3)).

Does nothing when systemd did not ask. The Debian module is avoided: the repository's own folder
`systemd/` shadows it. The only place that looks at NOTIFY_SOCKET. Called by the keeper and the
other long-running programs.
"""

import logging
import os
import socket

_LOG = logging.getLogger(__name__)


def notify_ready() -> None:
    """Say that the process serves."""
    _notify(b"READY=1")


def notify_alive() -> None:
    """Say that one more round is done; who does not say so in time is started again."""
    _notify(b"WATCHDOG=1")


def notify_stopping() -> None:
    """Say that the process is on its way out."""
    _notify(b"STOPPING=1")


def _notify(message: bytes) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # A leading @ means the abstract namespace, which the kernel spells with a zero byte.
    target = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.sendto(message, target)
    except OSError as error:
        # A box that runs is worth more than a supervisor that knows it does.
        _LOG.warning("systemd was not told %s: %s", message.decode(), error)
