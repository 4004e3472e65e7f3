"""Every form: room to write, identity on each page, and not a word more than is known."""

from dataclasses import replace

import pytest

from appliance.paper import plain_pdf
from appliance.paper.citizen_sheets import as_needed_form
from appliance.paper.document import Typeset
from appliance.paper.english_headings import ENGLISH_HEADINGS
from appliance.paper.forms import (
    blood_sugar,
    driving,
    fall,
    fluid,
    medication_given,
    observation,
    stool,
    turning,
    visit_note,
)
from appliance.paper.forms.form import (
    GROUP,
    IDENTITY_BLANKS,
    NOTHING_COPIED,
    WRITE_IDENTITY,
    blank_view,
    citizen_view,
)
from appliance.paper.frame import DRILL, WRITE_TIME, read_identity
from appliance.paper.sheet_kind import ANYBODY, CARE, MOST_COPIES, Material, Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.records.alerts import NEEDS_UNKNOWN
from appliance.records.cave import CAVE_UNKNOWN
from appliance.records.models import SectionState
from appliance.records.models import Warning as Cave
from appliance.records.terms import Section
from tests.appliance.paper.forms.rulings import writing_room_mm
from tests.appliance.paper.pages import bare, layout, overprinted, texts
from tests.appliance.paper.people import (
    AASE,
    LONG_NAME,
    NIGHT,
    SYD,
    CountingSerials,
    context,
    life_critical,
    opened,
    penicillin,
)

MODULES = (
    blood_sugar,
    driving,
    fall,
    fluid,
    medication_given,
    observation,
    stool,
    turning,
    visit_note,
)
FORMS = {module.FORM.name: module.FORM for module in MODULES}
each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
about_somebody = pytest.mark.parametrize(
    "form", [form for form in FORMS.values() if form.is_about_somebody], ids=lambda form: form.name
)
# A head that is as large as one can be: a long name, much CAVE, every doubt.
CROWDED = replace(
    AASE,
    given_name=f"{LONG_NAME} {LONG_NAME}",
    identity_doubts=("duplicate_cpr", "similar_name", "cpr_birth_date_differs"),
)


def printed(form, store=None, copies=1, **changes):
    """Print a form: about Åse where there are records, else blank."""
    subject = Subject.CITIZEN if store else Subject.NOBODY
    wanted = Wanted(subject, AASE.id if store else "", copies)
    return list(SHEETS[form.name].make(Material(store), wanted, context(**changes)))


def asked(view):
    """Return every word a form asks with."""
    for section in view["sections"]:
        yield section["title"]
        yield from (column["head"] for column in section.get("columns", ()))
        for row in section["rows"]:
            yield from (row.get("label", ""), *row.get("choices", ()), *row.get("blanks", ()))


@pytest.fixture
def aase(tmp_path):
    return opened(tmp_path / "r.sqlite", AASE, penicillin(), life_critical(AASE))


def test_every_form_of_the_group_is_tried_here():
    # The PN form is tried with the sheets about a citizen.
    tried = {*FORMS, as_needed_form.DESIGN.name}

    assert {kind.name for kind in SHEETS.values() if kind.group == GROUP} == tried


@about_somebody
def test_blank_form_has_room_for_identity_and_says_that_nothing_is_copied(form):
    (document,) = printed(form)

    (page,) = texts(document.pdf)
    assert WRITE_IDENTITY in page
    assert all(blank in page for blank in IDENTITY_BLANKS)
    assert NOTHING_COPIED in page
    assert "Udskrift 900-00001" in page
    assert "Slut på skemaet: " in page
    assert document.citizen_id is None


@about_somebody
def test_form_about_a_citizen_has_identity_cave_and_needs_on_every_page(form, aase):
    (document,) = printed(form, aase)

    for page in texts(document.pdf):
        assert "Åse Ågård" in page
        assert "010130-0000" in page
        assert "Bolig 101" in page
        assert "CAVE: Penicillin" in page
        assert "CAVE: data fra man. 23. nov. 2026 kl. 02.05 · Behov: data fra" in page
    assert "Livsnødvendig: Ilt i døgndrift" in texts(document.pdf)[0]
    assert document.citizen_id == AASE.id


@about_somebody
def test_everything_asked_stands_on_the_paper_and_on_the_plain_one(form, aase):
    view = citizen_view(form, read_identity(aase, AASE.id), context(), "900-00001")
    (document,) = printed(form, aase)
    plain, _ = plain_pdf.render(view, NIGHT)

    nice_text, plain_text = (bare("".join(texts(pdf))) for pdf in (document.pdf, plain))
    assert document.typeset is Typeset.STRICT
    for words in filter(None, asked(view)):
        assert bare(words) in nice_text
        assert bare(words).casefold() in plain_text.casefold()


