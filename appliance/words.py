"""Find the sentence and the next step for whatever went wrong, by its code.

The words stand in `appliance/errors.py` and `printers/reasons.py` and nowhere else; this only looks
them up. Called by the error pages and the print jobs, which store a code and not a sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.errors import NodboksError
from printers.errors import PrinterError
from printers.reasons import PrinterReason


@dataclass(frozen=True, slots=True)
class Words:
    """What a person is told: what happened, what to do, and the code to read aloud to IT."""

    code: str
    sentence: str
    next_step: str


def words_of(problem: NodboksError | PrinterError | PrinterReason) -> Words:
    """Return what to say about a problem."""
    return Words(problem.code, problem.sentence, problem.next_step)


def words_for(code: str) -> Words:
    """Return what to say about a stored code; a code of another version gets the general words."""
    for known in (*error_kinds(), *PrinterReason):
        if known.code == code:
            return Words(known.code, known.sentence, known.next_step)
    return Words(code, NodboksError.sentence, NodboksError.next_step)


def error_kinds(root: type[NodboksError] = NodboksError) -> Iterator[type[NodboksError]]:
    """Return the class and all below it, the general ones first."""
    yield root
    for kind in root.__subclasses__():
        yield from error_kinds(kind)
