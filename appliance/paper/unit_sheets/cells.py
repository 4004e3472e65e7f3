"""Fill the cells that several lists about a unit share: who, CAVE, needs, how to get in. Pure."""

from collections.abc import Iterable, Sequence

from appliance.paper import frame
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.records.addresses import dwelling_of, whereabouts
from appliance.records.alerts import NEED_WORDS, URGENT_KINDS, need_sentences
from appliance.records.cave import CAVE_NONE, cave
from appliance.records.key_codes import codes_of, without_codes
from appliance.records.medicine import MISSING, show_date
from appliance.records.models import (
    Citizen,
    Flag,
    KeyBox,
    SectionState,
    Warning,  # noqa: A004  (the glossary's word for CAVE)
)
from appliance.records.quantities import NBSP
from appliance.records.terms import FlagKind, Section

ASK_FOR_ADDRESS = "Spørg den, der har ansvaret for listen."
CODE_ELSEWHERE = "Kode: se nøglelisten."
NO_KEY = "–"
# In the order of weight; the first of them stands above the name.
URGENT = (FlagKind.IN_HOSPITAL, *URGENT_KINDS)
_LOUD = (*URGENT, FlagKind.INFECTION)


def dwelling(citizen: Citizen) -> str:
    """Return where in the house a citizen lives."""
    return frame.dwelling(citizen)


def born(citizen: Citizen) -> str:
    """Return the day of birth as it stands under the CPR."""
    return f"Født {show_date(citizen.birth_date)}"


def cave_of(about: UnitPrint, citizen: Citizen) -> str:
    """Return the citizen's CAVE, or that nobody knows it."""
    state = about.store.section(citizen, Section.WARNINGS)
    return frame.one_line(cave(about.store.of_citizen(Warning, citizen.id), state).text)


def loud(cave_text: str, needs: Iterable[str]) -> list[str]:
    """Return what is bold in a row: a real CAVE, and needs that cannot wait or can infect."""
    urgent = tuple(f"{NEED_WORDS[kind]}:" for kind in _LOUD)
    return [
        *([cave_text] if cave_text != CAVE_NONE else []),
        *(need for need in needs if need.startswith(urgent)),
    ]


def phone(number: str | None) -> str:
    """Return a telephone number that is never broken over two lines."""
    return frame.one_line(number).replace(" ", NBSP) or "–"


def needs_of(flags: Sequence[Flag], state: SectionState) -> list[str]:
    """Return what decides help or limits it, and what else the staff must know."""
    other = [flag.text for flag in flags if flag.kind is FlagKind.OTHER]
    return [frame.one_line(text) for text in (*need_sentences(flags, state), *other)]


def first_mark(flags: Iterable[Flag]) -> list[str]:
    """Return the weightiest word, for a box above the name; the needs themselves say the rest."""
    known = {flag.kind for flag in flags}
    return [NEED_WORDS[kind] for kind in URGENT if kind in known][:1]


def address_of(citizen: Citizen) -> list[str]:
    """Return the address, by the rule of the flag, and the dwelling in the house, as one text."""
    place = whereabouts(citizen)
    if place.is_hidden:
        return [place.text, ASK_FOR_ADDRESS]
    street, _, town = place.text.rpartition(", ")
    parts = (street, town, dwelling_of(citizen))
    lines = [without_codes(frame.one_line(part), ()) for part in parts]
    return ["\n".join(filter(None, lines)) or f"Adresse {MISSING}"]


def home_of(citizen: Citizen) -> list[str]:
    """Return the address of somebody who has no dwelling in a house, for the cell of the name."""
    return [] if dwelling_of(citizen) else address_of(citizen)[:1]


def without_key_codes(about: UnitPrint, citizen: Citizen, texts: Iterable[str]) -> list[str]:
    """Return texts without the codes of the citizen's door: a code may hide in any of them."""
    codes = codes_of(about.read(KeyBox, citizen) or ())
    return [without_codes(text, codes) for text in texts]


def place_of(box: KeyBox) -> str:
    """Return where a key is."""
    return frame.one_line(box.place) or f"Sted {MISSING}"


def access_of(boxes: Iterable[KeyBox]) -> list[str]:
    """Return where the key is and never its code, which has a list of its own."""
    known = list(boxes)
    codes = codes_of(known)
    places = [without_codes(place_of(box), codes) for box in known]
    return [*places, *([CODE_ELSEWHERE] if codes else [])] or [NO_KEY]
