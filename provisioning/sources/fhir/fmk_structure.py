"""Read the shared medication record's own dosage structure where a FHIR order carries it.

FHIR has no home for it, so it travels as JSON in an extension of ours, `urn:nodboks:fmk-dosage`, on
the order or on one of its dosages; E2 and E6 both (`fmk/README.md`). The words the source wrote
beside it count: where they say something else than the structure, they are what is shown, and
nothing is read out of the structure. So it is where FHIR's own timing makes other doses due: two
structures that differ are no choice of ours. Called by `medication`.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import orjson

from appliance.records.dosage import Dosage, Grid, Schedule
from appliance.records.due import Due, dosage_due
from provisioning.sources.fhir.dosage import ReadDosage
from provisioning.sources.fhir.values import Json, day, extension_text, mapping, mappings, text
from provisioning.sources.fmk.as_needed import highest_a_day, is_as_needed
from provisioning.sources.fmk.faults import DosageFault
from provisioning.sources.fmk.model import FmkDosage, Structured
from provisioning.sources.fmk.structures import read_dosage
from provisioning.sources.fmk.text import newer_text, official_line, official_text, sheet_text
from provisioning.sources.fmk.translate import begun, to_dosage
from provisioning.sources.lists.medicine import says_the_same

NAME = "fmk-dosage"
TEXT_DIFFERS, TIMING_DIFFERS = "text_differs", "timing_differs"
# Eight weeks: a round of any length in use comes round in them.
_DAYS_COMPARED = 56
_NOT_JSON = "is not JSON"
_SEVERAL = "is there more than once, and not the same"


def structure_of(resource: Json) -> FmkDosage | str | None:
    """Return the structure an order carries, why it cannot be read, or None without one."""
    given = {said for one in (resource, *_entries(resource)) if (said := extension_text(one, NAME))}
    if not given:
        return None
    if len(given) > 1:
        return _SEVERAL
    try:
        found = read_dosage(orjson.loads(given.pop()))
    except orjson.JSONDecodeError:
        return _NOT_JSON
    return found.message if isinstance(found, DosageFault) else found


def _entries(resource: Json) -> tuple[Json, ...]:
    return (*mappings(resource.get("dosage")), *mappings(resource.get("dosageInstruction")))


def with_structure(read: ReadDosage, structure: FmkDosage, resource: Json) -> ReadDosage:
    """Return a dosage with what its structure says, unless the source says otherwise beside it."""
    first_day = day(mapping(resource.get("effectivePeriod")).get("start"))
    seen_on = _day_of(resource, first_day)
    found = to_dosage(structure, seen_on, first_day)
    words = read.dosage.text if any(text(one.get("text")) for one in _entries(resource)) else None
    if words is not None and not says(structure, words, seen_on, found.grid):
        return _in_doubt(read, replace(read.dosage, grid=None, times=(), weekdays=()), TEXT_DIFFERS)
    if read.is_as_needed and _has_fixed(structure):
        return _in_doubt(replace(read, is_as_needed=False), Dosage(words), TIMING_DIFFERS)
    if not _is_due_alike(read.dosage, found, max(seen_on, first_day or seen_on)):
        return _in_doubt(read, Dosage(words), TIMING_DIFFERS)
    needed = read.is_as_needed or is_as_needed(structure)
    return replace(
        read,
        dosage=found,
        is_as_needed=needed,
        max_daily_dose=read.max_daily_dose or (highest_a_day(structure) if needed else None),
        is_delivered=True,
        is_unreadable=False,
        is_text_partial=False,
    )


def _has_fixed(structure: FmkDosage) -> bool:
    content = structure.content
    doses = content.doses if isinstance(content, Structured) else ()
    return any(not dose.is_as_needed for dose in doses)


def _in_doubt(read: ReadDosage, shown: Dosage, reason: str) -> ReadDosage:
    """Return a dosage with the source's own words, and no doses out of what contradicts itself."""
    dosage = replace(shown, schedule=Schedule(unknown=reason))
    return replace(read, dosage=dosage, is_delivered=True, is_unreadable=shown.text is None)


def _is_due_alike(timing: Dosage, structure: Dosage, first_day: date) -> bool:
    """Tell whether FHIR's timing, as far as it says what is due, says what the structure says."""
    for number in range(_DAYS_COMPARED):
        one, other = (
            dosage_due(each, first_day + timedelta(days=number)) for each in (timing, structure)
        )
        if one.unknown or other.unknown:
            return True
        has_moments = all(dose.when for dose in (*one.doses, *other.doses))
        if _counted(one, has_moments) != _counted(other, has_moments):
            return False
    return True


def _counted(due: Due, has_moments: bool) -> Counter[tuple[str, str]]:  # noqa: FBT001
    """Count amounts, each at its moment where both sides name the moment of every dose."""
    return Counter((dose.when if has_moments else "", dose.amount) for dose in due.doses)


def says(structure: FmkDosage, words: str, seen_on: date, columns: Grid | None = None) -> bool:
    """Tell whether words are one of the ways to write a structure."""
    if columns and says_the_same(words, columns):
        return True
    ways = []
    for one in (structure, begun(structure, seen_on)[0]):
        ways += [official_text(one), official_line(one), sheet_text(one)]
        ways += [newer_text(one), newer_text(one, is_one_line=True)]
    return _plain(words) in {_plain(way) for way in ways if way}


def _plain(words: str) -> str:
    """Return words without what only a typesetter sees: breaks, spaces, the kind of comma."""
    return " ".join(words.replace(".", ",").split()).casefold().rstrip(",")


def _day_of(resource: Json, first_day: date | None) -> date:
    """Return the day the order is looked at from: a grid must be under way by then."""
    seen = (resource.get("dateAsserted"), resource.get("authoredOn"))
    return next(filter(None, map(day, seen)), None) or first_day or date.min
