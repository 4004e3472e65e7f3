"""Every sheet of every citizen is tried, and what is odd is told without a word of the record."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from appliance.errors import LockedError
from appliance.paper.document import Document, Flaw, Typeset
from appliance.paper.proving import ProofSerials, proof_context, trials
from appliance.paper.sheet_kind import Material, SheetKind, Subject
from appliance.paper.sheets import SHEETS
from appliance.records.models import Unit
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, UnitId, UnitKind
from tests.appliance.paper.people import AASE, NIGHT, SYD, opened
from tests.appliance.records.orders import order

TOVE = replace(AASE, id=CitizenId("tove"), given_name="Tove 漢", dwelling="102")
EMPTY = Unit(UnitId("mad"), "Madservice", UnitKind.MEAL_SERVICE)


@pytest.fixture
def store(tmp_path):
    medicine = order(id="m1", citizen_id=AASE.id)
    with closing(opened(tmp_path / "r.sqlite", AASE, TOVE, EMPTY, medicine)) as store:
        yield store


def tried(store, *kinds):
    how = proof_context(NIGHT, "Solgården")
    return list(trials(Material(store), kinds or SHEETS.values(), how))


def kind_of(name, build, subject=Subject.CITIZEN):
    return SheetKind(name, name, (subject,), build)


def test_every_sheet_is_tried_of_everybody_it_can_be_about(store):
    found = {(each.sheet, each.unit_id, each.citizen_id) for each in tried(store)}

    wanted = set()
    for name, kind in SHEETS.items():
        if Subject.CITIZEN in kind.subjects:
            wanted |= {(name, SYD.id, "aase"), (name, SYD.id, "tove")}
        if Subject.UNIT in kind.subjects:
            wanted.add((name, SYD.id, ""))
        if Subject.NOBODY in kind.subjects:
            wanted.add((name, "", ""))
    assert found == wanted


def test_character_that_cannot_be_printed_is_told_by_field_and_number(store):
    lists = {each.citizen_id: each for each in tried(store, SHEETS["medication_list"])}

    assert lists["aase"].is_strict
    assert lists["tove"].typeset is Typeset.REPAIRED
    assert lists["tove"].flaws == (Flaw("Navn", ("U+6F22",)),)
    assert "漢" not in repr(lists)


def test_pack_is_tried_by_its_cover_alone(store):
    (cover,) = tried(store, SHEETS["pack"])

    assert cover.flaws == (Flaw("Navn", ("U+6F22",)),)


def test_unreadable_citizen_is_a_finding_and_the_others_are_tried(tmp_path):
    path = tmp_path / "r.sqlite"
    opened(path, AASE, TOVE, order(id="m1", citizen_id=AASE.id)).close()
    path.chmod(0o600)
    with closing(sqlite3.connect(path)) as damaged, damaged:
        damaged.execute("UPDATE medication SET dosage = '{' WHERE citizen_id = 'aase'")

    with closing(RecordStore(path)) as store:
        first, second = tried(store, SHEETS["medication_list"])

    assert (first.citizen_id, first.typeset, first.grade) == ("aase", None, "failed")
    assert first.error.startswith("JSONDecodeError at ")
    assert second.citizen_id == "tove"


def test_of_several_documents_the_worst_speaks_for_the_sheet(store):
    flaws = (Flaw("Navn", ("U+0001",)),)

    def build(_material, _wanted, _context):
        yield Document(b"", 1, "1", "t", "s", typeset=Typeset.STRICT)
        yield Document(b"", 1, "2", "t", "s", typeset=Typeset.LENIENT, flaws=flaws)
        yield Document(b"", 1, "3", "t", "s", typeset=Typeset.REPAIRED, overfull=("CAVE",))

    trial = tried(store, kind_of("several", build))[0]

    assert trial.typeset is Typeset.LENIENT
    assert trial.flaws == flaws
    assert trial.overfull == ("CAVE",)


def test_sheet_that_comes_to_nothing_is_a_finding(store):
    trial = tried(store, kind_of("nothing", lambda *_: iter(())))[0]

    assert trial.grade == "failed"


def test_own_errors_are_told_by_their_code(store):
    def build(material, _wanted, _context):
        raise LockedError(material.store().citizens()[0].name)

    trial = tried(store, kind_of("locked", build))[0]

    assert trial.error == "N-404"


def test_a_fault_of_the_machine_is_no_finding_about_a_citizen(store):
    def build(*_):
        raise MemoryError

    with pytest.raises(MemoryError):
        tried(store, kind_of("large", build))


def test_a_trial_knows_how_long_it_took(store):
    ticks = iter(range(100))
    how = proof_context(NIGHT, "Solgården")

    found = trials(Material(store), [SHEETS["medication_list"]], how, lambda: next(ticks))

    assert [each.seconds for each in found] == [1, 1]


def test_numbers_of_a_proof_are_on_no_paper_and_never_end():
    serials = ProofSerials()

    first, last = serials.take(2), serials.take(99_999)[-1]

    assert first == ["000-00001", "000-00002"]
    assert last == "000-00002"
