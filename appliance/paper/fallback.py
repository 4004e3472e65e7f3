"""Go on when one citizen's data is odd: everybody else's paper must come.

Called by the pack and the lists.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from appliance.attempts import Failed, attempt

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


def or_else(do: Callable[[], _T], instead: Callable[[], _T], what: str) -> _T:
    """Return what `do` gives, or what `instead` gives when it breaks; `what` names no person."""
    done = attempt(do)
    if not isinstance(done, Failed):
        return done
    # The log has the kind of fault and the serial, never the text: it may quote the record.
    _log.error("%s could not be made: %s", what, type(done.error).__name__)
    return instead()
