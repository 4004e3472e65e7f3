"""Hold a transfer back so that the care centre's line is left for other things.

Says how long to pause; whoever fetches does the pausing. Called by the fetcher.
"""

import socket

from urllib3.connection import HTTPConnection

from appliance.clock import Clock

_LARGEST_PIECE = 64 * 1024
_SMALLEST_PIECE = 1024
_PIECES_PER_S = 8  # short pauses: nothing else may take one for a hub that hangs
_SocketOption = tuple[int, int, int | bytes]


class Throttle:
    """A limit in kilobits a second; 0 is none."""

    def __init__(self, max_kbit_s: int, clock: Clock) -> None:
        self._bytes_per_s = max_kbit_s * 1000 / 8
        self._clock = clock
        self._free_at = clock.monotonic()

    @property
    def piece_size(self) -> int:
        """How much to read at once."""
        if not self._bytes_per_s:
            return _LARGEST_PIECE
        wanted = int(self._bytes_per_s / _PIECES_PER_S)
        return min(max(wanted, _SMALLEST_PIECE), _LARGEST_PIECE)

    @property
    def socket_options(self) -> list[_SocketOption]:
        """What a connection is opened with: little room for what was not asked for yet.

        Without it the kernel would take in megabytes at full speed before the first pause.
        """
        options: list[_SocketOption] = list(HTTPConnection.default_socket_options)
        if self._bytes_per_s:
            options.append((socket.SOL_SOCKET, socket.SO_RCVBUF, 2 * self.piece_size))
        return options

    def pause_after(self, size: int) -> float:
        """Return for how many seconds to wait after so many bytes."""
        if not self._bytes_per_s:
            return 0.0
        now = self._clock.monotonic()
        # What was not used while nothing came is not saved up.
        self._free_at = max(self._free_at, now) + size / self._bytes_per_s
        return self._free_at - now
