"""Turn what a sheet of the plan says into a document: header, footer, prose, type size.

Every sheet of the plan gives `Draft`s; the plan set needs them before they have numbers. Refuses no
paper: a card that is too long even in the smallest type comes on two pages, and `nodboks plan
check` says so by day. Called by the sheets of this folder.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.clock import DANISH_TIME
from appliance.errors import PlanError
from appliance.paper import frame
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.sheet_kind import ANYBODY, Design, Material, SheetKind, Subject, Wanted
from appliance.plan.fields import BLANK, WRITE_NUMBER, Filled, filled, whole_text
from appliance.plan.models import Block, BlockKind, ResponsePlan, Span
from appliance.records.medicine import show_date
from appliance.records.models import SectionState

GROUP = "Indsatsplan"
TEMPLATE = "plan.typ"
WRITE_NAME = "skriv navn"
NOT_APPROVED = "Planen er ikke godkendt endnu."
# From comfortable at arm's length to the smallest that is still read by a lamp.
_BODY_PT = 10.5
_ONE_PAGE_PT = (12.5, 11.5, 10.5, 9.6, 8.8)
_NO_VALUES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Draft:
    """One document of the plan before it has its number.

    `name` stands largest on it; on the cover of the set it is told by `about`, where that is given.
    """

    design: Design
    name: str
    sections: Sequence[View]
    ending: str
    notices: Sequence[str] = ()
    alerts: Sequence[str] = ()
    ages: Sequence[tuple[str, SectionState]] = ()
    is_one_page: bool = False
    # What leaves the house is a letter: a heading of its own, no word of the state of the plan, and
    # none of the marks that tell an emergency print from the record.
    letter_title: str = ""
    about: str = ""

    @property
    def title(self) -> str:
        """Return what the sheet is called at its top."""
        return self.letter_title or self.design.title


Drafts = Callable[[Material, Wanted, PrintContext], Sequence[Draft]]


def plan_kind(design: Design, drafts: Drafts) -> SheetKind:
    """Return the kind of a sheet that is nothing but its drafts."""

    def build(material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
        made = drafts(material, wanted, context)
        serials = context.serials.take(len(made))
        plan = material.response_plan()
        return (
            document(draft, plan, context, serial)
            for draft, serial in zip(made, serials, strict=True)
        )

    return SheetKind(
        name=design.name,
        title=design.title,
        subjects=(Subject.NOBODY,),
        build=build,
        group=GROUP,
        comes_back=False,
        roles=ANYBODY,
    )


def document(draft: Draft, plan: ResponsePlan, context: PrintContext, serial: str) -> Document:
    """Return the draft as a document; what belongs on one page is set smaller until it fits."""
    sizes = _ONE_PAGE_PT if draft.is_one_page else (_BODY_PT,)
    for size in sizes:
        shown = {**view(draft, plan, context, serial), "type_pt": size}
        made = draft.design.document(shown, context)
        if made.pages == 1:
            break
    return made


def view(draft: Draft, plan: ResponsePlan, context: PrintContext, serial: str) -> View:
    """Return everything that stands on the document."""
    alerts = (
        PlanError.sentence if plan.is_stand_in and not draft.letter_title else None,
        *draft.alerts,
        # That the age is unknown stands in the footer: a doctor knows no more of staff and numbers.
        *(frame.section_alert(name, state, context) for name, state in draft.ages if state.as_of),
        frame.clock_alert(context),
    )
    footer = frame.footer(context, serial, draft.ages)
    basic = frame.basic_view(draft.title, context)
    return {
        **basic,
        "mark": "" if draft.letter_title else basic["mark"],
        "header": {
            "name": draft.name,
            "unit": "" if draft.letter_title else frame.one_line(context.box_name),
            "alerts": [alert for alert in alerts if alert],
        },
        "footer": {**footer, "ages": [_standing(plan, draft), *footer["ages"]]},
        "notices": list(draft.notices),
        "sections": list(draft.sections),
        "ending": [draft.ending] if draft.ending else [],
        "likely_pages": 1,
        "type_pt": _BODY_PT,
    }


def overdue_alert(plan: ResponsePlan, printed_at: datetime) -> str | None:
    """Return a warning when nobody has gone through the plan in time."""
    duty = plan.responsibility
    if not duty.is_review_overdue(printed_at.astimezone(DANISH_TIME).date()):
        return None
    return f"Planen skulle være gennemgået senest {show_date(duty.next_review)}."


def prose(
    title: str,
    blocks: Iterable[Block],
    plan: ResponsePlan,
    values: Mapping[str, str] = _NO_VALUES,
) -> View:
    """Return a passage as a section of a view, with its fields put in."""
    rows = [_row(block, filled(block, plan, values)) for block in blocks]
    return {"kind": "prose", "title": title, "rows": rows}


def sentences(title: str, *texts: str) -> View:
    """Return plain sentences as a section of a view."""
    blocks = [Block(BlockKind.PARAGRAPH, (Span(text),)) for text in texts]
    rows = [_row(block, [Filled(block.text)]) for block in blocks]
    return {"kind": "prose", "title": title, "rows": rows}


def blanks(**hints: str) -> View:
    """Return the cells of a listing's row that are lines to write on, each with its word below."""
    return {**{key: f"{BLANK} ({hint})" for key, hint in hints.items()}, "blank": hints}


def empty_row(**hints: str) -> View:
    """Return a row for somebody nobody thought of."""
    return blanks(name=WRITE_NAME, phone=WRITE_NUMBER, **hints)


def phone_cell(phone: str | None) -> View:
    """Return a number, or the line to write it on."""
    return {"phone": phone} if phone else blanks(phone=WRITE_NUMBER)


def _row(block: Block, pieces: list[Filled]) -> View:
    is_bullet = block.kind is BlockKind.BULLET
    lead = "• " if is_bullet else f"{block.number}. " if block.number else ""
    # The first text is what the plain renderer prints; the rest is for the layout.
    return {
        "line": lead + whole_text(pieces),
        "number": block.number,
        "is_bullet": is_bullet,
        "pieces": [
            {"line": piece.text, "is_bold": piece.is_bold, "hint": piece.hint} for piece in pieces
        ],
    }


def _standing(plan: ResponsePlan, draft: Draft) -> str:
    """Say in the footer which plan this is, and whether somebody stands behind it."""
    duty = plan.responsibility
    whose = f"{plan.municipality}, plan {duty.version}"
    if draft.letter_title:
        return whose
    approved = (
        f"godkendt {show_date(duty.approved_on)} af {duty.approver}"
        if duty.is_approved
        else "ikke godkendt"
    )
    review = show_date(duty.next_review) if duty.next_review else "ikke aftalt"
    return f"{whose} · {approved} · næste gennemgang {review}"
