"""Read the dosage of one order: text, columns, times, schedule and the highest dose as needed.

A dosage that is not understood whole is shown in the card's own words, or not at all. Never a dose
that somebody here put together. Called by `orders`.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from appliance.records.dosage import Dosage
from provisioning.sources.fhir.values import day as read_day
from provisioning.sources.fmk.as_needed import highest_a_day, is_as_needed
from provisioning.sources.fmk.calendar_days import place_periods
from provisioning.sources.fmk.faults import DosageFault, FaultKind
from provisioning.sources.fmk.model import FmkDosage, Structured
from provisioning.sources.fmk.structures import read_dosage
from provisioning.sources.fmk.translate import to_dosage
from provisioning.sources.fmk_cards import names
from provisioning.sources.fmk_cards.dosage_json import dosage_json, words_of
from provisioning.sources.fmk_cards.nodes import Node


@dataclass(frozen=True, slots=True)
class CardDosage:
    """What an order's dosage came to; `fault` says why its structure was not read, if so."""

    dosage: Dosage = field(default_factory=Dosage)
    is_as_needed: bool = False
    max_daily_dose: str | None = None
    fault: str | None = None


_AS_NEEDED = frozenset({True})
_TWO_TYPES = "says one type and holds doses of another"
_OTHER_END = "has a period with another last day than its lengths give"


def read_card_dosage(node: Node, day: date, first_day: date | None) -> CardDosage:
    """Read a dosage as it is on `day`; `first_day` is the first of the treatment."""
    found = read_dosage(dosage_json(node))
    if isinstance(found, DosageFault):
        return _in_words(node, _said(found))
    if not _agrees(node, found):
        return _in_words(node, _TWO_TYPES)
    if not _ends_as_stated(node, found):
        return _in_words(node, _OTHER_END)
    needed = is_as_needed(found) or _is_said_as_needed(node, found)
    return CardDosage(
        to_dosage(found, day, first_day), needed, highest_a_day(found) if needed else None
    )


def _said(fault: DosageFault) -> str:
    """Return a fault without the name of an element nobody knows: it could be anything."""
    is_unknown = fault.kind is FaultKind.UNKNOWN_ELEMENT
    where = fault.where.rpartition(".")[0] if is_unknown else fault.where
    return replace(fault, where=where).message


def _in_words(node: Node, fault: str) -> CardDosage:
    words = words_of(node)
    types = _types(node)
    return CardDosage(Dosage(text=words), bool(words) and types == _AS_NEEDED, None, fault)


def _types(node: Node) -> frozenset[bool] | None:
    stated = node.one(names.DOSAGE_TYPE)
    return names.TYPES.get(stated.text) if stated else None


def _agrees(node: Node, dosage: FmkDosage) -> bool:
    """Tell whether the type the card states is that of the doses in it."""
    types = _types(node)
    doses = dosage.content.doses if isinstance(dosage.content, Structured) else ()
    return types is None or {dose.is_as_needed for dose in doses} <= types


def _ends_as_stated(node: Node, dosage: FmkDosage) -> bool:
    """Tell whether the periods end when FMK worked out that they do.

    A card is told to leave periods out that are over; then those that are left begin another day
    than their lengths say, and nobody may count from them.
    """
    valid_from = dosage.precondition.valid_from if dosage.precondition else None
    if valid_from is None or not isinstance(dosage.content, Structured):
        return True
    placed = place_periods(dosage.content, valid_from)
    if isinstance(placed, DosageFault):
        return True  # nobody counts from it anyway
    stated = [one.at(names.PERIOD_END) for one in node.all(names.NEW_STRUCTURE)]
    return len(stated) == len(placed) and all(
        end is None or (item.last is not None and read_day(end.text) == item.last)
        for end, item in zip(stated, placed, strict=True)
    )


def _is_said_as_needed(node: Node, dosage: FmkDosage) -> bool:
    """Tell whether a dosage without a structure is said to be as needed."""
    return not isinstance(dosage.content, Structured) and _types(node) == _AS_NEEDED
