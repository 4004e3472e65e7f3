"""Say what a reader must be warned of before trusting a record. Pure.

Age, incompleteness, look-alikes and duplicates, each as one Danish sentence. Called by `web` and
`paper`; the sentences stand here and nowhere else.
"""

from collections import Counter
from collections.abc import Iterable

from appliance.policy import RED_AFTER
from appliance.records.age import Age, Freshness
from appliance.records.cave import CAVE_INCOMPLETE, CAVE_UNKNOWN
from appliance.records.medicine import MEDICATION_INCOMPLETE, MEDICATION_UNKNOWN, show_date
from appliance.records.models import Flag, MedicationOrder, SectionState
from appliance.records.terms import FlagKind, Section

CLOCK_UNSURE = "Boksens ur er usikkert. Tjek tiden."
DUPLICATE = "Står flere gange på listen – spørg lægen"
SAME_SUBSTANCE = "Samme indholdsstof står flere gange"

_DOUBTS = {
    "duplicate_cpr": "Pas på: en anden borger har samme CPR.",
    "similar_name": "Pas på: en anden borger har samme eller lignende navn.",
    "cpr_birth_date_differs": "Pas på: CPR og fødselsdato passer ikke sammen.",
    "name_missing": "Pas på: kilden har ikke sendt borgerens navn. Tjek CPR.",
    "sources_disagree": "Pas på: to kilder er ikke enige om, hvem der har dette CPR.",
}
_OTHER_DOUBT = "Pas på: det er usikkert, hvem borgeren er. Spørg en kollega."


NEEDS_UNKNOWN = "Livsnødvendige behov og fravalg er ikke med i kopien. Spørg en kollega."
NEEDS_INCOMPLETE = "Livsnødvendige behov og fravalg kan mangle i kopien. Spørg en kollega."
# What a section is called on paper, and what to say when it is not (all) in the copy.
SECTION_NAMES = {
    Section.CITIZENS: "Borgere",
    Section.RELATIVES: "Pårørende",
    Section.WARNINGS: "CAVE",
    Section.MEDICATION: "Medicin",
    Section.CONDITIONS: "Tilstande",
    Section.CARE_PLAN: "Handlingsanvisninger",
    Section.OBSERVATIONS: "Målinger",
    Section.NOTES: "Notater",
    Section.INTERVENTIONS: "Indsatser",
    Section.VISITS: "Besøg",
    Section.FLAGS: "Behov",
    Section.SERVICE_ORDERS: "Bestillinger",
    Section.KEY_BOXES: "Nøgleboks",
    Section.ATTACHMENTS: "Billeder og dokumenter",
}
_LACKING = {
    Section.WARNINGS: (CAVE_UNKNOWN, CAVE_INCOMPLETE),
    Section.MEDICATION: (MEDICATION_UNKNOWN, MEDICATION_INCOMPLETE),
    Section.FLAGS: (NEEDS_UNKNOWN, NEEDS_INCOMPLETE),
}
# Needs that cannot wait: whoever has one is looked to first, and printed first.
URGENT_KINDS = (FlagKind.LIFE_CRITICAL, FlagKind.ELECTRICITY_DEPENDENT)
# In the order they are read: what decides over life tonight, then what limits help.
NEED_WORDS = {
    FlagKind.IN_HOSPITAL: "Ikke hjemme",
    FlagKind.LIFE_CRITICAL: "Livsnødvendig",
    FlagKind.ELECTRICITY_DEPENDENT: "Afhængig af strøm",
    FlagKind.INFECTION: "Smitte",
    FlagKind.TREATMENT_LIMIT: "Fravalg",
}


def needs_gap(state: SectionState) -> str:
    """Say in few words, for a row or a box, that needs are not or not all here; else nothing."""
    if not state.is_delivered:
        return "Behov er ikke med i kopien"
    return "" if state.is_complete else "Behov kan mangle i kopien"


def need_sentences(flags: Iterable[Flag], state: SectionState) -> tuple[str, ...]:
    """Return what decides the order of help or its limit; also that nobody knows all of it."""
    known = list(flags)
    told = [_need(flag) for kind in NEED_WORDS for flag in known if flag.kind is kind]
    if not state.is_delivered:
        return (*told, NEEDS_UNKNOWN)
    return tuple(told) if state.is_complete else (*told, NEEDS_INCOMPLETE)


def _need(flag: Flag) -> str:
    """Return one need or limit; of a limit also who decided it, and when."""
    sentence = f"{NEED_WORDS[flag.kind]}: {flag.text}"
    decided = [flag.decided_by or "", show_date(flag.since) if flag.since else ""]
    if flag.kind is not FlagKind.TREATMENT_LIMIT or not any(decided):
        return sentence
    return f"{sentence} ({', '.join(filter(None, decided))})"


def lack_sentence(section: Section, state: SectionState) -> str | None:
    """Return the sentence for a section that is not in the copy or not all of it; None if whole."""
    if state.is_delivered and state.is_complete:
        return None
    name = SECTION_NAMES.get(section, section.value)
    unknown, incomplete = _LACKING.get(
        section,
        (
            f"{name} er ikke med i kopien. Spørg en kollega.",
            f"{name} kan mangle i kopien. Spørg en kollega.",
        ),
    )
    return incomplete if state.is_delivered else unknown


def partly_lacking(section: Section, citizens: int) -> str:
    """Return the sentence for a section that some citizens of a unit lack, whole or in part."""
    whom = "1 borger" if citizens == 1 else f"{citizens} borgere"
    return f"{SECTION_NAMES[section]} mangler helt eller delvis i kopien for {whom}."


def age_sentence(age: Age) -> str | None:
    """Return the sentence for data that is old or of unknown age; None while it is fresh."""
    if age.freshness is Freshness.OLD:
        return f"Data er {int(age.hours)} timer gamle. Spørg lægen ved tvivl."
    if age.freshness is Freshness.VERY_OLD:
        limit = int(RED_AFTER.total_seconds() // 3600)
        return f"Data er over {limit} timer gamle. Brug dem kun som støtte."
    if age.freshness is Freshness.UNKNOWN:
        return "Boksen ved ikke, hvor gamle data er. Spørg lægen."
    return None


def identity_sentences(doubts: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence for every reason to look twice; a reason of newer software gets one too."""
    return tuple(dict.fromkeys(_DOUBTS.get(doubt, _OTHER_DOUBT) for doubt in doubts))


def doubled(orders: Iterable[MedicationOrder]) -> dict[str, str]:
    """Return the words for orders that stand more than once, by their id.

    The same product is louder than the same substance and strength under another name: Panodil and
    Pinex are often meant to replace each other. Fixed and as needed are not compared. All stay on
    the list: whether one is a slip or two doses are meant is the doctor's to say.
    """
    listed = list(orders)
    products, substances = Counter(map(_product, listed)), Counter(map(_substance, listed))
    found = {
        order.id: SAME_SUBSTANCE
        for order in listed
        if order.generic and order.strength and substances[_substance(order)] > 1
    }
    return found | {order.id: DUPLICATE for order in listed if products[_product(order)] > 1}


def _product(order: MedicationOrder) -> tuple[str, ...]:
    return _folded(order, order.brand, order.generic, order.strength, order.form)


def _substance(order: MedicationOrder) -> tuple[str, ...]:
    return _folded(order, order.generic, order.strength)


def _folded(order: MedicationOrder, *parts: str | None) -> tuple[str, ...]:
    """Return parts to compare: "500 mg" and "500mg" are the same strength."""
    folded = ("".join((part or "").casefold().split()) for part in parts)
    return (*folded, str(order.is_as_needed))
