"""Turn one row of a list into a record in the staging file, and say what became of it.

Finds whom the row is about, builds the record, notices what is delivered twice, and carries along
what says nothing it can show. Refuses two versions of one record: nobody here can tell which dose
is right. Called by `folder` for each row.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from appliance.records.models import Citizen, OtherItem, Record
from appliance.records.terms import CitizenId
from provisioning.errors import BrokenLineError, DanglingReferenceError
from provisioning.sources.base import Intake, Person, Verdict
from provisioning.sources.lists.party import Place, build_citizen, read_name, read_unit
from provisioning.sources.lists.people import (
    CitizenKey,
    KnownCitizen,
    People,
    UnknownCitizenError,
    part_of,
    why_left_out,
)
from provisioning.sources.lists.records import BUILDERS
from provisioning.sources.lists.rows import RowKeptError, RowReader, RowRejectedError
from provisioning.staging import Added


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row stands: the folder of its list, and the file for its origin."""

    folder: str
    shown: str
    fallback_unit: str | None = None
    feed: int = 1


@dataclass(slots=True)
class Outcome:
    """What became of one row; `rejected` says why it did not become a record."""

    verdict: Verdict
    citizen: KnownCitizen | None = None
    rejected: RowRejectedError | None = None
    code: str = BrokenLineError.code


@dataclass(slots=True)
class RowDelivery:
    """Delivers rows one at a time into one intake."""

    intake: Intake
    people: People
    source: str = ""
    read_at: dict[CitizenId, datetime] = field(default_factory=dict)

    # --- first pass ---------------------------------------------------------------------------

    def survey(self, row: RowReader, at: RowPlace) -> None:
        """Note the unit or citizen of a row.

        Raises:
            RowRejectedError: it names none; the second pass reports it.

        """
        if row.layout.listed.kind.name == "units":
            self.people.add_unit(row.owed("unit"), read_unit(row, self.people), at.folder)
        else:
            self.people.add_citizen(self._citizen_key(row, at))

    def _citizen_key(self, row: RowReader, at: RowPlace) -> CitizenKey:
        birth_date = row.day("birth_date")
        family, given = read_name(row)
        return CitizenKey(
            row.text("citizen"),
            row.cpr(birth_date).value,
            self.people.home(row.text("unit") or at.fallback_unit, at.folder),
            f"{family}/{given}/{birth_date}",
            why_left_out(row),
        )

    # --- second pass --------------------------------------------------------------------------

    def deliver(self, row: RowReader, at: RowPlace) -> Outcome:
        """Stage what one row holds and say what became of it."""
        outcome = Outcome(Verdict.USED)
        try:
            outcome.citizen = self._citizen(row, at)
            outcome.verdict = self._deliver(row, at, outcome.citizen)
        except RowKeptError as error:
            self._keep(row, at, outcome.citizen)
            outcome.verdict, outcome.rejected = Verdict.KEPT, error
        except UnknownCitizenError as error:
            outcome.verdict, outcome.rejected = Verdict.REJECTED, error
            outcome.code = DanglingReferenceError.code
        except RowRejectedError as error:
            outcome.verdict, outcome.rejected = Verdict.REJECTED, error
        return outcome

    def _citizen(self, row: RowReader, at: RowPlace) -> KnownCitizen | None:
        kind = row.layout.listed.kind
        if kind.is_about_citizens:
            return self.people.find(row)
        if kind.name != "citizens":
            return None
        # A reader of its own: what the key remarks, the record remarks again.
        key = self._citizen_key(RowReader(row.layout, row.row), at)
        return self.people.known(key, row)

    def _deliver(self, row: RowReader, at: RowPlace, citizen: KnownCitizen | None) -> Verdict:
        name = row.layout.listed.name
        if citizen and citizen.left_out:
            self.intake.report.left_out[f"{name} of a citizen who is {citizen.left_out}"] += 1
            return Verdict.KEPT
        if row.layout.listed.kind.name == "medicine_read" and citizen:
            self._note_reading(citizen, row.moment("read_at") or row.refuse("read_at"))
            return Verdict.USED
        original = row.original()
        record = self._record(row, original, citizen)
        if citizen and row.has("read_at") and (read_at := row.moment("read_at")):
            self._note_reading(citizen, read_at)
        added = self.intake.staging.add(record, self._origin(row, at), original)
        if isinstance(record, Citizen):
            part = part_of(at.folder, record.unit_id)
            self.intake.note_person(Person(record.id, at.feed, part, self.source))
        if added is Added.CONFLICT:
            raise RowRejectedError(
                row.layout.column("id"), "delivered before with other content; which is right?"
            )
        if added is Added.SAME:
            self.intake.report.left_out[f"{name} delivered twice, identical"] += 1
            return Verdict.KEPT
        return Verdict.USED

    def _record(self, row: RowReader, original: str, citizen: KnownCitizen | None) -> Record:
        kind = row.layout.listed.kind.name
        if kind == "units":
            return read_unit(row, self.people).unit
        if kind == "citizens" and citizen:
            return build_citizen(row, citizen)
        citizen_id = citizen.id if citizen else CitizenId("")
        return BUILDERS[kind](
            row, Place(self._record_id(row, original, citizen_id), self.people, citizen_id)
        )

    def _record_id(self, row: RowReader, original: str, citizen_id: CitizenId) -> str:
        """Return the id of a row's record; a row without one is named by its content."""
        kind = row.layout.listed.kind
        if said := row.text("id"):
            return self.intake.ids.record(f"{kind.origin or kind.name}/{said}")
        digest = hashlib.blake2b(original.encode(), digest_size=12).hexdigest()
        return self.intake.ids.record(f"{kind.name}/{citizen_id}~{digest}")

    def _origin(self, row: RowReader, at: RowPlace) -> str:
        # The vendor's own id where it has one; a CPR number never, it stands in the citizen only.
        said = row.text("id") or (row.text("citizen") if row.has("family_name") else None)
        return f"{at.shown}:{row.row.line} {said or ''}".strip()

    def _keep(self, row: RowReader, at: RowPlace, citizen: KnownCitizen | None) -> None:
        """Carry a row along that holds nothing the record can show."""
        original = row.original()
        citizen_id = citizen.id if citizen else None
        digest = self._record_id(row, original, citizen_id or CitizenId(""))
        listed = row.layout.listed
        item = OtherItem(digest, listed.name, listed.kind.danish.capitalize(), citizen_id)
        self.intake.staging.add(item, self._origin(row, at), original)

    def _note_reading(self, citizen: KnownCitizen, read_at: datetime) -> None:
        # The oldest reading counts: a list is no newer than its oldest line.
        self.read_at[citizen.id] = min(self.read_at.get(citizen.id, read_at), read_at)
