"""What a screen makes of a sheet's view, and which shift a route is in."""

from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.paper.listing import Column, Style, listing
from appliance.web.route_lists import Line, RouteList, chosen_shifts, tables

DAY = date(2026, 11, 23)
COLUMNS = (
    Column("stop", "Nr.", 10, Style.BIG),
    Column("name", "Borger", 40, Style.NAME),
    Column("tasks", "Opgaver"),
    Column("done", "Udført", 20, Style.WRITE),
)


def route(*hours_utc: int) -> RouteList:
    starts = [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in hours_utc]
    times = [(start, start + timedelta(minutes=20)) for start in starts]
    return RouteList("A", "A", "Rute", len(times), (), dict, times)


def stops(**row: object) -> list:
    ((_, found),) = tables({"sections": [listing("Besøg", COLUMNS, [row])]})
    return found


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("CPR 010130-1234", "CPR 010130-••••"),
        ("CPR 311244-AB12", "CPR 311244-••••"),
        ("CPR 01013", "CPR 01013-••••"),
        ("CPR MANGLER I KILDEN", "CPR MANGLER I KILDEN"),
    ],
)
def test_cpr_is_masked_whatever_it_looks_like_and_a_gap_stays_one(written: str, shown: str) -> None:
    (stop,) = stops(stop="1", name=["Aase", written], tasks="Bad")

    assert [line.text for line in stop.who] == ["Aase", shown]


def test_telephone_number_is_one_to_tap_and_what_is_loud_stays_so() -> None:
    (stop,) = stops(stop="1", name=["Aase", "Tlf. 87 00 00 55"], tasks=["Bad", "To"], loud=["To"])

    assert stop.who[1].phone == "87 00 00 55"
    assert stop.rest == [("Opgaver", [Line("Bad"), Line("To", is_loud=True)])]


def test_room_for_handwriting_is_for_paper_only() -> None:
    by_hand = listing("", (Column("driver", "Chauffør", None, Style.WRITE),), [{}])

    assert tables({"sections": [by_hand]}) == []
    assert "Udført" not in [head for stop in stops(stop="1", name="A") for head, _ in stop.rest]


@pytest.mark.parametrize(
    ("hour_utc", "shift"), [(6, "dag"), (16, "aften"), (2, "nat"), (23, "nat")]
)
def test_route_is_in_the_shift_of_its_stops_and_the_day_has_two_nights(
    hour_utc: int, shift: str
) -> None:
    found = [
        name for name in ("dag", "aften", "nat") if route(hour_utc).is_in(chosen_shifts(name, DAY))
    ]

    assert found == [shift]


def test_without_a_shift_or_a_clock_time_a_list_is_always_shown() -> None:
    assert route(6).is_in(chosen_shifts("ukendt", DAY))
    assert route().is_in(chosen_shifts("nat", DAY))
    assert route().begins_at is None
