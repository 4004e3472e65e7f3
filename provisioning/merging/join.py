"""Join what several feeds tell of the same citizen, in the staging file.

Runs when every feed is staged: finds who is the same, moves rows by the rules of `ownership`,
writes a state for every section that is not simply the unit's, and marks whom nobody dared to join.
Never settles a doubt about who somebody is. Called by `intake`.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from appliance.records.models import SectionState
from appliance.records.schema import Table
from appliance.records.terms import CitizenId, Section, UnitId
from provisioning.errors import Problem, Severity
from provisioning.merging.medicine import Product, differs
from provisioning.merging.rows import TABLES_OF_CITIZEN, Move, RowMover
from provisioning.merging.same_person import Description, Doubt, Join, find_same
from provisioning.merging.section_claims import (
    MEDICINE_DIFFERS,
    Claim,
    Settled,
    claim_of_state,
    claims_of,
    joined_state,
    settle,
)
from provisioning.sources.base import FeedReport
from provisioning.staging import Staging

SOURCES_DISAGREE = "sources_disagree"
# A kitchen and a depot deliver to a door: they get no diagnosis, and keep their own clients.
_PEOPLE_SQL = """
    SELECT people.citizen_id, feed, part, source, is_pointer, unit_id, cpr, birth_date,
        given_name, family_name, identity_doubts
    FROM people JOIN citizens ON citizens.id = people.citizen_id
        LEFT JOIN units ON units.id = citizens.unit_id
    WHERE coalesce(units.kind, '') NOT IN ('meal_service', 'device_service')
    ORDER BY people.citizen_id, is_pointer, feed, part
