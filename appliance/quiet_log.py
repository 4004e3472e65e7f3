"""Describe an unexpected error for the log by its kind and place, never by its message.

A message or a value in a traceback could hold a citizen's words. Called by the error pages, the
print desk and the proof of the sheets.
"""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def kind_and_place(error: BaseException) -> str:
    """Return "KeyError at units.py:41"; the place is where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__} at {where}"


@contextmanager
def silenced(name: str) -> Iterator[None]:
    """Keep what this part of the box logs out of the log; whoever asks tells it another way."""
    log = logging.getLogger(name)
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
