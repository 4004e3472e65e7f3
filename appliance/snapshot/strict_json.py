"""Take a value out of parsed JSON only if it is exactly what is expected there.

For what other boxes and the hub write: no number that is a bool, no text of any length. Pure; never
says what stood there. Called by the readers of the neighbours, the runner packs and the beacon.
"""

import re
from typing import Any

LARGEST_NUMBER = 2**53 - 1  # the largest that every reader of JSON keeps whole


def text_of(value: Any, shape: re.Pattern[str] | None = None, *, longest: int) -> str:
    """Return a text of at most so many characters, and of the shape if one is asked for.

    Raises:
        TypeError, ValueError: it is none.

    """
    if not isinstance(value, str) or len(value) > longest:
        raise TypeError("no short text")
    if shape is not None and not shape.fullmatch(value):
        raise ValueError("another shape")
    return value


def number_of(value: Any, least: int, most: int = LARGEST_NUMBER) -> int:
    """Return a whole number within bounds.

    Raises:
        TypeError, ValueError: it is none.

    """
    if type(value) is not int:
        raise TypeError("no whole number")
    if not least <= value <= most:
        raise ValueError("out of bounds")
    return value
