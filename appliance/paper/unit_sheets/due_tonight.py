"""Make the list of what is due in a unit now, by time: the round of the shift under way.

It holds the shift under way, and the next one too when that begins soon. With a clock nobody trusts
it holds the whole day and says which. What was given before the outage nobody here knows, so a dose
whose time has passed stays and the sheet says it may have been given. Whoever has nothing due, and
whoever's medicine is not in the copy, is named: nobody is missing from the count. Refuses to make a
guess of what cannot be told. Called by the registry and the pack.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from appliance.clock import DANISH_TIME
from appliance.config import SHIFT_NEARLY_OVER
from appliance.paper import frame
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design, Material, SheetKind, Subject, Wanted
from appliance.records import medicine
from appliance.records.age import show_date_time, show_day
from appliance.records.alerts import NEED_WORDS
from appliance.records.cave import Cave, cave
from appliance.records.due_words import why_unknown
from appliance.records.models import (
    Citizen,
    Flag,
    MedicationOrder,
    SectionState,
    Unit,
    Warning,  # noqa: A004  (the glossary's word for CAVE)
    has_flag,
)
from appliance.records.quantities import NO_DOSE, format_amount
from appliance.records.shifts import (
    Shift,
    ShiftDoses,
    TimedDose,
    doses_in,
    shift_after,
    shift_at,
    shifts_of,
)
from appliance.records.store import RecordStore
from appliance.records.terms import FlagKind, Section

DESIGN = Design("due_tonight", "Medicin, der skal gives", "due_tonight.typ")
CHECK_FIRST = (
    "Tjek navn, CPR og CAVE, før du giver. Kopien ved ikke, hvad der allerede er givet:"
    " spørg en kollega, eller se på medicinskemaet."
)
NOT_HERE = "PN-medicin står ikke her. Se medicinlisten."
ANY_TIME = "Når som helst i døgnet"
MAYBE_GIVEN = "kan allerede være givet"
WRONG_DAY = "Passer datoen ikke, så brug medicinlisterne i stedet."
UNDECIDED = "Kan ikke afgøres – læs medicinlisten"
NOT_IN_COPY = "Medicinen er ikke med i kopien – ring til lægen"
NOTHING_DUE = "Intet at give efter planen"
_PARTS = {"morgen": "Morgen", "middag": "Middag", "aften": "Aften", "nat": "Nat"}
# From this hour of its day a part of the day has come and gone. "Nat" is bedtime to some and the
# small hours to others: the evening shift may have given it whenever the night has begun.
_PASSED_FROM = {"morgen": 11, "middag": 14, "aften": 20, "nat": 23}
# That a medicine is not in a dose bag stands on most rows and would drown the rest.
_NOT_ON_A_ROUND = (medicine.NOT_DOSE_DISPENSED,)
_ROWS_PER_PAGE = 9
_DOSES_PER_ROW = 6
_LONG_DOSE = 700
_WHO = (Column("dwelling", "Bolig", 20, Style.BOLD), Column("name", "Borger", 58, Style.NAME))
_NAMED_COLUMNS = (*_WHO, Column("cave", "CAVE"))


@dataclass(frozen=True, slots=True)
class _Round:
    """One citizen and what is due of their medicine."""

    citizen: Citizen
    cave: Cave
    marks: tuple[str, ...]
    state: SectionState
    shifts: tuple[ShiftDoses, ...]

    @property
    def is_known(self) -> bool:
        return self.state.is_delivered

    @property
    def undecided(self) -> list[tuple[MedicationOrder, str]]:
        """Return the orders nobody can tell of; one that is unclear in two shifts once."""
        found = {order.id: (order, why) for shift in self.shifts for order, why in shift.unknown}
        return list(found.values())

    @property
    def has_nothing(self) -> bool:
        return self.is_known and not any(each.doses or each.unknown for each in self.shifts)


def render_due(material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
    """Return the list of one unit.

    Raises:
        LockedError: the box is locked.
        PaperError: there is no such unit in the copy.
        StorageError: no serial number could be taken.

    """
    unit = material.unit(wanted.id)
    (serial,) = context.serials.take()
    yield DESIGN.document(view(material.store(), unit, context, serial), context)


def view(store: RecordStore, unit: Unit, context: PrintContext, serial: str) -> View:
    """Return everything that stands on the list, in order."""
    shifts = shifts_shown(context)
    rounds = [_round(store, citizen, shifts) for citizen in store.citizens(unit.id)]
    sections = (
        ("Medicin", _oldest(store, unit, rounds)),
        ("CAVE", store.unit_section(unit.id, Section.WARNINGS)),
        ("Behov", store.unit_section(unit.id, Section.FLAGS)),
    )
    alerts = [
        _delivery_alert(rounds),
        *(frame.section_alert(name, state, context) for name, state in sections),
        frame.clock_alert(context),
    ]
    return {
        **frame.basic_view(DESIGN.title, context),
        "header": frame.unit_header(unit, context, alerts),
        "footer": frame.footer(context, serial, sections),
        "notices": [_covers(shifts, context), CHECK_FIRST, NOT_HERE],
        "sections": _sections(rounds, shifts, context),
        "ending": [_end_mark(rounds)],
        "likely_pages": 1 + len(rounds) // _ROWS_PER_PAGE,
    }


def shifts_shown(context: PrintContext) -> tuple[Shift, ...]:
    """Return the shift under way, with the next when that begins soon; with no clock the day."""
    if not context.is_clock_trusted:
        return shifts_of(context.printed_at.astimezone(DANISH_TIME).date())
    now = shift_at(context.printed_at)
    is_nearly_over = now.ends_at - context.printed_at <= SHIFT_NEARLY_OVER
    return (now, shift_after(now)) if is_nearly_over else (now,)


def _round(store: RecordStore, citizen: Citizen, shifts: Sequence[Shift]) -> _Round:
    state = store.section(citizen, Section.MEDICATION)
    orders = store.of_citizen(MedicationOrder, citizen.id)
    warnings_state = store.section(citizen, Section.WARNINGS)
    flags = store.of_citizen(Flag, citizen.id)
    incomplete = state.is_delivered and not state.is_complete
    marks = (
        *(word for kind, word in NEED_WORDS.items() if has_flag(flags, kind) and _matters(kind)),
        *frame.doubt_marks(citizen),
        *(["Listen er ikke fuldstændig"] if incomplete else []),
    )
    return _Round(
        citizen,
        cave(store.of_citizen(Warning, citizen.id), warnings_state),
        marks,
        state,
        tuple(doses_in(orders, shift) for shift in shifts) if state.is_delivered else (),
    )


def _matters(kind: FlagKind) -> bool:
    """Tell whether a need matters to whoever hands out medicine."""
    return kind in (FlagKind.IN_HOSPITAL, FlagKind.LIFE_CRITICAL, FlagKind.INFECTION)


def _oldest(store: RecordStore, unit: Unit, rounds: Iterable[_Round]) -> SectionState:
    return frame.oldest(
        store.unit_section(unit.id, Section.MEDICATION), [each.state for each in rounds]
    )


def _delivery_alert(rounds: Sequence[_Round]) -> str | None:
    if rounds and not any(each.is_known for each in rounds):
        return medicine.MEDICATION_UNKNOWN
    is_whole = all(each.state.is_complete for each in rounds if each.is_known)
    return None if is_whole else medicine.MEDICATION_INCOMPLETE


def _covers(shifts: Sequence[Shift], context: PrintContext) -> str:
    """Say what the list is good for; without a sure clock, how to see whether it is good at all."""
    first, last = (show_date_time(moment) for moment in (shifts[0].starts_at, shifts[-1].ends_at))
    span = f"Gælder fra {first} til {last}."
    return span if context.is_clock_trusted else f"{span} {WRONG_DAY}"


def _sections(
    rounds: Sequence[_Round], shifts: Sequence[Shift], context: PrintContext
) -> list[View]:
    times = [
        section
        for place, shift in enumerate(shifts)
        for section in _times([each for each in rounds if each.is_known], place, shift, context)
    ]
    rest = (
        (NOT_IN_COPY, [_row(each) for each in rounds if not each.is_known]),
        (NOTHING_DUE, [_row(each) for each in rounds if each.has_nothing]),
    )
    tables = [
        listing(f"{title} ({len(rows)})", _NAMED_COLUMNS, rows) for title, rows in rest if rows
    ]
    return [*times, *_undecided(rounds, shifts[0].days[0]), *tables]


def _undecided(rounds: Iterable[_Round], day: date) -> Iterator[View]:
    """Yield one section of what somebody has to decide, if there is anything."""
    rows = [
        row
        for each in rounds
        for row in _rows(each, [_undecided_dose(*one, day) for one in each.undecided])
    ]
    if rows:
        number = sum(len(row["doses"]) for row in rows)
        yield {"kind": "due", "title": f"{UNDECIDED} ({number})", "before": "", "rows": rows}


def _times(
    rounds: Iterable[_Round], place: int, shift: Shift, context: PrintContext
) -> Iterator[View]:
    """Yield one section for each time of the shift at which somebody gets something."""
    found = [(dose, each) for each in rounds for dose in each.shifts[place].doses]
    # Sorting is stable: at one time the citizens stay in the order of their dwellings.
    found.sort(key=lambda pair: pair[0].sort_key)
    for _, at_once in groupby(found, key=lambda pair: pair[0].sort_key):
        due = list(at_once)
        rows = [
            row
            for each, doses in groupby(due, key=itemgetter(1))
            for row in _rows(each, [_dose(dose) for dose, _ in doses])
        ]
        title = _slot_title(due[0][0], shift, context)
        yield {"kind": "due", "title": title, "before": "", "rows": rows}


def _slot_title(dose: TimedDose, shift: Shift, context: PrintContext) -> str:
    if dose.at is not None:
        when = show_date_time(dose.at)
    else:
        when = f"{_PARTS.get(dose.when, ANY_TIME)} {show_day(dose.day)}"
    may_be = f" – {MAYBE_GIVEN}" if _may_be_given(dose, context) else ""
    return f"{when} ({shift.name.lower()}){may_be}"


def _may_be_given(dose: TimedDose, context: PrintContext) -> bool:
    """Tell whether the time of a dose has come and gone; with no clock to ask nobody can tell."""
    if not context.is_clock_trusted:
        return False
    if dose.at is not None:
        return dose.at < context.printed_at
    now = context.printed_at.astimezone(DANISH_TIME)
    passed_from = _PASSED_FROM.get(dose.when)
    return passed_from is None or now.date() > dose.day or now.hour >= passed_from


def _row(each: _Round) -> View:
    return {
        "dwelling": frame.one_line(each.citizen.dwelling) or "–",
        "name": frame.name_lines(each.citizen),
        "cave": frame.one_line(each.cave.text),
        "marks": list(each.marks),
    }


def _dose(dose: TimedDose) -> View:
    """Return one dose as the template sets it; `text` says all of it for the plain renderer."""
    order = dose.due.order
    amount = format_amount(dose.due.dose.amount, dose.due.dose.unit)
    instruction = medicine.instruction_text(order)
    details = (
        order.form or f"Form {medicine.MISSING}",
        order.route or "",
        "" if instruction == NO_DOSE else instruction,
    )
    return _line(amount, order, " · ".join(filter(None, details)), dose.day)


def _undecided_dose(order: MedicationOrder, reason: str, day: date) -> View:
    """Return an order nobody can tell of: its own words, why, and still room to write."""
    return _line("?", order, f"{medicine.dosage_text(order)}\n{why_unknown(reason)}", day)


def _line(amount: str, order: MedicationOrder, detail: str, day: date) -> View:
    words = [word for word in medicine.notices(order, day) if word not in _NOT_ON_A_ROUND]
    strength = medicine.field_text(order, order.strength, "strength", medicine.MISSING)
    if strength in (medicine.MISSING, medicine.UNREADABLE):
        strength = f"Styrke {strength}"
    product = f"{medicine.product_name(order)} {strength}"
    return {
        "text": " – ".join(filter(None, (amount, product, detail, ", ".join(words)))),
        "amount": amount,
        "product": product,
        "detail": detail,
        "words": words,
    }


def _rows(each: _Round, doses: Sequence[View]) -> Iterator[View]:
    """Yield a citizen's doses of one time, a few to a row: none ever stands far from the name.

    A row may break over a page only if a single dose is too tall for one.
    """
    for start in range(0, len(doses), _DOSES_PER_ROW):
        some = doses[start : start + _DOSES_PER_ROW]
        is_long = max(len(dose["text"]) for dose in some) > _LONG_DOSE
        yield {**_row(each), "doses": list(some), "is_long": is_long}


def _end_mark(rounds: Sequence[_Round]) -> str:
    """Count doses and citizens, so that a lost page is noticed and nobody is left out."""
    doses = sum(len(shift.doses) for each in rounds for shift in each.shifts)
    undecided = sum(len(each.undecided) for each in rounds)
    parts = (
        frame.count(doses, "dosis", "doser"),
        f"{undecided} kan ikke afgøres",
        frame.count(len(rounds), "borger", "borgere"),
    )
    return "Slut på listen: " + " · ".join(parts)


KIND = SheetKind(
    name=DESIGN.name,
    title=DESIGN.title,
    subjects=(Subject.UNIT,),
    build=render_due,
    group="Lister for afsnittet",
)
