"""What every sheet of the plan has in common."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.errors import PlanError
from appliance.paper.frame import WRITE_TIME
from appliance.paper.plan_sheets import action_cards, contact_list, letters, response_plan
from appliance.paper.plan_sheets.plan_frame import GROUP, NOT_APPROVED, overdue_alert
from appliance.paper.printable import FIELD_NAMES
from appliance.paper.sheet_kind import ANYBODY, Material
from appliance.paper.sheets import SHEETS
from appliance.plan.shipped import shipped_plan
from appliance.records.alerts import CLOCK_UNSURE
from tests.appliance.paper.pages import bare, layout, overprinted, squeezed, texts
from tests.appliance.paper.plan_sheets.conftest import (
    LONG,
    MODULES,
    crowded_plan,
    overdue,
    pages,
    plain_text,
    printed,
    views,
)

each_module = pytest.mark.parametrize("module", MODULES, ids=lambda each: each.DESIGN.name)


@each_module
def test_it_is_printed_by_anybody_while_the_box_is_locked(module):
    documents = printed(module)

    assert documents
    assert module.KIND.roles == ANYBODY
    assert module.KIND.group == GROUP
    assert SHEETS[module.DESIGN.name] is module.KIND


@each_module
def test_every_page_says_which_plan_it_is_from_and_where_it_ends(module):
    for document in printed(module):
        found = texts(document.pdf)
        assert all("Kommunen, plan 1.0" in page for page in found)
        assert all(f"Side {number} af {len(found)}" in page for number, page in enumerate(found, 1))
        assert ("Slut på " in found[-1]) is (module is not letters)


@pytest.mark.slow
@each_module
def test_nothing_is_printed_on_top_of_anything_however_long_it_is(module, tmp_path, open_box):
    for material in (Material(plan=crowded_plan()), open_box(plan=crowded_plan())):
        for document in printed(module, material, box_name=LONG):
            for words in layout(document.pdf, tmp_path):
                assert overprinted(words) == []
                assert all(word.right <= 595 - 30 for word in words)


@each_module
def test_another_municipalitys_plan_is_printed_without_touching_code(module, fjordby):
    text = " ".join(pages(module, Material(plan=fjordby)))

    assert "Fjordby Kommune, plan 4.2" in text
    assert "Kommunen, plan" not in text


@each_module
def test_a_drill_and_an_unsure_clock_are_said_on_every_page(module):
    for page in pages(module, is_drill=True):
        assert "ØVELSE" in page
    for page in pages(module, is_clock_trusted=False):
        assert CLOCK_UNSURE in page
        assert WRITE_TIME in page


@pytest.mark.parametrize(
    "module", [each for each in MODULES if each is not letters], ids=lambda each: each.DESIGN.name
)
def test_the_plan_in_place_of_a_broken_one_says_so_on_every_page(module):
    stand_in = replace(shipped_plan(), is_stand_in=True)

    for page in pages(module, Material(plan=stand_in)):
        assert squeezed(PlanError.sentence) in page


@pytest.mark.slow
@each_module
def test_the_spare_renderer_prints_every_word_of_it(module, open_box):
    for material in (Material(), open_box()):
        plain = bare(plain_text(module, material))
        for page in pages(module, material):
            body = page.partition("Kommunen, plan")[0]
            words = {bare(word) for word in body.split() if len(word) > 5}
            missing = {word for word in words if word not in plain and word.upper() not in plain}
            assert missing <= names_of_rows(views(module, material))


def names_of_rows(found):
    """Return the heads over the names of rows: the spare renderer lets a name speak for itself."""
    sections = [section for each in found for section in each["sections"]]
    columns = [column for section in sections for column in section.get("columns", ())]
    return {bare(column["head"]) for column in columns if column["key"] in ("name", "what")}


@each_module
def test_every_text_of_a_row_has_a_name_for_the_spare_renderer(module, open_box, fjordby):
    for material in (Material(plan=fjordby), open_box()):
        rows = [row for each in views(module, material) for row in rows_of(each)]
        keys = {key for row in rows for key, value in row.items() if isinstance(value, str)}
        assert keys <= set(FIELD_NAMES)


def rows_of(view):
    return [row for section in view["sections"] for row in section["rows"]]


def test_nobody_has_approved_the_shipped_plan_and_it_says_so():
    first = pages(response_plan)[0]

    assert NOT_APPROVED in first
    assert "ikke godkendt · næste gennemgang ikke aftalt" in first


def test_an_approved_plan_says_by_whom_and_until_when(fjordby):
    before = datetime(2026, 9, 1, tzinfo=UTC)

    first = pages(response_plan, Material(plan=fjordby), printed_at=before)[0]

    assert NOT_APPROVED not in first
    assert "godkendt 02.03.2026 af Kommunaldirektør Eva Prøve" in first
    assert "næste gennemgang 01.10.2026" in first
    assert "skulle være gennemgået" not in first


def test_an_overdue_review_is_said_on_the_plan():
    plan = overdue(shipped_plan())

    assert (
        "Planen skulle være gennemgået senest 02.01.2025."
        in pages(response_plan, Material(plan=plan))[0]
    )
    assert overdue_alert(plan, datetime(2025, 1, 2, 12, tzinfo=UTC)) is None
    assert overdue_alert(plan, datetime(2025, 1, 2, 23, 30, tzinfo=UTC))  # midnight is Danish


def test_what_leaves_the_house_tells_nobody_about_the_state_of_the_plan():
    for page in pages(letters, Material(plan=replace(shipped_plan(), is_stand_in=True))):
        assert "godkendt" not in page
        assert squeezed(PlanError.sentence) not in page


@pytest.mark.parametrize("module", [action_cards, letters])
def test_a_card_or_letter_that_is_not_in_the_plan_is_refused(module):
    with pytest.raises(Exception, match="in the plan") as refused:
        printed(module, wanted="elsewhere")

    assert refused.value.code == "N-600"


def test_each_card_has_a_number_of_its_own():
    serials = [document.serial for document in printed(action_cards)]

    assert serials == [f"900-{number:05}" for number in range(1, 7)]


def test_plan_texts_are_never_read_as_instructions_to_the_typesetting(fjordby):
    hostile = '#panic() ] } $x$ *b* #read("/etc/passwd")'
    contact = replace(fjordby.contacts[0], name=hostile)

    (page,) = pages(contact_list, Material(plan=replace(fjordby, contacts=(contact,))))

    assert bare(hostile) in bare(page)
