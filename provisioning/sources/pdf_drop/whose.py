"""Tell from a file's path whose document it is, and how to speak of it without naming anybody.

`<unit>/file.pdf` is about a unit; a CPR number in the file's or a folder's name makes it a
citizen's. What looks like a CPR number never leaves here but as `cpr`: not in a title, not in what
a report shows. Pure. Called by `drop`.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from provisioning.sources.text_cleaning import without_unwanted

# Ten digits however they are joined; or six and four with letters, standing apart.
_DIGITS = re.compile(r"(?<!\d)(\d{6})[-_. –]?(\d{4})(?!\d)")
_LETTERS = re.compile(
    r"(?<![0-9A-Za-z])(\d{6})[-_. –]?((?=[0-9]*[A-Za-z])(?=[A-Za-z]*[0-9])[0-9A-Za-z]{4})"
    r"(?![0-9A-Za-z])"
)
_PATTERNS = (_DIGITS, _LETTERS)
_LAST_MONTH, _LAST_DAY, _REPLACED = 12, 31, 60
_CITIZEN = "(citizen)"
_LONGEST_TITLE = 200
_EDGES = " -_.–,;()[]"


@dataclass(frozen=True, slots=True)
class Whose:
    """What a path says: the folder of a unit, the CPR numbers in it, and the file's own words."""

    unit: str | None
    cprs: tuple[str, ...]
    title: str


def read_path(name: str) -> Whose:
    """Take a file's path in the feed apart."""
    *folders, file = PurePosixPath(name).parts
    cprs = dict.fromkeys(cpr for part in (*folders, file) for cpr in cprs_in(part))
    unit = folders[0] if folders and not has_number(folders[0]) else None
    return Whose(unit, tuple(cprs), title_of(PurePosixPath(file).stem))


def cprs_in(text: str) -> list[str]:
    """Return every CPR number in a text; what begins with no date is none."""
    found = (match for pattern in _PATTERNS for match in pattern.finditer(text))
    return [f"{one[1]}{one[2]}".upper() for one in found if _is_date(one[1])]


def has_number(text: str) -> bool:
    """Tell whether a text holds what could be a CPR number, of whatever date."""
    return any(pattern.search(text) for pattern in _PATTERNS)


def title_of(words: str) -> str:
    """Return words as a title, without numbers that could be a CPR."""
    for pattern in _PATTERNS:
        words = pattern.sub(" ", words)
    plain = " ".join(without_unwanted(words).replace("_", " ").split())
    return plain.strip(_EDGES)[:_LONGEST_TITLE]


def shown_name(name: str, number: int) -> str:
    """Return how a report names a file: its folder, and its place among the files in there.

    Files are named after people, and a report is mailed around.
    """
    *folders, file = PurePosixPath(name).parts
    # Only the first folder can be a unit's; below it anybody may have one.
    shown = [_CITIZEN if has_number(part) else part for part in folders[:1]]
    ending = PurePosixPath(file).suffix.lower()
    return "/".join([*shown, f"#{number}{ending if ending in _SHOWN_ENDINGS else ''}"])


_SHOWN_ENDINGS = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".doc", ".txt", ".tif", ".tiff")


def _is_date(six: str) -> bool:
    """Tell whether six digits begin as a date does; some replacement numbers add 60 to the day."""
    day, month = int(six[:2]), int(six[2:4])
    return 1 <= day % _REPLACED <= _LAST_DAY and 1 <= month <= _LAST_MONTH
