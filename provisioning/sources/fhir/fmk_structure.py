"""Read the shared medication record's own dosage structure where a FHIR order carries it.

FHIR has no home for it, so it travels as JSON in an extension of ours, `urn:nodboks:fmk-dosage`, on
the order or on one of its dosages; E2 and E6 both (`fmk/README.md`). The words the source wrote
beside it count: where they say something else than the structure, they are what is shown, and
nothing is read out of the structure. Called by `medication`.
"""

from dataclasses import replace
from datetime import date

import orjson

from appliance.records.dosage import Schedule
from provisioning.sources.fhir.dosage import ReadDosage
from provisioning.sources.fhir.values import Json, day, extension_text, mapping, mappings
from provisioning.sources.fmk.faults import DosageFault
from provisioning.sources.fmk.model import FmkDosage
from provisioning.sources.fmk.structures import read_dosage
from provisioning.sources.fmk.text import newer_text, official_line, official_text, sheet_text
from provisioning.sources.fmk.translate import is_as_needed, to_dosage

NAME = "fmk-dosage"
TEXT_DIFFERS = "text_differs"
_NOT_JSON = "is not JSON"
_SEVERAL = "is there more than once, and not the same"


def structure_of(resource: Json) -> FmkDosage | str | None:
    """Return the structure an order carries, why it cannot be read, or None without one."""
    entries = mappings(resource.get("dosage")) + mappings(resource.get("dosageInstruction"))
    given = {said for one in (resource, *entries) if (said := extension_text(one, NAME))}
    if not given:
        return None
    if len(given) > 1:
        return _SEVERAL
    try:
        found = read_dosage(orjson.loads(given.pop()))
    except orjson.JSONDecodeError:
        return _NOT_JSON
    return found.message if isinstance(found, DosageFault) else found


def with_structure(read: ReadDosage, structure: FmkDosage, resource: Json) -> ReadDosage:
    """Return a dosage with what its structure says, unless the source's words say otherwise."""
    words = read.dosage.text
    if words is not None and not says(structure, words):
        unknown = replace(
            read.dosage, grid=None, times=(), weekdays=(), schedule=Schedule(unknown=TEXT_DIFFERS)
        )
        return replace(read, dosage=unknown)
    first_day = day(mapping(resource.get("effectivePeriod")).get("start"))
    found = to_dosage(structure, _day_of(resource, first_day), first_day)
    return replace(
        read,
        dosage=found,
        is_as_needed=read.is_as_needed or is_as_needed(structure),
        is_delivered=True,
        is_unreadable=False,
        is_text_partial=False,
    )


def says(structure: FmkDosage, words: str) -> bool:
    """Tell whether words are one of the ways to write a structure."""
    ways = (official_text(structure), official_line(structure), sheet_text(structure))
    newer = (newer_text(structure), newer_text(structure, is_one_line=True))
    return _plain(words) in {_plain(one) for one in (*ways, *newer) if one}


def _plain(words: str) -> str:
    """Return words without what only a typesetter sees: breaks, spaces, the kind of comma."""
    return " ".join(words.replace(".", ",").split()).casefold().rstrip(",")


def _day_of(resource: Json, first_day: date | None) -> date:
    """Return the day the order is looked at from: a grid must be under way by then."""
    seen = (resource.get("dateAsserted"), resource.get("authoredOn"))
    return next(filter(None, map(day, seen)), None) or first_day or date.min
