from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.merging.same_person import Description, Doubt, agree, find_same

ANE = Description(
    "a", 1, "lists", "CSV/Excel", is_pointer=False, unit_id="solgaarden", cpr="0101400000",
    birth_date="1940-01-01", given_name="Ane Marie", family_name="Holm",
)  # fmt: skip
CARD = replace(ANE, citizen_id="b", feed=2, part="cards", source="FMK", is_pointer=True)
REPORT = replace(
    CARD, citizen_id="c", feed=3, part="gateway", source="FHIR",
    given_name="", family_name="", birth_date=None,
)  # fmt: skip


def joined(*people):
    return [
        ([one.citizen_id for one in join.mains], [one.citizen_id for one in join.others])
        for join in find_same(people).joins
    ]


def doubted(*people):
    return {(one.citizen_id, doubt) for one, doubt in find_same(people).doubts}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"given_name": "Ane"},
        {"given_name": "ANE", "family_name": "Bang"},  # married
        {"given_name": "", "family_name": "Ane Marie Holm"},  # a system with one field for names
        {"given_name": "", "family_name": "Holm"},
        {"given_name": "", "family_name": ""},
        {"birth_date": None},
    ],
)
def test_nothing_speaks_against(changes):
    assert agree(ANE, replace(CARD, **changes))
    assert agree(replace(CARD, **changes), ANE)


@pytest.mark.parametrize(
    "changes",
    [
        {"given_name": "Jens"},  # a husband's card under his wife's CPR number
        {"birth_date": "1941-01-01"},
        {"given_name": "", "family_name": "Bang"},
    ],
)
def test_something_speaks_against(changes):
    other = replace(CARD, **changes)

    assert not agree(ANE, other)
    assert joined(ANE, other) == []
    assert doubted(ANE, other) == {("a", Doubt.DISAGREES), ("b", Doubt.DISAGREES)}


def test_the_citizen_stays_and_what_points_is_joined_in_the_order_of_the_feeds():
    assert joined(REPORT, CARD, ANE) == [(["a"], ["b", "c"])]


def test_without_a_citizen_the_one_with_a_name_stays():
    assert joined(replace(REPORT, feed=1), CARD) == [(["b"], ["c"])]


def test_the_first_feed_that_has_the_citizen_stays():
    second = replace(ANE, citizen_id="z", feed=2, unit_id="other")

    assert joined(second, ANE) == [(["a"], ["z"])]


def test_a_person_known_to_two_units_of_one_feed_is_joined_to_both():
    meals = replace(ANE, citizen_id="m", unit_id="koekken")

    assert joined(ANE, meals, CARD) == [(["a", "m"], ["b"])]


def test_two_people_of_one_feed_with_one_number_get_nothing_joined():
    husband = replace(ANE, citizen_id="h", given_name="Jens")

    assert joined(ANE, husband, CARD) == []
    assert doubted(ANE, husband, CARD) == {(one, Doubt.AMBIGUOUS) for one in ("a", "h", "b")}


def test_two_people_of_one_feed_with_one_number_are_no_matter_of_this_package():
    assert find_same([ANE, replace(ANE, citizen_id="h", given_name="Jens")]).doubts == []


def test_nobody_is_joined_without_a_number():
    nameless = replace(ANE, cpr=None)

    assert joined(nameless, replace(nameless, citizen_id="b", feed=2)) == []


def test_what_differs_from_something_joined_before_is_not_joined():
    early = replace(REPORT, feed=2, birth_date="1940-01-01")
    late = replace(REPORT, citizen_id="d", feed=4, birth_date="1950-01-01")
    undated = replace(ANE, birth_date=None)

    assert joined(undated, early, late) == [(["a"], ["c"])]


NAMES = st.sampled_from(["", "Ane", "Ane Marie", "Jens", "Holm", "Bang"])
PEOPLE = st.lists(
    st.builds(
        Description,
        citizen_id=st.uuids().map(str),
        feed=st.integers(1, 3),
        part=st.just("p"),
        source=st.just("s"),
        is_pointer=st.booleans(),
        unit_id=st.sampled_from(["u", "v"]),
        cpr=st.sampled_from(["0101400000", "0201400000", None]),
        birth_date=st.sampled_from([None, "1940-01-01", "1941-01-01"]),
        given_name=NAMES,
        family_name=NAMES,
    ),
    max_size=7,
    unique_by=lambda one: one.citizen_id,
)


@given(PEOPLE)
def test_whoever_is_joined_agrees_with_everybody_of_the_join(people):
    for join in find_same(people).joins:
        everybody = [*join.mains, *join.others]
        assert len({one.cpr for one in everybody}) == 1
        assert all(agree(one, other) for one in everybody for other in everybody)


@given(PEOPLE)
def test_everybody_with_a_shared_number_is_joined_once_or_doubted_or_alone_in_a_feed(people):
    found = find_same(people)
    others = [one.citizen_id for join in found.joins for one in join.others]
    mains = {one.citizen_id for join in found.joins for one in join.mains}

    assert len(others) == len(set(others))
    assert not mains & set(others)


@given(PEOPLE, st.randoms())
def test_the_order_in_which_people_were_read_decides_nothing(people, random):
    shuffled = list(people)
    random.shuffle(shuffled)

    assert joined(*shuffled) == joined(*people)
