"""Make the kitchen's summary: how much of each diet to pack, and the special diets one by one.

Every figure can be checked against the driver's list: the orders add up to the number of stops
there, and both have the same code. Called by the registry.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from appliance.paper import frame
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design
from appliance.paper.unit_sheets.deliveries import diet_of, unread_orders
from appliance.paper.unit_sheets.delivery_plan import (
    contents,
    delivery_plan,
    heading,
    item_lines,
    nothing_due,
    things,
)
from appliance.paper.unit_sheets.unit_view import UNREAD, Body, UnitPrint, road_list, unit_view
from appliance.records.age import show_day
from appliance.records.deliveries import DeliveryStop, is_special
from appliance.records.key_codes import without_codes
from appliance.records.medicine import MISSING
from appliance.records.terms import Section, ServiceLine

DESIGN = Design("kitchen", "Pakkeliste – Madservice", "unit_list.typ")
NO_SPECIAL = "Ingen særkost den dag"
ALL_DAY = "Uden tidsrum"
# More windows than this do not fit beside each other; then the totals alone stand there.
_MOST_WINDOWS = 5
_PARTS = (Section.SERVICE_ORDERS, Section.CITIZENS)
_CONTENT = (
    Column("diet", "Kost", 46, Style.BOLD),
    Column("items", "Indhold"),
    Column("quantity", "Antal", 22, Style.BIG),
    Column("packed", "Pakket", 20, Style.TICK),
    Column("by", "Init.", 26, Style.WRITE),
)
_SPECIAL = (
    Column("stop", "Stop", 13, Style.BIG),
    Column("name", "Borger", 44, Style.BOLD),
    Column("diet", "Kost", 40, Style.BOLD),
    Column("items", "Indhold"),
    Column("remark", "Bemærkning", 36, Style.SMALL),
    Column("packed", "Pakket", 16, Style.TICK),
)
_CONTROL = (
    Column("packed_by", "Pakket af: navn, kl.", None, Style.WRITE),
    Column("temperature", "Kernetemperatur: °C, kl.", 48, Style.WRITE),
    Column("again", "Ved afgang: °C, kl.", 42, Style.WRITE),
    Column("checked_by", "Kontrolleret af", 42, Style.WRITE),
)
_ROW_MM = 8
_ROWS_PER_PAGE = 18
_Stops = Mapping[str, list[DeliveryStop]]


def view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the summary."""
    plan = delivery_plan(about, ServiceLine.MEALS)
    diets = _grouped(plan.stops)
    special = [stop for stop in plan.stops if is_special(stop.order.diet)]
    sections = [*_sections(plan.stops, diets, special), *unread_orders(plan)]
    counted = sum(map(len, diets.values()))
    checksum = f"Kontrolsum: {counted} i skemaet, {len(plan.stops)} på kørelisten"
    body = Body(
        is_of_day=True,
        name=about.named(show_day(about.today)),
        notices=nothing_due(about, plan) or [heading(about, plan)],
        sections=sections,
        ending=[f"Slut på pakkelisten. {checksum}", *([] if special else [NO_SPECIAL])],
        alerts=[UNREAD] if plan.unread else [],
        likely_pages=1 + (len(special) + 2 * len(diets)) // _ROWS_PER_PAGE,
    )
    return unit_view(DESIGN, about, serial, _PARTS, body)


def _sections(
    stops: list[DeliveryStop], diets: _Stops, special: list[DeliveryStop]
) -> Iterable[View]:
    if not stops:
        return
    yield _matrix(stops, diets)
    rows = [row for diet, own in diets.items() for row in _content_rows(diet, own)]
    yield listing("Indhold i alt", _CONTENT, rows, row_mm=_ROW_MM)
    if special:
        shown = [_special_row(stop) for stop in special]
        yield listing(f"Særkost én for én ({len(special)})", _SPECIAL, shown, row_mm=_ROW_MM)
    yield listing("", _CONTROL, [{}, {}], row_mm=11)


def _grouped(stops: Iterable[DeliveryStop]) -> _Stops:
    """Return the stops by diet, the ordinary diet first."""
    found: dict[str, list[DeliveryStop]] = defaultdict(list)
    ranked = sorted(stops, key=lambda stop: (is_special(stop.order.diet), diet_of(stop.order)))
    for stop in ranked:
        found[diet_of(stop.order)].append(stop)
    return found


def _matrix(stops: list[DeliveryStop], diets: _Stops) -> View:
    """Return diet × window, each with its orders, and the totals of both."""
    windows = list(dict.fromkeys(_window(stop) for stop in stops))
    shown = windows if 1 < len(windows) <= _MOST_WINDOWS else []
    keys = {window: f"window{place}" for place, window in enumerate(shown)}
    columns = (
        Column("diet", "Kost", None, Style.BOLD),
        *(Column(key, window, 22, Style.BIG) for window, key in keys.items()),
        Column("orders", "Bestillinger", 26, Style.BIG),
        Column("things", "Stk. i alt", 22, Style.BIG),
    )
    rows = [_matrix_row(diet, own, keys) for diet, own in diets.items()]
    total = _matrix_row("I alt", stops, keys)
    return listing("Kost og antal bestillinger", columns, [*rows, total])


def _matrix_row(diet: str, stops: list[DeliveryStop], keys: Mapping[str, str]) -> View:
    counts = Counter(map(_window, stops))
    return {
        "diet": diet,
        **{key: str(counts[window]) if counts[window] else "–" for window, key in keys.items()},
        "orders": str(len(stops)),
        "things": things(stops),
    }


def _window(stop: DeliveryStop) -> str:
    return frame.one_line(stop.order.window) or ALL_DAY


def _content_rows(diet: str, stops: list[DeliveryStop]) -> Iterable[View]:
    """Yield what to pack of one diet: the same thing is counted together."""
    counts: dict[str, int] = defaultdict(int)
    for stop in stops:
        for item in contents(stop.order):
            counts[frame.one_line(item.text)] += item.quantity
    for text in sorted(counts):
        yield {"diet": diet, "items": text, "quantity": str(counts[text])}


def _special_row(stop: DeliveryStop) -> View:
    return {
        "stop": str(stop.number),
        "name": frame.one_line(stop.citizen.name) or f"Navn {MISSING}",
        "diet": diet_of(stop.order),
        "items": item_lines(stop.order),
        "remark": without_codes(frame.one_line(stop.order.remark), ()) or "–",
    }


KIND = road_list(DESIGN, view)
