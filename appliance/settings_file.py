"""Read a TOML file of settings, and refuse what it says by mistake, with a hint.

The box's, the fleet's and a feed server's settings each have an error of their own; the reading
and the "did you mean" are the same. Called by whoever has a settings file.
"""

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from appliance.errors import NodboksError


def read_toml(path: Path, refuse: type[NodboksError]) -> dict[str, Any]:
    """Return the parsed file.

    Raises:
        NodboksError: of the kind given; the file is missing, unreadable or not TOML.

    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise refuse(f"{path}: {reason}") from error


def refuse_unknown(
    given: Iterable[str], known: Iterable[str], where: str, refuse: type[NodboksError]
) -> None:
    """Refuse a key nobody reads: a setting that is quietly ignored is a setting that is wrong.

    Raises:
        NodboksError: of the kind given; it names the key after `where` and suggests the right one.

    """
    names = list(known)
    for key in given:
        if key not in names:
            raise refuse(f"unknown key {where}{key}{did_you_mean(key, names, where)}")


def did_you_mean(given: str, known: Iterable[str], before: str = "") -> str:
    """Return "; did you mean …?" when a known word is close, else nothing."""
    close = difflib.get_close_matches(given, list(known), n=1)
    return f"; did you mean {before}{close[0]}?" if close else ""
