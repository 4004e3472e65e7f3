"""Whatever the list and however hard the day: all of it is there, and nothing on top of another."""

from collections.abc import Iterator

import pytest

from appliance.paper import plain_pdf
from appliance.paper.document import Typeset, View
from appliance.paper.english_headings import ENGLISH_HEADINGS
from appliance.paper.sheet_kind import DRIVING, Material, Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.paper.typesetting import typeset
from appliance.paper.unit_sheets import (
    deliveries,
    device_load,
    handover,
    key_list,
    kitchen,
    overview,
    visit_plan,
    visit_routes,
)
from appliance.paper.unit_sheets.unit_view import CHECK_DAY, UnitPrint
from appliance.records.alerts import CLOCK_UNSURE, partly_lacking
from appliance.records.models import SectionState
from appliance.records.terms import Section
from tests.appliance.paper.pages import bare, layout, overprinted, texts
from tests.appliance.paper.people import AASE, NIGHT, SYD, context, opened
from tests.appliance.paper.unit_sheets.crowd import about, crowded
from tests.appliance.paper.unit_sheets.printing import not_delivered, printed

pytestmark = pytest.mark.slow  # forty citizens on every list: seconds, not milliseconds

SERIAL = "900-00001"
LISTS = (
    "overview",
    "handover",
    "visit_routes",
    "meal_route",
    "device_route",
    "kitchen",
    "device_load",
    "key_list",
)
OF_THE_DAY = LISTS[2:]
each_list = pytest.mark.parametrize("name", LISTS)


def views(name: str, given: UnitPrint) -> list[View]:
    """Return the views of a list, one for each document."""
    return list(_VIEWS[name](given))


def _visit_views(given: UnitPrint) -> Iterator[View]:
    plan = visit_plan.visit_plan(given)
    for route in plan.routes:
        yield visit_routes.view(given, plan, route, SERIAL)


_VIEWS = {
    "overview": lambda given: [overview.view(given, SERIAL)],
    "handover": lambda given: [handover.view(given, SERIAL)],
    "visit_routes": _visit_views,
    "meal_route": lambda given: [deliveries.meal_view(given, SERIAL)],
    "device_route": lambda given: [deliveries.device_view(given, SERIAL)],
    "kitchen": lambda given: [kitchen.view(given, SERIAL)],
    "device_load": lambda given: [device_load.view(given, SERIAL)],
    "key_list": lambda given: key_list.views(given, [SERIAL] * 9),
}


@pytest.fixture(scope="module")
def hard_store(tmp_path_factory):
    return crowded(tmp_path_factory.mktemp("crowd") / "r.sqlite")


@pytest.fixture(scope="module")
def hard(hard_store):
    return about(hard_store)


def shown_texts(view: View) -> Iterator[str]:
    """Yield every text of a view that a reader must find on the paper."""
    yield from (view["title"], view["header"]["name"], *view["header"]["alerts"])
    yield from (*view["notices"], *view["ending"], *view["footer"]["ages"])
    for section in view["sections"]:
        yield section["title"]
        for row in section["rows"]:
            keys = [column["key"] for column in section["columns"]]
            for key in (*keys, "first_marks", "marks"):
                value = row.get(key, "")
                yield from value if isinstance(value, list) else [value]


def written_heads(view: View) -> Iterator[str]:
    """Yield the heads that somebody is to write under."""
    for section in view["sections"]:
        columns = (one for one in section["columns"] if one["style"] in ("write", "tick"))
        yield from (one["head"] for one in columns)


@each_list
def test_nothing_lies_on_another_word_or_off_the_paper(hard, tmp_path, name):
    for view in views(name, hard):
        sheet = typeset("unit_list.typ", view, NIGHT)
        wide = (842 if view["is_landscape"] else 595) - 11 * 72 / 25.4

        assert sheet.typeset is Typeset.STRICT
        for words in layout(sheet.pdf, tmp_path):
            assert overprinted(words) == []
            assert max(word.right for word in words) < wide


@each_list
def test_every_text_of_the_view_is_on_the_paper(hard, name):
    for view in views(name, hard):
        on_paper = bare("".join(texts(typeset("unit_list.typ", view, NIGHT).pdf)))

        missing = [text for text in shown_texts(view) if bare(text) not in on_paper]
        assert [text for text in missing if not _is_broken_over_pages(text, on_paper)] == []


