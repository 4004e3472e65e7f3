"""Turn one resource into records in the staging file, and give it its verdict.

Resolves whom it is about, asks the type's extractor, keeps what nobody reads, and notices what is
delivered twice. Refuses two versions of one resource: nobody here can tell which dose is right.
Called by `bulk` for each line.
"""

import hashlib
from datetime import datetime
from typing import NamedTuple

from appliance.records.models import (
    Attachment,
    Citizen,
    KeyBox,
    MedicationOrder,
    OtherItem,
    PlanDocument,
    Record,
    StaffMember,
    Visit,
)
from appliance.records.terms import CitizenId, Section
from provisioning.errors import BrokenLineError, DanglingReferenceError
from provisioning.sources.base import Intake, Person, Verdict
from provisioning.sources.fhir.attachments import (
    CARRYING,
    NOTHING_BESIDE,
    Beside,
    FeedAttachments,
)
from provisioning.sources.fhir.extraction import NOBODY, Extraction, Remark, citizen_reference
from provisioning.sources.fhir.index import UNITLESS, FeedIndex, KnownCitizen
from provisioning.sources.fhir.items import Item
from provisioning.sources.fhir.medication import medicine_card_id
from provisioning.sources.fhir.messages import MessageVersions
from provisioning.sources.fhir.modifiers import may_be_used, says_more
from provisioning.sources.fhir.references import Reference, parse_reference
from provisioning.sources.fhir.shapes import Shapes
from provisioning.sources.fhir.shared_pieces import SharedPieces
from provisioning.sources.fhir.type_rules import KNOWN, RULES
from provisioning.sources.fhir.values import Json, concept, moment, person_name, text
from provisioning.staging import Added

# Sections that only show by their content: an export may list their type for other reasons.
_TELLING: dict[type, Section] = {
    Attachment: Section.ATTACHMENTS,
    KeyBox: Section.KEY_BOXES,
    PlanDocument: Section.PLAN,
    StaffMember: Section.STAFF,
    Visit: Section.VISITS,
}
_TITLES = ("code", "type", "category", "vaccineCode", "medicationCodeableConcept", "serviceType")
# Ways to write who a resource is about, at most: some sources name another version each time.
_MOST_SUBJECTS = 50_000
_CARDS_SQL = (
    "CREATE TABLE medicine_cards (citizen_id TEXT, card_id TEXT, record_id TEXT,"
    " is_request INTEGER, title TEXT)"
)
_TWICE_SQL = """
    SELECT DISTINCT a.citizen_id, a.record_id, a.title FROM medicine_cards a
    JOIN medicine_cards b USING (citizen_id, card_id) WHERE a.is_request AND NOT b.is_request
    ORDER BY a.citizen_id, a.record_id
"""


class Outcome(NamedTuple):
    """What became of one resource."""

    verdict: Verdict
    remarks: tuple[Remark, ...] = ()
    sections: tuple[Section, ...] = ()
    records: tuple[Record, ...] = ()


class Origin(NamedTuple):
    """Where a resource was delivered: the file as it is shown, the part, the number of the feed."""

    file: str
    part: str
    feed: int
    beside: Beside = NOTHING_BESIDE


