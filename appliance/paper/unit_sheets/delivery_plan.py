"""Read a service's orders of the day once, for driver, load and key list alike.

All three must number the same doors alike, and agree on how many there are. Called by those.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from appliance.paper import frame
from appliance.paper.unit_sheets.list_code import LABEL, list_code
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.records.age import show_day
from appliance.records.deliveries import DeliveryStop, deliveries_on
from appliance.records.medicine import MISSING
from appliance.records.models import Citizen, OrderItem, ServiceOrder
from appliance.records.quantities import NBSP
from appliance.records.terms import Section, ServiceLine

NO_ORDERS = "Der er ingen bestillinger i kopien den dag."
SERVICE_NAMES = {ServiceLine.MEALS: "Madservice", ServiceLine.DEVICES: "Hjælpemidler"}
# What is done at the door, in the words of the drivers.
KINDS = {"deliver": "BRING", "collect": "HENT", "repair": "REPARÉR", "swap": "BYT"}


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """The stops of a service's day; `unread` are those whose orders nobody can read."""

    line: ServiceLine
    stops: list[DeliveryStop]
    unread: list[Citizen]


def delivery_plan(about: UnitPrint, line: ServiceLine) -> DeliveryPlan:
    """Return the plan of the day of the print."""
    read = [(citizen, about.read(ServiceOrder, citizen)) for citizen in about.citizens]
    orders = [order for _, found in read for order in found or ()]
    citizens = {citizen.id: citizen for citizen in about.citizens}
    return DeliveryPlan(
        line,
        deliveries_on(orders, citizens, line, about.today),
        [citizen for citizen, found in read if found is None],
    )


def code_of(about: UnitPrint, plan: DeliveryPlan) -> str:
    """Return the code of the day's list."""
    stops = (f"{stop.number}:{stop.order.id}:{stop.order.citizen_id}" for stop in plan.stops)
    return list_code((str(about.today), plan.line.value, *stops))


def heading(about: UnitPrint, plan: DeliveryPlan, *more: str) -> str:
    """Return the line that says which day it is, how much there is, and the code of the list."""
    parts = [
        frame.count(len(plan.stops), "bestilling", "bestillinger"),
        f"{things(plan.stops)} stk. i alt",
        *more,
        f"{LABEL} {code_of(about, plan)}",
    ]
    return " · ".join(parts)


def things(stops: Collection[DeliveryStop]) -> str:
    """Return how many things there are in all; at least so many where an order tells of none."""
    least = "" if all(stop.order.items for stop in stops) else "mindst "
    return f"{least}{sum(stop.quantity for stop in stops)}"


def contents(order: ServiceOrder) -> Sequence[OrderItem]:
    """Return the things of an order; one that tells of none has a line that says so."""
    return order.items or (OrderItem(f"Indhold {MISSING}"),)


def nothing_due(about: UnitPrint, plan: DeliveryPlan) -> list[str]:
    """Return that nothing is ordered, if the copy is whole enough to know."""
    is_known = about.is_whole(Section.SERVICE_ORDERS) and not plan.unread
    return [f"{show_day(about.today)}: {NO_ORDERS}"] if is_known and not plan.stops else []


def kind_of(order: ServiceOrder) -> str:
    """Return what is done; a word of the source's own is printed as it is."""
    return KINDS.get(order.kind, frame.one_line(order.kind).upper() or f"Opgave {MISSING}")


def item_lines(order: ServiceOrder) -> list[str]:
    """Return the things with their number, one a line."""
    if not order.items:
        return [item.text for item in contents(order)]
    return [f"{item.quantity} ×{NBSP}{frame.one_line(item.text)}" for item in order.items]
