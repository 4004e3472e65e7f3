"""Read a number that somebody typed or put into an address; what is none is no error. Pure.

Called by the screens.
"""

# No page, copy or sheet has a number of so many figures; Python refuses to read thousands of them.
_MOST_FIGURES = 8


def whole_number(text: str) -> int | None:
    """Return the number, or None where it is none that anything here could have."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_FIGURES
    return int(text) if is_number else None