class ResourceDelivery:
    """Delivers resources one at a time into one intake."""

    def __init__(
        self, intake: Intake, index: FeedIndex, versions: MessageVersions, source: str
    ) -> None:
        self._intake = intake
        self._staging = intake.staging
        self._report = intake.report
        self._index = index
        self._versions = versions
        self._source = source
        self.read_at: dict[CitizenId, datetime] = {}
        self.has_unitless = False
        self._shapes = Shapes(self._report.unread)
        self._pieces = SharedPieces()
        self._subjects: dict[str, KnownCitizen] = {}
        self.attachments = FeedAttachments(intake.shelf, intake.staging)
        self._staging.execute(_CARDS_SQL)

    def deliver(self, item: Item, origin: Origin) -> Outcome:
        """Stage what one resource holds.

        Raises:
            DanglingReferenceError: it is about a citizen who is not in the feed.
            BrokenLineError: it cannot be told from another resource, or has no id to go by.

        """
        kind, resource = item.kind, item.resource
        source_ref = _source_ref(kind, resource, item.original)
        citizen = self._citizen(kind, resource)
        if citizen and citizen.left_out:
            self._report.left_out[f"{kind} of a citizen who is {citizen.left_out}"] += 1
            return Outcome(_unread(kind))
        about = citizen.id if citizen else NOBODY
        at = Extraction(resource, source_ref, self._index, about, self._pieces)
        is_latest = not item.is_message or self._versions.is_latest(item)
        records = self._extracted(kind, at) if is_latest else None
        if not is_latest:
            self._report.left_out[f"{kind} told anew by a later message"] += 1
        place = f"{origin.file} {source_ref}"
        carried, item = self._carried(at, item, origin) if kind in CARRYING else ([], item)
        if carried and is_latest:
            records = [*(records or []), *carried]
        if records is None:
            self._keep(at, place, item)
            # A later message tells its words anew, but not its photos.
            for one in carried:
                self._staging.replace(one, place)
            return Outcome(_unread(kind), tuple(at.remarks), records=tuple(carried))
        if not self._stage(records, place, item):
            self._report.left_out[f"{kind} delivered twice, identical"] += 1
            return Outcome(Verdict.KEPT)
        self._remember(item, records, origin)
        self._shapes.note(kind, resource)
        return Outcome(Verdict.USED, tuple(at.remarks), _told_by(records), tuple(records))

    def _carried(self, at: Extraction, item: Item, origin: Origin) -> tuple[list[Attachment], Item]:
        """Return the photos and documents of a resource, and the resource without their bytes."""
        taken = self.attachments.take(at, item.original, origin.beside, origin.part)
        if taken.original is item.original:
            return taken.records, item
        return taken.records, item._replace(original=taken.original)

    def _keep(self, at: Extraction, place: str, item: Item) -> None:
        """Carry along what nobody reads; two versions of it are both readable."""
        kind, about = item.kind, at.citizen_id or None
        other = OtherItem(at.record_id, kind, _title(item.resource), about, kind in KNOWN)
        if item.is_message:
            self._staging.replace(other, place, item.original)
        else:
            self._add(other, place, item.original)

    def _stage(self, records: list[Record], place: str, item: Item) -> bool:
        """Stage the records of one resource; False when they were there already."""
        if item.is_pointer:
            # Whom something is about, once more: by construction the same person.
            for record in records:
                self._staging.add(record, place, item.original)
            return True
        rest = records
        if records and not item.is_message:
            # A message that tells of something anew was judged by its time.
            first, *rest = records
            if self._add(first, place, item.original) is Added.SAME:
                return False
        for record in rest:
            # Nearly always new, and then it can wait with the others; else the last one counts.
            if self._staging.add(record, place, item.original) is not Added.NEW:
                self._staging.replace(record, place, item.original)
        return True

    def settle(self) -> None:
        """Show an order once where the medicine card and the prescription are the same order."""
        self._shapes.settle()
        for row in list(self._staging.rows(_TWICE_SQL)):
            item = OtherItem(row["record_id"], "MedicationRequest", row["title"], row["citizen_id"])
            key = (row["citizen_id"], row["record_id"])
            self._staging.keep_instead(MedicationOrder, key, item)
            self._report.recount("MedicationRequest", Verdict.USED, Verdict.KEPT)

    def _extracted(self, kind: str, at: Extraction) -> list[Record] | None:
        rule = RULES.get(kind)
        if rule is None or (rule.of_citizen and not at.citizen_id):
            return None
        if says_more(at.resource) and not may_be_used(kind, at):
            self._shapes.note(kind, at.resource)
            return None
        return rule.extract(at)

    def _citizen(self, kind: str, resource: Json) -> KnownCitizen | None:
        """Return whom a resource is about, or None if it is about nobody."""
        if kind == "Patient":
            return self._patient(resource)
        plain = _plain_subject(resource)
        if plain in self._subjects:
            return self._subjects[plain]
        reference = citizen_reference(resource)
        citizen = self._index.citizen(reference) if reference else None
        if reference and citizen is None and kind in KNOWN:
            raise DanglingReferenceError("points at a citizen who is not in the feed")
        # Not where the subject is a group, and another field says who it is about.
        is_settled = citizen and plain and parse_reference(resource["subject"]) == reference
        if citizen and is_settled and len(self._subjects) < _MOST_SUBJECTS:
            self._subjects[plain] = citizen
        return citizen

    def _patient(self, resource: Json) -> KnownCitizen:
        resource_id = text(resource.get("id"))
        citizen = self._index.citizen(Reference("Patient", resource_id)) if resource_id else None
        if citizen is None:
            raise BrokenLineError("a Patient needs an id, or nothing can point at the person")
        return citizen

    def _add(self, record: Record, origin: str, original: bytes) -> Added:
        added = self._staging.add(record, origin, original)
        if added is Added.CONFLICT:
            raise BrokenLineError("delivered before with other content; which one is right?")
        return added

    def _remember(self, item: Item, records: list[Record], origin: Origin) -> None:
        """Note what only makes sense when everything has been read."""
        for record in records:
            if isinstance(record, Citizen):
                self.has_unitless |= record.unit_id == UNITLESS.id
                self._intake.note_person(
                    Person(record.id, origin.feed, origin.part, self._source, item.is_pointer)
                )
            if isinstance(record, MedicationOrder):
                self._remember_order(item.kind, item.resource, record)

    def _remember_order(self, kind: str, resource: Json, order: MedicationOrder) -> None:
        asserted = moment(resource.get("dateAsserted"))
        if asserted:
            # The oldest reading counts: a list is no newer than its oldest line.
            known = self.read_at.get(order.citizen_id, asserted)
            self.read_at[order.citizen_id] = min(known, asserted)
        if card_id := medicine_card_id(resource):
            values = (order.citizen_id, card_id, order.id, kind == "MedicationRequest", kind)
            self._staging.execute_later("INSERT INTO medicine_cards VALUES (?, ?, ?, ?, ?)", values)


def _plain_subject(resource: Json) -> str:
    """Return a subject that is one reference and nothing else, which is nearly always so."""
    subject = resource.get("subject")
    said = subject.get("reference") if isinstance(subject, dict) and len(subject) == 1 else None
    return said if isinstance(said, str) else ""


def _unread(kind: str) -> Verdict:
    return Verdict.KEPT if kind in KNOWN else Verdict.UNKNOWN


def _told_by(records: list[Record]) -> tuple[Section, ...]:
    """Return the sections that records of these kinds tell of by being there."""
    told = [section for one in records if (section := _TELLING.get(type(one)))]
    return tuple(sorted(set(told))) if told else ()


def _source_ref(kind: str, resource: Json, original: bytes) -> str:
    """Return "Type/id"; a resource without an id is named by its content."""
    resource_id = text(resource.get("id"))
    if resource_id is None:
        resource_id = "~" + hashlib.blake2b(original, digest_size=12).hexdigest()
    return f"{kind}/{resource_id}"


def _title(resource: Json) -> str:
    """Name a resource nobody reads, by whatever it says of itself."""
    named = next((said for key in _TITLES if (said := concept(resource.get(key)))), None)
    name = person_name(resource.get("name"))
    plain = text(resource.get("title")) or text(resource.get("description"))
    return named or (name.spoken if name else None) or plain or str(resource["resourceType"])
