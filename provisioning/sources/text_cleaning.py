"""Take out of a resource the characters that can make a name or a dose read as something else.

Control characters break paper and terminals; bidirectional controls can turn "0,5" into "5,0" on
screen. Line breaks and tabs inside texts stay. Works on the JSON text itself, so that names,
keys and deep structures are all covered. Called by `fhir/bulk` for every line.
"""

import re

# C0 controls but tab and line feed, DEL, and the bidirectional marks, embeddings and isolates.
_UNWANTED = frozenset(
    [*range(0x20), 0x7F, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
) - {0x09, 0x0A}
# What an unwanted character looks like in the bytes of a line: raw, or as a JSON escape.
_SUSPICIOUS = re.compile(
    rb"\x7f|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]"
    rb"|\\[bfr]|\\u00[017]|\\u20[0-6]"
)
_RAW = dict.fromkeys(_UNWANTED)
# A backslash escapes exactly what follows: reading in pairs keeps "\\\\u202e" the text it is.
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_SHORT_ESCAPES = ("b", "f", "r")


def is_suspicious(line: bytes) -> bool:
    """Tell quickly whether a line may hold an unwanted character; most lines do not."""
    # Three searches for one byte are ten times faster than the pattern, and mostly enough.
    if b"\\" not in line and b"\xe2" not in line and b"\x7f" not in line:
        return False
    return _SUSPICIOUS.search(line) is not None


def cleaned(line: str) -> str:
    """Return a line of JSON without the unwanted characters."""
    return _ESCAPE.sub(_without, line).translate(_RAW)


def without_unwanted(text: str) -> str:
    """Return a plain text, such as a cell of a list, without the unwanted characters."""
    return text if text.isprintable() else text.translate(_RAW)


def _without(found: re.Match[str]) -> str:
    number, letter = found.groups()
    is_unwanted = letter in _SHORT_ESCAPES if number is None else int(number, 16) in _UNWANTED
    return "" if is_unwanted else found[0]
