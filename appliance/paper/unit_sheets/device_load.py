"""Make the depot's list: which assistive devices to put in the car, and which come back.

Counted by HMI number, with the stops each is for; a repair is neither, and stands apart. Called
by the registry.
"""

from collections.abc import Iterable, Iterator

from appliance.paper import frame
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design
from appliance.paper.unit_sheets.deliveries import unread_orders
from appliance.paper.unit_sheets.delivery_plan import (
    KINDS,
    contents,
    delivery_plan,
    heading,
    kind_of,
    nothing_due,
)
from appliance.paper.unit_sheets.unit_view import UNREAD, Body, UnitPrint, road_list, unit_view
from appliance.records.age import show_day
from appliance.records.deliveries import DeliveryStop
from appliance.records.medicine import MISSING
from appliance.records.terms import Section, ServiceLine

DESIGN = Design("device_load", "Pakkeliste – Hjælpemidler", "unit_list.typ")
_PARTS = (Section.SERVICE_ORDERS,)
_OUT, _BACK = {"deliver", "swap"}, {"collect", "swap"}
_THING = (
    Column("hmi", "HMI-nr.", 28, Style.BOLD),
    Column("items", "Hjælpemiddel"),
    Column("quantity", "Antal", 18, Style.BIG),
    Column("stop", "Stop", 40),
)
_PICKED = (
    *_THING,
    Column("picked", "I bilen", 18, Style.TICK),
    Column("individual", "Individ-nr.", 34, Style.WRITE),
)
_RETURNED = (
    *_THING,
    Column("back", "Retur", 18, Style.TICK),
    Column("individual", "Individ-nr.", 34, Style.WRITE),
)
_OTHER = (*_THING, Column("remark", "Udført, bemærkning", 44, Style.WRITE))
_CONTROL = (
    Column("picked_by", "Pakket af: navn, kl.", None, Style.WRITE),
    Column("back_by", "Retur modtaget af: navn, kl.", 92, Style.WRITE),
)
_ROW_MM = 8
_ROWS_PER_PAGE = 20


def view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the depot's list."""
    plan = delivery_plan(about, ServiceLine.DEVICES)
    tables = list(_tables(plan.stops))
    rows = sum(len(table["rows"]) for table in tables)
    control = [listing("", _CONTROL, [{}], row_mm=11)] if tables else []
    body = Body(
        is_of_day=True,
        name=about.named(show_day(about.today)),
        notices=nothing_due(about, plan) or [heading(about, plan)],
        sections=[*tables, *control, *unread_orders(plan)],
        ending=[f"Slut på pakkelisten: {frame.count(rows, 'linje', 'linjer')}"],
        alerts=[UNREAD] if plan.unread else [],
        likely_pages=1 + rows // _ROWS_PER_PAGE,
    )
    return unit_view(DESIGN, about, serial, _PARTS, body)


def _tables(stops: list[DeliveryStop]) -> Iterator[View]:
    out = [stop for stop in stops if stop.order.kind in _OUT]
    back = [stop for stop in stops if stop.order.kind in _BACK]
    other = [stop for stop in stops if stop.order.kind not in _OUT | _BACK]
    bring, collect, swap = KINDS["deliver"], KINDS["collect"], KINDS["swap"]
    for title, columns, group in (
        (f"Med ud: {bring} og {swap}", _PICKED, out),
        (f"Med hjem: {collect} og {swap}", _RETURNED, back),
        ("Andre opgaver", _OTHER, other),
    ):
        rows = list(_rows(group, says_kind=group is other))
        if rows:
            yield listing(f"{title} ({len(rows)})", columns, rows, row_mm=_ROW_MM)


def _rows(stops: Iterable[DeliveryStop], *, says_kind: bool) -> Iterator[View]:
    """Yield one row for each kind of thing, with how many and for which stops."""
    found: dict[tuple[str, str], list[tuple[DeliveryStop, int]]] = {}
    for stop in stops:
        for item in contents(stop.order):
            what = frame.one_line(item.text)
            shown = f"{kind_of(stop.order)}: {what}" if says_kind else what
            found.setdefault((item.hmi or "", shown), []).append((stop, item.quantity))
    for (hmi, text), wanted in sorted(found.items(), key=lambda one: one[0]):
        yield {
            "hmi": hmi or f"HMI {MISSING}",
            "items": text,
            "quantity": str(sum(quantity for _, quantity in wanted)),
            "stop": ", ".join(_stop(stop, quantity) for stop, quantity in wanted),
        }


def _stop(stop: DeliveryStop, quantity: int) -> str:
    return str(stop.number) if quantity == 1 else f"{stop.number} ({quantity} stk.)"


KIND = road_list(DESIGN, view)
