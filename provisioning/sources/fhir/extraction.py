"""Say what an extractor gets and gives: one resource in, the records it holds out.

An extractor is a function `(Extraction) -> list[Record] | None`. None means *kept*: the resource
is known but holds nothing the box shows, so its original is carried along. An empty list means
*used* inside another record. Extractors are pure but for the remarks they leave.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.records.models import Record
from appliance.records.terms import CitizenId
from provisioning.errors import Severity
from provisioning.sources.fhir.index import FeedIndex
from provisioning.sources.fhir.references import Reference, parse_reference
from provisioning.sources.fhir.shared_pieces import SharedPieces
from provisioning.sources.fhir.values import Json, mappings

NOBODY = CitizenId("")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one field that a person should look at; holds no value from the record."""

    field: str
    reason: str
    expected: str = ""
    severity: Severity = Severity.WARNING


@dataclass(slots=True)  # not frozen: one is made for each resource, and that takes thrice the time
class Extraction:
    """One resource on its way to records; `citizen_id` is "" for what belongs to nobody."""

    resource: Json
    origin: str
    index: FeedIndex
    citizen_id: CitizenId
    pieces: SharedPieces
    remarks: list[Remark] = field(default_factory=list)

    @property
    def record_id(self) -> str:
        """Return the id of the record this resource becomes."""
        return self.index.ids.record(self.origin)

    def part_id(self, number: int) -> str:
        """Return the id of one of several records this resource becomes."""
        return self.index.ids.record(f"{self.origin}#{number}")

    def remark(
        self, field: str, reason: str, expected: str = "", severity: Severity = Severity.WARNING
    ) -> None:
        """Note something about a field for the night's report."""
        self.remarks.append(Remark(field, reason, expected, severity))

    def name_of(self, value: object) -> str | None:
        """Return what to call whoever a reference points at."""
        return self.index.party_name(value, self.resource)


Extracted = list[Record] | None
Extractor = Callable[[Extraction], Extracted]

_SUBJECTS = ("subject", "patient", "beneficiary", "for", "deliverTo")


def citizen_reference(resource: Json) -> Reference | None:
    """Return the reference to the citizen a resource is about, or None if it is about nobody."""
    for key in _SUBJECTS:
        if key not in resource:
            continue
        reference = parse_reference(resource[key])
        if not reference.is_empty and reference.may_be("Patient"):
            return None if reference.contained else reference
    for participant in mappings(resource.get("participant")):
        reference = parse_reference(participant.get("actor"))
        if reference.type == "Patient" and not reference.is_empty:
            return reference
    return None
