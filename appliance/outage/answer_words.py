"""Hold the words of the answers that stand in the log as codes, and of how long something took.

Danish source text; the screens translate it where it is shown. Called by screens and sheets.
"""

from collections.abc import Callable
from datetime import timedelta

ROUND = {"hit": "Ramt", "spared": "Ikke ramt", "silent": "Intet svar"}
NOT_RUNG = "Ikke ringet til"
CALL_IN = {"called": "Ringet", "comes": "Kommer", "cannot": "Kan ikke", "silent": "Intet svar"}
DURATIONS = _MINUTES, _HOURS = "{n} min.", "{h} t. {n} min."


def duration(time: timedelta, translate: Callable[[str], str] = str) -> str:
    """Write a duration to the minute: "3 t. 10 min."."""
    minutes = max(int(time.total_seconds()) // 60, 0)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return translate(_MINUTES).format(n=rest)
    return translate(_HOURS).format(h=hours, n=rest)
