"""Write citizens, relatives, units, staff and contacts as FHIR resources. Called by `feed_fhir`."""

from collections.abc import Callable, Iterator

from appliance.demo import fhir_elements as fhir
from appliance.demo.fhir_elements import OWN, Json
from appliance.demo.staff import doctor_id, is_person
from appliance.records.models import Citizen, Contact, Relative, StaffMember, Unit

_EMERGENCY_CONTACT = "http://terminology.hl7.org/CodeSystem/v2-0131"
_LETTERS_FROM = 7  # the eighth and ninth character of a replacement number are letters


def organization_of(unit: Unit) -> Json:
    """Write a unit."""
    street, _, rest = (unit.address or "").partition(", ")
    postcode, _, city = rest.partition(" ")
    return fhir.resource(
        "Organization",
        unit.id,
        meta=fhir.profile("dk-core-organization"),
        type=fhir.concepts(None, OWN + "unit-kind", unit.kind.value),
        name=unit.name,
        telecom=fhir.telecom(unit.phone),
        address=[
            {key: value for key, value in part.items() if key != "use"}
            for part in fhir.address(street, postcode, city)
        ],
    )


def patient(citizen: Citizen, *, has_doctor_by_reference: bool) -> Json:
    """Write a citizen; the doctor is either words with a telephone number, or a reference."""
    return fhir.resource(
        "Patient",
        citizen.id,
        meta=fhir.profile("dk-core-patient"),
        identifier=_identifiers(citizen.cpr),
        active=True,
        name=[_name(citizen)],
        telecom=fhir.telecom(citizen.phone),
        gender=citizen.gender,
        birthDate=fhir.day(citizen.birth_date),
        address=fhir.address(citizen.address, citizen.postcode, citizen.city),
        generalPractitioner=_doctor(citizen, is_reference=has_doctor_by_reference),
        managingOrganization=fhir.reference("Organization", citizen.unit_id),
        extension=fhir.extensions(
            fhir.extension("dwelling", valueString=citizen.dwelling),
            fhir.extension("protected-address", valueBoolean=True)
            if citizen.is_address_protected
            else None,
        ),
    )


def _name(citizen: Citizen) -> Json:
    return {
        "use": "official",
        "text": citizen.name,
        "family": citizen.family_name,
        "given": [citizen.given_name],
    }


def _identifiers(cpr: str | None) -> list[Json]:
    if cpr is None:
        return []
    if cpr.isdigit():
        return [{"use": "official", "system": fhir.CPR, "value": cpr}]
    is_national = cpr[_LETTERS_FROM - 1] in "17"
    system = fhir.NATIONAL_CPR if is_national else fhir.REGIONAL_CPR
    return [{"use": "temp", "system": system, "value": cpr}]


def _doctor(citizen: Citizen, *, is_reference: bool) -> list[Json]:
    if citizen.gp_name is None:
        return []
    if is_reference:
        return [fhir.reference("Organization", doctor_id(citizen.gp_name))]
    phone = fhir.extensions(fhir.extension("phone", valueString=citizen.gp_phone))
    return [fhir.filled({"display": citizen.gp_name, "extension": phone})]


def related_person(relative: Relative) -> Json:
    """Write a relative; the first to phone has the code of an emergency contact."""
    code = "C" if relative.is_primary else None
    return fhir.resource(
        "RelatedPerson",
        relative.id,
        patient=fhir.reference("Patient", relative.citizen_id),
        relationship=fhir.concepts(relative.relation, _EMERGENCY_CONTACT, code),
        name=[{"text": relative.name}],
        telecom=fhir.telecom(relative.phone),
        extension=fhir.extensions(fhir.extension("note", valueString=relative.note)),
    )


def staff_member(
    member: StaffMember, login_code: str | None, hash_code: Callable[[str], str]
) -> Iterator[Json]:
    """Write a member of staff with the hash of the login code, and one role for each unit."""
    phc = hash_code(login_code) if login_code else None
    until = fhir.period(None, member.valid_until)
    yield fhir.resource(
        "Practitioner",
        member.id,
        meta=fhir.profile("dk-core-practitioner"),
        identifier=[{"system": OWN + "initials", "value": member.initials}],
        name=[{"text": member.name}],
        telecom=fhir.telecom(member.phone),
        qualification=[{"code": {"text": "Ansættelse"}, "period": until}] if until else [],
        extension=fhir.extensions(fhir.extension("login-code", valueString=phc)),
    )
    for unit_id in member.unit_ids:
        yield fhir.resource(
            "PractitionerRole",
            f"{member.id}-{unit_id}",
            practitioner=fhir.reference("Practitioner", member.id),
            organization=fhir.reference("Organization", unit_id),
            code=fhir.concepts(None, OWN + "role", member.role.value),
        )


def contact(given: Contact) -> Json:
    """Write a contact: a leader as a Practitioner, everything else as an Organization."""
    role = fhir.concepts(given.role, OWN + "contact-role", _code(given.role))
    if is_person(given):
        organisation = fhir.extension("organisation", valueString=given.organisation)
        return fhir.resource(
            "Practitioner",
            given.id,
            name=[{"text": given.name}],
            telecom=fhir.telecom(given.phone),
            qualification=[{"code": one} for one in role],
            extension=fhir.extensions(organisation),
        )
    unit = fhir.reference("Organization", given.unit_id) if given.unit_id else {}
    return fhir.resource(
        "Organization",
        given.id,
        type=role,
        name=given.name,
        telecom=fhir.telecom(given.phone),
        partOf={**unit, **(fhir.named(given.organisation) or {})},
    )


def _code(role: str | None) -> str:
    """Make a code of a role: lower case, no spaces."""
    return (role or "kontakt").lower().replace(", ", "-").replace(" ", "-")
