"""Show how a run gets on: a bar where a person looks, now and then a line where a log does.

On standard error, so that what a command prints can go into a file. A run of a second shows
nothing. Called by the commands.
"""

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol, TextIO

import click

from appliance.clock import Clock
from provisioning.sources.progress import UNWATCHED, Progress

_LINE_EVERY_S = 10.0
_LINE_EVERY_PERCENT = 10
# Ten lines in one second say less than none.
_LINE_AT_MOST_EVERY_S = 1.0
_BAR_STEPS = 200
_WHOLE = 100


@contextlib.contextmanager
def shown_progress(name: str, stream: TextIO, clock: Clock, *, quiet: bool) -> Iterator[Progress]:
    """Give whoever shows the progress on this stream, and tidy up after it."""
    if quiet:
        yield UNWATCHED
        return
    shown = Bar(stream) if stream.isatty() else Lines(name, stream, clock)
    try:
        yield shown
    except BaseException:
        shown.stop()
        raise
    shown.end()


class _Filling(Protocol):
    """What we need of Click's bar."""

    def update(self, n_steps: int) -> None: ...


@dataclass(slots=True)
class Lines:
    """A line every ten seconds, or every tenth of the way when that is slower than a second."""

    name: str
    stream: TextIO
    clock: Clock
    _step: str = ""
    _size: int = 0
    _done: int = 0
    _said_percent: int = 0
    _said_at: float = 0.0

    def begin(self, step: str, size: int) -> None:
        """Begin a step."""
        self._step, self._size, self._done, self._said_percent = step, size, 0, 0
        self._said_at = self.clock.monotonic()

    def advance(self, size: int) -> None:
        """Go further, and say so when it is time."""
        if not self._size:
            return  # before the first step, or nothing to do in it
        self._done += size
        percent = min(_WHOLE, _WHOLE * self._done // self._size)
        since = self.clock.monotonic() - self._said_at
        has_moved = percent >= self._said_percent + _LINE_EVERY_PERCENT
        if since < (_LINE_AT_MOST_EVERY_S if has_moved else _LINE_EVERY_S):
            return
        self._said_percent, self._said_at = percent, self.clock.monotonic()
        click.echo(f"{self.name}: {self._step}: {percent} %", file=self.stream)

    def end(self) -> None:
        """End the last step; the next line of the run is the command's own."""

    def stop(self) -> None:
        """Stop in the middle of a step."""


@dataclass(slots=True)
class Bar:
    """A bar that fills; each step has its own."""

    stream: TextIO
    _open: ExitStack = field(default_factory=ExitStack)
    _bar: _Filling | None = None
    _left: int = 0

    def begin(self, step: str, size: int) -> None:
        """Begin a step."""
        self.end()
        self._left = size
        bar = click.progressbar(
            length=max(size, 1),
            label=step,
            file=self.stream,
            update_min_steps=max(1, size // _BAR_STEPS),
        )
        self._bar = self._open.enter_context(bar)

    def advance(self, size: int) -> None:
        """Fill the bar; what is read twice fills it once."""
        size = min(size, self._left)
        self._left -= size
        if self._bar is not None and size:
            self._bar.update(size)

    def end(self) -> None:
        """Fill the bar and close it: not every file of a feed is one to read."""
        self.advance(self._left)
        self.stop()

    def stop(self) -> None:
        """Close the bar where it is."""
        self._open.close()
        self._bar = None
