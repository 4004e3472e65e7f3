"""Make the key lists: the code of each stop by its number, with no name and no address.

Useless without the route list it belongs to, and the same code on both says which that is. Signed
out and in. The only sheet that prints a key's code. Called by the registry.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.paper import frame
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import ROAD_LISTS, Design, Material, SheetKind, Subject, Wanted
from appliance.paper.unit_sheets import delivery_plan, visit_plan
from appliance.paper.unit_sheets.cells import place_of
from appliance.paper.unit_sheets.list_code import LABEL
from appliance.paper.unit_sheets.unit_view import UNREAD, Body, UnitPrint, unit_print, unit_view
from appliance.records.age import show_day
from appliance.records.key_codes import tells_home
from appliance.records.models import Citizen, KeyBox
from appliance.records.terms import Role, Section, ServiceLine

DESIGN = Design("key_list", "Nøgleliste", "unit_list.typ")
# At night the nurse hands the lists out herself; an assistant signs for a code, but prints none.
HANDS_OUT = frozenset({Role.LEADER, Role.NURSE, Role.DRIVER_COORDINATOR})
SAME_CODE = "Hører til kørelisten med samme listekode. Er koden en anden, så brug den ikke."
KEEP_APART = "Hold de to lister hver for sig, og aflever denne efter turen."
NO_KEYS = "Der er ingen nøgler i kopien til dagens stop."
NO_KEYS_OF_ROUTE = "Der er ingen nøgler i kopien til rutens stop den dag."
NO_CODE = "Ingen kode i kopien"
PLACE_ELSEWHERE = "Stedet står på kørelisten"
_COLUMNS = (
    Column("stop", "Stop", 18, Style.BIG),
    Column("place", "Sted og nummer"),
    Column("code", "Kode", 40, Style.BIG),
    Column("key_out", "Ud: init.", 23, Style.WRITE),
    Column("key_in", "Ind: init.", 23, Style.WRITE),
)
_SIGNED = (
    Column("out", "Udleveret til: navn, kl.", None, Style.WRITE),
    Column("back", "Afleveret igen: kl., init.", 62, Style.WRITE),
    Column("shredded", "Makuleret: kl., init.", 52, Style.WRITE),
)
_ROWS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class _Round:
    """One list of stops that keys are needed for."""

    name: str
    code: str
    part: str
    doors: Sequence[tuple[int, Citizen]]


def render_key_lists(
    material: Material, wanted: Wanted, context: PrintContext
) -> Iterator[Document]:
    """Return a key list for each route list of the day that has keys, or one that says so.

    Raises:
        LockedError: the box is locked.
        PaperError: there is no such unit in the copy.
        StorageError: no serial numbers could be taken.

    """
    about = unit_print(material, wanted, context)
    found = list(_bodies(about, wanted.part))
    serials = context.serials.take(len(found))
    for view in _views(about, found, serials):
        yield DESIGN.document(view, context)


def views(about: UnitPrint, serials: Iterable[str]) -> Iterator[View]:
    """Yield what stands on each key list; one without stops if no list needs a key."""
    yield from _views(about, _bodies(about), serials)


def _views(about: UnitPrint, found: Iterable[Body], serials: Iterable[str]) -> Iterator[View]:
    for body, serial in zip(found, serials, strict=False):
        yield unit_view(DESIGN, about, serial, (Section.KEY_BOXES,), body)


def _bodies(about: UnitPrint, part: str = "") -> list[Body]:
    visits = visit_plan.visit_plan(about)
    plans = [delivery_plan.delivery_plan(about, line) for line in ServiceLine]
    is_unread = bool(visits.unread) or any(plan.unread for plan in plans)
    every = [*_routes(about, visits), *_deliveries(about, plans)]
    rounds = [one for one in every if part in ("", one.part)]
    bodies = [body for one in rounds if (body := _body(about, one, is_unread=is_unread))]
    return bodies or [_empty(about, NO_KEYS_OF_ROUTE if part else NO_KEYS, is_unread=is_unread)]


def _routes(about: UnitPrint, visits: visit_plan.VisitPlan) -> Iterator[_Round]:
    """Yield the visit routes of the day, numbered as on their lists."""
    for route in visits.routes:
        doors = [(stop.number, visits.citizens[stop.visit.citizen_id]) for stop in route.stops]
        name, code = visit_plan.route_name(route), visit_plan.code_of(about, route)
        yield _Round(name, code, visit_plan.part_of(route), doors)


def _deliveries(about: UnitPrint, plans: Iterable[delivery_plan.DeliveryPlan]) -> Iterator[_Round]:
    """Yield the deliveries of the day, numbered as on their lists."""
    for plan in plans:
        doors = [(stop.number, stop.citizen) for stop in plan.stops]
        if doors:
            name = delivery_plan.SERVICE_NAMES[plan.line]
            yield _Round(name, delivery_plan.code_of(about, plan), plan.line.value, doors)


def _body(about: UnitPrint, one: _Round, *, is_unread: bool) -> Body | None:
    read = [(number, citizen, about.read(KeyBox, citizen)) for number, citizen in one.doors]
    rows = [row for number, citizen, boxes in read for row in _rows(number, citizen, boxes or ())]
    are_unread = any(boxes is None for _, _, boxes in read)
    if not rows and not are_unread:
        return None
    count = frame.count(len(rows), "nøgle", "nøgler")
    return Body(
        is_of_day=True,
        name=about.named(one.name, show_day(about.today)),
        notices=[f"{LABEL} {one.code}. {SAME_CODE}", KEEP_APART],
        sections=[
            listing("", _SIGNED, [{}], row_mm=11),
            *([listing(f"{one.name} ({count})", _COLUMNS, rows, row_mm=9)] if rows else []),
        ],
        ending=[f"Slut på nøglelisten: {count}"],
        alerts=[UNREAD] if is_unread or are_unread else [],
        likely_pages=1 + len(rows) // _ROWS_PER_PAGE,
    )


def _rows(number: int, citizen: Citizen, boxes: Iterable[KeyBox]) -> Iterator[View]:
    for box in boxes:
        place = place_of(box)
        yield {
            "stop": str(number),
            "place": PLACE_ELSEWHERE if tells_home(place, citizen) else place,
            "code": frame.one_line(box.code) or NO_CODE,
        }


def _empty(about: UnitPrint, sentence: str, *, is_unread: bool) -> Body:
    is_known = about.is_whole(Section.KEY_BOXES) and not is_unread
    return Body(
        is_of_day=True,
        notices=[f"{show_day(about.today)}: {sentence}"] if is_known else [],
        ending=["Slut på nøglelisten: 0 nøgler"],
        alerts=[UNREAD] if is_unread else [],
    )


KIND = SheetKind(
    name=DESIGN.name,
    title=DESIGN.title,
    subjects=(Subject.UNIT,),
    build=render_key_lists,
    group=ROAD_LISTS,
    roles=HANDS_OUT,
    has_days=True,
    has_parts=True,
)
