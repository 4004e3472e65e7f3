"""Know who exists in a feed before its records are read: citizens, units, staff, medicines.

Filled by the first pass over the files and asked by the second. Holds a few hundred bytes per
person in memory; medicines, of which a feed may have one per order, lie in the staging file.
Never merges two people and never guesses which unit somebody belongs to.
"""

import functools
import re
from collections import defaultdict
from dataclasses import dataclass, field

import orjson

from appliance.records.models import Unit
from appliance.records.terms import CitizenId, Role, UnitId, UnitKind
from provisioning.sources.fhir.references import (
    Reference,
    contained,
    identifier_keys,
    parse_reference,
)
from provisioning.sources.fhir.values import (
    OWN,
    Json,
    address_line,
    codes,
    mappings,
    person_name,
    phone,
    text,
)
from provisioning.sources.opaque_ids import OpaqueIds
from provisioning.staging import Staging

UNITLESS = Unit(UnitId("uden-enhed"), "Uden enhed", UnitKind.CARE_CENTRE)
INITIALS = OWN + "initials"
_PLAIN_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_AMBIGUOUS = ""
_CACHED = 2000


@dataclass(frozen=True, slots=True)
class KnownCitizen:
    """A Patient of the feed; `left_out` says why the person is not taken along, if so."""

    id: CitizenId
    organisation: Reference
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class KnownParty:
    """A Practitioner or Organization other resources point at."""

    name: str | None
    phone: str | None
    is_staff: bool = False


@dataclass(slots=True)
class PartCoverage:
    """Which organisations the citizens of one part belong to."""

    has_citizens: bool = False
    has_pointers: bool = False
    organisations: set[str] = field(default_factory=set)
    is_unitless: bool = False


