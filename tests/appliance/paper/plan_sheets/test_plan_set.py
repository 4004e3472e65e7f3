"""Everything of the plan in one order, with a cover."""

from appliance.paper.plan_sheets import plan_set
from appliance.paper.sheet_kind import ANYBODY, Material, Subject, Wanted
from appliance.paper.typesetting import count_pages
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import context
from tests.appliance.paper.plan_sheets.conftest import LOCKED, printed


def test_the_set_is_everything_of_the_plan_in_one_order():
    documents = printed(plan_set)

    assert [document.sheet for document in documents] == [
        "plan_set",
        "response_plan",
        *["action_cards"] * 6,
        "contact_list",
        "contact_round",
        "call_in_list",
        "decision_log",
        "extent_summary",
        *["letters"] * 5,
    ]
    assert plan_set.KIND.roles == ANYBODY


def test_the_cover_lists_every_document_under_the_number_it_has():
    cover, *others = printed(plan_set)

    (page,) = texts(cover.pdf)

    assert "Slut på oversigten: 17 dokumenter" in page
    assert all(document.serial in page for document in others)
    assert "Brev Praktiserende læger" in page
    assert "Aktionskort Hjemmeplejekoordinator" in page


def test_the_set_of_another_municipality_is_as_long_as_its_plan(fjordby):
    documents = printed(plan_set, Material(plan=fjordby))

    assert len(documents) == 1 + 1 + 2 + 5 + 1
    assert all("Fjordby Kommune" in page for each in documents for page in texts(each.pdf))


def test_the_first_document_is_there_before_the_last_is_typeset():
    made = plan_set.KIND.make(LOCKED, Wanted(Subject.NOBODY), context())

    first = next(made)

    assert count_pages(first.pdf) == first.pages == 1
    assert len(list(made)) == 17
