"""Give a list of stops a short code that changes with its stops, so that two sheets can be matched.

A key list names stops by number only. Used with a route list made from another copy, number 4 is
another door: the same code on both says that they belong together. Pure.
"""

import base64
import hashlib
from collections.abc import Iterable

_LENGTH = 5
LABEL = "Listekode"


def list_code(parts: Iterable[str]) -> str:
    """Return the code of a list: the same for the same parts in the same order."""
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return base64.b32encode(digest).decode()[:_LENGTH]
