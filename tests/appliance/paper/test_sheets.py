"""The registry: every sheet can be built from it."""

import pytest

from appliance.errors import LockedError, PaperError
from appliance.paper.document import Typeset
from appliance.paper.english_headings import ENGLISH_HEADINGS
from appliance.paper.sheet_kind import MOST_COPIES, Material, Subject, Wanted
from appliance.paper.sheets import SHEETS
from tests.appliance.paper.people import AASE, SYD, context

_IDS = {Subject.CITIZEN: AASE.id, Subject.UNIT: SYD.id, Subject.NOBODY: ""}
_EACH = [(kind, subject) for kind in SHEETS.values() for subject in kind.subjects]
each_sheet = pytest.mark.parametrize(
    ("kind", "subject"), _EACH, ids=[f"{kind.name}-{subject}" for kind, subject in _EACH]
)


@each_sheet
def test_every_registered_sheet_can_be_made(aase_store, kind, subject):
    documents = list(kind.make(Material(aase_store), Wanted(subject, _IDS[subject]), context()))

    assert documents[0].title == kind.title
    assert {document.typeset for document in documents} == {Typeset.STRICT}
    assert all(document.serial.startswith("900-") for document in documents)
    assert len({document.serial for document in documents}) == len(documents)


@each_sheet
def test_only_a_sheet_about_nobody_is_made_while_the_box_is_locked(kind, subject):
    wanted = Wanted(subject, _IDS[subject])

    if subject is Subject.NOBODY:
        assert list(kind.make(Material(), wanted, context()))
    else:
        with pytest.raises(LockedError):
            list(kind.make(Material(), wanted, context()))


@each_sheet
def test_a_sheet_about_somebody_who_is_not_in_the_copy_is_refused(aase_store, kind, subject):
    if subject is not Subject.NOBODY:
        with pytest.raises(PaperError):
            list(kind.make(Material(aase_store), Wanted(subject, "elsewhere"), context()))
    assert subject in kind.subjects


@pytest.mark.parametrize("kind", SHEETS.values(), ids=lambda kind: kind.name)
def test_a_sheet_is_never_about_what_it_is_not_made_for(aase_store, kind):
    others = [subject for subject in Subject if subject not in kind.subjects]

    for subject in others:
        with pytest.raises(PaperError):
            kind.make(Material(aase_store), Wanted(subject, _IDS[subject]), context())
    assert set(others) | set(kind.subjects) == set(Subject)


@pytest.mark.parametrize("kind", SHEETS.values(), ids=lambda kind: kind.name)
def test_copies_are_for_forms_and_have_an_end(aase_store, kind):
    subject = kind.subjects[0]
    too_many = MOST_COPIES + 1 if kind.has_copies else 2

    for copies in (0, too_many):
        with pytest.raises(PaperError):
            kind.make(Material(aase_store), Wanted(subject, _IDS[subject], copies), context())


def test_english_headings_are_not_the_danish_ones():
    assert all(english != danish for danish, english in ENGLISH_HEADINGS.items())
