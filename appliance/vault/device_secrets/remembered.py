"""Ask a chip for its secret once, and remember the answer.

Every slot and every start of the log needs the secret, and a chip takes its time. It is kept in the
asking process alone: the keeper, whose memory is locked and non-dumpable. Whoever can read that can
ask the chip too, so that remembering gives nothing away; and a chip that dies while the box runs
does not stand between the nurse and the records. A failure is remembered for a short while only:
otherwise each entry of the log would wait for a dead chip anew.
"""

import threading
from collections.abc import Callable

from appliance import crypto
from appliance.clock import Clock
from appliance.errors import SlotMissingError

SECRET_SIZE_BYTES = 32
RETRY_AFTER_S = 30.0


class RememberedSecret:
    """What a chip answered; safe to ask from several threads."""

    def __init__(self, ask: Callable[[], bytes], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._asking = threading.Lock()
        self._identity: str | None = None
        self._failure: tuple[float, str] | None = None

    def identity(self) -> str:
        """Return the age identity made of the secret.

        Raises:
            SlotMissingError: the chip does not give it, or did not a moment ago.

        """
        with self._asking:
            if self._identity is None:
                self._identity = self._ask_now()
            return self._identity

    def forget(self) -> None:
        """Forget everything: the chip is about to get a new secret."""
        with self._asking:
            self._identity = self._failure = None

    def _ask_now(self) -> str:
        now = self._clock.monotonic()
        if self._failure is not None and now < self._failure[0] + RETRY_AFTER_S:
            raise SlotMissingError(self._failure[1])
        try:
            secret = self._ask()
        except SlotMissingError as error:
            self._failure = (self._clock.monotonic(), error.detail)
            raise
        return identity_of(secret)


def identity_of(secret: bytes) -> str:
    """Return the age identity made of a secret.

    Raises:
        SlotMissingError: it has the wrong size.

    """
    if len(secret) != SECRET_SIZE_BYTES:
        raise SlotMissingError(f"{len(secret)} bytes, not {SECRET_SIZE_BYTES}")
    return crypto.identity_from_bytes(secret)
