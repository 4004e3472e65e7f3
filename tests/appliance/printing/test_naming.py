"""A word names a unit or a citizen, or several, and never one by guess."""

from dataclasses import replace

import pytest

from appliance.printing.naming import citizens_called, units_called
from appliance.records.models import Unit
from appliance.records.terms import CitizenId, UnitId, UnitKind
from tests.appliance.paper.people import AASE, SYD, opened

NORD = Unit(UnitId("nord"), "Afsnit Nord", UnitKind.RESIDENTIAL_UNIT)
TOVE = replace(AASE, id=CitizenId("tove"), unit_id=NORD.id, dwelling="101 ")
NILS = replace(AASE, id=CitizenId("101"), dwelling="Stue B")


@pytest.fixture
def store(tmp_path):
    return opened(tmp_path / "r.sqlite", NORD, AASE, TOVE)


@pytest.mark.parametrize("word", ["nord", "Afsnit Nord", " AFSNIT nord "])
def test_unit_is_called_by_id_or_name_in_any_case(store, word):
    assert units_called(store, word) == [NORD]


def test_part_of_a_name_names_nothing(store):
    assert units_called(store, "Afsnit") == []
    assert citizens_called(store, "10") == []


def test_dwelling_names_everybody_who_lives_in_one_of_that_name(store):
    assert {each.id for each in citizens_called(store, "101")} == {"aase", "tove"}
    assert citizens_called(store, "101", SYD) == [AASE]


def test_an_id_goes_before_a_dwelling_of_the_same_name(tmp_path):
    store = opened(tmp_path / "r.sqlite", NORD, AASE, NILS)

    assert [citizen.id for citizen in citizens_called(store, "101")] == [NILS.id]


def test_citizen_without_dwelling_is_not_called_by_nothing(tmp_path):
    store = opened(tmp_path / "r.sqlite", replace(AASE, dwelling=None))

    assert citizens_called(store, "") == []
