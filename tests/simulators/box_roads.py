"""What the invented people of a box need from the road: visits on two routes, meals, a device.

All of one day; a town whose age is unknown has none of it.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from appliance.clock import DANISH_TIME
from appliance.paper.unit_sheets.list_code import list_code
from appliance.records.models import Citizen, KeyBox, OrderItem, Record, ServiceOrder, Visit
from appliance.records.terms import ServiceLine

ROUTE_NAME, OTHER_ROUTE = "Dag 1", "Aften 2"
# What stands for the route in an address.
ROUTE = list_code(("route", ROUTE_NAME))
CODE = "471199"


def road_records(
    driven_at: datetime | None, first: Citizen, second: Citizen, elsewhere: Citizen
) -> Iterator[Record]:
    """Yield the records of two citizens of one unit and of one who lives elsewhere."""
    if driven_at is None:
        return
    day = driven_at.astimezone(DANISH_TIME).date()
    morning = datetime.combine(day, time(7, 20), DANISH_TIME)
    yield KeyBox("k1", first.id, f"Nøgleboks ved døren, kode {CODE}", CODE)
    yield Visit("v1", first.id, morning, 20, ROUTE_NAME, 1, "Maja Lind", 2, ("Medicingivning",))
    yield Visit("v2", second.id, morning + timedelta(minutes=30), None, ROUTE_NAME, 2, "Maja Lind")
    evening = morning + timedelta(hours=12)
    yield Visit("v3", second.id, evening, 15, OTHER_ROUTE, 1, tasks=("Støttestrømper af",))
    yield Visit("v4", elsewhere.id, morning, 15, "Nord 1", 1)
    for number, citizen in enumerate((first, second, elsewhere)):
        dishes = (OrderItem("Frikadeller", 1),)
        yield ServiceOrder(
            f"o{number}", citizen.id, ServiceLine.MEALS, day, window="11.00-12.30", items=dishes,
            diet=None if number else "Diabeteskost", remark=f"Kode {CODE} ved porten",
        )  # fmt: skip
    bed = (OrderItem("Plejeseng", 1, "991234"),)
    yield ServiceOrder("o9", first.id, ServiceLine.DEVICES, day, items=bed, persons=2)
