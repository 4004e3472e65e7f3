from appliance.demo.staff import doctor_id, is_person
from appliance.records.terms import Role


def test_every_role_has_somebody_with_a_code(town):
    assert {member.role for member in town.staff} == set(Role)
    assert set(town.login_codes) == {member.initials for member in town.staff}


def test_named_people_are_who_the_demo_says_they_are(town):
    by_initials = {member.initials: member for member in town.staff}

    assert by_initials["AHO"].name == "Agnes Holm"
    assert by_initials["AHO"].role is Role.NURSE
    assert by_initials["BKR"].name == "Bent Krogh"
    assert by_initials["BKR"].role is Role.LEADER


def test_login_codes_are_six_digits_and_all_different(town):
    codes = town.login_codes.values()

    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(set(codes)) == len(codes)


def test_town_holds_no_hash_and_the_accounts_name_known_units(town):
    assert not any(member.login_code_phc for member in town.staff)
    assert {unit for member in town.staff for unit in member.unit_ids} == set(town.by_id)


def test_one_account_has_run_out_and_one_will(town):
    today = town.night.date()
    ends = [member.valid_until for member in town.staff if member.valid_until]

    assert any(end < today for end in ends)
    assert any(end > today for end in ends)


def test_contacts_have_numbers_and_every_doctor_is_among_them(town):
    contacts = {contact.id: contact for contact in town.contacts}
    doctors = {citizen.gp_name: citizen.gp_phone for citizen in town.citizens if citizen.gp_name}

    assert all(contact.phone for contact in town.contacts)
    assert all(contacts[doctor_id(name)].phone == phone for name, phone in doctors.items())
    assert any(is_person(contact) for contact in town.contacts)
    assert any(contact.unit_id for contact in town.contacts)


def test_response_plan_has_action_cards_and_an_owner(town):
    kinds = [document.kind for document in town.plan_documents]

    assert kinds.count("action_card") == 2
    assert all(document.owner and document.version for document in town.plan_documents)
    assert town.plan_documents[-1].unit_id == "solgaarden"
