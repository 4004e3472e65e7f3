from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.records.models import Citizen, Condition, MedicationOrder, Note, Relative
from appliance.records.search import SearchIndex, build_search
from appliance.records.terms import CitizenId, MedicationStatus, UnitId
from appliance.records.writer import RecordWriter
from tests.appliance.records.invented import AASE, BENT, CARL

RECORDS = (
    Relative("r1", AASE.id, "Sigurd Ærøskov", relation="søn"),
    MedicationOrder("m1", BENT.id, MedicationStatus.ACTIVE, brand="Marevan", generic="warfarin"),
    MedicationOrder("m2", BENT.id, MedicationStatus.ACTIVE, indication="mod smerter"),
    Condition("k1", CARL.id, "Diabetes", note="type 2"),
    Note("n1", CARL.id, "Bent fra nabolejligheden kom på besøg, og de drak kaffe sammen."),
)


@pytest.fixture
def index(writer: RecordWriter, database: Path) -> SearchIndex:
    """Return the search index of a small snapshot."""
    with writer:
        for record in RECORDS:
            writer.add(record)
    found = database.with_name("search.sqlite")
    build_search(database, found)
    return SearchIndex(found)


@pytest.mark.parametrize(
    ("words", "citizen_id", "section"),
    [
        ("åse", AASE.id, "citizens"),
        ("ÆRØSKOV åse", AASE.id, "citizens"),
        ("sigurd", AASE.id, "relatives"),
        ("marev", BENT.id, "medication"),
        ("warfarin", BENT.id, "medication"),
        ("smerter", BENT.id, "medication"),
        ("diabetes type", CARL.id, "conditions"),
        ("kaffe sam", CARL.id, "notes"),
    ],
)
def test_any_word_of_the_record_finds_the_citizen(
    index: SearchIndex, words: str, citizen_id: str, section: str
) -> None:
    hits = index.find(words)

    assert (hits[0].citizen_id, hits[0].section) == (citizen_id, section)


def test_a_name_comes_before_a_mention(index: SearchIndex) -> None:
    hits = index.find("bent")

    assert [hit.section for hit in hits] == ["citizens", "notes"]
    assert "nabolejligheden" in hits[1].snippet


@pytest.mark.parametrize("words", ["ærøskov", "aeroeskov", "aeroskov", "Ærø", "A\u030ase", "aase"])
def test_other_spelling_of_a_danish_letter_finds_the_name(index: SearchIndex, words: str) -> None:
    assert index.find(words)[0].citizen_id == AASE.id


def test_spelling_as_it_stands_comes_first_and_is_not_counted_twice(
    writer: RecordWriter, database: Path
) -> None:
    found = database.with_name("search.sqlite")
    with writer:
        for number, name in enumerate(["Sørensen", "Sorensen", "Soerensen"]):
            writer.add(Citizen(CitizenId(f"x{number}"), AASE.unit_id, name, "Ib"))
    build_search(database, found)

    hits = SearchIndex(found).find("sorensen")

    assert hits[0].citizen_id == "x1"
    assert {hit.citizen_id for hit in hits} == {"x0", "x1", "x2"}
    assert "Ib Sørensen" in {hit.snippet.strip() for hit in hits}


def test_mention_in_another_spelling_is_shown_as_it_stands(index: SearchIndex) -> None:
    (hit,) = index.find("nabolejligheden paa") or index.find("besoeg")

    assert "kom på besøg, og de drak" in hit.snippet


def test_every_word_must_occur(index: SearchIndex) -> None:
    assert index.find("åse marevan") == []


def test_a_cpr_number_is_not_searchable(index: SearchIndex) -> None:
    assert index.find(AASE.cpr or "") == []


@pytest.mark.parametrize("words", ["", "  ", "!?", "_", "\0", '"', "* OR", "NEAR(", "a' OR 'b"])
def test_words_that_are_no_words_find_nothing_and_break_nothing(
    index: SearchIndex, words: str
) -> None:
    assert index.find(words) == []


@given(words=st.text(max_size=30))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_a_nurse_types_breaks_the_search(index: SearchIndex, words: str) -> None:
    assert len(index.find(words)) <= 50


def test_a_common_word_is_cut_at_the_number_asked_for(index: SearchIndex) -> None:
    assert len(index.find("be", most=1)) == 1


def test_the_index_is_there_complete_or_not_at_all(tmp_path: Path, database: Path) -> None:
    database.write_bytes(b"no records here")

    with pytest.raises(Exception, match="not a database"):
        build_search(database, tmp_path / "search.sqlite")

    assert not (tmp_path / "search.sqlite").exists()


def test_an_index_left_half_way_is_made_again(writer: RecordWriter, database: Path) -> None:
    found = database.with_name("search.sqlite")
    found.with_suffix(".growing").write_bytes(b"cut by a power failure")
    with writer:
        pass

    build_search(database, found)

    assert SearchIndex(found).find("bent")


def test_hits_elsewhere_do_not_crowd_out_those_of_the_units_asked_for(
    writer: RecordWriter, database: Path
) -> None:
    found = database.with_name("search.sqlite")
    with writer:
        for number in range(250):
            here = UnitId("u-elsewhere")
            writer.add(Citizen(CitizenId(f"x{number}"), here, "Andetsteds", "Åse"))
    build_search(database, found)

    hits = SearchIndex(found).find("åse", 200, [AASE.unit_id])

    assert [hit.citizen_id for hit in hits] == [AASE.id]


def test_words_of_the_record_belong_to_the_unit_of_the_citizen(index: SearchIndex) -> None:
    units = [UnitId('u-x"]; DROP'), BENT.unit_id]

    assert index.find("warfarin", unit_ids=units)[0].citizen_id == BENT.id
    assert index.find("warfarin", unit_ids=[UnitId("u-none")]) == []
    assert index.find("warfarin", unit_ids=[]) == []
