"""Whatever the record holds: a text that begins on a sheet ends on it, and none is off the page."""

import pytest

from appliance.paper.document import Typeset
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.sheets import SHEETS
from tests.appliance.paper.citizen_sheets.lives import ODD_TEXTS, odd_life, whole_life
from tests.appliance.paper.pages import (
    bare,
    layout,
    lost_words,
    overprinted,
    texts,
    without_drill_mark,
)
from tests.appliance.paper.people import AASE, SOLGAARDEN, SYD, context, opened, penicillin

pytestmark = pytest.mark.slow  # every sheet there is: seconds, not milliseconds

_IDS = {Subject.CITIZEN: AASE.id, Subject.UNIT: SYD.id, Subject.NOBODY: ""}
_EACH = [(kind, subject) for kind in SHEETS.values() for subject in kind.subjects]


@pytest.fixture(scope="module")
def odd_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    return opened(folder / "r.sqlite", AASE, penicillin(), *whole_life(), *odd_life())


@pytest.mark.parametrize(
    ("kind", "subject"), _EACH, ids=[f"{kind.name}-{subject}" for kind, subject in _EACH]
)
def test_every_text_that_begins_on_a_sheet_ends_on_it(odd_store, tmp_path, kind, subject):
    material = Material(odd_store, SOLGAARDEN)
    documents = list(kind.make(material, Wanted(subject, _IDS[subject]), context()))

    for document in documents:
        text = bare(" ".join(texts(document.pdf)))
        assert document.typeset is Typeset.STRICT
        assert lost_words(document.pdf, tmp_path) == []
        pages = map(without_drill_mark, layout(document.pdf, tmp_path))
        assert [pair for pair in map(overprinted, pages) if pair] == []
        for name in ODD_TEXTS:
            assert text.count(f"{name}FRA") == text.count(f"{name}TIL"), name


def test_the_odd_record_reaches_the_sheets_it_is_meant_for(odd_store):
    wanted = Wanted(Subject.CITIZEN, AASE.id)
    found = {
        name
        for sheet in ("medication_list", "administration_grid", "folder")
        for document in SHEETS[sheet].make(Material(odd_store), wanted, context())
        for name in ODD_TEXTS
        if f"{name}FRA" in bare(" ".join(texts(document.pdf)))
    }

    assert found == set(ODD_TEXTS)
