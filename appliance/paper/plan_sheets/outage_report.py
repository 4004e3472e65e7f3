"""Make the report of the last drill or outage: when, who, what was done, how soon, what was not.

It is the evidence that the plan was practised, so that it says what is missing as loudly as what
was done, and leaves room for what is to be better and for who went through it. While one is on it
is the report of that one so far, and says so. Called by the registry.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from appliance.outage.answer_words import CALL_IN, NOT_RUNG, ROUND
from appliance.outage.report import Deed, Report, report_of
from appliance.paper.document import PrintContext, View
from appliance.paper.frame import count, one_line
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets.noted import (
    CLOCK_UNSURE,
    LASTED_SO_FAR,
    NOTED_BY,
    Noted,
    initials_of,
    noted_of,
    time_of,
)
from appliance.paper.plan_sheets.plan_frame import TEMPLATE, Draft, plan_kind, sentences
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.records.age import show_date_time

SHEET = "outage_report"
DESIGN = Design(SHEET, "Rapport over øvelse eller nedbrud", TEMPLATE)
STEPS = "Gå rapporten igennem sammen. Skriv, hvad der skal gøres bedre, og gem den hos planen."
NONE_YET = "Der er ikke afsluttet nogen øvelse eller nøddrift på denne boks endnu."
SO_FAR = "Foreløbig rapport"
SO_FAR_STEPS = "Det her er noteret indtil nu. Udskriv rapporten igen, når det er slut."
NOT_DONE, NOT_DECIDED = "Ikke gjort", "Ikke besluttet"
NOTHING_HERE = "Intet skrevet ned"
OTHER_DECISION = "Anden beslutning"
_NOTHING = "–"
_MORE_ROWS = 4
_FACTS = (Column("what", "Hvad", 62, Style.BOLD), Column("answer", "Svar"))
_POINTS = (
    Column("what", "Punkt på tjeklisten"),
    Column("when", "Gjort efter", 38, Style.BOLD),
    Column("by", "Init.", 24),
)
_CALLED = (
    Column("what", "Hvem"),
    Column("answer", "Svar", 40, Style.BOLD),
    Column("when", "Efter", 38),
    Column("by", "Init.", 24),
)
_DECISIONS = (
    Column("what", "Spørgsmål"),
    Column("answer", "Valg", 50, Style.BOLD),
    Column("name", "Hvem", 44),
    Column("when", "Efter", 34),
)
_TOLD = (
    Column("what", "Hvad"),
    Column("name", "Hvem har fået besked", 62, Style.BOLD),
    Column("when", "Efter", 38),
    Column("by", "Init.", 24),
)
_BETTER = (
    Column("better", "Hvad skal gøres bedre?", None, Style.WRITE),
    Column("who", "Hvem gør det?", 44, Style.WRITE),
    Column("at", "Hvornår?", 32, Style.WRITE),
)
_WRITTEN = (
    Column("at", "Dato og kl.", 40, Style.NOTED),
    Column("what", "Hvad", None, Style.NOTED),
    Column("init", NOTED_BY, 24, Style.NOTED),
)
_SEEN = (
    Column("name", "Gået igennem af: navn og titel", None, Style.WRITE),
    Column("at", "Dato", 40, Style.WRITE),
)


def drafts(material: Material, _wanted: Wanted, context: PrintContext) -> list[Draft]:
    """Return the report, or a sheet that says that there is none."""
    plan, noted = material.response_plan(), noted_of(material, context)
    if noted is not None:
        report = report_of(plan, noted.under_way.lapse, noted.under_way.number)
        return [_so_far(report, noted, context)]
    last = material.outage_report()
    if last is None:
        return [Draft(DESIGN, plan.municipality, [sentences("", NONE_YET)], "Slut på rapporten")]
    return [
        Draft(
            DESIGN,
            title_of(last),
            [*_sections(last), *_to_go_through()],
            _ending(last),
            notices=[STEPS],
        )
    ]


def _so_far(report: Report, noted: Noted, context: PrintContext) -> Draft:
    """Return the report of what is still on: nobody goes through it yet."""
    made = f" · {show_date_time(context.printed_at)}" if context.is_clock_trusted else ""
    return Draft(
        DESIGN,
        title_of(report),
        [*_sections(report), *_written(noted)],
        _ending(report),
        notices=[SO_FAR_STEPS],
        alerts=[f"{SO_FAR}{made}"],
    )


def _ending(report: Report) -> str:
    done = f"{len(report.done)} af {count(len(report.points), 'punkt', 'punkter')} gjort"
    return f"Slut på rapporten: {done} · {count(report.events, 'linje', 'linjer')} i loggen"


def title_of(report: Report) -> str:
    """Return what a report is called: "Øvelse nr. 3"."""
    return f"{'Øvelse' if report.is_drill else 'Nøddrift'} nr. {report.number}"


def facts_of(report: Report) -> Iterable[tuple[str, str]]:
    """Yield what stands at the top of the report: what, and the answer."""
    yield "Begyndte", show_date_time(report.began_at) if report.began_at else CLOCK_UNSURE
    yield "Varede" if report.is_over else LASTED_SO_FAR, time_of(report.lasted)
    yield "Startet af", report.held_by or "boksen"
    if report.is_over:
        yield "Afsluttet af", report.ended_by or "boksen"
    yield "Første papir", f"efter {time_of(report.first_paper)}" if report.first_paper else "Ukendt"
    yield "Punkter gjort", f"{len(report.done)} af {len(report.points)}"
    yield "Ringet til", f"{len(report.rung)} af {len(report.called)}"
    yield "Trin nået", " · ".join(report.stages) or _NOTHING
    yield "Efter planen", f"{report.municipality}, version {report.plan_version}"
    if report.undone:
        yield "Fortrudt i loggen", count(report.undone, "linje", "linjer")
    if report.restarts:
        yield "Boksen uden strøm", count(report.restarts, "gang", "gange")
    if report.damaged:
        yield "Linjer, der ikke kan læses", str(report.damaged)


def _sections(report: Report) -> Iterable[View]:
    facts = [{"what": what, "answer": answer} for what, answer in facts_of(report)]
    yield listing("Hvornår, hvem og hvor længe", _FACTS, facts)
    yield _table("Tjeklisten", _POINTS, report.points, NOT_DONE)
    yield _table("Kontaktrunden", _CALLED, report.called, NOT_RUNG, ROUND)
    yield _table("Beslutninger", _DECISIONS, report.decisions, NOT_DECIDED)
    yield _table("Breve og besked", _TOLD, report.told, NOT_DONE)
    yield _table("Tilkaldt personale", _CALLED, report.staff, NOT_RUNG, CALL_IN)


def _written(noted: Noted) -> Iterable[View]:
    """Yield what was written in the log besides, and room to go on."""
    rows = [
        {
            "at": noted.day_and_time(event),
            "what": event.what.text,
            "init": initials_of(event),
        }
        for event in noted.outage.notes
    ]
    yield listing("Skrevet i loggen", _WRITTEN, [*rows, *[{}] * _MORE_ROWS], row_mm=12)


def _to_go_through() -> Iterable[View]:
    """Yield room for what is to be better, and for who went through it."""
    yield listing("Det tager vi med videre", _BETTER, [{}] * _MORE_ROWS, row_mm=12)
    yield listing("", _SEEN, [{}], row_mm=12)


def _table(
    title: str,
    columns: Sequence[Column],
    deeds: Sequence[Deed],
    missing: str,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> View:
    """Return what was done and what not; what was not is as loud as what was."""
    if not deeds:
        return sentences(title, NOTHING_HERE)
    cell = "answer" if any(column.key == "answer" for column in columns) else "when"
    rows = [_row(deed, answers) | ({} if deed.is_done else {cell: missing}) for deed in deeds]
    return listing(title, columns, rows)


def _row(deed: Deed, answers: Mapping[str, str]) -> View:
    told = answers.get(deed.answer, deed.answer)
    return {
        "what": one_line(deed.what) or OTHER_DECISION,
        "answer": told,
        "name": deed.who,
        "when": time_of(deed.after),
        "by": deed.by,
    }


KIND = plan_kind(DESIGN, drafts)
