"""Tell what is known of a citizen's care, as the tables of a sheet. Pure once the records are read.

What was measured and written lately is counted from the copy, not from the print: a copy three
days old has nothing later. Undated entries are kept. Called by the folder and the day sheet.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from appliance.paper import frame
from appliance.paper.citizen_sheets.citizen_sheet import Asked, Part, T
from appliance.paper.document import View
from appliance.paper.listing import Column, Style
from appliance.records.age import show_date_time
from appliance.records.alerts import NEED_WORDS
from appliance.records.key_codes import without_codes
from appliance.records.medicine import MISSING, show_date
from appliance.records.models import (
    CareInstruction,
    Condition,
    Flag,
    Note,
    Observation,
    PlannedIntervention,
)
from appliance.records.terms import FlagKind, Section

OBSERVED, WRITTEN = timedelta(hours=72), timedelta(days=14)
NOT_SHOWN = "Ældre, og derfor ikke vist"
NOT_GRANTED = "Ikke bevilget"
OTHER_NEED = "Vær opmærksom på"
_KINDS = {
    "instruction": "Handlingsanvisning",
    "day_rhythm": "Døgnrytme",
    "goal": "Mål",
    "matter_of_interest": "Oplysning",
    "evaluation": "Vurdering",
    "own_view": "Borgerens egen vurdering",
    "follow_up": "Opfølgning",
    "inquiry": "Henvendelse",
}
_HOURS = ("morgen", "formiddag", "middag", "eftermiddag", "aften", "nat")
_OTHER_KIND = "Plan"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def needs(asked: Asked) -> Part:
    """Return what must not fail and what was declined, with who decided it."""
    order = [*NEED_WORDS, FlagKind.OTHER]
    found = sorted(asked.all_of(Flag), key=lambda flag: order.index(flag.kind))
    rows = [
        {
            "need": NEED_WORDS.get(flag.kind, OTHER_NEED),
            "text": free_text(asked, flag.text),
            "decided": _decided(flag),
        }
        for flag in found
    ]
    columns = (
        Column("need", "Hvad", 38, Style.BOLD),
        Column("text", "Behov eller fravalg"),
        Column("decided", "Besluttet af, hvornår", 52),
    )
    none = "Ingen behov eller fravalg i kopien."
    return Part(Section.FLAGS, "Behov og fravalg", columns, rows, none)


def free_text(asked: Asked, text: str | None) -> str:
    """Return what somebody wrote, without the codes of the citizen's door."""
    return without_codes(text or "", asked.who.codes)


def _decided(flag: Flag) -> str:
    """Return who decided and when; of a limit it is owed, of the others it is told if known."""
    since = show_date(flag.since) if flag.since else ""
    if flag.kind is not FlagKind.TREATMENT_LIMIT:
        return ", ".join(filter(None, (flag.decided_by, since))) or "–"
    return f"{flag.decided_by or MISSING}, {since or MISSING}"


def conditions(asked: Asked) -> Part:
    """Return diagnoses and conditions."""
    rows: list[View] = [
        {
            "title": free_text(asked, one.title),
            "since": show_date(one.since) if one.since else "–",
            "note": free_text(asked, one.note) or "–",
        }
        for one in asked.all_of(Condition)
    ]
    columns = (
        Column("title", "Tilstand", 66, Style.BOLD),
        Column("since", "Siden", 24),
        Column("note", "Bemærk"),
    )
    return Part(Section.CONDITIONS, "Tilstande", columns, rows, "Ingen tilstande i kopien.")


def care_plan(asked: Asked) -> Part:
    """Return instructions, day rhythm and goals."""
    found = sorted(asked.all_of(CareInstruction), key=_place_in_plan)
    rows: list[View] = [
        {
            "kind": _KINDS.get(one.kind or "", _OTHER_KIND),
            "title": free_text(asked, one.title),
            "text": free_text(asked, one.text) or f"Tekst {MISSING}",
        }
        for one in found
    ]
    columns = (
        Column("kind", "Slags", 34, Style.SMALL),
        Column("title", "Hvad", 46, Style.BOLD),
        Column("text", "Sådan gør du"),
    )
    title = "Handlingsanvisninger, døgnrytme og mål"
    return Part(Section.CARE_PLAN, title, columns, rows, "Ingen handlingsanvisninger i kopien.")


