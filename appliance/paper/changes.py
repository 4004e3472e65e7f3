"""Print only the lists that say something else than the ones on paper, and what to do with those.

The cover names by dwelling which numbers to shred, which lists still hold, and of whom nobody
knows that there is one. "The same" means medicine, CAVE and needs, whatever the time. Refuses to
call a list good that is not known to have come out: it comes again. Called by the registry.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial

from appliance.paper import frame
from appliance.paper.citizen_sheets.medication_list import DESIGN as LIST
from appliance.paper.citizen_sheets.medication_list import list_digest
from appliance.paper.document import Document, Paper, PrintContext, View
from appliance.paper.fallback import or_else
from appliance.paper.listing import Column, Style, listing
from appliance.paper.pack import NO_NUMBER, in_order_of_need, list_or_notice
from appliance.paper.pack_cover import KEEP_SAFE
from appliance.paper.sheet_kind import UNIT_LISTS, Design, Material, SheetKind, Subject, Wanted
from appliance.records.age import show_date_time
from appliance.records.models import Citizen, Unit
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, Section

DESIGN = Design("changes", "Ændret siden sidste udskrift", "unit_list.typ")
STEPS = (
    "Læg de nye lister på plads. Streg de gamle over, skriv AFLØST, og læg dem i den låste kasse.",
    "De gamle makuleres først, når alt er tastet ind.",
    "Lister, der står som gyldige, siger det samme som kopien nu. Behold dem.",
)
NOTHING_CHANGED = "Ingen lister er ændret. Behold dem, der står nedenfor."
_ROWS_PER_PAGE = 12
_FRESH = (
    Column("tick", "I hånden", 16, Style.TICK),
    Column("dwelling", "Bolig", 18, Style.BOLD),
    Column("name", "Borger", None, Style.NAME),
    Column("why", "Hvorfor", 44),
    Column("new", "Ny udskrift", 24, Style.BOLD),
    Column("shred", "Afløst", 26),
)
_VALID = (
    Column("dwelling", "Bolig", 18, Style.BOLD),
    Column("name", "Borger", None, Style.NAME),
    Column("serial", "Gyldig udskrift", 28, Style.BOLD),
    Column("printed", "Udskrevet", 34),
)
_GONE = (Column("shred", "Afløst", None, Style.BOLD),)


class Verdict(Enum):
    """Why a citizen's list is printed now, or that it need not be."""

    VALID = "Gyldig"
    CHANGED = "Medicin, CAVE eller behov er ændret"
    UNSURE = "Ukendt, om den gamle kom ud"
    NEVER = "Aldrig udskrevet"


@dataclass(frozen=True, slots=True)
class Judged:
    """One citizen with the papers there may be, and what is to be done about them."""

    citizen: Citizen
    paper: Paper | None
    verdict: Verdict


def judge(paper: Paper | None, digest: str) -> Verdict:
    """Decide about a citizen's list: what is on paper, and what one printed now would say."""
    if paper is None:
        return Verdict.NEVER
    if not paper.is_sure:
        return Verdict.UNSURE
    return Verdict.VALID if digest and paper.digest == digest else Verdict.CHANGED


