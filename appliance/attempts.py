"""Go on whatever goes wrong: the one place that catches all of Python's errors.

One citizen's odd data must not cost the others their paper, and a fault nobody foresaw must not end
a thread that many wait for. What was caught is logged by its kind and place, never by its message.
Called by the paper and by the threads that run for as long as the box does.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from appliance.quiet_log import kind_and_place

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failed:
    """What came of an attempt that broke."""

    error: Exception


def attempt(do: Callable[[], T], *known: type[Exception]) -> T | Failed:
    """Return what `do` gives, or how it broke; `known` errors and a stop from outside pass."""
    try:
        return do()
    except known:
        raise
    except Exception as error:  # noqa: BLE001
        return Failed(error)


class Lasting:
    """A step that is done again and again, and outlives whatever goes wrong in it.

    A fault that stays is logged when it comes, not in every round.
    """

    def __init__(self, log: logging.Logger, what: str, *known: type[Exception]) -> None:
        self._log = log
        self._what = what
        self._known = known
        self._told = ""

    def do(self, step: Callable[[], T], instead: T) -> T:
        """Return what the step gives, or `instead` where it broke; `known` errors pass."""
        done = attempt(step, *self._known)
        told = kind_and_place(done.error) if isinstance(done, Failed) else ""
        if told and told != self._told:
            self._log.error("%s: %s", self._what, told)
        self._told = told
        return instead if isinstance(done, Failed) else done
