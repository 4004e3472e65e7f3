from datetime import date

import pytest

from appliance.records.models import Citizen, Contact, OtherItem, Relative, StaffMember, Unit
from appliance.records.terms import Role, UnitId, UnitKind
from tests.provisioning.feeds import (
    IDS,
    OWN,
    about,
    extension,
    organization,
    patient,
    take,
    take_resources,
    write_feed,
)

CPR = "urn:oid:1.2.208.176.1.2"
X_ECPR = "urn:oid:1.2.208.176.1.6.1.1"
D_ECPR = "urn:oid:1.2.208.176.1.6.1.3.177"
EMERGENCY = "http://terminology.hl7.org/CodeSystem/v2-0131"
ROLES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"


def take_people(tmp_path, *people):
    return take(write_feed(tmp_path / "feed", [organization(), *people]), tmp_path)


def citizen_of(tmp_path, **fields):
    return take_people(tmp_path, patient(**fields)).one(Citizen)


def numbered(value, system=CPR):
    return {"identifier": [{"system": system, "value": value}]}


def test_citizen_is_read_whole(tmp_path):
    citizen = citizen_of(
        tmp_path,
        **numbered("010143-1234"),
        birthDate="1943-01-01",
        gender="female",
        address=[{"line": ["Vej 1"], "postalCode": "8800", "city": "Viborg"}],
        telecom=[{"system": "phone", "value": "87 00 00 01"}],
        generalPractitioner=[
            {"display": "Lægehuset", "extension": [extension("phone", valueString="86 00 00 00")]}
        ],
        extension=[
            extension("dwelling", valueString="12"),
            extension("protected-address", valueBoolean=True),
        ],
    )

    assert citizen.id == IDS.citizen("1")
    assert (citizen.unit_id, citizen.name, citizen.cpr) == ("solgaarden", "Ane1 Holm", "0101431234")
    assert (citizen.birth_date, citizen.gender) == (date(1943, 1, 1), "female")
    assert (citizen.address, citizen.postcode, citizen.city) == ("Vej 1", "8800", "Viborg")
    assert (citizen.dwelling, citizen.is_address_protected) == ("12", True)
    assert (citizen.gp_name, citizen.gp_phone) == ("Lægehuset", "86 00 00 00")
    assert citizen.identity_doubts == ()


def test_citizens_id_says_nothing_of_the_cpr(tmp_path):
    citizen = citizen_of(tmp_path, number="0101431234", **numbered("0101431234"))

    assert "0101431234" not in citizen.id
    assert len(citizen.id) == 13
    assert citizen.id.isalnum()
    assert citizen.id == citizen.id.lower()


@pytest.mark.parametrize(
    ("value", "system"),
    [("0201609995", CPR), ("0703921VJ4", X_ECPR), ("1206550VK9", D_ECPR), ("0703921vj4", X_ECPR)],
)
def test_numbers_that_fail_modulus_11_and_those_with_letters_are_taken(tmp_path, value, system):
    assert citizen_of(tmp_path, **numbered(value, system)).cpr == value.upper()


def test_real_number_goes_before_a_replacement(tmp_path):
    both = [{"system": X_ECPR, "value": "0703921VJ4"}, {"system": CPR, "value": "0703921234"}]
    taken = take_people(tmp_path, patient(identifier=both))

    assert taken.one(Citizen).cpr == "0703921234"
    assert "several CPR numbers" in taken.messages


def test_number_that_cannot_be_read_is_reported_without_being_written(tmp_path):
    taken = take_people(tmp_path, patient(**numbered("12345")))

    assert taken.one(Citizen).cpr is None
    assert "the CPR number cannot be read" in taken.messages
    assert "12345" not in taken.messages


@pytest.mark.parametrize(
    ("cpr", "doubts"),
    [
        ("0201919990", ("cpr_birth_date_differs",)),
        ("0101431234", ()),
        ("6101431234", ()),
    ],
)
def test_cpr_and_birth_date_that_differ_raise_a_doubt(tmp_path, cpr, doubts):
    citizen = citizen_of(tmp_path, **numbered(cpr), birthDate="1943-01-01")

    assert citizen.identity_doubts == doubts


def test_half_a_birth_date_is_none_and_is_remarked(tmp_path):
    taken = take_people(tmp_path, patient(birthDate="1943-01"))

    assert taken.one(Citizen).birth_date is None
    assert "birthDate: is not a full date (expected YYYY-MM-DD)" in taken.messages


def test_citizen_without_a_name_is_still_there(tmp_path):
    taken = take_people(tmp_path, patient(name=[{}]))

    assert taken.one(Citizen).family_name == "Navn mangler i kilden"
    assert "error: Patient.name: is missing" in taken.messages


