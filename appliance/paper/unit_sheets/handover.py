"""Make the hand-over sheet of a shift: what is new about each citizen, and room to write.

Everybody stands on it, also those with nothing new: a shift is handed over whole. What nobody can
read from a copy (a PN dose given an hour ago) is taken from the care journal as far as it stands
there; the rest is asked for, not passed over. Called by the registry.
"""

from collections.abc import Iterator
from datetime import date, datetime

from appliance.care_journal import ticks
from appliance.care_journal.state import Entry
from appliance.paper import frame, journal_rows
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design
from appliance.paper.unit_sheets import cells
from appliance.paper.unit_sheets.board_times import VISIT
from appliance.paper.unit_sheets.boards import need_said, visit_said
from appliance.paper.unit_sheets.unit_view import (
    Body,
    UnitPrint,
    care_list,
    citizen_rows,
    unit_view,
    whole,
)
from appliance.policy import CHANGED_SHOWN, HANDED_OVER
from appliance.records import medicine
from appliance.records.age import show_date_time, show_time
from appliance.records.alerts import SECTION_NAMES, lack_sentence
from appliance.records.models import (
    Citizen,
    Flag,
    MedicationOrder,
    Note,
    Observation,
    SectionState,
    Visit,
)
from appliance.records.terms import MedicationStatus, Section, UnitKind
from appliance.records.visits import not_done

DESIGN = Design("handover", "Vagtskifte", "unit_list.typ")
NOTHING_NEW = "Intet nyt i kopien"
NOTHING_KNOWN = "Intet i den del, kopien har. Se øverst."
ASK_FOR_REST = (
    "Givet PN-medicin og det, der er sket efter kopien, står her ikke. Skriv det under Aftaler."
)
ASK_FOR_PAPER = (
    "Nødjournalens sidste døgn er med. Det, der kun er skrevet på papir, står her ikke. Skriv det"
    " under Aftaler."
)
NOTED = "NØDJOURNAL"
LOOKED_TO = "LIVSNØDVENDIGE BEHOV"
NOT_DONE = "Besøg ikke meldt udført"
NOT_GIVEN = "GIVES IKKE"
_PARTS = (
    Section.FLAGS,
    Section.WARNINGS,
    Section.NOTES,
    Section.OBSERVATIONS,
    Section.MEDICATION,
    Section.VISITS,
)
_NEWS = (Section.NOTES, Section.OBSERVATIONS, Section.MEDICATION, Section.VISITS)
_SHIFT = (
    Column("from", "Vagt fra: dato, kl.", 46, Style.WRITE),
    Column("to", "Vagt til: dato, kl.", 46, Style.WRITE),
    Column("by", "Overdraget af: navn, underskrift", None, Style.WRITE),
    Column("taken", "Modtaget af: navn, underskrift", 88, Style.WRITE),
)
_COLUMNS = (
    Column("dwelling", "Bolig", 20, Style.BOLD),
    Column("name", "Borger", 46, Style.NAME),
    Column("needs", "CAVE, behov og fravalg", 60),
    Column("news", "Siden sidst"),
    Column("agreed", "Aftaler – det skal du vide", 66, Style.WRITE),
)
_LOUD = (NOT_GIVEN, NOT_DONE)
_ROWS_PER_PAGE = 5


