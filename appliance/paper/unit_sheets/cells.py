"""Fill the cells that several lists about a unit share: who, CAVE, needs, how to get in. Pure."""

from collections.abc import Iterable, Sequence

from appliance.paper import frame
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.records.addresses import whereabouts
from appliance.records.alerts import NEED_WORDS, need_sentences
from appliance.records.cave import cave
from appliance.records.key_codes import codes_of, without_codes
from appliance.records.medicine import MISSING, show_date
from appliance.records.models import (
    Citizen,
    Flag,
    KeyBox,
    SectionState,
    Warning,  # noqa: A004  (the glossary's word for CAVE)
)
from appliance.records.terms import FlagKind, Section

ASK_FOR_ADDRESS = "Spørg den, der har ansvaret for listen."
CODE_ELSEWHERE = "Koden står på nøglelisten."
NO_KEY = "–"


def dwelling(citizen: Citizen) -> str:
    """Return where in the house a citizen lives."""
    return frame.one_line(citizen.dwelling) or "–"


def born(citizen: Citizen) -> str:
    """Return the day of birth as it stands under the CPR."""
    return f"Født {show_date(citizen.birth_date)}"


def cave_of(about: UnitPrint, citizen: Citizen) -> str:
    """Return the citizen's CAVE, or that nobody knows it."""
    state = about.store.section(citizen, Section.WARNINGS)
    return frame.one_line(cave(about.store.of_citizen(Warning, citizen.id), state).text)


def needs_of(flags: Sequence[Flag], state: SectionState) -> list[str]:
    """Return what decides help or limits it, and what else the staff must know."""
    other = [flag.text for flag in flags if flag.kind is FlagKind.OTHER]
    return [frame.one_line(text) for text in (*need_sentences(flags, state), *other)]


def marks(
    citizen: Citizen, flags: Iterable[Flag], kinds: Iterable[FlagKind] = tuple(NEED_WORDS)
) -> list[str]:
    """Return the words in boxes beside a name."""
    known = {flag.kind for flag in flags}
    words = [NEED_WORDS[kind] for kind in kinds if kind in known]
    return [*frame.doubt_marks(citizen), *words]


def address_of(citizen: Citizen) -> list[str]:
    """Return the address, by the rule of the flag, and the dwelling in the house."""
    place = whereabouts(citizen)
    if place.is_hidden:
        return [place.text, ASK_FOR_ADDRESS]
    lines = [frame.one_line(place.text), frame.one_line(citizen.dwelling)]
    return [line for line in lines if line] or [f"Adresse {MISSING}"]


def access_of(boxes: Iterable[KeyBox]) -> list[str]:
    """Return where the key is and never its code, which has a list of its own."""
    known = list(boxes)
    codes = codes_of(known)
    places = [without_codes(frame.one_line(box.place), codes) for box in known]
    return [*places, *([CODE_ELSEWHERE] if codes else [])] or [NO_KEY]
