"""Lists for the road on another day, and for one route alone: what was asked for and no other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.errors import PaperError
from appliance.paper.citizen_sheets.visit_rows import NO_TASKS
from appliance.paper.sheet_kind import ROAD_LISTS, Material, Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.paper.unit_sheets import deliveries, key_list, visit_routes
from appliance.paper.unit_sheets.list_code import list_code
from appliance.records.models import KeyBox
from appliance.records.terms import ServiceLine
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import AASE, SYD, context
from tests.appliance.paper.unit_sheets.crowd import BENT, DAY, order_of, visit
from tests.appliance.paper.unit_sheets.printing import two_citizens

TOMORROW = DAY + timedelta(days=1)
FIRST, SECOND = list_code(("route", "Dag 1")), list_code(("route", "Dag 2"))
OTHER_DAY = "Listen er ikke for i dag. Den gælder tirs. 24. nov. 2026."


@pytest.fixture
def lists(tmp_path):
    """Return a function that prints a list of a unit with two routes, keys and a meal tomorrow."""
    store = two_citizens(
        tmp_path / "r.sqlite",
        visit(1, AASE, tasks=("Bad",)),
        visit(2, BENT, route="Dag 2"),
        visit(3, BENT, starts_at=visit(1, AASE).starts_at + timedelta(days=1)),
        KeyBox("k1", AASE.id, "Ved døren", "4711"),
        KeyBox("k2", BENT.id, "Ved porten", "8822"),
        replace(order_of(1, AASE, ServiceLine.MEALS), due_on=TOMORROW),
    )

    def render(kind, **wanted):
        made = kind.make(Material(store), Wanted(Subject.UNIT, SYD.id, **wanted), context())
        return ["".join(texts(document.pdf)).replace("\xa0", " ") for document in made]

    return render


def test_one_route_comes_alone_and_says_nothing_of_the_other(lists):
    (page,) = lists(visit_routes.KIND, part=SECOND)

    assert "Dag 2" in page
    assert "Åse" not in page
    assert OTHER_DAY not in page


def test_key_list_of_one_route_has_the_keys_of_that_route_and_its_code(lists):
    (route,) = lists(visit_routes.KIND, part=FIRST)
    (keys,) = lists(key_list.KIND, part=FIRST)

    assert "4711" in keys
    assert "8822" not in keys
    assert route.partition("Listekode ")[2][:5] == keys.partition("Listekode ")[2][:5]


def test_list_for_tomorrow_has_tomorrow_s_visits_and_says_so_at_its_head(lists):
    (page,) = lists(visit_routes.KIND, day=TOMORROW)

    assert OTHER_DAY in page
    assert "tirs. 24. nov. 2026" in page
    assert "Bent" in page
    assert "Åse" not in page


def test_meals_for_tomorrow_are_tomorrow_s_orders(lists):
    (today,), (tomorrow,) = (lists(deliveries.MEAL_KIND, day=day) for day in (None, TOMORROW))

    assert "Frikadeller" not in today
    assert "2 × Frikadeller" in tomorrow
    assert OTHER_DAY in tomorrow


def test_route_that_is_not_on_that_day_is_said_to_be_missing_and_not_that_nobody_is_visited(lists):
    (page,) = lists(visit_routes.KIND, day=TOMORROW, part=SECOND)

    assert visit_routes.NO_SUCH_ROUTE in page
    assert visit_routes.NO_VISITS not in page


def test_route_without_keys_says_so_of_itself_and_not_of_the_day(lists):
    (page,) = lists(key_list.KIND, part="XXXXX")

    assert key_list.NO_KEYS_OF_ROUTE in page
    assert key_list.NO_KEYS not in page


def test_visit_without_tasks_says_that_the_source_sent_none(lists):
    (page,) = lists(visit_routes.KIND, part=SECOND)

    assert NO_TASKS in page


@pytest.mark.parametrize("kind", SHEETS.values(), ids=lambda kind: kind.name)
def test_days_are_for_the_road_and_a_part_of_a_day_for_what_knows_routes(kind):
    wanted = Wanted(kind.subjects[0], day=TOMORROW), Wanted(kind.subjects[0], part=FIRST)
    refused = []
    for each in wanted:
        try:
            kind.make(Material(), each, context())
        except PaperError:
            refused.append(each)

    assert (wanted[0] in refused) == (kind.group != ROAD_LISTS)
    assert (wanted[1] in refused) == (kind not in (visit_routes.KIND, key_list.KIND))