def _is_broken_over_pages(text: str, printed: str) -> bool:
    """Tell whether a long text stands there with a foot and a head in the middle of it."""
    return len(text) > 60 and all(bare(word) in printed for word in text.split())


@each_list
def test_the_plain_renderer_has_all_of_it_too(hard, name):
    for view in views(name, hard):
        pdf, _ = plain_pdf.render(view, NIGHT)
        # A table's title stands in capitals there.
        on_paper = bare("".join(texts(pdf))).casefold()

        words = {bare(word).casefold() for text in shown_texts(view) for word in text.split()}
        assert [word for word in words if word not in on_paper] == []
        assert [head for head in written_heads(view) if bare(head).casefold() not in on_paper] == []


@each_list
def test_the_unit_and_the_number_stand_on_every_page(hard_store, name):
    documents = SHEETS[name].make(Material(hard_store), Wanted(Subject.UNIT, SYD.id), context())

    for document in documents:
        for number, page in enumerate(texts(document.pdf), 1):
            assert "Plejecenter Solgården, Afsnit Syd" in page
            assert f"Side {number} af {document.pages}" in page
            assert document.serial in page
        assert "Slut på" in page


@each_list
def test_drill_and_unsure_clock_are_said(hard_store, name):
    view = views(name, about(hard_store, is_drill=True, is_clock_trusted=False))[0]

    assert view["drill"] == "ØVELSE"
    assert CLOCK_UNSURE in view["header"]["alerts"]
    assert (CHECK_DAY in view["header"]["alerts"]) is (name in OF_THE_DAY)


@each_list
def test_nothing_delivered_never_looks_like_nothing_to_do(tmp_path, name):
    gone = [
        SectionState(SYD.id, section, is_delivered=False, is_complete=False) for section in Section
    ]
    store = opened(tmp_path / "r.sqlite", *gone)
    wanted = Wanted(Subject.UNIT, SYD.id)

    (document,) = SHEETS[name].make(Material(store), wanted, context())

    page = "".join(texts(document.pdf))
    assert "ikke med i kopien" in page
    assert "Der er ingen" not in page


@pytest.mark.parametrize("name", [*LISTS, "life_critical"])
def test_a_unit_nobody_has_told_of_never_looks_like_an_empty_one(tmp_path, name):
    store = opened(tmp_path / "r.sqlite", *not_delivered(Section.CITIZENS))

    (page,) = printed(store, SHEETS[name])

    assert "Borgere er ikke med i kopien. Spørg en kollega." in page
    assert "Der er ingen" not in page
    assert "Ingen borgere" not in page


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("visit_routes", Section.VISITS),
        ("meal_route", Section.SERVICE_ORDERS),
        ("device_route", Section.SERVICE_ORDERS),
        ("kitchen", Section.SERVICE_ORDERS),
        ("device_load", Section.SERVICE_ORDERS),
        ("key_list", Section.KEY_BOXES),
    ],
)
def test_one_citizen_nobody_has_told_of_is_enough_to_say_so(tmp_path, name, section):
    gone = SectionState(SYD.id, section, AASE.id, is_delivered=False, is_complete=False)
    store = opened(tmp_path / "r.sqlite", AASE, gone)

    (page,) = printed(store, SHEETS[name])

    assert partly_lacking(section, 1) in page
    assert "Der er ingen" not in page


@pytest.mark.parametrize("name", [name for name in LISTS if SHEETS[name].is_bilingual])
def test_every_heading_of_a_bilingual_list_has_its_english(hard, name):
    for view in views(name, hard):
        heads = {column["head"] for part in view["sections"] for column in part["columns"]}

        assert heads | {view["title"]} <= {*ENGLISH_HEADINGS}


def test_lists_for_staff_with_little_danish_are_bilingual():
    assert SHEETS["handover"].is_bilingual
    assert SHEETS["visit_routes"].is_bilingual


@pytest.mark.parametrize("name", ["meal_route", "device_route", "kitchen", "device_load"])
def test_lists_for_the_road_are_for_those_who_answer_for_it(name):
    assert SHEETS[name].roles == DRIVING