"""
_NAMELESS = "name_missing"
UnitStates = Mapping[UnitId, Mapping[Section, SectionState]]


@dataclass(slots=True)
class Joiner:
    """Joins the citizens of one night; `partial` is the reason of what only adds to a section."""

    staging: Staging
    report: FeedReport
    units: UnitStates
    read_at: Mapping[CitizenId, datetime]
    partial: str
    _mover: RowMover = field(init=False)
    _differing: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._mover = RowMover(self.staging)

    def run(self) -> None:
        """Join everybody, and mark everybody who was not joined although the CPR is the same."""
        same = find_same(descriptions(self.staging))
        if same.joins:
            self._mover.prepare()
        for one in same.joins:
            self._join(one)
        self._mark(same.doubts)
        self._drop_empty_units(same.joins)
        for source, number in sorted(self._differing.items()):
            self._warn(source, "medication", f"{number} citizens have other medicine than shown")

    # --- one person ---------------------------------------------------------------------------

    def _join(self, join: Join) -> None:
        # Copies first: the move itself takes the rows away.
        for number in reversed(range(len(join.mains))):
            self._join_to(join.mains[number], join.others, number)
        for other in join.others:
            self._mover.carry_citizen(
                Move(other.citizen_id, join.mains[0].citizen_id), other.source
            )
            self.report.joined[f"{other.source} → {join.mains[0].source}"] += 1

    def _join_to(self, main: Description, others: tuple[Description, ...], copy: int) -> None:
        claims = [self._own_claims(main), *(self._claims(other) for other in others)]
        for other in others:
            self.report.part_holds.setdefault(other.part, set()).add(UnitId(main.unit_id))
        tables = {section: list(group) for section, group in _by_section()}
        for section, group in tables.items():
            given = [each.get(section) for each in claims]
            settled = settle(given)
            conflict = self._medicine_conflict(section, settled, (main, *others), given)
            for table in group:
                self._join_table(table, settled, given, (main, *others), copy)
            if settled and any(given[1:]):
                who = (UnitId(main.unit_id), CitizenId(main.citizen_id))
                self.staging.replace(joined_state(who, section, settled, conflict))

    def _join_table(
        self,
        table: Table,
        settled: Settled | None,
        claims: list[Claim | None],
        people: tuple[Description, ...],
        copy: int,
    ) -> None:
        """Move the rows of one table; those of a feed whose section it is not are carried along."""
        main, *others = people
        owner = settled.owner if settled else None
        if owner not in (None, 0):
            self._carry(table, Move(main.citizen_id, main.citizen_id), main.source)
        for number, other in enumerate(others, start=1):
            claim, move = claims[number], Move(other.citizen_id, main.citizen_id, copy)
            is_whole = claim is not None and not claim.is_partial
            if owner is not None and is_whole and number != owner:
                self._carry(table, move, other.source)
                continue
            alike = self._mover.add(table, move)
            if alike and not copy:
                self.report.left_out[f"{table.name} of {other.source}, told alike before"] += alike

    def _carry(self, table: Table, move: Move, source: str) -> None:
        number = self._mover.carry(table, move)
        if number and not move.copy:
            self.report.left_out[f"{table.name} of {source}, another feed's count"] += number

    def _medicine_conflict(
        self,
        section: Section,
        settled: Settled | None,
        people: tuple[Description, ...],
        claims: list[Claim | None],
    ) -> str | None:
        """Return the sentence for medicine on which two feeds differ, or None."""
        if section is not Section.MEDICATION or settled is None or settled.owner is None:
            return None
        shown = self._products(people[settled.owner])
        rivals = [
            person
            for number, (person, claim) in enumerate(zip(people, claims, strict=True))
            if number != settled.owner and claim and not claim.is_partial
        ]
        found = [one for one in rivals if differs(shown, self._products(one))]
        for one in found:
            self._differing[one.source] += 1
        return MEDICINE_DIFFERS if found else None

    def _products(self, person: Description) -> list[Product]:
        sql = "SELECT status, atc, brand, generic, strength FROM medication WHERE citizen_id = ?"
        return [Product(**row) for row in self.staging.rows(sql, (person.citizen_id,))]

    # --- what each feed claims ----------------------------------------------------------------

    def _own_claims(self, main: Description) -> dict[Section, Claim]:
        states = self.units.get(UnitId(main.unit_id), {})
        found = {section: claim_of_state(state) for section, state in states.items()}
        claims = {section: claim for section, claim in found.items() if claim}
        for section, claim in claims.items():
            if claim.reason == self.partial:
                claims[section] = replace(claim, is_partial=True)
        return self._read(main, claims)

    def _claims(self, other: Description) -> dict[Section, Claim]:
        claims = claims_of(self.report.deliveries, other.part, self.partial)
        for section, claim in claims.items():
            if not claim.source:
                claims[section] = replace(claim, source=other.source)
        return self._read(other, claims)

    def _read(self, person: Description, claims: dict[Section, Claim]) -> dict[Section, Claim]:
        """Put in when the medicine list of this very citizen was read, where that is known."""
        read_at = self.read_at.get(CitizenId(person.citizen_id))
        claim = claims.get(Section.MEDICATION)
        if read_at and claim:
            claims[Section.MEDICATION] = replace(claim, as_of=read_at)
        return claims

    # --- afterwards ---------------------------------------------------------------------------

    def _mark(self, doubts: list[tuple[Description, Doubt]]) -> None:
        """Mark everybody who was kept apart, and count them for the report."""
        counted: Counter[tuple[str, Doubt]] = Counter()
        for person, doubt in dict.fromkeys(doubts):
            counted[person.source, doubt] += 1
            sql = "SELECT identity_doubts FROM citizens WHERE id = ?"
            for row in list(self.staging.rows(sql, (person.citizen_id,))):
                marked = sorted({*json.loads(row["identity_doubts"]), SOURCES_DISAGREE})
                self.staging.execute(
                    "UPDATE citizens SET identity_doubts = ? WHERE id = ?",
                    (json.dumps(marked), person.citizen_id),
                )
        for (source, doubt), number in sorted(counted.items()):
            self._warn(source, "cpr", f"{number} citizens were not joined by CPR number: {doubt}")

    def _drop_empty_units(self, joins: list[Join]) -> None:
        """Remove a unit whose citizens were all joined to those of another."""
        left = {other.unit_id for one in joins for other in one.others}
        for unit_id in sorted(left):
            self.staging.execute(
                "DELETE FROM units WHERE id = :unit"
                " AND NOT EXISTS (SELECT 1 FROM citizens WHERE unit_id = :unit)"
                " AND NOT EXISTS (SELECT 1 FROM staff, json_each(staff.unit_ids) AS own"
                " WHERE own.value = :unit)",
                {"unit": unit_id},
            )

    def _warn(self, source: str, name: str, reason: str) -> None:
        self.report.add(Problem(Severity.WARNING, source, None, "citizen", name, reason))


def descriptions(staging: Staging) -> list[Description]:
    """Return everybody who may be joined; a citizen described in several parts counts once."""
    found: dict[str, Description] = {}
    for row in staging.rows(_PEOPLE_SQL):
        is_nameless = _NAMELESS in json.loads(row.pop("identity_doubts"))
        if is_nameless:
            row["given_name"] = row["family_name"] = ""
        row["is_pointer"] = bool(row["is_pointer"])
        found.setdefault(row["citizen_id"], Description(**row))
    return list(found.values())


def _by_section() -> Iterator[tuple[Section, list[Table]]]:
    """Give the tables that hold rows of one citizen, by section."""
    for section in Section:
        group = [table for table in TABLES_OF_CITIZEN if table.section is section]
        if group:
            yield section, group