def _place_in_plan(one: CareInstruction) -> tuple[int, int]:
    """Sort by kind, and the rhythm of a day as it goes."""
    kinds = [*_KINDS]
    kind = kinds.index(one.kind) if one.kind in _KINDS else len(kinds)
    hours = _HOURS.index(one.title.casefold()) if one.title.casefold() in _HOURS else len(_HOURS)
    return (kind, hours)


def interventions(asked: Asked) -> Part:
    """Return the help the citizen is assessed for."""
    columns = (
        Column("help", "Indsats", 66, Style.NAME),
        Column("often", "Hvor tit", 46),
        Column("text", "Bemærk"),
    )
    rows = [intervention_row(one, asked.who.codes) for one in asked.all_of(PlannedIntervention)]
    return Part(Section.INTERVENTIONS, "Indsatser", columns, rows, "Ingen indsatser i kopien.")


def intervention_row(one: PlannedIntervention, codes: tuple[str, ...]) -> View:
    """Return one intervention; what is only applied for is marked, never left out."""
    ends = f"Til og med {show_date(one.ends_on)}" if one.ends_on else ""
    return {
        "help": [without_codes(one.title, codes), *filter(None, [ends])],
        "marks": [] if one.is_granted else [NOT_GRANTED],
        "often": without_codes(one.frequency or "–", codes),
        "text": without_codes(one.text or "–", codes),
    }


def in_force(one: PlannedIntervention, day: date) -> bool:
    """Tell whether help is granted for a day."""
    has_begun = one.starts_on is None or one.starts_on <= day
    return has_begun and (one.ends_on is None or day <= one.ends_on)


def when_observed(one: Observation) -> datetime:
    """Return when something was measured; what has no date is the oldest."""
    return one.observed_at or _LONG_AGO


def observations(asked: Asked) -> Part:
    """Return what was measured lately."""
    rows: list[View] = [
        {
            "when": show_date_time(one.observed_at),
            "what": free_text(asked, one.title),
            "value": measured(one),
            "note": free_text(asked, one.note) or "–",
        }
        for one in lately(asked, Observation, lambda one: one.observed_at, OBSERVED)
    ]
    columns = (
        Column("when", "Hvornår", 52),
        Column("what", "Måling", 46, Style.BOLD),
        Column("value", "Værdi", 40, Style.BOLD),
        Column("note", "Bemærk"),
    )
    title, none = "Målinger i 72 timer før kopien", "Ingen målinger i 72 timer før kopien."
    return Part(Section.OBSERVATIONS, title, columns, rows, none)


def measured(one: Observation) -> str:
    """Return a value with its unit as the source writes it; that it lacks is said."""
    return " ".join(filter(None, (one.value, one.unit))) if one.value else f"Værdi {MISSING}"


def notes(asked: Asked) -> Part:
    """Return what was written lately."""
    rows: list[View] = [
        {
            "when": [show_date_time(one.written_at), one.author or "–"],
            "text": free_text(asked, f"{one.title}: {one.text}" if one.title else one.text),
        }
        for one in lately(asked, Note, lambda one: one.written_at, WRITTEN)
    ]
    columns = (Column("when", "Hvornår, af hvem", 52, Style.SMALL), Column("text", "Notat"))
    title, none = "Notater i 14 dage før kopien", "Ingen notater i 14 dage før kopien."
    return Part(Section.NOTES, title, columns, rows, none)


def lately(
    asked: Asked, kind: type[T], when: Callable[[T], datetime | None], period: timedelta
) -> list[T]:
    """Return what is from the last days of the copy, the newest first; undated is kept.

    Counted from the copy and not from the print: a copy three days old has no later ones.
    """
    since = _reference(asked, kind) - period
    found = [one for one in asked.all_of(kind) if (when(one) or since) >= since]
    return sorted(found, key=lambda one: when(one) or _LONG_AGO, reverse=True)


def _reference(asked: Asked, kind: type) -> datetime:
    state = asked.state(Section.NOTES if kind is Note else Section.OBSERVATIONS)
    return state.as_of or asked.context.printed_at


def left_out(asked: Asked) -> str:
    """Count what is older than what is shown, so that nobody takes the rest for all."""
    seen = lately(asked, Observation, lambda one: one.observed_at, OBSERVED)
    read = lately(asked, Note, lambda one: one.written_at, WRITTEN)
    measurements = len(asked.all_of(Observation)) - len(seen)
    written = len(asked.all_of(Note)) - len(read)
    if not measurements and not written:
        return ""
    older = (
        frame.count(measurements, "måling", "målinger"),
        frame.count(written, "notat", "notater"),
    )
    return f"{NOT_SHOWN}: {' og '.join(older)}."
