"""Say how a source tells that it gets on: in bytes read, to whoever wants to know.

A source knows nothing of terminals and logs; `progress_shown` does. Called by `feed_store`, which
opens the files, and by the intake, which knows the steps.
"""

from typing import Protocol


class Progress(Protocol):
    """Somebody who follows a run."""

    def begin(self, step: str, size: int) -> None:
        """Begin a step, such as "read", of so many bytes (or boxes); it ends the one before."""
        ...

    def advance(self, size: int) -> None:
        """Go so much further; called once for each block, not for each line."""
        ...

    def end(self) -> None:
        """End the last step."""
        ...


class Unwatched:
    """Nobody follows."""

    def begin(self, step: str, size: int) -> None:
        """Pass over it."""

    def advance(self, size: int) -> None:
        """Pass over it."""

    def end(self) -> None:
        """Pass over it."""


UNWATCHED = Unwatched()
