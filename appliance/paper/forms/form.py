"""Make a form to fill in by hand: blank while the box is locked, or headed with a citizen. Pure.

A blank form has the same head as a citizen's sheet, with room to write what the box may not know.
Refuses to invent limits: a form asks what was seen and never says what is normal. Each copy has a
number of its own, so that two filled-in forms are never taken for one. Called by the modules of
this folder, which say what each form asks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from appliance.paper import frame
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Build, Design, Material, SheetKind, Subject, Wanted
from appliance.records.quantities import NBSP
from appliance.records.terms import CitizenId

TEMPLATE = "form.typ"
GROUP = "Tomme skemaer"
WRITE_IDENTITY = "Skriv navn og CPR på hver side"
CALL = "Ring til sygeplejersken eller lægen."
EMERGENCY = f"Ved livsfare: ring{NBSP}112."
# In the order in which `blank-head` of the template takes them.
IDENTITY_BLANKS = ("Navn", "CPR", "Bolig", "CAVE – spørg, før du giver noget:")
NOTHING_COPIED = "Tomt skema: her står intet fra omsorgssystemet"
NO_MORE_ROOM = "Er der ikke plads til mere? Tag et nyt ark."
# Least height of what is written by hand, in millimetres: a tired hand needs 7.
ROW_MM = 9.0
# How much a citizen's head takes of the page: characters on a line, lines that are there anyway.
_CHARACTERS_PER_LINE = 84
_LINES_THERE = 4
_ENGLISH_LINES = 4
_FEWEST_ROWS = 6


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked: words to tick, labelled lines, then whole lines."""

    label: str
    choices: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions under a heading."""

    title: str
    rows: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of empty rows. `rows` fit a blank form's one page; a longer head leaves fewer."""

    title: str
    columns: tuple[Column, ...]
    rows: int
    row_mm: float = ROW_MM


# After the outage all of it goes into the record; who did it, and when, stands on the paper.
TYPED_IN = Questions(
    "",
    (Question("Tastet ind i omsorgssystemet bagefter", blanks=("Dato", "Kl.", "Init.")),),
)


@dataclass(frozen=True, slots=True)
class Form:
    """What a form is called, says and asks; one that is about nobody has no identity on it."""

    name: str
    title: str
    notices: tuple[str, ...]
    parts: tuple[Grid | Questions, ...]
    is_about_somebody: bool = True


def write(key: str, head: str, width_mm: float | None = None) -> Column:
    """Return a column to write in by hand."""
    return Column(key, head, width_mm, Style.WRITE)


def form_kind(form: Form) -> SheetKind:
    """Return the form as a kind of sheet: blank for anybody, and about a citizen if it may be."""
    about = (Subject.CITIZEN,) if form.is_about_somebody else ()
    return SheetKind(
        name=form.name,
        title=form.title,
        subjects=(Subject.NOBODY, *about),
        build=_builder(form),
        group=GROUP,
        has_copies=True,
        is_bilingual=True,
    )


def blank_view(form: Form, context: PrintContext, serial: str) -> View:
    """Return the form about nobody; it needs no record."""
    alerts = [alert for alert in (frame.clock_alert(context),) if alert]
    head: View = {"name": frame.one_line(context.box_name), "unit": "", "alerts": alerts}
    if form.is_about_somebody:
        head = {
            "name": WRITE_IDENTITY,
            "unit": head["name"],
            "alerts": alerts,
            "blanks": list(IDENTITY_BLANKS),
        }
    foot = {**frame.footer(context, serial, ()), "ages": [NOTHING_COPIED]}
    return _view(form, context, {"header": head, "footer": foot}, lines_taken=_LINES_THERE)


def citizen_view(form: Form, who: frame.Identity, context: PrintContext, serial: str) -> View:
    """Return the form headed with the citizen, the CAVE, and what must not fail."""
    sections = (("CAVE", who.cave_state), ("Behov", who.needs_state))
    alerts = [
        *(frame.section_alert(name, state, context) for name, state in sections),
        frame.clock_alert(context),
    ]
    header = frame.citizen_header(who, filter(None, alerts))
    needs = [frame.one_line(need) for need in who.needs]
    around = {
        "header": header,
        "footer": frame.footer(context, serial, sections),
        "needs": needs,
    }
    return _view(
        form, context, around, lines_taken=_lines([header["cave"], *header["alerts"], *needs])
    )


def _view(form: Form, context: PrintContext, around: View, lines_taken: int) -> View:
    parts = [*form.parts, TYPED_IN]
    if context.is_bilingual:
        lines_taken += _ENGLISH_LINES
    return {
        **frame.basic_view(form.title, context),
        "notices": list(form.notices),
        "sections": [_section(part, lines_taken) for part in parts],
        "ending": [_end_mark(form, lines_taken), NO_MORE_ROOM],
        "likely_pages": 1,
        **around,
    }


def _section(part: Grid | Questions, lines_taken: int) -> View:
    if isinstance(part, Grid):
        rows: list[View] = [{} for _ in range(_row_count(part, lines_taken))]
        return listing(part.title, part.columns, rows, row_mm=part.row_mm)
    return {
        "kind": "questions",
        "title": part.title,
        "rows": [
            {
                "label": each.label,
                "choices": list(each.choices),
                "blanks": list(each.blanks),
                "write_lines": _line_count(each, lines_taken),
            }
            for each in part.rows
        ],
    }


def _row_count(grid: Grid, lines_taken: int) -> int:
    """Return how many rows keep the form on one page; never so few that it is of no use."""
    line_mm = 5.0
    lost = -(-max(lines_taken - _LINES_THERE, 0) * line_mm // grid.row_mm)
    return max(grid.rows - int(lost), min(_FEWEST_ROWS, grid.rows))


def _line_count(question: Question, lines_taken: int) -> int:
    """Return how many whole lines there are to write on; a longer head may cost the third."""
    lost = max(lines_taken - _LINES_THERE, 0)
    return max(question.lines - lost, min(question.lines, 2))


def _lines(texts: Sequence[str]) -> int:
    return sum(1 + len(text) // _CHARACTERS_PER_LINE for text in texts)


def _end_mark(form: Form, lines_taken: int) -> str:
    rows = sum(_row_count(part, lines_taken) for part in form.parts if isinstance(part, Grid))
    asked = sum(len(part.rows) for part in form.parts if isinstance(part, Questions))
    counts = [
        frame.count(rows, "linje", "linjer") if rows else "",
        frame.count(asked, "spørgsmål", "spørgsmål") if asked else "",
    ]
    return f"Slut på skemaet: {' · '.join(filter(None, counts))}"


def _builder(form: Form) -> Build:
    design = Design(form.name, form.title, TEMPLATE)

    def build(material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
        view_of = _view_maker(form, material, wanted)
        about = CitizenId(wanted.id) if wanted.subject is Subject.CITIZEN else None
        for serial in context.serials.take(wanted.copies):
            yield design.document(view_of(context, serial), context, about)

    return build


def _view_maker(
    form: Form, material: Material, wanted: Wanted
) -> Callable[[PrintContext, str], View]:
    if wanted.subject is Subject.NOBODY:
        return partial(blank_view, form)
    who = frame.read_identity(material.store(), CitizenId(wanted.id))
    return partial(citizen_view, form, who)
