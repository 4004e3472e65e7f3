"""A protected address is hidden, also where it does not belong."""

from dataclasses import replace

import pytest

from appliance.records.addresses import (
    ADDRESS_PROTECTED,
    dwelling_of,
    place_in_town,
    street_of,
    whereabouts,
)
from appliance.records.models import Citizen
from appliance.records.terms import CitizenId, UnitId

AT_HOME = Citizen(
    CitizenId("c1"),
    UnitId("u1"),
    "Holm",
    "Ane",
    address="Åvej 1",
    postcode="8000",
    city="Aarhus",
    easting=574_500.0,
    northing=6_223_100.0,
)
HIDDEN = replace(AT_HOME, is_address_protected=True)


def test_an_address_is_shown_with_its_town_and_its_place_on_the_map():
    shown = whereabouts(AT_HOME)

    assert shown.text == "Åvej 1, 8000 Aarhus"
    assert (shown.easting, shown.northing) == (574_500.0, 6_223_100.0)


def test_a_protected_address_is_hidden_with_its_place_on_the_map():
    shown = whereabouts(HIDDEN)

    assert (shown.text, shown.is_hidden) == (ADDRESS_PROTECTED, True)
    assert (shown.easting, shown.northing) == (None, None)


def test_a_protected_address_is_shown_where_the_rule_of_the_flag_says_so():
    assert whereabouts(HIDDEN, shows_protected=True) == whereabouts(AT_HOME)


def test_who_has_no_address_has_no_text():
    assert whereabouts(Citizen(CitizenId("c1"), UnitId("u1"), "Holm", "Ane")).text == ""


@pytest.mark.parametrize(
    "dwelling",
    [
        "Hemmelig Vej 7, 2. tv",
        "Åvej 1",
        "åvej 1, kælderen",
        "Nørregade 12 st.",
        "2. tv, 8000 Aarhus",
    ],
)
def test_a_dwelling_that_gives_away_a_protected_address_is_dropped(dwelling):
    assert dwelling_of(replace(HIDDEN, dwelling=dwelling)) == ""
    assert dwelling_of(replace(AT_HOME, dwelling=dwelling)) == dwelling


@pytest.mark.parametrize(
    "dwelling", ["101", "Stue 4", "Lejlighed 3, 1. sal", "B 12", "Haveværelset"]
)
def test_a_room_in_the_house_stays_though_the_address_is_protected(dwelling):
    assert dwelling_of(replace(HIDDEN, dwelling=dwelling)) == dwelling


def test_a_list_is_sorted_by_postcode_street_and_number_and_not_by_letters():
    two, ten = (replace(AT_HOME, address=f"Åvej {number}") for number in (2, 10))
    elsewhere = replace(AT_HOME, address="Allé 1", postcode="8210")

    assert sorted((elsewhere, ten, two), key=place_in_town) == [two, ten, elsewhere]


def test_a_protected_address_is_sorted_as_if_nobody_knew_it():
    moved = replace(HIDDEN, address="Allé 1", postcode="0900")

    assert place_in_town(HIDDEN) == place_in_town(moved) > place_in_town(AT_HOME)


def test_a_street_is_compared_without_its_number():
    assert street_of(replace(AT_HOME, address="Store Torv 4, 2. th.")) == "store torv"
    assert street_of(replace(AT_HOME, address=None)) == ""
