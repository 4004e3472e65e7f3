"""Make the emergency pack of a unit: a cover that says what should be there, then every sheet.

First the lists of the whole unit, then a medication list for each citizen, the life-critical first,
then blank forms: if the printer stops half-way, what is in the hand is what matters most. The pack
comes as an iterator, so that the first list is on paper while the last is still being typeset, and
memory stays flat. One citizen or list that no sheet can be made of costs nobody else their paper: a
page says so under the number that stands on the cover, and the pack goes on. Called by the web, the
button and the demo.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from appliance.errors import PaperError
from appliance.paper import frame
from appliance.paper.citizen_sheets import as_needed_form
from appliance.paper.citizen_sheets.medication_list import DESIGN as LIST
from appliance.paper.citizen_sheets.medication_list import typeset_list
from appliance.paper.document import Document, PrintContext, Serials, View
from appliance.paper.fallback import or_else
from appliance.paper.forms import (
    blood_sugar,
    fall,
    fluid,
    medication_given,
    observation,
    visit_note,
)
from appliance.paper.pack_cover import DESIGN as COVER
from appliance.paper.pack_cover import NOT_MADE, Contents, Part, cover_view
from appliance.paper.place import Place
from appliance.paper.sheet_kind import UNIT_LISTS, Design, Material, SheetKind, Subject, Wanted
from appliance.paper.unit_sheets import due_tonight, life_critical
from appliance.paper.unit_sheets.urgency import urgency_of
from appliance.records.models import Citizen, Unit
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, UnitId

SHEET = "pack"
NO_NUMBER = "–"
LIST_NOT_MADE = "Listen kunne ikke laves. Se oplysningerne på skærmen, eller spørg en kollega."


@dataclass(frozen=True, slots=True)
class Around:
    """What stands before and after the medication lists.

    A list is one document; of a form there are at most so many copies.
    """

    lists: tuple[SheetKind, ...] = ()
    forms: tuple[tuple[SheetKind, int], ...] = ()

    def forms_for(self, citizens: int) -> list[tuple[SheetKind, int]]:
        """Return the forms for so many citizens: never more of one than there are of them."""
        return [(kind, max(1, min(most, citizens))) for kind, most in self.forms]


# Name a kind here, and it is in the pack and on its cover. Of the forms only what a shift begins
# with: more can be had without opening the box.
AROUND = Around(
    lists=(life_critical.KIND, due_tonight.KIND),
    forms=(
        (medication_given.KIND, 4),
        (as_needed_form.KIND, 4),
        (observation.KIND, 4),
        (blood_sugar.KIND, 2),
        (fluid.KIND, 2),
        (fall.KIND, 2),
        (visit_note.KIND, 2),
    ),
)


@dataclass(frozen=True, slots=True)
class _Reserved:
    """The numbers that stand on the cover, given to the sheet they were taken for."""

    numbers: Sequence[str]

    def take(self, count: int = 1) -> list[str]:
        """Return the numbers.

        Raises:
            PaperError: the sheet has become another number of documents than the cover says.

        """
        if count != len(self.numbers):
            raise PaperError(f"{count} documents where the cover has {len(self.numbers)}")
        return list(self.numbers)


def render_pack(
    store: RecordStore,
    unit_id: UnitId,
    context: PrintContext,
    place: Place | None = None,
    around: Around = AROUND,
) -> Iterator[Document]:
    """Return the cover and then every sheet, each typeset only when it is asked for.

    Raises:
        PaperError: there is no such unit in the copy.
        StorageError: no serial numbers could be taken.

    """
    unit = store.unit(unit_id)
    if unit is None:
        raise PaperError("no such unit in this copy")
    contents = _contents(store, unit, context.serials, _fitting(around, context))
    return _documents(Material(store, place or Place()), contents, context)


def _fitting(around: Around, context: PrintContext) -> Around:
    """Leave out what is due where nobody knows the day: it would be a whole day of every unit."""
    if context.is_clock_trusted:
        return around
    lists = tuple(kind for kind in around.lists if kind is not due_tonight.KIND)
    return replace(around, lists=lists)


def _contents(store: RecordStore, unit: Unit, book: Serials, around: Around) -> Contents:
    """Decide what the pack holds and take every number before the first page is typeset."""
    citizens = in_order_of_need(store, unit.id)
    forms = around.forms_for(len(citizens))
    extra = len(around.lists) + sum(copies for _, copies in forms)
    numbers = iter(book.take(1 + len(citizens) + extra))

    def part(kind: SheetKind, count: int) -> Part:
        return Part(kind, [next(numbers) for _ in range(count)])

    return Contents(
        unit=unit,
        serial=next(numbers),
        lists=[part(kind, 1) for kind in around.lists],
        citizens=[(citizen, next(numbers)) for citizen in citizens],
        forms=[part(kind, count) for kind, count in forms],
    )


def in_order_of_need(store: RecordStore, unit_id: UnitId) -> list[Citizen]:
    """Return the unit's citizens, whose needs cannot wait first, each part by dwelling.

    Whoever's needs nobody knows comes next: they may be life-critical.
    """
    return sorted(store.citizens(unit_id), key=lambda one: urgency_of(store, one))


def _documents(material: Material, contents: Contents, context: PrintContext) -> Iterator[Document]:
    store = material.store()
    yield _cover(store, contents, context)
    yield from _around_and_lists(material, contents, context)


def _around_and_lists(
    material: Material, contents: Contents, context: PrintContext
) -> Iterator[Document]:
    store, unit = material.store(), contents.unit
    for part in contents.lists:
        yield from _sheets_or_notice(material, (unit, part), context)
    for citizen, number in contents.citizens:
        yield list_or_notice(store, (unit, citizen), context, number)
    for part in contents.forms:
        yield from _sheets_or_notice(material, (unit, part), context)


def _cover(store: RecordStore, contents: Contents, context: PrintContext) -> Document:
    context = context.about(COVER.name, None)
    return COVER.document(cover_view(store, contents, context), context)


def render_again(
    material: Material,
    unit_id: UnitId,
    context: PrintContext,
    chosen: Collection[tuple[str, CitizenId | None]],
) -> Iterator[Document]:
    """Return those sheets of a pack that are wanted again, each under a new number.

    The cover names the numbers that are on paper: those of `context.earlier` where a sheet is not
    printed again. Of a form that has lost a copy all copies come.

    Raises:
        PaperError: there is no such unit in the copy; or at the end, that somebody who was chosen
            is not in it any more.
        StorageError: no serial numbers could be taken.

    """
    unit, store = material.unit(unit_id), material.store()
    contents = _renumbered(
        _contents(store, unit, _Blank(), _fitting(AROUND, context)), context, chosen
    )
    wanted = Contents(
        unit=unit,
        serial=contents.serial,
        lists=[part for part in contents.lists if (part.kind.name, None) in chosen],
        citizens=[pair for pair in contents.citizens if (LIST.name, pair[0].id) in chosen],
        forms=[part for part in contents.forms if (part.kind.name, None) in chosen],
    )
    if (COVER.name, None) in chosen:
        yield _cover(store, contents, context)
    yield from _around_and_lists(material, wanted, context)
    here = {citizen.id for citizen, _ in contents.citizens}
    if not {citizen_id for _, citizen_id in chosen} <= {None, *here}:
        raise PaperError("a citizen has left the unit since the pack was printed")


class _Blank:
    """Numbers that stand for none: what a pack holds is looked up before any is taken."""

    def take(self, count: int = 1) -> list[str]:
        """Return so many blanks."""
        return [""] * count


def _renumbered(
    plan: Contents, context: PrintContext, chosen: Collection[tuple[str, CitizenId | None]]
) -> Contents:
    """Give new numbers to what is printed again, and to the rest those that are on paper."""

    def numbers(kind: str, citizen_id: CitizenId | None, count: int) -> list[str]:
        if (kind, citizen_id) in chosen:
            return context.serials.take(count)
        before = context.earlier.get((kind, citizen_id), ())
        return [*before[:count], *[NO_NUMBER] * (count - len(before))]

    def part(old: Part) -> Part:
        return Part(old.kind, numbers(old.kind.name, None, len(old.serials)))

    return Contents(
        unit=plan.unit,
        serial=numbers(COVER.name, None, 1)[0],
        lists=[part(each) for each in plan.lists],
        citizens=[(one, numbers(LIST.name, one.id, 1)[0]) for one, _ in plan.citizens],
        forms=[part(each) for each in plan.forms],
    )


def _sheets_or_notice(
    material: Material, what: tuple[Unit, Part], context: PrintContext
) -> list[Document]:
    """Return all the documents of one kind, or a page that says that they could not be made."""
    unit, part = what
    kind, numbers = part.kind, part.serials
    subject = Subject.UNIT if Subject.UNIT in kind.subjects else Subject.NOBODY
    wanted = Wanted(subject, unit.id if subject is Subject.UNIT else "", len(numbers))
    context = context.about(kind.name, None)
    how = replace(context, serials=_Reserved(numbers))

    def give_notice() -> list[Document]:
        design = Design(kind.name, kind.title, "unit_list.typ")
        return [design.document(_part_notice(unit, part, context), context)]

    return or_else(lambda: list(kind.make(material, wanted, how)), give_notice, numbers[0])


def _part_notice(unit: Unit, part: Part, context: PrintContext) -> View:
    return {
        **frame.basic_view(part.kind.title, context),
        "header": frame.unit_header(unit, context, [LIST_NOT_MADE]),
        "footer": frame.footer(context, part.serials[0], ()),
        "ending": [LIST_NOT_MADE],
    }


def list_or_notice(
    store: RecordStore, who: tuple[Unit, Citizen], context: PrintContext, serial: str
) -> Document:
    """Return one citizen's list, or where none can be made a page with the name that says so."""
    unit, citizen = who
    context = context.about(LIST.name, citizen.id)

    def make() -> Document:
        return typeset_list(store, frame.read_identity(store, citizen.id), context, serial)

    def give_notice() -> Document:
        return LIST.document(notice_view(unit, citizen, context, serial), context, citizen.id)

    return or_else(make, give_notice, serial)


def notice_view(unit: Unit, citizen: Citizen, context: PrintContext, serial: str) -> View:
    """Return the page that stands in for a list nobody could make: whose it is, and what to do."""
    unknown = frame.unread_identity(citizen, unit)
    return {
        **frame.basic_view(LIST.title, context),
        "header": frame.citizen_header(unknown, [NOT_MADE]),
        "footer": frame.footer(context, serial, ()),
        "needs": unknown.needs,
        "ending": [NOT_MADE],
    }


def _build(material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
    store = material.store()
    return render_pack(store, UnitId(wanted.id), context, material.place)


KIND = SheetKind(
    name=SHEET,
    title=COVER.title,
    subjects=(Subject.UNIT,),
    build=_build,
    group=UNIT_LISTS,
)
