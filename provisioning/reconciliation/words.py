"""Say in Danish what an entry of the care journal holds, for the list and the resources. Pure.

Takes out the characters that can make a dose read as another (`text_cleaning`), as our own feed
does. Called by `listed` and `resources`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from appliance.care_journal.events import MedicineGiven, Noted, Observed, Outcome, Written
from provisioning.sources.text_cleaning import without_unwanted

EFFECT = "Effekt af pn-medicin"
TOPIC = "Notat fra nøddrift"
# What a field comes to that held nothing but characters nobody can see: FHIR has no empty texts.
_NOTHING = "–"
OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.GIVEN: "givet",
        Outcome.REFUSED: "borgeren sagde nej",
        Outcome.NOT_GIVEN: "ikke givet",
    }
)


def legible(text: str) -> str:
    """Return a text as it may stand in the record: nothing unseen in it, no space around it."""
    return without_unwanted(text).strip() or _NOTHING


def kind_of(what: Written) -> str:
    """Name the kind of an entry."""
    match what:
        case Noted():
            return "Notat"
        case MedicineGiven(is_as_needed=True):
            return "Pn-medicin"
        case MedicineGiven():
            return "Medicin"
        case Observed():
            return "Observation"


def said(what: Written) -> str:
    """Return everything an entry says, in the order the care system asks for it."""
    match what:
        case Noted(text=text):
            parts = [text]
        case MedicineGiven() as given:
            why = f"årsag: {given.reason}" if given.reason.strip() else ""
            parts = [given.medicine, given.dose, OUTCOMES[given.outcome], why, given.remark]
        case Observed() as seen:
            parts = [seen.title, f"{seen.value} {seen.unit}", seen.remark]
    return " · ".join(legible(part) for part in parts if part.strip())
