"""Write a dosage in FMK's official Danish, in the wording that belongs to its shape.

Two wordings are in use: the older, with dates, belongs to E2; the newer, with lengths, to E6. The
shapes each is made of stand in `old_long`, `old_short` and `new_text`. Called by `translate`, and
by the tests that hold it against the public translator's own examples.
"""

from provisioning.sources.fmk.model import FmkDosage, Shape, Structured
from provisioning.sources.fmk.new_text import NewLayout, new_text
from provisioning.sources.fmk.old_long import old_long_text
from provisioning.sources.fmk.old_short import old_short_text
from provisioning.sources.fmk.relative import relative
from provisioning.sources.fmk.words import OFFICIAL_E2, OFFICIAL_E6, SHEET, Style


def official_text(dosage: FmkDosage) -> str:
    """Return the long text letter for letter, with the newer wording's decimal point."""
    if dosage.shape is Shape.E2:
        return old_long_text(dosage, OFFICIAL_E2)
    return new_text(dosage, NewLayout(OFFICIAL_E6))


def official_line(dosage: FmkDosage) -> str | None:
    """Return the short text letter for letter; None where the older wording has none."""
    if dosage.shape is Shape.E2:
        return old_short_text(dosage, OFFICIAL_E2)
    return new_text(dosage, NewLayout(OFFICIAL_E6, is_one_line=True))


def newer_text(
    dosage: FmkDosage, style: Style = OFFICIAL_E6, *, is_one_line: bool = False
) -> str | None:
    """Return the newer wording of either shape; None where it cannot hold all of an E2 dosage."""
    counted = relative(dosage) if dosage.shape is Shape.E2 else dosage
    return new_text(counted, NewLayout(style, is_one_line)) if counted else None


def sheet_text(dosage: FmkDosage) -> str:
    """Return the text for people: the official one, with decimal comma and units in full.

    The newer wording wins where the two differ in wording only. Of an E2 structure the older says
    more, namely from which date to which, so there it stays.
    """
    if dosage.shape is Shape.E2 and isinstance(dosage.content, Structured):
        return old_long_text(dosage, SHEET)
    return new_text(dosage, NewLayout(SHEET, runs_on=False))
