"""Point out the citizens a tired reader could mistake for one another.

Two people with one CPR, or two names that look alike in one unit, are marked on both and never
merged: only a person can tell. Called by `intake` when every citizen is staged.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.records.look_alikes import SIMILAR_NAME, look_alikes
from provisioning.staging import Staging

DUPLICATE_CPR = "duplicate_cpr"


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one citizen from another."""

    id: str
    unit_id: str
    cpr: str | None
    family_name: str
    given_name: str
    birth_date: str | None
    identity_doubts: str


def mark_doubts(staging: Staging) -> None:
    """Write every doubt on the citizens it concerns."""
    columns = ", ".join(Identity.__dataclass_fields__)
    people = [Identity(**row) for row in staging.rows(f"SELECT {columns} FROM citizens")]  # noqa: S608
    doubts: dict[str, set[str]] = defaultdict(set)
    for citizen_id in find_shared_cpr(people):
        doubts[citizen_id].add(DUPLICATE_CPR)
    for citizen_id in find_similar_names(people):
        doubts[citizen_id].add(SIMILAR_NAME)
    known = {person.id: json.loads(person.identity_doubts) for person in people}
    for citizen_id in sorted(doubts):
        marked = json.dumps(sorted({*known[citizen_id], *doubts[citizen_id]}))
        staging.execute(
            "UPDATE citizens SET identity_doubts = ? WHERE id = ?", (marked, citizen_id)
        )


def find_shared_cpr(people: Iterable[Identity]) -> set[str]:
    """Return who shares a CPR number with somebody of another name, birth date or record.

    The same person may be known to a home-care group and to the meal service: one name, one birth
    date, two units. That is no doubt; the same within one unit is.
    """
    by_cpr: dict[str, list[Identity]] = defaultdict(list)
    for person in people:
        if person.cpr:
            by_cpr[person.cpr].append(person)
    found: set[str] = set()
    for group in by_cpr.values():
        looks = {(person.family_name, person.given_name, person.birth_date) for person in group}
        units = {person.unit_id for person in group}
        if len(group) > 1 and (len(looks) > 1 or len(units) < len(group)):
            found.update(person.id for person in group)
    return found


def find_similar_names(people: Iterable[Identity]) -> set[str]:
    """Return who has a namesake, or nearly one, in the same unit."""
    units: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for person in people:
        units[person.unit_id].append((person.id, person.given_name, person.family_name))
    return {one for named in units.values() for one in look_alikes(named)}
