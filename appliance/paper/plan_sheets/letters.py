"""Make the letters and notices: hospital, doctors, citizens, staff, partners.

What the box knows is put in; what nobody knows yet is a line to write on. At the foot stands who
was told, when and by whom, and room for more. Called by the registry and the plan set.
"""

from collections.abc import Mapping, Sequence

from appliance.clock import DANISH_TIME
from appliance.errors import PaperError
from appliance.outage.events import Event
from appliance.paper.document import PrintContext, View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets import from_record
from appliance.paper.plan_sheets.noted import Noted, initials_of, noted_of
from appliance.paper.plan_sheets.plan_frame import TEMPLATE, Draft, plan_kind, prose
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.plan.models import Block, BlockKind, ResponsePlan, Span, Text
from appliance.records.age import show_date_time
from appliance.records.medicine import show_date

DESIGN = Design("letters", "Breve", TEMPLATE)
LETTER = "Brev"
_ROWS = 2
# So many who were told still leave the letter its one page.
_FEW = 4
_TOLD = (
    Column("who", "Givet til: navn", None, Style.WRITE),
    Column("how", "Hvordan", 38, Style.WRITE),
    Column("at", "Dato og kl.", 34, Style.WRITE),
    Column("by", "Af: navn", 44, Style.WRITE),
)
_NOTED_TOLD = (
    Column("who", "Givet til: navn, og hvordan", None, Style.NOTED),
    Column("at", "Dato og kl.", 40, Style.NOTED),
    Column("by", "Af: navn", 38, Style.NOTED),
)


def drafts(material: Material, wanted: Wanted, context: PrintContext) -> list[Draft]:
    """Return the letter that is asked for by its id, or every letter.

    Raises:
        PaperError: there is no such letter in the plan.

    """
    plan = material.response_plan()
    chosen = [letter for letter in plan.letters if wanted.id in ("", letter.id)]
    if not chosen:
        raise PaperError(f"no letter {wanted.id!r} in the plan")
    values = _values(material, context)
    noted = noted_of(material, context)
    return [_draft(plan, letter, values, _told(letter, noted)) for letter in chosen]


def _draft(
    plan: ResponsePlan, letter: Text, values: Mapping[str, str], told: Sequence[View]
) -> Draft:
    passages = [prose(each.title, each.blocks, plan, values) for each in letter.passages()]
    sections: list[View] = [
        prose("", [Block(BlockKind.PARAGRAPH, (Span(f"Til: {letter.to}", is_bold=True),))], plan),
        *passages,
        listing(
            "Hvem har fået besked?",
            _NOTED_TOLD if told else _TOLD,
            [*told, *[{}] * _ROWS],
            row_mm=12,
        ),
    ]
    return Draft(
        DESIGN,
        letter.title,
        sections,
        ending="",
        is_one_page=len(told) <= _FEW,
        letter_title=LETTER,
        about=letter.to,
    )


def _told(letter: Text, noted: Noted | None) -> list[View]:
    """Return who was told by this letter."""
    if noted is None:
        return []
    found = (event for event in noted.outage.letters if event.what.about == letter.id)
    return [_told_row(event, noted) for event in found]


def _told_row(event: Event, noted: Noted) -> View:
    at, by = noted.day_and_time(event), initials_of(event)
    return {"who": event.what.text, "at": at, "by": by}


def _values(material: Material, context: PrintContext) -> dict[str, str]:
    """Return what the box knows; a clock nobody trusts dates no letter.

    A letter is from a place of care and never from a box: where nobody knows which, it is a line.
    """
    plan, begun = material.response_plan(), material.outage_started_at
    today = context.printed_at.astimezone(DANISH_TIME).date()
    return {
        "startet": show_date_time(begun) if begun else "",
        "telefon": plan.reply_phone,
        "sted": from_record.centre(material.records) if material.records else "",
        "kommune": plan.municipality,
        "dato": show_date(today) if context.is_clock_trusted else "",
    }


KIND = plan_kind(DESIGN, drafts)
