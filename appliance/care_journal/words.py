"""Say in Danish what an event of the care journal holds, the same on screen, on paper and the hub.

In the order the care system asks for it. Pure; shortens nothing and adds nothing. What is no entry
of a citizen (a tick, a sheet) has no words here. Called by the screens and the sheets.
"""

from appliance.care_journal import events
from appliance.care_journal.events import Outcome, What

NOTE, MEDICINE, AS_NEEDED, OBSERVATION = "Notat", "Medicin", "PN-medicin", "Observation"
DRUG, DOSE, OUTCOME, GIVEN_FOR = "Lægemiddel", "Dosis", "Hvad skete der", "Givet for"
VALUE, REMARK, EFFECT = "Værdi", "Bemærkning", "Effekt"
OUTCOMES = {
    Outcome.GIVEN: "Givet",
    Outcome.REFUSED: "Borgeren ville ikke have det",
    Outcome.NOT_GIVEN: "Ikke givet",
}
LABELS = (
    NOTE, MEDICINE, AS_NEEDED, OBSERVATION, DRUG, DOSE, OUTCOME, GIVEN_FOR, VALUE, REMARK, EFFECT,
    *OUTCOMES.values(),
)  # fmt: skip
Fact = tuple[str, str]


def kind_of(what: What) -> str:
    """Return what sort of entry it is."""
    match what:
        case events.Noted():
            return NOTE
        case events.MedicineGiven():
            return AS_NEEDED if what.is_as_needed else MEDICINE
        case events.Observed():
            return OBSERVATION
        case _:
            return ""


def facts_of(what: What) -> tuple[Fact, ...]:
    """Return what was noted, label by label; what nobody wrote is left out."""
    found: tuple[Fact, ...] = ()
    match what:
        case events.Noted():
            found = ((NOTE, what.text),)
        case events.MedicineGiven():
            found = (
                (DRUG, what.medicine),
                (DOSE, what.dose),
                (OUTCOME, OUTCOMES[what.outcome]),
                (GIVEN_FOR, what.reason),
                (REMARK, what.remark),
            )
        case events.Observed():
            found = ((OBSERVATION, what.title), (VALUE, measured(what)), (REMARK, what.remark))
    return tuple((label, text) for label, text in found if text)


def measured(what: events.Observed) -> str:
    """Return the value with its unit, as it was written."""
    return f"{what.value} {what.unit}".strip()


def in_short(what: What) -> tuple[str, str]:
    """Return the entry in two texts: what it is about, and the rest."""
    match what:
        case events.Noted():
            return "", what.text
        case events.MedicineGiven():
            is_said_why = what.outcome is Outcome.GIVEN and what.reason
            given_for = f"{GIVEN_FOR.lower()} {what.reason}"
            told = (OUTCOMES[what.outcome].lower(), what.reason)
            rest = (what.dose, *((given_for,) if is_said_why else told), what.remark)
            return what.medicine, " · ".join(filter(None, rest))
        case events.Observed():
            return what.title, " · ".join(filter(None, (measured(what), what.remark)))
        case _:
            return "", ""
