from collections import Counter

from appliance.records.terms import ServiceLine, UnitKind


def orders_of(town, slug):
    return town.unit(slug).care.service_orders


def test_meals_have_diets_windows_and_people(town):
    meals = orders_of(town, "madservice")
    diets = Counter(meal.diet for meal in meals)

    assert {meal.service_line for meal in meals} == {ServiceLine.MEALS}
    assert len(diets) >= 6
    assert diets.most_common(1)[0][0] == "Normalkost"
    assert {meal.persons for meal in meals} == {1, 2}
    assert all(meal.window and meal.items for meal in meals)


def test_cold_food_comes_on_three_days_with_more_before_the_weekend(town):
    cold = [
        (meal.due_on.weekday(), meal.items[0].quantity / meal.persons)
        for meal in orders_of(town, "madservice")
        if "(kølet)" in meal.items[0].text
    ]

    assert {day for day, _ in cold} <= {0, 2, 4}
    assert {amount for day, amount in cold if day == 4} == {3}
    assert {amount for day, amount in cold if day != 4} == {2}


def test_devices_have_invented_hmi_numbers_and_all_kinds_of_errands(town):
    devices = orders_of(town, "hjaelpemidler")
    numbers = {item.hmi for order in devices for item in order.items}

    assert {order.kind for order in devices} == {"deliver", "collect", "repair", "swap"}
    assert all(hmi.startswith("99") and len(hmi) == 6 for hmi in numbers)
    assert any(order.persons == 2 for order in devices)


def test_no_device_is_brought_at_the_weekend(town):
    assert not any(order.due_on.weekday() > 4 for order in orders_of(town, "hjaelpemidler"))


def test_half_of_the_clients_are_known_to_home_care_under_another_id(town):
    home = [unit for unit in town.units if unit.unit.kind is UnitKind.HOME_CARE_GROUP]
    known = {citizen.cpr: citizen for unit in home for citizen in unit.care.citizens}
    clients = town.unit("madservice").care.citizens
    shared = [client for client in clients if client.cpr in known]

    assert len(shared) == len(clients) / 2
    assert all(known[client.cpr].name == client.name for client in shared)
    assert all(known[client.cpr].id != client.id for client in shared)


def test_every_client_has_an_address(town):
    for slug in ("madservice", "hjaelpemidler"):
        assert all(client.address for client in town.unit(slug).care.citizens)


def test_some_clients_have_a_key_with_the_service(town):
    keys = town.unit("madservice").care.key_boxes

    assert keys
    assert all(key.place.startswith("Nøgle nr. ") and key.code is None for key in keys)