def render_changes(material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
    """Return the cover and then the lists that are to be laid in place of others.

    Raises:
        LockedError: the box is locked.
        PaperError: there is no such unit in the copy.
        StorageError: no serial numbers could be taken.

    """
    unit, store = material.unit(wanted.id), material.store()
    judged = [_judged(store, citizen, context) for citizen in in_order_of_need(store, unit.id)]
    fresh = [each for each in judged if each.verdict is not Verdict.VALID]
    cover_serial, *serials = context.serials.take(1 + len(fresh))
    numbers = {each.citizen.id: serial for each, serial in zip(fresh, serials, strict=True)}
    shown = view(store, unit, judged, (context, cover_serial, numbers))
    yield DESIGN.document(shown, context)
    old: dict[tuple[str, CitizenId | None], tuple[str, ...]] = {
        (LIST.name, each.citizen.id): each.paper.serials[:1] for each in fresh if each.paper
    }
    naming = replace(context, earlier=old)
    for each in fresh:
        yield list_or_notice(store, (unit, each.citizen), naming, numbers[each.citizen.id])


def _judged(store: RecordStore, citizen: Citizen, context: PrintContext) -> Judged:
    paper = context.papers.get(citizen.id)
    # A list that cannot be made now is printed as the page that says so.
    digest = or_else(partial(list_digest, store, citizen.id, context), str, NO_NUMBER)
    return Judged(citizen, paper, judge(paper, digest))


def view(
    store: RecordStore,
    unit: Unit,
    judged: Sequence[Judged],
    how: tuple[PrintContext, str, dict[CitizenId, str]],
) -> View:
    """Return everything that stands on the cover."""
    context, serial, numbers = how
    state = store.unit_section(unit.id, Section.MEDICATION)
    sections = (("Medicin", state),)
    fresh = [_fresh_row(each, numbers) for each in judged if each.verdict is not Verdict.VALID]
    valid = [_valid_row(each, context) for each in judged if each.verdict is Verdict.VALID]
    gone = _gone_rows(judged, context)
    tables = (
        (f"Nye lister ({len(fresh)})", _FRESH, fresh),
        (f"Stadig gyldige ({len(valid)})", _VALID, valid),
        (f"Ikke længere på afsnittet ({len(gone)})", _GONE, gone),
    )
    alerts = [frame.section_alert("Medicin", state, context), frame.clock_alert(context)]
    return {
        **frame.basic_view(DESIGN.title, context),
        "header": frame.unit_header(unit, context, alerts),
        "footer": frame.footer(context, serial, sections),
        "notices": [*(STEPS if fresh else [NOTHING_CHANGED]), KEEP_SAFE],
        "sections": [listing(title, columns, rows) for title, columns, rows in tables if rows],
        "ending": [_ending(len(fresh), len(valid))],
        "likely_pages": 1 + len(judged) // _ROWS_PER_PAGE,
    }


def _ending(fresh: int, valid: int) -> str:
    new = frame.count(fresh, "ny liste", "nye lister")
    return f"Slut på oversigten: {new} · {frame.count(valid, 'gyldig', 'gyldige')}"


def _fresh_row(each: Judged, numbers: dict[CitizenId, str]) -> View:
    old = each.paper.serials if each.paper else ()
    return {
        **_who(each.citizen),
        "why": each.verdict.value,
        "new": numbers[each.citizen.id],
        "shred": list(old) or [NO_NUMBER],
    }


def _valid_row(each: Judged, context: PrintContext) -> View:
    # With a clock nobody trusts no time stands on a sheet: the number is what tells them apart.
    paper = each.paper
    is_timed = paper is not None and context.is_clock_trusted
    return {
        **_who(each.citizen),
        "serial": paper.serials[0] if paper else NO_NUMBER,
        "printed": show_date_time(paper.printed_at) if paper and is_timed else NO_NUMBER,
    }


def _gone_rows(judged: Sequence[Judged], context: PrintContext) -> list[View]:
    """Return the numbers of citizens who have left the unit: there is no name for them here."""
    here = {each.citizen.id for each in judged}
    gone = (paper for citizen_id, paper in context.papers.items() if citizen_id not in here)
    return [{"shred": list(paper.serials)} for paper in gone]


def _who(citizen: Citizen) -> View:
    return {
        "dwelling": frame.one_line(citizen.dwelling) or "–",
        "name": frame.name_lines(citizen),
        "marks": frame.doubt_marks(citizen),
    }


KIND = SheetKind(
    name=DESIGN.name,
    title=DESIGN.title,
    subjects=(Subject.UNIT,),
    build=render_changes,
    group=UNIT_LISTS,
)
