"""Read who people are: citizens, relatives, staff, contacts, and the units they belong to.

CPR numbers are never judged by a check digit (official test persons and replacement numbers fail
it) and never used to merge. What looks wrong is said as a doubt on the citizen, for a person to
look at. Called by `bulk` through the table of extractors.
"""

import re
from datetime import date

from appliance.records.models import Citizen, Contact, Relative, StaffMember, Unit
from appliance.records.terms import Role, UnitId
from provisioning.errors import Severity
from provisioning.sources.fhir.extraction import Extracted, Extraction
from provisioning.sources.fhir.index import INITIALS, UNITLESS, roles_of, whole_address
from provisioning.sources.fhir.places import Point, point_of, says_where
from provisioning.sources.fhir.references import parse_reference
from provisioning.sources.fhir.values import (
    OWN,
    Json,
    address_line,
    codes,
    concept,
    day,
    extension_flag,
    extension_text,
    identifier,
    mapping,
    mappings,
    person_name,
    phone,
    text,
)

CPR_SYSTEM = "urn:oid:1.2.208.176.1.2"
# Replacement numbers, national (X-eCPR) and regional (D-eCPR): dk-core's identifier profiles.
_REPLACEMENT_SYSTEMS = "urn:oid:1.2.208.176.1.6.1."
_CPR = re.compile(r"\d{6}[0-9A-Z]{4}")
NO_NAME = "Navn mangler i kilden"
NAME_MISSING = "name_missing"
_CONTACT_ROLE = OWN + "contact-role"
_EMERGENCY_CONTACT = "http://terminology.hl7.org/CodeSystem/v2-0131"
_RELATIONS = {
    "CHILD": "barn", "CHLDADOPT": "adoptivbarn", "DAU": "datter", "SON": "søn",
    "PRN": "forælder", "MTH": "mor", "FTH": "far", "SIB": "søskende", "SIS": "søster",
    "BRO": "bror", "SPS": "ægtefælle", "HUSB": "mand", "WIFE": "hustru", "DOMPART": "samlever",
    "SIGOTHR": "partner", "GRPRN": "bedsteforælder", "GRMTH": "bedstemor", "GRFTH": "bedstefar",
    "GRNDCHILD": "barnebarn", "NIENEPH": "niece eller nevø", "NIECE": "niece", "NEPHEW": "nevø",
    "FRND": "ven", "NBOR": "nabo", "GUARD": "værge", "FAMMEMB": "familiemedlem",
}  # fmt: skip
# Somebody with two roles gets the one that opens least, until the source is put right.
_LEAST_FIRST = (Role.IT, Role.DRIVER_COORDINATOR, Role.ASSISTANT, Role.NURSE, Role.LEADER)


def extract_citizen(at: Extraction) -> Extracted:
    """Read a Patient who is cared for."""
    resource = at.resource
    name = person_name(resource.get("name"))
    if name is None:
        at.remark("name", "is missing", severity=Severity.ERROR)
    birth_date, cpr = _birth_date(at), _cpr(at)
    gp_name, gp_phone = _general_practitioner(at)
    address = next(iter(mappings(resource.get("address"))), {})
    place = _place(at, address)
    citizen = Citizen(
        id=at.citizen_id,
        unit_id=_unit_of(at),
        family_name=name.family if name else NO_NAME,
        given_name=name.given if name else "",
        cpr=cpr,
        birth_date=birth_date,
        gender=text(resource.get("gender")),
        dwelling=extension_text(resource, "dwelling"),
        address=address_line(resource.get("address")),
        postcode=text(address.get("postalCode")),
        city=text(address.get("city")),
        easting=place.easting if place else None,
        northing=place.northing if place else None,
        phone=phone(resource.get("telecom")),
        is_address_protected=extension_flag(resource, "protected-address") is True,
        gp_name=gp_name,
        gp_phone=gp_phone,
        identity_doubts=(*(() if name else (NAME_MISSING,)), *own_doubts(cpr, birth_date)),
    )
    return [citizen]


def _place(at: Extraction, address: Json) -> Point | None:
    place = point_of(address)
    if place is None and says_where(address):
        at.remark("address.extension", "is not a place in Denmark", "ETRS89/UTM32 or WGS84")
    return place


def _unit_of(at: Extraction) -> UnitId:
    unit_id = at.index.unit_of(parse_reference(at.resource.get("managingOrganization")))
    if unit_id is None:
        at.remark(
            "managingOrganization",
            f"is not in the feed; the citizen is put in {UNITLESS.id}",
            severity=Severity.ERROR,
        )
        return UNITLESS.id
    return unit_id


def _birth_date(at: Extraction) -> date | None:
    given = at.resource.get("birthDate")
    birth_date = day(given)
    if given is not None and birth_date is None:
        at.remark("birthDate", "is not a full date", "YYYY-MM-DD")
    return birth_date


def _cpr(at: Extraction) -> str | None:
    given = cpr_numbers(at.resource)
    if len(set(given)) > 1:
        at.remark("identifier", "has several CPR numbers; the first is used")
    if not given:
        return None
    cpr = re.sub(r"[\s-]", "", given[0]).upper()
    if _CPR.fullmatch(cpr):
        return cpr
    at.remark("identifier", "the CPR number cannot be read", "six digits and four characters")
    return None


