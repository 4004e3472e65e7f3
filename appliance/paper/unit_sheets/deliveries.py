"""Make the driver's list of the meal service and of the assistive-device service.

The orders of the day by window and address. That is no planned route, and the sheet says so and
leaves room for better numbers. Holds no CPR and nothing of medicine: a driver needs neither.
Called by the registry.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from appliance.paper import frame
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design
from appliance.paper.unit_sheets import cells
from appliance.paper.unit_sheets.delivery_plan import (
    KINDS,
    DeliveryPlan,
    delivery_plan,
    heading,
    item_lines,
    kind_of,
    nothing_due,
)
from appliance.paper.unit_sheets.unit_view import (
    UNREAD,
    Body,
    UnitPrint,
    citizen_rows,
    road_list,
    unit_view,
)
from appliance.records.age import show_day
from appliance.records.alerts import NEED_WORDS
from appliance.records.deliveries import DeliveryStop, is_special
from appliance.records.key_codes import codes_of, without_codes
from appliance.records.medicine import MISSING
from appliance.records.models import Citizen, Flag, KeyBox, ServiceOrder
from appliance.records.quantities import NBSP
from appliance.records.terms import FlagKind, Section, ServiceLine

MEALS = Design("meal_route", "Køreliste – Madservice", "unit_list.typ")
DEVICES = Design("device_route", "Køreliste – Hjælpemidler", "unit_list.typ")
NO_ROUTE = "Rækkefølgen er efter tidsrum og adresse, ikke en planlagt rute. Skriv selv nye numre."
AWAY_UNKNOWN = "Hvem der ikke er hjemme eller har smitte, er ikke med i kopien."
FOOD_ONLY = "Kosten står, som den er bestilt. CAVE er ikke med på listen."
# What a driver must know before the door; the words only, never the diagnosis.
_AT_THE_DOOR = (FlagKind.IN_HOSPITAL, FlagKind.INFECTION)
_PARTS = (Section.SERVICE_ORDERS, Section.CITIZENS, Section.KEY_BOXES)
_DRIVER = (
    Column("driver", "Chauffør", 84, Style.WRITE),
    Column("car", "Bil", 47, Style.WRITE),
    Column("start", "Start kl.", 47, Style.WRITE),
    Column("end", "Slut kl.", 47, Style.WRITE),
    Column("km", "Km", None, Style.WRITE),
)
_STOP = (
    Column("stop", "Nr.", 10, Style.BIG),
    Column("new_number", "Ny nr.", 11, Style.WRITE),
    Column("window", "Tidsrum", 26, Style.BOLD),
    Column("name", "Borger", 50, Style.NAME),
    Column("address", "Adresse", 42),
)
_MEAL_COLUMNS = (
    *_STOP,
    Column("diet", "Kost", 28),
    Column("items", "Indhold"),
    Column("access", "Adgang og bemærkning", 40, Style.SMALL),
    Column("done", "Leveret: kl., init.", 23, Style.WRITE),
)
_DEVICE_COLUMNS = (
    *_STOP,
    Column("kind", "Opgave", 26, Style.BOLD),
    Column("items", "Hjælpemiddel, HMI-nr."),
    Column("access", "Adgang og bemærkning", 36, Style.SMALL),
    Column("receipt", "Kvittering: kl., navn", 30, Style.WRITE),
)
_ROWS_PER_PAGE = 15
_ROW_MM = 7.6
_MakeCells = Callable[[ServiceOrder], View]


def meal_view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the driver's list of meals."""
    plan = delivery_plan(about, ServiceLine.MEALS)
    diets = Counter(diet_of(stop.order) for stop in plan.stops)
    rows = _rows(about, plan, _MEAL_COLUMNS, _meal_cells)
    notices = [heading(about, plan, *_counts(diets)), f"{NO_ROUTE} {FOOD_ONLY}"]
    return unit_view(MEALS, about, serial, _parts(about), _body(about, plan, notices, rows))


def device_view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the driver's list of assistive devices."""
    plan = delivery_plan(about, ServiceLine.DEVICES)
    kinds = Counter(kind_of(stop.order) for stop in plan.stops)
    ranked = Counter({kind: kinds[kind] for kind in (*KINDS.values(), *kinds) if kinds[kind]})
    rows = _rows(about, plan, _DEVICE_COLUMNS, _device_cells)
    notices = [heading(about, plan, *_counts(ranked)), NO_ROUTE]
    return unit_view(DEVICES, about, serial, _parts(about), _body(about, plan, notices, rows))


