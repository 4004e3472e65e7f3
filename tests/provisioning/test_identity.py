import pytest

from appliance.records.models import Citizen
from provisioning.identity import Identity, find_shared_cpr, find_similar_names
from tests.provisioning.feeds import organization, patient, take, write_feed


def person(number, cpr=None, given="Ane", family="Holm", **more):
    facts = {"unit_id": "a", "birth_date": "1943-01-01", "identity_doubts": "[]", **more}
    return Identity(number, cpr=cpr, given_name=given, family_name=family, **facts)


@pytest.mark.parametrize(
    "other",
    [
        {"given": "Eva"},
        {"family": "Lund"},
        {"birth_date": "1944-01-01"},
        {"birth_date": None, "unit_id": "b"},
        {},
    ],
)
def test_two_who_share_a_cpr_are_both_pointed_out(other):
    people = [person("1", "0101431234"), person("2", "0101431234", **other)]

    assert find_shared_cpr(people) == {"1", "2"}


def test_same_person_known_to_two_units_is_no_doubt():
    people = [person("1", "0101431234"), person("2", "0101431234", unit_id="b")]

    assert find_shared_cpr(people) == set()


def test_people_without_cpr_share_nothing():
    assert find_shared_cpr([person("1"), person("2")]) == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ane", "Holm"), ("Ane", "Holm")),
        (("Anna Marie", "Jensen"), ("Anna", "Lund Jensen")),
        (("Karen", "Nielsen"), ("Karin", "Nielsen")),
        (("Kirsten", "Hansen"), ("Kirsten", "Hanson")),
        (("Else", "Aagaard"), ("Else", "Ågaard")),
        (("René", "Møller"), ("Rene", "Møller")),
    ],
)
def test_names_that_can_be_mistaken_are_pointed_out(one, other):
    people = [
        person("1", given=one[0], family=one[1]),
        person("2", given=other[0], family=other[1]),
    ]

    assert find_similar_names(people) == ({"1", "2"})


@pytest.mark.parametrize(
    ("one", "other"),
    [(("Ib", "Bo"), ("Ib", "Bå")), (("Ane", "Holm"), ("Eva", "Lund")), (("", ""), ("", ""))],
)
def test_names_that_differ_enough_or_say_too_little_are_not(one, other):
    people = [
        person("1", given=one[0], family=one[1]),
        person("2", given=other[0], family=other[1]),
    ]

    assert find_similar_names(people) == set()


def test_namesakes_in_two_units_are_not_mistaken():
    assert find_similar_names([person("1"), person("2", unit_id="b")]) == set()


def test_doubts_are_written_on_both_beside_those_they_had(tmp_path):
    cpr = [{"system": "urn:oid:1.2.208.176.1.2", "value": "0201919990"}]
    same = {"identifier": cpr, "birthDate": "1943-01-01", "name": [{"text": "Ane Holm"}]}
    given = [organization(), patient("1", **same), patient("2", **same), patient("3")]
    taken = take(write_feed(tmp_path / "feed", given), tmp_path)

    marked = ("cpr_birth_date_differs", "duplicate_cpr")
    assert sorted(one.identity_doubts for one in taken.all_of(Citizen)) == [(), marked, marked]
