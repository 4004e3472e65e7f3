"""Name the citizens who are there for a reason: the hard cases every other part must survive.

They are the first citizens of their unit, so that a small town has them too. Called by
`citizens`, `medicine_plans` and `care`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.demo.people import LONG_NAMES
from appliance.records.terms import FlagKind

# So many citizens a care centre needs before it holds its whole cast.
SMALLEST_CENTRE = 8


@dataclass(frozen=True, slots=True)
class Part:
    """What is special about one citizen; the default is nothing."""

    name: tuple[str, str] | None = None
    gender: str | None = None
    shares_cpr_of: int | None = None  # the index of another citizen of the unit
    similar_to: int | None = None
    cpr: str = "issued"  # or "regional", "national" (replacement numbers) or "missing"
    lacks: frozenset[str] = frozenset()
    is_address_protected: bool = False
    drugs: tuple[str, ...] = ()
    has_no_medicine: bool = False
    lacks_pn_maximum: bool = False
    flags: tuple[tuple[FlagKind, str], ...] = ()


_NOBODY = Part()
_LIFE, _LIMIT = FlagKind.LIFE_CRITICAL, FlagKind.TREATMENT_LIMIT
_POWER, _INFECTION = FlagKind.ELECTRICITY_DEPENDENT, FlagKind.INFECTION
_AWAY = FlagKind.IN_HOSPITAL

_CAST: Mapping[tuple[str, int], Part] = {
    ("solgaarden", 0): Part(
        name=("Karen", "Møller Sørensen"),
        gender="female",
        drugs=("levodopa", "pramipexole", "macrogol"),
        flags=((_LIFE, "Parkinsonmedicin skal gives præcist på klokkeslæt"),),
    ),
    ("solgaarden", 1): Part(
        name=("Karen", "Møller Sørensen"),
        gender="female",
        similar_to=0,
        drugs=("glargine", "aspart", "metformin"),
        flags=((_LIFE, "Insulin til alle hovedmåltider"),),
    ),
    ("solgaarden", 2): Part(gender="male", drugs=("methotrexate", "folic_acid", "prednisolone")),
    ("solgaarden", 3): Part(
        gender="male", shares_cpr_of=2, drugs=("warfarin", "digoxin", "furosemide", "potassium")
    ),
    ("solgaarden", 4): Part(
        cpr="national",
        drugs=("gentamicin", "pivmecillinam"),
        flags=((_INFECTION, "ESBL i urin – brug handsker og engangsforklæde"),),
    ),
    ("solgaarden", 5): Part(
        is_address_protected=True,
        drugs=("prednisolone_taper", "fentanyl", "morphine_pn", "nitroglycerin"),
        lacks_pn_maximum=True,
        flags=((_LIMIT, "Ingen genoplivning ved hjertestop"),),
    ),
    ("solgaarden", 6): Part(
        name=LONG_NAMES[0], gender="female", drugs=("bendroflumethiazide", "calcium", "alendronate")
    ),
    ("solgaarden", 7): Part(
        drugs=("tiotropium", "budesonide", "salbutamol"),
        flags=(
            (_POWER, "Iltkoncentrator døgnet rundt – reserveflaske står i skabet på badeværelset"),
            (_LIFE, "Ilt døgnet rundt – må ikke afbrydes"),
        ),
    ),
    ("aabrinken", 0): Part(name=("Else", "Kjær Jensen"), gender="female"),
    ("aabrinken", 1): Part(name=("Elsa", "Kjær Jensen"), gender="female", similar_to=0),
    ("aabrinken", 2): Part(name=LONG_NAMES[1], gender="male"),
    ("aabrinken", 3): Part(lacks=frozenset({"birth_date", "gp_name", "gp_phone", "dwelling"})),
    ("aabrinken", 4): Part(has_no_medicine=True),
    ("aabrinken", 5): Part(
        drugs=("levetiracetam", "diazepam"),
        flags=((_LIFE, "Epilepsimedicin må ikke forsinkes"),),
    ),
    ("kaerhoej", 0): Part(cpr="missing", drugs=("apixaban", "atorvastatin")),
    ("kaerhoej", 1): Part(
        flags=(
            (_LIFE, "Sondeernæring kl. 8, 12, 16 og 20"),
            (_POWER, "Ernæringspumpe – har batteri til 8 timer"),
        )
    ),
    ("kaerhoej", 2): Part(flags=((_INFECTION, "MRSA – bærer"),)),
    ("kaerhoej", 3): Part(flags=((_AWAY, "Er indlagt på sygehus (Regionshospitalet Viborg)"),)),
    ("hjemmepleje-nord", 0): Part(cpr="regional", is_address_protected=True),
    ("hjemmepleje-nord", 1): Part(
        drugs=("glargine",),
        flags=(
            (_POWER, "Hjemmerespirator om natten – ring til respirationscentret ved strømsvigt"),
            (_LIFE, "Respirator kl. 22-7"),
        ),
    ),
    ("hjemmepleje-nord", 2): Part(name=("Børge", "Østergaard"), gender="male"),
    ("hjemmepleje-nord", 3): Part(name=("Børge", "Østergård"), gender="male", similar_to=2),
    ("hjemmepleje-syd", 0): Part(cpr="national", gender="male"),
    ("hjemmepleje-syd", 1): Part(is_address_protected=True, drugs=("oxycodone", "morphine_pn")),
    ("fyrtaarnet", 0): Part(flags=((_LIMIT, "Ønsker ikke indlæggelse på intensiv afdeling"),)),
}


def part_of(slug: str, index: int) -> Part:
    """Return what is special about the citizen at the index of the unit."""
    return _CAST.get((slug, index), _NOBODY)
