"""A person sees a bar, a log sees a line now and then, and whoever wants quiet sees nothing."""

import contextlib
import io
import os
import pty
from datetime import UTC, datetime, timedelta

import pytest

from appliance.clock import HeldClock
from provisioning.progress_shown import Bar, Lines, shown_progress
from provisioning.sources.progress import UNWATCHED

SECOND = timedelta(seconds=1)


@pytest.fixture
def clock():
    return HeldClock(datetime(2026, 11, 23, 2, tzinfo=UTC))


def test_log_gets_a_line_every_tenth_of_a_slow_run(clock):
    log = io.StringIO()
    lines = Lines("prog", log, clock)
    lines.begin("read", 1000)
    for _ in range(100):
        clock.move(SECOND)
        lines.advance(10)
    lines.end()

    assert log.getvalue().splitlines() == [f"prog: read: {n} %" for n in range(10, 101, 10)]


def test_log_gets_a_line_every_ten_seconds_of_a_very_slow_run(clock):
    log = io.StringIO()
    lines = Lines("prog", log, clock)
    lines.begin("read", 100_000)
    for _ in range(30):
        clock.move(SECOND)
        lines.advance(10)

    assert log.getvalue().splitlines() == ["prog: read: 0 %"] * 3


def test_quick_run_says_nothing_in_a_log(clock):
    log = io.StringIO()
    with shown_progress("prog", log, clock, quiet=False) as progress:
        progress.advance(5)
        for step in ("survey", "read"):
            progress.begin(step, 100)
            for _ in range(100):
                progress.advance(1)
        progress.begin("nothing", 0)
        progress.advance(1)

    assert log.getvalue() == ""


def test_what_is_read_twice_is_never_more_than_all(clock):
    log = io.StringIO()
    lines = Lines("prog", log, clock)
    lines.begin("read", 10)
    clock.move(SECOND)
    lines.advance(30)

    assert log.getvalue() == "prog: read: 100 %\n"


def test_quiet_follows_nothing(clock):
    with shown_progress("prog", io.StringIO(), clock, quiet=True) as progress:
        progress.begin("read", 1)
        progress.advance(1)
        progress.end()

    assert progress is UNWATCHED


@pytest.fixture
def terminal():
    """A real terminal to write to, and what was written on it until it was closed."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as stream, os.fdopen(ours, "rb", buffering=0) as screen:

        def written():
            stream.close()
            pieces = []
            with contextlib.suppress(OSError):  # EIO: all of it was read, and nobody writes
                while piece := screen.read(65536):
                    pieces.append(piece)
            return b"".join(pieces).decode()

        yield stream, written


def test_terminal_gets_a_bar_that_fills(terminal, clock):
    stream, written = terminal
    with shown_progress("prog", stream, clock, quiet=False) as progress:
        progress.advance(3)
        progress.begin("read", 100)
        progress.advance(60)
        progress.advance(60)
        progress.begin("publish", 4)
    shown = written()

    assert isinstance(progress, Bar)
    assert "read" in shown
    assert shown.count("100%") >= 2


def test_bar_stops_where_it_is_when_the_run_fails(terminal, clock):
    stream, written = terminal

    def fail():
        with shown_progress("prog", stream, clock, quiet=False) as progress:
            progress.begin("read", 100)
            progress.advance(50)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    shown = written()
    assert "100%" not in shown
    assert shown.endswith("\n")


def test_log_line_of_a_run_that_fails_is_left_as_it_is(clock):
    def fail():
        with shown_progress("prog", io.StringIO(), clock, quiet=False):
            raise KeyError

    with pytest.raises(KeyError):
        fail()