def view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the sheet."""
    rows = citizen_rows(about.citizens, _COLUMNS, lambda citizen: _row(about, citizen))
    body = Body(
        notices=[_period(about), _ask(about)],
        sections=[
            listing("Vagten", _SHIFT, [{}], row_mm=11),
            *([listing(f"Borgere ({len(rows)})", _COLUMNS, rows, row_mm=18)] if rows else []),
        ],
        ending=[f"Slut på vagtskiftet: {frame.count(len(rows), 'borger', 'borgere')}"],
        is_landscape=True,
        likely_pages=1 + len(rows) // _ROWS_PER_PAGE,
    )
    return unit_view(DESIGN, about, serial, _parts(about), body)


def _ask(about: UnitPrint) -> str:
    """Say what the sheet cannot know; with no word in the journal, all of it may be on paper."""
    journal = about.journal
    has_journal = journal is not None and bool(journal.entries or journal.ticks)
    return ASK_FOR_PAPER if has_journal else ASK_FOR_REST


def _period(about: UnitPrint) -> str:
    """Say which time is covered: the last day and night before the copy, not before the print."""
    hours = int(HANDED_OVER.total_seconds() // 3600)
    states = {part: about.state(part) for part in (Section.NOTES, Section.OBSERVATIONS)}
    ends = {part: show_date_time(state.as_of) for part, state in states.items() if state.as_of}
    if len(set(ends.values())) > 1:
        until = "; ".join(f"{SECTION_NAMES[part]} til {end}" for part, end in ends.items())
    else:
        until = "".join(f"til {end}" for end in set(ends.values()))
    said = f"Siden sidst er de sidste {hours} timer før kopien{until and f' ({until})'}."
    return f"{said} Medicin er ændringer de sidste {CHANGED_SHOWN.days} dage."


def _row(about: UnitPrint, citizen: Citizen) -> View:
    flags = about.store.of_citizen(Flag, citizen.id)
    told = cells.needs_of(flags, about.store.section(citizen, Section.FLAGS))
    needs = cells.without_key_codes(about, citizen, told)
    news = cells.without_key_codes(about, citizen, _news(about, citizen))
    cave = cells.cave_of(about, citizen)
    return {
        "dwelling": cells.dwelling(citizen),
        "name": frame.name_lines(citizen),
        "first_marks": cells.first_mark(flags),
        "marks": frame.doubt_marks(citizen),
        "needs": [cave, *needs],
        "loud": [*cells.loud(cave, needs), *(line for line in news if line.startswith(_LOUD))],
        "news": news,
    }


def _news(about: UnitPrint, citizen: Citizen) -> Iterator[str]:
    parts = [part for part in _parts(about) if part in _NEWS]
    states = {part: about.store.section(citizen, part) for part in parts}
    lacking = [part for part, state in states.items() if not whole(state)]
    # What the whole unit lacks is said at the top of each page already.
    own = [part for part in lacking if whole(about.state(part))]
    told = [
        *_looked_to(about, citizen),
        *_noted(about, citizen),
        *_medicine(about, citizen, states[Section.MEDICATION]),
        *_visits(about, citizen, states.get(Section.VISITS)),
        *_notes(about, citizen, states[Section.NOTES]),
        *_observations(about, citizen, states[Section.OBSERVATIONS]),
    ]
    yield from told
    yield from filter(None, (lack_sentence(part, states[part]) for part in own))
    if not told:
        yield NOTHING_KNOWN if lacking else NOTHING_NEW


def _ticked(about: UnitPrint, visit: Visit) -> str:
    """Return what was ticked of a visit in the last day and night."""
    tick, now = visit_said(about, visit).last, about.context.printed_at
    return ticks.told(tick, now) if tick and tick.is_since(now - HANDED_OVER) else ""


def _looked_to(about: UnitPrint, citizen: Citizen) -> Iterator[str]:
    """Yield what the board of needs that cannot wait has of the last day and night."""
    tick, now = need_said(about, citizen).last, about.context.printed_at
    if tick and tick.is_since(now - HANDED_OVER):
        yield frame.one_line(f"{LOOKED_TO}: {ticks.told(tick, now)}")


def _noted(about: UnitPrint, citizen: Citizen) -> Iterator[str]:
    """Yield what the journal has of the last day and night before the print, the newest first."""
    since = about.context.printed_at - HANDED_OVER
    entries = about.journal.of_citizen(citizen.id) if about.journal else ()
    for entry in sorted(entries, key=lambda one: _newest_first(one.event.happened_at)):
        if entry.event.is_since(since) and entry.struck is None:
            when = f"{_noted_when(entry)}, {entry.event.by}"
            yield frame.one_line(f"{NOTED} {when}: {journal_rows.in_one_line(entry)}")


def _noted_when(entry: Entry) -> str:
    """Return when it was; by an unsure clock with the day, as it may be another one."""
    at = entry.event.happened_at
    if entry.event.is_clock_sure:
        return _when(at)
    return f"{show_date_time(at)} ({journal_rows.UNSURE})"


def _since(about: UnitPrint, state: SectionState) -> datetime:
    return (state.as_of or about.context.printed_at) - HANDED_OVER


def _notes(about: UnitPrint, citizen: Citizen, state: SectionState) -> Iterator[str]:
    """Yield the notes, the newest first; one without a time may be new."""
    since = _since(about, state)
    notes = about.store.of_citizen(Note, citizen.id)
    for note in sorted(notes, key=lambda one: _newest_first(one.written_at)):
        if note.written_at is None or note.written_at >= since:
            head = ", ".join(filter(None, (note.title or "Notat", note.author)))
            yield frame.one_line(f"{_when(note.written_at)} {head}: {note.text}")


def _observations(about: UnitPrint, citizen: Citizen, state: SectionState) -> Iterator[str]:
    """Yield the measurements, the newest first."""
    since = _since(about, state)
    found = [
        one
        for one in about.store.of_citizen(Observation, citizen.id)
        if one.observed_at is None or one.observed_at >= since
    ]
    for one in sorted(found, key=lambda one: _newest_first(one.observed_at)):
        value = " ".join(filter(None, (one.value, one.unit))) or "ingen værdi i kopien"
        note = f" ({one.note})" if one.note else ""
        yield frame.one_line(f"{_when(one.observed_at)} {one.title}: {value}{note}")


def _when(moment: datetime | None) -> str:
    return f"Kl. {show_time(moment)}" if moment else "Tid ukendt"


def _newest_first(moment: datetime | None) -> float:
    return -moment.timestamp() if moment else 0.0


def _medicine(about: UnitPrint, citizen: Citizen, state: SectionState) -> Iterator[str]:
    """Yield what was begun, paused or stopped lately, and every pause that still lasts."""
    since = ((state.as_of or about.context.printed_at) - CHANGED_SHOWN).date()
    for order in about.store.of_citizen(MedicationOrder, citizen.id):
        name = medicine.product_name(order)
        is_recent = order.status_since is not None and order.status_since >= since
        if order.status is MedicationStatus.PAUSED or (
            order.status is MedicationStatus.STOPPED and is_recent
        ):
            yield frame.one_line(f"{NOT_GIVEN}: {name} – {medicine.ended_text(order)}")
        elif order.status is MedicationStatus.UNKNOWN:
            yield frame.one_line(f"{name} – {medicine.STATUS_UNKNOWN}")
        elif order.status is MedicationStatus.ACTIVE and _is_new(order, since):
            pn = "PN, " if order.is_as_needed else ""
            dosage = medicine.dosage_text(order)
            yield frame.one_line(f"Ny eller ændret medicin: {name} ({pn}{dosage})")


def _is_new(order: MedicationOrder, since: date) -> bool:
    return any(day is not None and day >= since for day in (order.ordered_on, order.status_since))


def _parts(about: UnitPrint) -> list[Section]:
    """Return what the sheet is made from; a care centre has visits only if they were delivered."""
    is_centre = about.unit.kind is UnitKind.CARE_CENTRE
    has_visits = not is_centre or about.state(Section.VISITS).is_delivered
    return [part for part in _PARTS if part is not Section.VISITS or has_visits]


def _visits(about: UnitPrint, citizen: Citizen, state: SectionState | None) -> Iterator[str]:
    if state is None:
        return
    until = state.as_of or about.context.printed_at
    visits = about.store.of_citizen(Visit, citizen.id)
    late = {visit.id for visit in not_done(visits, until - HANDED_OVER, until)}
    for visit in sorted(visits, key=lambda one: (one.starts_at, one.id)):
        said = _ticked(about, visit)
        what = f"{show_date_time(visit.starts_at)} {', '.join(visit.tasks)}"
        if said:
            yield frame.one_line(f"{VISIT} {what} – {said}")
        elif visit.id in late:
            yield frame.one_line(f"{NOT_DONE}: {what}")


KIND = care_list(DESIGN, view, is_bilingual=True)