def test_citizen_without_a_unit_is_in_the_unit_for_that(tmp_path):
    taken = take(write_feed(tmp_path / "feed", [patient(unit=None)]), tmp_path)

    assert taken.one(Citizen).unit_id == "uden-enhed"
    assert taken.one(Unit).name == "Uden enhed"


def test_citizen_of_a_unit_that_is_nowhere_is_kept_and_reported(tmp_path):
    taken = take_people(tmp_path, patient(unit="nowhere"))

    assert taken.one(Citizen).unit_id == "uden-enhed"
    assert "managingOrganization: is not in the feed" in taken.messages
    assert not taken.report.is_clean


def test_unit_may_be_pointed_at_by_its_identifier(tmp_path):
    sor = {"system": "sor", "value": "77"}
    taken = take(
        write_feed(
            tmp_path / "feed",
            [
                organization(identifier=[sor]),
                patient(unit=None, managingOrganization={"identifier": sor}),
            ],
        ),
        tmp_path,
    )

    assert taken.one(Citizen).unit_id == "solgaarden"


def test_organization_that_citizens_belong_to_is_a_unit_though_it_does_not_say_so(tmp_path):
    given = [organization("Org/1 æ", type=None, name=None), patient(unit=None)]
    given[1]["managingOrganization"] = {"reference": "urn:uuid:Org/1 æ"}
    taken = take(write_feed(tmp_path / "feed", given), tmp_path)

    unit = taken.one(Unit)
    assert (unit.name, unit.kind) == ("Org/1 æ", UnitKind.CARE_CENTRE)
    assert unit.id == IDS.record("Organization/Org/1 æ")


def test_unit_has_its_address_in_one_line(tmp_path):
    address = [{"line": ["Solvej 4"], "postalCode": "8800", "city": "Viborg"}]
    taken = take_people(
        tmp_path, organization("b", address=address), organization("c", address=[{}])
    )

    units = {unit.id: unit for unit in taken.all_of(Unit)}
    assert units[UnitId("b")].address == "Solvej 4, 8800 Viborg"
    assert units[UnitId("c")].address is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"deceasedBoolean": True}, "deceased"),
        ({"deceasedDateTime": "2026-11-01"}, "deceased"),
        ({"active": False}, "inactive"),
    ],
)
def test_people_not_to_care_for_are_left_out_with_their_records_and_counted(
    tmp_path, fields, reason
):
    taken = take_people(tmp_path, patient(**fields), about("Condition"), about("Claim"))

    assert taken.all_of(Citizen) == taken.all_of(OtherItem) == []
    assert taken.verdicts("Patient") == taken.verdicts("Condition") == (0, 1, 0, 0)
    assert taken.verdicts("Claim") == (0, 0, 1, 0)
    assert taken.report.left_out[f"Patient of a citizen who is {reason}"] == 1


def test_living_citizen_is_not_left_out(tmp_path):
    assert citizen_of(tmp_path, deceasedBoolean=False, active=True)


def test_general_practitioner_may_be_a_reference(tmp_path):
    doctor = {
        "resourceType": "Organization",
        "id": "laege",
        "name": "Lægehuset",
        "telecom": [{"system": "phone", "value": "86"}],
    }
    given = patient(generalPractitioner=[{}, {"reference": "Organization/laege"}])
    citizen = take_people(tmp_path, doctor, given).one(Citizen)

    assert (citizen.gp_name, citizen.gp_phone) == ("Lægehuset", "86")


def test_general_practitioner_may_be_contained(tmp_path):
    inside = [
        {"resourceType": "Practitioner", "id": "l", "name": [{"text": "Bo Lund"}]},
        {"resourceType": "Practitioner", "id": "k"},
    ]
    given = [{"reference": "#k"}, {"reference": "#l"}]

    assert citizen_of(tmp_path, contained=inside, generalPractitioner=given).gp_name == "Bo Lund"


def test_relative_is_read(tmp_path):
    relation = [{"text": "datter", "coding": [{"system": EMERGENCY, "code": "C"}]}]
    relative = take_resources(
        tmp_path,
        {
            "resourceType": "RelatedPerson",
            "id": "p",
            "patient": {"reference": "Patient/1"},
            "name": [{"text": "Eva Holm"}],
            "relationship": relation,
            "telecom": [{"value": "22"}],
        },
    ).one(Relative)

    assert (relative.name, relative.relation, relative.phone) == ("Eva Holm", "datter", "22")
    assert relative.is_primary


@pytest.mark.parametrize(
    ("coding", "relation"),
    [
        ([{"system": ROLES, "code": "MTH"}], "mor"),
        ([{"system": EMERGENCY, "code": "C", "display": "Emergency"}], None),
        ([{"system": EMERGENCY, "code": "C"}, {"code": "X", "display": "kusine"}], "kusine"),
        ([{"system": ROLES, "code": "XYZ"}], None),
    ],
)
def test_relation_is_danish_and_whom_to_call_first_is_none(tmp_path, coding, relation):
    given = about("RelatedPerson", name=[{"text": "X"}], relationship=[{"coding": coding}])

    assert take_resources(tmp_path, given).one(Relative).relation == relation