class FeedIndex:
    """Everything the second pass may ask about."""

    def __init__(self, staging: Staging, ids: OpaqueIds) -> None:
        self.ids = ids
        self._staging = staging
        self._citizens: dict[str, KnownCitizen] = {}
        self._parties: dict[str, KnownParty] = {}
        self._identifiers: dict[str, str] = {}
        self._kinds: dict[str, UnitKind] = {}
        self._managing: set[str] = set()
        self._roles: dict[str, list[tuple[Role, str | None]]] = defaultdict(list)
        self._role_holders: dict[str, tuple[str | None, str | None]] = {}
        self.coverage: dict[str, PartCoverage] = defaultdict(PartCoverage)
        self.medication = functools.lru_cache(_CACHED)(self._medication)

    # --- first pass -------------------------------------------------------------------------

    def survey(self, resource: Json, part: str, *, is_pointer: bool = False) -> None:
        """Take note of a resource others point at; every other type is passed over."""
        resource_id = text(resource.get("id"))
        kind = str(resource.get("resourceType"))
        if resource_id and kind == "Patient":
            self._survey_patient(resource, resource_id, part, is_pointer=is_pointer)
        elif resource_id and kind in _SURVEYS:
            _SURVEYS[kind](self, resource, resource_id, part)

    def _survey_patient(
        self, resource: Json, resource_id: str, part: str, *, is_pointer: bool
    ) -> None:
        organisation = parse_reference(resource.get("managingOrganization"))
        citizen = KnownCitizen(self.ids.citizen(resource_id), organisation, why_left_out(resource))
        self._citizens.setdefault(resource_id, citizen)
        coverage = self.coverage[part]
        if is_pointer:
            # It is found by CPR number when everything is staged, and feeds no unit of its own.
            coverage.has_pointers = True
            return
        self._note_identifiers("Patient", resource, resource_id)
        coverage.has_citizens = True
        if organisation.id:
            self._managing.add(organisation.id)
            coverage.organisations.add(organisation.id)
        else:
            coverage.is_unitless = True

    def _survey_organization(self, resource: Json, resource_id: str, part: str) -> None:
        self._survey_party("Organization", resource, resource_id)
        kind = unit_kind(resource)
        if kind:
            self._kinds.setdefault(resource_id, kind)
            self.coverage[part].organisations.add(resource_id)

    def _survey_practitioner(self, resource: Json, resource_id: str, _part: str) -> None:
        self._survey_party("Practitioner", resource, resource_id)

    def _survey_role(self, resource: Json, resource_id: str, _part: str) -> None:
        practitioner = self._resolve("Practitioner", resource.get("practitioner"))
        organisation = parse_reference(resource.get("organization")).id
        self._role_holders[resource_id] = (practitioner, organisation)
        for role in roles_of(resource):
            if practitioner:
                self._roles[practitioner].append((role, organisation))

    def _survey_medication(self, resource: Json, resource_id: str, _part: str) -> None:
        self._staging.put_lookup(f"Medication/{resource_id}", orjson.dumps(resource))

    def _survey_party(self, kind: str, resource: Json, resource_id: str) -> None:
        name = person_name(resource.get("name"))
        party = KnownParty(
            name.spoken if name else None,
            phone(resource.get("telecom")),
            any(item.get("system") == INITIALS for item in mappings(resource.get("identifier"))),
        )
        self._parties.setdefault(f"{kind}/{resource_id}", party)
        self._note_identifiers(kind, resource, resource_id)

    def _note_identifiers(self, kind: str, resource: Json, resource_id: str) -> None:
        for key in identifier_keys(resource):
            known = self._identifiers.setdefault(f"{kind}?{key}", resource_id)
            if known != resource_id:
                self._identifiers[f"{kind}?{key}"] = _AMBIGUOUS

    # --- second pass ------------------------------------------------------------------------

    def citizen(self, reference: Reference) -> KnownCitizen | None:
        """Return the citizen a reference points at, or None; an ambiguous CPR is nobody's."""
        if reference.id:
            return self._citizens.get(reference.id)
        return self._citizens.get(self._identifiers.get(f"Patient?{reference.identifier}", ""))

    def party(self, reference: Reference, within: Json) -> KnownParty | None:
        """Return the person or organisation a reference points at, or None.

        A PractitionerRole is the person who holds it, or else the place where it is held.
        """
        if reference.is_empty:
            return None
        inside = contained(within, reference)
        if inside is not None:
            name = person_name(inside.get("name"))
            return KnownParty(name.spoken if name else None, phone(inside.get("telecom")))
        for kind in ("Practitioner", "Organization"):
            resource_id = reference.id or self._identifiers.get(f"{kind}?{reference.identifier}")
            if reference.may_be(kind) and f"{kind}/{resource_id}" in self._parties:
                return self._parties[f"{kind}/{resource_id}"]
        if reference.type == "PractitionerRole":
            holder, organisation = self._role_holders.get(reference.id or "", (None, None))
            person = self._parties.get(f"Practitioner/{holder}")
            return person or self._parties.get(f"Organization/{organisation}")
        return None

    def party_name(self, value: object, within: Json) -> str | None:
        """Return what to call whoever a value of a resource points at."""
        return self.name_of(parse_reference(value), within)

    def name_of(self, reference: Reference, within: Json) -> str | None:
        """Return what to call whoever a reference points at: its display, else the name."""
        if reference.display:
            return reference.display
        party = self.party(reference, within)
        return party.name if party else None

    def _medication(self, resource_id: str) -> Json | None:
        """Return a Medication of the feed; asked through the cached `medication`."""
        content = self._staging.lookup(f"Medication/{resource_id}")
        return orjson.loads(content) if content else None

    def is_unit(self, organisation_id: str) -> bool:
        """Tell whether an Organization is a unit: it says so, or citizens are managed by it."""
        return organisation_id in self._kinds or organisation_id in self._managing

    def unit_kind(self, organisation_id: str) -> UnitKind:
        """Return what a unit does; one that does not say is taken for a care centre."""
        return self._kinds.get(organisation_id, UnitKind.CARE_CENTRE)

    def unit_of(self, organisation: Reference) -> UnitId | None:
        """Return the unit a citizen belongs to; None where the reference leads nowhere."""
        if organisation.is_empty:
            return UNITLESS.id
        found = organisation.id or self._identifiers.get(f"Organization?{organisation.identifier}")
        return self.unit_id(found) if found and f"Organization/{found}" in self._parties else None

    def unit_id(self, organisation_id: str) -> UnitId:
        """Return a unit's id: the source's own, which IT writes in fleet.toml."""
        if _PLAIN_ID.fullmatch(organisation_id):
            return UnitId(organisation_id)
        return UnitId(self.ids.record(f"Organization/{organisation_id}"))

    def roles(self, practitioner_id: str) -> list[tuple[Role, UnitId | None]]:
        """Return the roles of a member of staff, each with its unit."""
        return [
            (role, self.unit_id(organisation) if organisation else None)
            for role, organisation in self._roles.get(practitioner_id, [])
        ]

    def is_staff(self, value: object) -> bool:
        """Tell whether a reference points at somebody with initials to log in by."""
        found = self._resolve("Practitioner", value)
        party = self._parties.get(f"Practitioner/{found}")
        return party is not None and party.is_staff

    def units_of_part(self, part: str) -> set[UnitId] | None:
        """Return the units a part feeds; None is every unit (shared staff, contacts, plan)."""
        coverage = self.coverage.get(part)
        if coverage is None or not (coverage.has_citizens or coverage.organisations):
            return {UNITLESS.id} if coverage and coverage.has_pointers else None
        if not coverage.has_citizens and len(coverage.organisations) > 1:
            return None
        units = {self.unit_id(one) for one in coverage.organisations if self._is_described(one)}
        is_lost = any(not self._is_described(one) for one in coverage.organisations)
        return units | {UNITLESS.id} if coverage.is_unitless or is_lost else units

    def _is_described(self, organisation_id: str) -> bool:
        return f"Organization/{organisation_id}" in self._parties

    def _resolve(self, kind: str, value: object) -> str | None:
        reference = parse_reference(value)
        return reference.id or self._identifiers.get(f"{kind}?{reference.identifier}")


def why_left_out(patient: Json) -> str | None:
    """Say why a Patient is not somebody to care for tonight, or None."""
    if patient.get("deceasedBoolean") is True or text(patient.get("deceasedDateTime")):
        return "deceased"
    return "inactive" if patient.get("active") is False else None


def unit_kind(organisation: Json) -> UnitKind | None:
    """Return what an Organization says it is, or None if it does not say it in our words."""
    for code in codes(organisation.get("type"), OWN + "unit-kind"):
        if code in set(UnitKind):
            return UnitKind(code)
    return None


def roles_of(practitioner_role: Json) -> list[Role]:
    """Return the roles a PractitionerRole gives, in our words."""
    found = codes(practitioner_role.get("code"), OWN + "role")
    return [Role(code) for code in found if code in set(Role)]


def whole_address(value: object) -> str | None:
    """Return street, postcode and town in one line."""
    street = address_line(value)
    for item in mappings(value):
        town = " ".join(filter(None, (text(item.get("postalCode")), text(item.get("city")))))
        return ", ".join(filter(None, (street, town))) or None
    return None


_SURVEYS = {
    "Organization": FeedIndex._survey_organization,  # noqa: SLF001  (the table of this very class)
    "Practitioner": FeedIndex._survey_practitioner,  # noqa: SLF001
    "PractitionerRole": FeedIndex._survey_role,  # noqa: SLF001
    "Medication": FeedIndex._survey_medication,  # noqa: SLF001
}
SURVEYED = ("Patient", *_SURVEYS)
