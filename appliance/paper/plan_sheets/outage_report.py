"""Make the report of the last drill or outage: when, who, what was done, how soon, what was not.

It is the evidence that the plan was practised, so that it says what is missing as loudly as what
was done, and leaves room for what is to be better and for who went through it. Called by the
registry.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from appliance.outage.answer_words import CALL_IN, ROUND, duration
from appliance.outage.report import Deed, Report
from appliance.outage.timeline import Elapsed
from appliance.paper.document import PrintContext, View
from appliance.paper.frame import count, one_line
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets.plan_frame import TEMPLATE, Draft, plan_kind, sentences
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.records.age import show_date_time

SHEET = "outage_report"
DESIGN = Design(SHEET, "Rapport over øvelse eller nedbrud", TEMPLATE)
STEPS = "Gå rapporten igennem sammen. Skriv, hvad der skal gøres bedre, og gem den hos planen."
NONE_YET = "Der er ikke afsluttet nogen øvelse eller nøddrift på denne boks endnu."
CLOCK_UNSURE = "Uret var usikkert"
NOT_DONE, NOT_RUNG, NOT_DECIDED = "Ikke gjort", "Ikke ringet til", "Ikke besluttet"
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
_SEEN = (
    Column("name", "Gået igennem af: navn og titel", None, Style.WRITE),
    Column("at", "Dato", 40, Style.WRITE),
)


def drafts(material: Material, _wanted: Wanted, _context: PrintContext) -> list[Draft]:
    """Return the report, or a sheet that says that there is none."""
    plan, report = material.response_plan(), material.outage_report()
    if report is None:
        return [Draft(DESIGN, plan.municipality, [sentences("", NONE_YET)], "Slut på rapporten")]
    done = f"{len(report.done)} af {count(len(report.points), 'punkt', 'punkter')} gjort"
    return [
        Draft(
            DESIGN,
            title_of(report),
            [*_sections(report)],
            f"Slut på rapporten: {done} · {count(report.events, 'linje', 'linjer')} i loggen",
            notices=[STEPS],
        )
    ]


def title_of(report: Report) -> str:
    """Return what a report is called: "Øvelse nr. 3"."""
    return f"{'Øvelse' if report.is_drill else 'Nøddrift'} nr. {report.number}"


def facts_of(report: Report) -> Iterable[tuple[str, str]]:
    """Yield what stands at the top of the report: what, and the answer."""
    yield "Begyndte", show_date_time(report.began_at) if report.began_at else CLOCK_UNSURE
    yield "Varede", time_of(report.lasted)
    yield "Startet af", report.held_by or "boksen"
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


def time_of(elapsed: Elapsed | None) -> str:
    """Write how long it was: "mindst 12 min." where a clock that was off hides the rest."""
    if elapsed is None:
        return ""
    if elapsed.time < timedelta(minutes=1):
        return "under 1 min."
    return f"{'' if elapsed.is_sure else 'mindst '}{duration(elapsed.time)}"


def _sections(report: Report) -> Iterable[View]:
    facts = [{"what": what, "answer": answer} for what, answer in facts_of(report)]
    yield listing("Hvornår, hvem og hvor længe", _FACTS, facts)
    yield _table("Tjeklisten", _POINTS, report.points, NOT_DONE)
    yield _table("Kontaktrunden", _CALLED, report.called, NOT_RUNG, ROUND)
    yield _table("Beslutninger", _DECISIONS, report.decisions, NOT_DECIDED)
    yield _table("Breve og besked", _TOLD, report.told, NOT_DONE)
    yield _table("Tilkaldt personale", _CALLED, report.staff, NOT_RUNG, CALL_IN)
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
