import re
from collections import Counter

import pytest

from appliance.demo.people import fails_modulus_11
from appliance.records.terms import UnitKind


def test_every_cpr_number_is_plainly_invented(town):
    numbers = [citizen.cpr for citizen in town.citizens if citizen.cpr and citizen.cpr.isdigit()]

    assert len(numbers) > 400
    assert all(fails_modulus_11(cpr) for cpr in numbers)
    assert all(re.fullmatch(r"\d{6}(39|99)\d\d", cpr) for cpr in numbers)


def test_nobody_is_born_on_the_day_whose_real_numbers_also_fail(town):
    born = [citizen.birth_date for citizen in town.citizens if citizen.birth_date]

    assert not any((day.month, day.day) == (1, 1) for day in born)
    assert max(born).year < 2007


def test_cpr_number_says_the_birth_date_and_gender(town):
    for citizen in town.citizens:
        if citizen.cpr and citizen.birth_date:
            assert citizen.cpr.startswith(f"{citizen.birth_date:%d%m%y}")
        if citizen.cpr and citizen.cpr.isdigit():
            assert (int(citizen.cpr) % 2 == 0) is (citizen.gender == "female")


def test_only_those_meant_to_share_a_cpr_number_do(town):
    (double,) = [alike for alike in town.look_alikes if alike.kind == "duplicate_cpr"]
    for unit in town.units:
        counts = Counter(citizen.cpr for citizen in unit.care.citizens if citizen.cpr)
        twice = [cpr for cpr, count in counts.items() if count > 1]
        sharing = {citizen.id for citizen in unit.care.citizens if citizen.cpr in twice}

        assert sharing == (set(double.citizen_ids) if unit.slug == "solgaarden" else set())


def test_those_who_share_a_cpr_number_are_two_people(town):
    (double,) = [alike for alike in town.look_alikes if alike.kind == "duplicate_cpr"]
    one, other = [citizen for citizen in town.citizens if citizen.id in double.citizen_ids]

    assert one.cpr == other.cpr
    assert one.birth_date == other.birth_date
    assert one.name != other.name


def test_same_and_similar_names_live_in_the_same_unit(town):
    names = {citizen.id: citizen.name for citizen in town.citizens}
    pairs = [
        tuple(names[one] for one in alike.citizen_ids)
        for alike in town.look_alikes
        if alike.kind == "similar_name"
    ]

    assert ("Karen Møller Sørensen", "Karen Møller Sørensen") in pairs
    assert ("Else Kjær Jensen", "Elsa Kjær Jensen") in pairs
    assert ("Børge Østergaard", "Børge Østergård") in pairs


def test_both_kinds_of_replacement_numbers_occur(small_town):
    letters = [one.cpr for one in small_town.citizens if one.cpr and not one.cpr.isdigit()]

    assert {cpr[6] in "17" for cpr in letters} == {True, False}
    assert all(re.fullmatch(r"\d{7}[A-Z]{2}\d", cpr) for cpr in letters)


def test_hard_cases_of_identity_occur(small_town):
    citizens = small_town.citizens

    assert sum(citizen.is_address_protected for citizen in citizens) >= 3
    assert sum(len(citizen.name) >= 70 for citizen in citizens) >= 2
    assert any(citizen.cpr is None for citizen in citizens)
    assert any(citizen.birth_date is None for citizen in citizens)
    assert any(citizen.gp_name is None and citizen.gp_phone is None for citizen in citizens)


def test_ids_say_nothing_of_the_person(town):
    assert all(re.fullmatch(r"[0-9a-f]{12}", citizen.id) for citizen in town.citizens)


@pytest.mark.parametrize("slug", ["hjemmepleje-nord", "hjemmepleje-syd"])
def test_those_helped_at_home_have_an_address_and_no_dwelling(town, slug):
    citizens = town.unit(slug).care.citizens

    assert all(citizen.address and citizen.postcode and citizen.city for citizen in citizens)
    assert not any(citizen.dwelling for citizen in citizens)


def test_care_centre_citizens_have_a_dwelling_almost_always(town):
    inside = [unit for unit in town.units if unit.unit.kind is UnitKind.CARE_CENTRE]
    citizens = [citizen for unit in inside for citizen in unit.care.citizens]
    share = sum(citizen.dwelling is not None for citizen in citizens) / len(citizens)

    assert 0.9 < share < 1


def test_names_hold_danish_letters(town):
    letters = set("".join(citizen.name for citizen in town.citizens))

    assert set("æøåÅØ") <= letters
