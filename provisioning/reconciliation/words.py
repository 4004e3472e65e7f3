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

CELLS = ("Notat", "Præparat", "Dosis", "Udfald", "Årsag", "Måling", "Værdi", "Bemærkning")


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


def cells(what: Written) -> tuple[str, ...]:
    """Return everything an entry says, each thing under its own heading of `CELLS`."""
    match what:
        case Noted(text=text):
            told = {"Notat": text}
        case MedicineGiven() as given:
            told = {
                "Præparat": given.medicine,
                "Dosis": given.dose,
                "Udfald": OUTCOMES[given.outcome],
                "Årsag": given.reason,
                "Bemærkning": given.remark,
            }
        case Observed() as seen:
            told = {
                "Måling": seen.title,
                "Værdi": f"{seen.value} {seen.unit}",
                "Bemærkning": seen.remark,
            }
    return tuple(legible(text) if (text := told.get(name, "")).strip() else "" for name in CELLS)