def cpr_numbers(resource: Json) -> list[str]:
    """Return the CPR numbers of a person, real ones before replacement numbers."""
    given = [
        (text(item.get("system")) or "", text(item.get("value")))
        for item in mappings(resource.get("identifier"))
    ]
    real = [value for system, value in given if system == CPR_SYSTEM and value]
    stand_ins = [v for system, v in given if system.startswith(_REPLACEMENT_SYSTEMS) and v]
    return real + stand_ins


def own_doubts(cpr: str | None, birth_date: date | None) -> tuple[str, ...]:
    """Return the doubts a person's own number and birth date raise."""
    if cpr is None or birth_date is None or cpr.startswith(birth_date.strftime("%d%m%y")):
        return ()
    # Older regional replacement numbers add 60 to the day.
    if cpr[:6] == f"{birth_date.day + 60}{birth_date:%m%y}":
        return ()
    return ("cpr_birth_date_differs",)


def _general_practitioner(at: Extraction) -> tuple[str | None, str | None]:
    for given in mappings(at.resource.get("generalPractitioner")):
        reference = parse_reference(given)
        party = at.index.party(reference, at.resource)
        name = reference.display or (party.name if party else None)
        if name:
            return name, extension_text(given, "phone") or (party.phone if party else None)
    return None, None


def extract_relative(at: Extraction) -> Extracted:
    """Read a RelatedPerson."""
    name = person_name(at.resource.get("name"))
    if name is None:
        return None
    relationship = at.resource.get("relationship")
    relative = Relative(
        at.record_id,
        at.citizen_id,
        name.spoken,
        _relation(relationship),
        phone(at.resource.get("telecom")),
        is_primary="C" in codes(relationship, _EMERGENCY_CONTACT),
        note=extension_text(at.resource, "note"),
    )
    return [relative]


def _relation(relationship: object) -> str | None:
    """Say in Danish what somebody is to the citizen; being whom to call first is not a relation."""
    for item in mappings(relationship):
        if said := text(item.get("text")):
            return said
    for item in mappings(relationship):
        for coding in mappings(item.get("coding")):
            code = text(coding.get("code")) or ""
            said = text(coding.get("display")) or _RELATIONS.get(code)
            if said and coding.get("system") != _EMERGENCY_CONTACT:
                return said
    return None


def extract_organisation(at: Extraction) -> Extracted:
    """Read an Organization that is a unit or a contact."""
    resource = at.resource
    source_id = text(resource.get("id")) or ""
    name = person_name(resource.get("name"))
    if at.index.is_unit(source_id):
        unit = Unit(
            at.index.unit_id(source_id),
            name.spoken if name else source_id,
            at.index.unit_kind(source_id),
            phone(resource.get("telecom")),
            whole_address(resource.get("address")),
        )
        return [unit]
    is_contact = bool(codes(resource.get("type"), _CONTACT_ROLE))
    return [_contact(at, name.spoken, resource.get("type"))] if is_contact and name else None


def extract_practitioner(at: Extraction) -> Extracted:
    """Read a Practitioner who may log in, or who is on the contact list."""
    name = person_name(at.resource.get("name"))
    initials = identifier(at.resource, INITIALS)
    if initials:
        return [_staff_member(at, initials, name.spoken if name else initials)]
    roles = [item.get("code") for item in mappings(at.resource.get("qualification"))]
    roles = [role for role in roles if codes(role, _CONTACT_ROLE)]
    return [_contact(at, name.spoken, roles[0])] if roles and name else None


def _staff_member(at: Extraction, initials: str, name: str) -> StaffMember:
    source_id = text(at.resource.get("id")) or ""
    given = at.index.roles(source_id)
    roles = {role for role, _ in given}
    if len(roles) > 1:
        at.remark("role", "has several roles; the one that opens least is used", "one role")
    if not roles:
        at.remark("role", "has initials but no PractitionerRole", "a role and a unit")
    period = mapping(next(iter(mappings(at.resource.get("qualification"))), {}).get("period"))
    return StaffMember(
        at.index.ids.staff(source_id),
        name,
        initials,
        next((role for role in _LEAST_FIRST if role in roles), Role.IT),
        tuple(sorted({unit for _, unit in given if unit})),
        extension_text(at.resource, "login-code"),
        phone(at.resource.get("telecom")),
        day(period.get("end")),
    )


def extract_role(at: Extraction) -> Extracted:
    """Read a PractitionerRole; its content went into the member of staff it belongs to."""
    is_ours = roles_of(at.resource) and at.index.is_staff(at.resource.get("practitioner"))
    return [] if is_ours else None


def _contact(at: Extraction, name: str, role: object) -> Contact:
    part_of = parse_reference(at.resource.get("partOf"))
    is_in_unit = part_of.id is not None and at.index.is_unit(part_of.id)
    return Contact(
        at.record_id,
        name,
        _role_text(role),
        part_of.display or extension_text(at.resource, "organisation"),
        phone(at.resource.get("telecom")),
        at.index.unit_id(part_of.id) if is_in_unit and part_of.id else None,
    )


def _role_text(role: object) -> str | None:
    return next((said for item in mappings(role) if (said := concept(item))), None)
