"""Wait for what happens behind a test's back: in another thread, process or machine."""

import contextlib
import time
from collections.abc import Callable


def eventually(condition: Callable[[], object], within_s: float = 90) -> object:
    """Wait until the condition gives something true; errors count as not yet."""
    deadline = time.monotonic() + within_s
    while True:
        with contextlib.suppress(Exception):
            if result := condition():
                return result
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)
