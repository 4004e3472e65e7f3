"""Make a PDF of a line of words per page: small, quick, and any printer's filter can read it."""

from collections.abc import Sequence
from functools import cache

import typst


def small_pdf(words: Sequence[str]) -> bytes:
    """Return a PDF with a page for each of the words."""
    return _typeset(tuple(words))


@cache
def _typeset(words: tuple[str, ...]) -> bytes:
    return bytes(typst.compile("\n#pagebreak()\n".join(words).encode(), format="pdf"))
