import itertools
from collections import defaultdict
from datetime import date, timedelta

import pytest

from appliance.clock import DANISH_TIME
from appliance.demo.town import make_town


def visits_of(town, slug="hjemmepleje-nord"):
    return town.unit(slug).care.visits


def day_of(visit):
    return visit.starts_at.astimezone(DANISH_TIME).date()


@pytest.mark.parametrize(
    ("night", "last"),
    [(date(2026, 11, 23), date(2026, 11, 26)), (date(2026, 11, 20), date(2026, 11, 23))],
)
def test_visits_go_from_three_days_back_past_the_weekend(night, last):
    days = {day_of(visit) for visit in visits_of(make_town(night=night, citizens_per_centre=8))}

    assert min(days) == night - timedelta(days=3)
    assert max(days) == last
    assert len(days) == (last - night).days + 4


def test_a_route_of_a_day_is_numbered_without_holes_in_the_order_of_the_clock(town):
    routes = defaultdict(list)
    for visit in visits_of(town):
        routes[day_of(visit), visit.route].append(visit)

    for route in routes.values():
        route.sort(key=lambda visit: visit.sequence)
        assert [visit.sequence for visit in route] == list(range(1, len(route) + 1))
        assert [visit.starts_at for visit in route] == sorted(visit.starts_at for visit in route)


def test_one_person_drives_a_route_and_is_never_in_two_places(town):
    by_staff = defaultdict(list)
    for visit in visits_of(town):
        if visit.staff:
            by_staff[day_of(visit), visit.route.split()[0], visit.staff].append(visit)

    for visits in by_staff.values():
        visits.sort(key=lambda visit: visit.starts_at)
        assert len({visit.route for visit in visits}) == 1
        for earlier, later in itertools.pairwise(visits):
            assert later.starts_at > earlier.starts_at + timedelta(minutes=earlier.minutes)


def is_companion(visit):
    return visit.route.startswith("Følgevagt")


def test_a_citizen_stays_on_the_same_route(town):
    routes = defaultdict(set)
    for visit in visits_of(town):
        if is_companion(visit):
            continue
        routes[visit.citizen_id, visit.route.split()[0]].add(visit.route)

    assert all(len(own) == 1 for own in routes.values())


def test_some_visits_need_two_persons_and_some_have_no_staff_yet(town):
    visits = visits_of(town)

    assert 0.02 < sum(visit.persons == 2 for visit in visits) / len(visits) < 0.3
    assert any(visit.staff is None for visit in visits)
    assert all(visit.tasks for visit in visits)


def test_a_citizen_who_needs_two_needs_two_every_time(town):
    persons = defaultdict(set)
    for visit in visits_of(town):
        persons[visit.citizen_id].add(visit.persons)

    assert all(len(needed) == 1 for needed in persons.values())


def test_most_who_need_two_get_a_companion_at_the_same_time_from_another_route(town):
    visits = visits_of(town)
    second = {(one.citizen_id, one.starts_at): one for one in visits if is_companion(one)}
    first = [one for one in visits if one.persons == 2 and not is_companion(one)]

    met = [one for one in first if (one.citizen_id, one.starts_at) in second]
    assert len(met) == len(second)
    assert 0.5 < len(met) / len(first) < 1


def test_care_centres_have_no_routes(town):
    assert not visits_of(town, "solgaarden")
    assert visits_of(town, "fyrtaarnet")