def test_relative_without_name_is_kept(tmp_path):
    taken = take_resources(tmp_path, about("RelatedPerson"))

    assert taken.verdicts("RelatedPerson") == (0, 1, 0, 0)


def role_of(practitioner="p", unit="solgaarden", role="nurse", number="r"):
    return {
        "resourceType": "PractitionerRole",
        "id": number,
        "practitioner": {"reference": f"Practitioner/{practitioner}"},
        "organization": {"reference": f"Organization/{unit}"},
        "code": [{"coding": [{"system": OWN + "role", "code": role}]}],
    }


def member(**fields):
    initials = [{"system": OWN + "initials", "value": "AHO"}]
    return {"resourceType": "Practitioner", "id": "p", "identifier": initials, **fields}


def test_staff_are_read_with_their_roles_and_units(tmp_path):
    code = [extension("login-code", valueString="$argon2id$x")]
    until = [{"code": {"text": "Ansat"}, "period": {"end": "2027-01-31"}}]
    taken = take_people(
        tmp_path,
        role_of(),
        role_of(unit="aabrinken", number="r2"),
        member(name=[{"text": "Agnes Holm"}], extension=code, qualification=until),
    )
    staff = taken.one(StaffMember)

    assert (staff.name, staff.initials, staff.role) == ("Agnes Holm", "AHO", Role.NURSE)
    assert staff.unit_ids == ("aabrinken", "solgaarden")
    assert (staff.login_code_phc, staff.valid_until) == ("$argon2id$x", date(2027, 1, 31))
    assert taken.verdicts("PractitionerRole") == (2, 0, 0, 0)


def test_staff_with_two_roles_get_the_one_that_opens_least(tmp_path):
    taken = take_people(
        tmp_path, member(), role_of(role="leader"), role_of(role="nurse", number="b")
    )

    assert taken.one(StaffMember).role is Role.NURSE
    assert "has several roles" in taken.messages


def test_staff_without_a_role_see_no_citizen(tmp_path):
    taken = take_people(tmp_path, member())

    assert taken.one(StaffMember).role is Role.IT
    assert taken.one(StaffMember).name == "AHO"
    assert "no PractitionerRole" in taken.messages


def test_role_of_nobody_we_know_is_kept(tmp_path):
    of_nobody = {**role_of(number="c"), "practitioner": {"display": "Dr. A"}}
    taken = take_people(
        tmp_path, role_of("nobody"), role_of(role="wizard", number="b"), of_nobody, member()
    )

    assert taken.verdicts("PractitionerRole") == (0, 3, 0, 0)


def test_unit_of_a_kind_we_do_not_know_is_no_unit_by_itself(tmp_path):
    kind = [{"coding": [{"system": OWN + "unit-kind", "code": "rumstation"}]}]
    taken = take_people(tmp_path, organization("r", type=kind))

    assert [unit.id for unit in taken.all_of(Unit)] == ["solgaarden"]


def contact_type(role="Vagtlæge"):
    return {"text": role, "coding": [{"system": OWN + "contact-role", "code": "x"}]}


def test_contacts_are_organizations_and_people(tmp_path):
    leader = {
        "resourceType": "Practitioner",
        "id": "l",
        "name": [{"text": "Lis"}],
        "qualification": [{"code": contact_type("Leder")}],
        "extension": [extension("organisation", valueString="Omsorg")],
    }
    doctor = {
        "resourceType": "Organization",
        "id": "v",
        "name": "Lægevagten",
        "type": [contact_type()],
        "partOf": {"reference": "Organization/solgaarden", "display": "Regionen"},
        "telecom": [{"system": "phone", "value": "70"}],
    }
    contacts = {one.name: one for one in take_people(tmp_path, leader, doctor).all_of(Contact)}

    assert (contacts["Lis"].role, contacts["Lis"].organisation) == ("Leder", "Omsorg")
    assert contacts["Lis"].unit_id is None
    assert (contacts["Lægevagten"].organisation, contacts["Lægevagten"].phone) == ("Regionen", "70")
    assert contacts["Lægevagten"].unit_id == "solgaarden"


def test_organizations_and_practitioners_of_no_use_are_kept_by_name(tmp_path):
    hospital = {"resourceType": "Organization", "id": "h", "name": "Hospitalet"}
    doctor = {"resourceType": "Practitioner", "id": "d", "name": [{"text": "Dr. A"}]}
    unnamed = {"resourceType": "Organization", "id": "u", "type": [contact_type()]}
    titles = {
        one.title for one in take_people(tmp_path, hospital, doctor, unnamed).all_of(OtherItem)
    }

    assert titles == {"Hospitalet", "Dr. A", "Vagtlæge"}
