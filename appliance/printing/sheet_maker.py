"""Make ordered sheets from the records that are open when their turn comes.

Joins the print desk to `paper/sheets.py`. Refuses when the box has been locked meanwhile, or when
the citizen has moved to a unit the order is not for. Each sheet is an entry of the sealed log, and
its footer shows where the log stood. During a drill every sheet says that it is one. Called by the
print desk of whichever process runs it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from appliance.care_journal.numbered_paper import NO_PAPER, NumberedPaper
from appliance.care_journal.state import Journal
from appliance.clock import JudgedClock, is_day_sure, reckoned_now
from appliance.errors import PaperError
from appliance.outage.journal import OnPaper
from appliance.outage.report import Report
from appliance.paper import pack
from appliance.paper.document import Document, Paper, PrintContext, Serials
from appliance.paper.place import Place
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.paper.unit_sheets import paper_back
from appliance.plan.models import ResponsePlan
from appliance.printing.jobs import Sheet
from appliance.printing.orders import Order
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, UnitId
from appliance.sealed_log.entry import Action, Entry, When, Who, Whom, clipped, new_whom
from appliance.vault.log_sender import LogSender

# Nobody is asked who they are before the paper comes; the sheet then says so.
_NOBODY = "–"


@dataclass(frozen=True, slots=True)
class SheetMaker:
    """Everything a sheet is made from besides the order.

    `open_store` returns the records that are open now, and raises LockedError where none are;
    `papers` what may be on paper of a unit's citizens; `outage` what sheets must say of one,
    `report` what came of the last that ended, `journal` what was noted of citizens, None where
    nobody can tell; `numbered` the paper of the outage; `told` what another box, by its id or a
    unit's name, has said of itself.
    """

    open_store: Callable[[], RecordStore]
    serials: Serials
    clock: JudgedClock
    place: Place
    log: LogSender
    papers: Callable[[UnitId], Mapping[CitizenId, Paper]]
    plan: ResponsePlan | None = None
    outage: Callable[[], OnPaper] = OnPaper
    report: Callable[[], Report | None] = lambda: None
    journal: Callable[[OnPaper], Journal | None] = lambda _outage: None
    numbered: Callable[[], NumberedPaper] = NumberedPaper
    told: Callable[[str, str], str] = lambda _box, _name: ""

    def documents(self, order: Order, done: Sequence[Sheet] = ()) -> Iterator[Document]:
        """Return the documents of an order but for those done, each rendered when asked for.

        Raises:
            LockedError: the box is locked, and the sheet is about somebody.
            PaperError: the citizen or unit is not in the open copy, or the citizen has moved.

        """
        store = self.open_store() if order.subject.needs_unlock else None
        if store is not None:
            _refuse_moved_citizen(store, order)
        outage = self.outage()
        context = PrintContext(
            printed_by=order.ordered_by or _NOBODY,
            printed_at=reckoned_now(self.clock),
            box_name=self.place.box_name,
            serials=self.serials,
            log_head=self.log.shown,
            is_clock_trusted=is_day_sure(self.clock),
            is_drill=outage.is_drill,
            is_bilingual=order.is_bilingual,
            earlier=_earlier(order),
            papers=self.papers(order.unit_id) if order.unit_id is not None else {},
        )
        journal = self.journal(outage) if store is not None else None
        material = Material(
            store,
            self.place,
            self.plan,
            outage.started_at,
            self.report,
            journal,
            self.numbered() if order.kind == paper_back.KIND.name else NO_PAPER,
            outage.under_way,
            self.told,
        )
        made = _made(order, material, context)
        return self._entered(_left(made, done), store, order)

    def _entered(
        self, documents: Iterator[Document], store: RecordStore | None, order: Order
    ) -> Iterator[Document]:
        """Pass sheets on, each under its serial number in the log before it can reach paper."""
        who = Who(initials=clipped(order.ordered_by, "initials"))
        for document in documents:
            when = When.by(self.clock)
            whom = _whom(store, document)
            replaced = f" replaces {document.replaces}" if document.replaces else ""
            serial = clipped(document.serial + replaced, "about")
            self.log.enter([Entry(Action.SHEET_MADE, when, who, whom, order.unit_id or "", serial)])
            yield document


def _made(order: Order, material: Material, context: PrintContext) -> Iterator[Document]:
    """Return what the order is for; of what is printed again only the sheets that are wanted."""
    kind = SHEETS.get(order.kind)
    if kind is None:
        raise PaperError(f"no such sheet: {order.kind}")
    if order.only and order.kind == pack.SHEET:
        unit_id = UnitId(order.unit_id or "")
        return pack.render_again(material, unit_id, context, order.paper_chosen)
    # About nobody there is no id; the part is then one text of the plan, such as a letter.
    is_of_plan = order.subject is Subject.NOBODY
    wanted = Wanted(
        order.subject,
        order.citizen_id or order.unit_id or (order.part if is_of_plan else ""),
        order.copies,
        date.fromisoformat(order.day) if order.day else None,
        "" if is_of_plan else order.part,
    )
    made = kind.make(material, wanted, context.about(order.kind, order.citizen_id))
    return _chosen(made, order.paper_chosen) if order.only else made


def _chosen(
    documents: Iterator[Document], chosen: Collection[tuple[str, CitizenId | None]]
) -> Iterator[Document]:
    """Leave out what is not wanted again; of a form that has lost a copy all copies come.

    Raises:
        PaperError: at the end, that one that was chosen is not made any more.

    """
    missed = set(chosen)
    for document in documents:
        key = (document.sheet, document.citizen_id)
        if key in chosen:
            missed.discard(key)
            yield document
    if missed:
        raise PaperError(f"{len(missed)} of the sheets to print again are not made any more")


def _earlier(order: Order) -> dict[tuple[str, CitizenId | None], tuple[str, ...]]:
    """Return the numbers of the paper that is printed again, by sheet and citizen."""
    found: dict[tuple[str, CitizenId | None], tuple[str, ...]] = {}
    for each in order.earlier:
        key = (each.kind, each.citizen_id)
        found[key] = (*found.get(key, ()), each.serial)
    return found


def _left(documents: Iterator[Document], done: Sequence[Sheet]) -> Iterator[Document]:
    """Leave out what was at the printer before a kill; each of several copies counts."""
    before = Counter((sheet.kind, sheet.citizen_id) for sheet in done)
    for document in documents:
        key = (document.sheet, document.citizen_id)
        if before[key]:
            before[key] -= 1
        else:
            yield document


def _whom(store: RecordStore | None, document: Document) -> tuple[Whom, ...]:
    citizen = store.citizen(document.citizen_id) if store and document.citizen_id else None
    return (new_whom(citizen.id, citizen.cpr),) if citizen else ()


def _refuse_moved_citizen(store: RecordStore, order: Order) -> None:
    """Keep the list of a citizen from whoever could order it while they lived elsewhere."""
    citizen = store.citizen(order.citizen_id) if order.citizen_id else None
    if citizen is not None and citizen.unit_id != order.unit_id:
        raise PaperError("the citizen has moved to another unit since the order")
