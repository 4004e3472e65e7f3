"""The drill pack is real paper of nobody real: always marked, never kept as anybody's."""

from datetime import timedelta

import pytest

from appliance.demo.people import fails_modulus_11
from appliance.paper import drill_pack
from appliance.paper.document import Typeset
from appliance.paper.drill_pack import SHEET, TITLE, write_records
from appliance.paper.drill_people import UNIT, citizens, records
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.records.models import SectionState
from appliance.records.store import RecordStore
from appliance.records.terms import Section
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import NIGHT, context


@pytest.fixture(scope="module")
def documents():
    return list(drill_pack.KIND.make(Material(), Wanted(Subject.NOBODY), context()))


def test_every_page_says_that_it_is_a_drill_though_none_is_on(documents):
    for document in documents:
        assert all("ØVELSE" in page for page in texts(document.pdf))


def test_it_is_a_pack_as_in_a_real_night(documents):
    cover, life_critical, due, *lists = (" ".join(texts(each.pdf)) for each in documents)

    assert "6 medicinlister: først 2 med behov, der ikke kan vente" in cover
    assert "Anna Øvelse-Ager" in life_critical
    assert "Øvedopa" in due
    assert len(lists) == 6
    assert "CAVE: Penicillin – udslæt" in lists[0]
    assert {each.typeset for each in documents} == {Typeset.STRICT}


def test_on_paper_each_citizen_says_to_be_of_a_drill(documents):
    for citizen, document in zip(citizens(), documents[3:], strict=True):
        text = " ".join(texts(document.pdf))
        assert citizen.name in text
        assert UNIT.name in text


def test_nothing_that_is_kept_of_the_paper_names_an_invented_citizen(documents):
    assert {(each.sheet, each.title, each.citizen_id, each.digest) for each in documents} == {
        (SHEET, TITLE, None, "")
    }


def test_nobody_real_can_be_meant():
    for citizen in citizens():
        assert "Øvelse" in citizen.name
        assert citizen.cpr is not None
        assert fails_modulus_11(citizen.cpr)
        assert citizen.cpr.startswith(f"{citizen.birth_date:%d%m%y}")


def test_no_one_of_them_is_taken_for_another_and_the_copy_is_fresh(tmp_path):
    write_records(tmp_path / "records.sqlite", records(NIGHT))
    store = RecordStore(tmp_path / "records.sqlite")

    assert [each.identity_doubts for each in store.citizens(UNIT.id)] == [()] * 6
    states = store.all_of(SectionState)
    assert {state.section for state in states} == set(Section)
    assert {NIGHT - state.as_of for state in states} == {timedelta(minutes=20)}


def test_the_invented_copy_is_gone_when_the_pack_is_made_or_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    given_up = drill_pack.KIND.make(Material(), Wanted(Subject.NOBODY), context())
    next(given_up)
    assert len(list(tmp_path.iterdir())) == 1
    given_up.close()

    assert list(tmp_path.iterdir()) == []