def diet_of(order: ServiceOrder) -> str:
    """Return the diet; a diet nobody told of is a gap and no ordinary one."""
    return frame.one_line(order.diet) or f"Kost {MISSING}"


def _parts(about: UnitPrint) -> tuple[Section, ...]:
    """Return what the list is made from; needs that are not whole have a sentence for drivers."""
    return (*_PARTS, Section.FLAGS) if about.is_whole(Section.FLAGS) else _PARTS


def _counts(counted: Counter[str]) -> Iterable[str]:
    return (f"{number} {word}" for word, number in counted.items())


def _body(about: UnitPrint, plan: DeliveryPlan, notices: list[str], table: View | None) -> Body:
    number = len(plan.stops)
    nothing = nothing_due(about, plan)
    sections = [listing("", _DRIVER, [{}], row_mm=9), table] if table else []
    alerts = [UNREAD] if plan.unread else []
    if not about.is_whole(Section.FLAGS):
        alerts.append(AWAY_UNKNOWN)
    return Body(
        is_of_day=True,
        name=about.named(show_day(about.today)),
        notices=nothing or notices,
        sections=[*sections, *unread_orders(plan)],
        ending=[f"Slut på listen: {frame.count(number, 'bestilling', 'bestillinger')}"],
        alerts=alerts,
        is_landscape=True,
        likely_pages=1 + number // _ROWS_PER_PAGE,
    )


def unread_orders(plan: DeliveryPlan) -> list[View]:
    """Return the citizens whose orders could not be read: somebody must ask about them."""
    if not plan.unread:
        return []
    rows = [{"name": frame.one_line(citizen.name)} for citizen in plan.unread]
    title = f"Bestillinger kunne ikke læses ({len(rows)})"
    return [listing(title, (Column("name", "Borger", None, Style.BOLD),), rows)]


def _rows(
    about: UnitPrint, plan: DeliveryPlan, columns: tuple[Column, ...], make: _MakeCells
) -> View | None:
    """Return the table of the stops, or None if there is none."""
    rows = [_stop_row(about, stop, columns, make) for stop in plan.stops]
    return listing("", columns, rows, row_mm=_ROW_MM, is_dense=True) if rows else None


def _stop_row(
    about: UnitPrint, stop: DeliveryStop, columns: tuple[Column, ...], make: _MakeCells
) -> View:
    def door(citizen: Citizen) -> View:
        return _door(about, citizen, stop.order)

    (made,) = citizen_rows([stop.citizen], columns, door)
    window = frame.one_line(stop.order.window) or "–"
    # A name alone, also where the row could not be read: a driver needs no CPR.
    name = [frame.one_line(stop.citizen.name) or f"Navn {MISSING}"]
    known = {"name": [*name, f"Tlf. {cells.phone(stop.citizen.phone)}"], "window": window}
    address = {"address": cells.address_of(stop.citizen)}
    return {**made, **known, **address, **make(stop.order), "stop": str(stop.number)}


def _door(about: UnitPrint, citizen: Citizen, order: ServiceOrder) -> View:
    boxes = about.store.of_citizen(KeyBox, citizen.id)
    known = {flag.kind for flag in about.store.of_citizen(Flag, citizen.id)}
    remark = without_codes(frame.one_line(order.remark), codes_of(boxes))
    access = [line for line in cells.access_of(boxes) if line != cells.NO_KEY]
    return {
        "first_marks": [NEED_WORDS[kind] for kind in _AT_THE_DOOR if kind in known],
        "marks": frame.doubt_marks(citizen),
        "access": [*access, *([remark] if remark else [])] or ["–"],
    }


def _meal_cells(order: ServiceOrder) -> View:
    return {
        "diet": diet_of(order),
        "items": item_lines(order),
        "loud": [diet_of(order)] if is_special(order.diet) else [],
    }


def _device_cells(order: ServiceOrder) -> View:
    items = [
        f"{line}\nHMI{NBSP}{item.hmi or MISSING}"
        for line, item in zip(item_lines(order), order.items, strict=False)
    ]
    persons = [f"{order.persons} PERSONER"] if order.persons > 1 else []
    return {"kind": [kind_of(order), *persons], "items": items or item_lines(order)}


MEAL_KIND = road_list(MEALS, meal_view)
DEVICE_KIND = road_list(DEVICES, device_view)