@about_somebody
def test_plain_blank_form_has_a_line_for_each_part_of_the_identity_on_every_page(form):
    pdf, pages = plain_pdf.render(blank_view(form, context(), "900-00001"), NIGHT)

    found = texts(pdf)
    assert len(found) == pages
    for page in found:
        assert WRITE_IDENTITY in page
        assert all(f"{blank.rstrip(':')}: ____" in page for blank in IDENTITY_BLANKS)


@about_somebody
def test_cave_that_was_not_delivered_is_never_a_form_without_cave(form, tmp_path):
    gaps = [
        SectionState(SYD.id, section, is_delivered=False, is_complete=False)
        for section in (Section.WARNINGS, Section.FLAGS)
    ]
    (document,) = printed(form, opened(tmp_path / "r.sqlite", AASE, *gaps))

    page = texts(document.pdf)[0]
    assert CAVE_UNKNOWN in page
    assert NEEDS_UNKNOWN in page
    assert "CAVE: ikke med i kopien" in page


@each_form
@pytest.mark.parametrize("is_bilingual", [False, True], ids=["danish", "english"])
def test_nothing_is_printed_on_top_of_anything_however_crowded(form, is_bilingual, tmp_path):
    many = [Cave(f"w{n}", AASE.id, f"{LONG_NAME}{n}", "udslæt og åndenød") for n in range(6)]
    store = opened(tmp_path / "r.sqlite", CROWDED, life_critical(CROWDED), *many)
    changes = {"is_bilingual": is_bilingual, "is_clock_trusted": False}

    about = printed(form, store, **changes) if form.is_about_somebody else []
    for document in (*about, *printed(form, None, **changes)):
        assert [overprinted(page) for page in layout(document.pdf, tmp_path)] == (
            [[]] * document.pages
        )
        assert all(WRITE_TIME in page for page in texts(document.pdf))


@each_form
def test_a_form_of_a_drill_says_so_at_the_top_and_across(form):
    (page,) = texts(printed(form, is_drill=True)[0].pdf)

    assert page.count(DRILL) == 2


@each_form
def test_each_copy_has_a_number_of_its_own(form):
    stack = printed(form, copies=3)

    assert [document.serial for document in stack] == ["900-00001", "900-00002", "900-00003"]
    assert [document.serial in texts(document.pdf)[0] for document in stack] == [True] * 3


def test_a_stack_for_a_day_is_made_one_form_at_a_time():
    serials = CountingSerials()
    wanted = Wanted(Subject.NOBODY, copies=MOST_COPIES)
    stack = SHEETS["observation"].make(Material(), wanted, context(serials=serials))

    assert next(stack).serial == "900-00001"
    assert serials.given == MOST_COPIES


@each_form
def test_a_blank_form_is_for_anybody_and_one_about_a_citizen_is_not(form):
    kind = SHEETS[form.name]

    assert (Subject.CITIZEN in kind.subjects) == form.is_about_somebody
    assert kind.roles_for(Subject.NOBODY) == ANYBODY
    assert kind.roles_for(Subject.CITIZEN) == CARE


@each_form
def test_every_word_a_form_asks_with_has_its_english(form):
    view = blank_view(form, context(is_bilingual=True), "900-00001")
    (document,) = printed(form, is_bilingual=True)

    words = {view["title"], *view["header"].get("blanks", ()), *asked(view)} - {"", "112"}
    assert words - ENGLISH_HEADINGS.keys() == set()
    text = bare(" ".join(texts(document.pdf)))
    assert [word for word in words if bare(ENGLISH_HEADINGS[word]) not in text] == []


@each_form
@pytest.mark.parametrize("is_bilingual", [False, True], ids=["danish", "english"])
def test_every_line_to_write_on_is_at_least_7_mm_high(form, is_bilingual, tmp_path):
    document = printed(form, is_bilingual=is_bilingual)[0]
    view = blank_view(form, context(), "900-00001")
    first = next(words for words in asked(view) if words)

    found = writing_room_mm(document.pdf, tmp_path, below=first.split()[0], at_mm=180)

    assert len(found) >= 9
    assert [each for each in found if each < 7] == []


def test_a_long_head_leaves_fewer_rows_but_never_a_useless_form(tmp_path):
    many = [Cave(f"w{n}", AASE.id, f"{LONG_NAME}{n}", "udslæt") for n in range(30)]
    crowded = opened(tmp_path / "a.sqlite", CROWDED, *many)
    plain = opened(tmp_path / "b.sqlite", AASE, penicillin())

    rows = [
        len(citizen_view(observation.FORM, read_identity(store, AASE.id), context(), "1")
            ["sections"][0]["rows"])
        for store in (plain, crowded)
    ]  # fmt: skip

    assert rows == [17, 6]
    assert printed(observation.FORM, plain)[0].pages == 1
