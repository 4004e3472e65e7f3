"""Put a day's meals or devices in the order of a list: by window, then by address. Pure.

An order is no planned route and must not look like one: whoever prints it says so. A protected
address decides nothing about a place on the list. Called by the sheets.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from appliance.records.addresses import place_in_town
from appliance.records.models import Citizen, ServiceOrder
from appliance.records.terms import CitizenId, ServiceLine

_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})|(\d{1,2})")
_NO_WINDOW = 24 * 60
_NORMAL_DIETS = frozenset({"normalkost", "normal kost", "normal"})


@dataclass(frozen=True, slots=True)
class DeliveryStop:
    """One order with its number on the list, and whose door it is."""

    number: int
    order: ServiceOrder
    citizen: Citizen

    @property
    def quantity(self) -> int:
        """Return how many things are brought or fetched in all."""
        return sum(item.quantity for item in self.order.items)


def deliveries_on(
    orders: Iterable[ServiceOrder],
    citizens: Mapping[CitizenId, Citizen],
    line: ServiceLine,
    day: date,
) -> list[DeliveryStop]:
    """Return the orders of one service line on a day, in the order of the list."""
    due = [order for order in orders if order.service_line is line and order.due_on == day]
    ranked = sorted(due, key=lambda order: _rank(order, citizens[order.citizen_id]))
    return [
        DeliveryStop(number, order, citizens[order.citizen_id])
        for number, order in enumerate(ranked, 1)
    ]


def is_special(diet: str | None) -> bool:
    """Tell whether a diet needs a look of its own; one that nobody told of does."""
    return (diet or "").strip().casefold() not in _NORMAL_DIETS


def _rank(order: ServiceOrder, citizen: Citizen) -> tuple[object, ...]:
    name = (citizen.family_name, citizen.given_name)
    window = (_begins(order.window), order.window or "")
    return (*window, *place_in_town(citizen), *name, order.id)


def _begins(window: str | None) -> int:
    """Return the minute of the day a window begins: "8.00-10.00" comes before "10.00-12.00"."""
    found = _CLOCK.search(window or "")
    if not found:
        return _NO_WINDOW
    hour, minute = found[1] or found[3], found[2] or "0"
    return int(hour) * 60 + int(minute)
