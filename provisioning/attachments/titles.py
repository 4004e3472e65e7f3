"""Say what documents are called, without anything that could be a CPR number, and what is lost.

A title stands on screen and in the sealed snapshot; a number in it would be printed and searched
for. Pure. Called by the sources.
"""

import re

from provisioning.sources.text_cleaning import without_unwanted

# Ten digits however they are joined; or six and four with letters, standing apart.
_DIGITS = re.compile(r"(?<!\d)(\d{6})[-_. –]?(\d{4})(?!\d)")
_LETTERS = re.compile(
    r"(?<![0-9A-Za-z])(\d{6})[-_. –]?((?=[0-9]*[A-Za-z])(?=[A-Za-z]*[0-9])[0-9A-Za-z]{4})"
    r"(?![0-9A-Za-z])"
)
_PATTERNS = (_DIGITS, _LETTERS)
_LAST_MONTH, _LAST_DAY, _REPLACED = 12, 31, 60
_LONGEST_TITLE = 200
_EDGES = " -_.–,;()[]"
_UNTITLED = {True: "Dokument", False: "Billede"}


def cprs_in(text: str) -> list[str]:
    """Return every CPR number in a text; what begins with no date is none."""
    found = (match for pattern in _PATTERNS for match in pattern.finditer(text))
    return [f"{one[1]}{one[2]}".upper() for one in found if _is_date(one[1])]


def has_number(text: str) -> bool:
    """Tell whether a text holds what could be a CPR number, of whatever date."""
    return any(pattern.search(text) for pattern in _PATTERNS)


def title_of(words: str) -> str:
    """Return words as a title, without numbers that could be a CPR; "" if nothing is left."""
    for pattern in _PATTERNS:
        words = pattern.sub(" ", words)
    plain = " ".join(without_unwanted(words).replace("_", " ").split())
    return plain.strip(_EDGES)[:_LONGEST_TITLE]


def untitled(*, is_document: bool) -> str:
    """Return what to call a document or photo nobody gave a title."""
    return _UNTITLED[is_document]


def why_incomplete(lost: int) -> str | None:
    """Return the words for a section that lost some of its documents, or None."""
    if not lost:
        return None
    many = f"{lost} billeder eller dokumenter kunne ikke tages med."
    return "Et billede eller dokument kunne ikke tages med." if lost == 1 else many


def _is_date(six: str) -> bool:
    """Tell whether six digits begin as a date does; some replacement numbers add 60 to the day."""
    day, month = int(six[:2]), int(six[2:4])
    return 1 <= day % _REPLACED <= _LAST_DAY and 1 <= month <= _LAST_MONTH
