"""Put the English in brackets after a care term, once in a text, on an English page.

Care terms stand in Danish in both languages, as on the paper and in the care system; whoever reads
English must still know which of them forbid something. Called by templates, as a filter.
"""

import re

from markupsafe import Markup, escape

from appliance.records import medicine
from appliance.web.i18n import DANISH, language, translate

MAX_DOSE = "Højst pr. døgn"
# Longer ones first: "Ikke dosispakket" holds "dosispakket".
TERMS = (
    medicine.UNREADABLE, medicine.MISSING, medicine.NOT_EVERY_DAY, medicine.CHANGING_DOSE,
    medicine.HIGH_RISK, medicine.TIME_CRITICAL, medicine.NOT_DOSE_DISPENSED,
    medicine.DOSE_DISPENSED, medicine.PAUSE_OVER, medicine.PAUSED, medicine.STOPPED, MAX_DOSE,
    "MANDAG", "TIRSDAG", "ONSDAG", "TORSDAG", "FREDAG", "LØRDAG", "SØNDAG",
)  # fmt: skip
_ANY = re.compile("|".join(map(re.escape, TERMS)))


def in_english_too(text: str) -> str:
    """Return a text with the English of each care term in brackets where it first stands."""
    if language() == DANISH:
        return text
    told: set[str] = set()

    def with_english(found: re.Match[str]) -> str:
        term = found[0]
        if term in told:
            return str(escape(term))
        told.add(term)
        return f'{escape(term)} <span lang="en">({escape(translate(term))})</span>'

    parts, end = [], 0
    for found in _ANY.finditer(text):
        parts += [str(escape(text[end : found.start()])), with_english(found)]
        end = found.end()
    return Markup("".join([*parts, str(escape(text[end:]))]))  # noqa: S704  (every part is escaped)
