"""Go on when one citizen's data is odd: everybody else's paper must come.

The only place of the paper that catches everything. Called by the pack and the lists.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


def or_else(do: Callable[[], _T], instead: Callable[[], _T], what: str) -> _T:
    """Return what `do` gives, or what `instead` gives when it breaks; `what` names no person."""
    try:
        return do()
    except Exception as error:  # noqa: BLE001
        # Whatever is odd about one citizen's data, the others' paper must come. The log has the
        # kind of fault and the serial, never the text of the error: it may quote the record.
        _log.error("%s could not be made: %s", what, type(error).__name__)
        return instead()
