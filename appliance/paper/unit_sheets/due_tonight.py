"""Make the list of what is due in a unit now, by time: the round of the shift under way.

It holds the shift under way, and the next one too when that begins soon. With a clock nobody trusts
it holds a day and a night without dates, and of the medicine only what is the same every day. What
was given before the outage nobody here knows, so a dose whose time has passed stays and the sheet
says it may have been given. Whoever has nothing due, and whoever's medicine is not in the copy, is
named: nobody is missing from the count. Refuses to guess what cannot be told. Called by the
registry and the pack.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from appliance.clock import DANISH_TIME
from appliance.paper.citizen_sheets.product import boxed_words, labelled
from appliance.paper.document import View
from appliance.paper.frame import count
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design
from appliance.paper.signing import SIGN_HERE
from appliance.paper.unit_sheets.due_round import CitizenRound, rounds_of
from appliance.paper.unit_sheets.unit_view import Body, UnitPrint, care_list, unit_view
from appliance.records import medicine
from appliance.records.age import show_date_time, show_day
from appliance.records.day_parts import Span, round_at
from appliance.records.due import PARTS_OF_DAY
from appliance.records.due_words import why_unknown
from appliance.records.models import MedicationOrder
from appliance.records.quantities import NO_DOSE, format_amount
from appliance.records.shifts import TimedDose
from appliance.records.terms import Section

DESIGN = Design("due_tonight", "Medicin, der skal gives", "due_tonight.typ")
CHECK_FIRST = (
    "Tjek navn, CPR og CAVE, før du giver. Kopien ved ikke, hvad der allerede er givet:"
    " spørg en kollega, eller se på medicinskemaet."
)
NOT_HERE = "PN-medicin står ikke her: se medicinlisten, og kvittér på PN-skemaet."
NO_DATE = (
    "Uret er ikke bekræftet. Her står kun medicin, der er ens alle dage, for et helt døgn."
    " Resten skal afklares."
)
ANY_TIME = "Én gang i døgnet, når som helst"
MAYBE_GIVEN = "kan allerede være givet"
UNDECIDED = "Afklar først, før du giver"
ASK_WHO = "Skriv: hvem sagde hvad, kl. og initialer"
NOT_IN_COPY = "Medicinen er ikke med i kopien – ring til lægen"
NOTHING_DUE = "Intet at give efter planen"
NOTHING_DAILY = "Intet, der er ens alle dage – læs medicinlisten"
NOT_NOW = "Ingen af de ordinerede klokkeslæt ligger i denne vagt."
# From this hour of its day a part of the day has come and gone. "Nat" is bedtime to some and the
# small hours to others: the evening shift may have given it whenever the night has begun.
_PASSED_FROM = {"morgen": 11, "middag": 14, "aften": 20, "nat": 23}
_SECTIONS = (Section.CITIZENS, Section.MEDICATION, Section.WARNINGS, Section.FLAGS)
_ROWS_PER_PAGE = 9
_NAMED_COLUMNS = (
    Column("dwelling", "Bolig", 20, Style.BOLD),
    Column("name", "Borger", 58, Style.NAME),
    Column("cave", "CAVE"),
)
# Millimetres of paper: what a row may take and still stand whole, and what its parts take at most.
_TALLEST_ROW = 150.0
_PRODUCT_LINE, _PRODUCT_CHARACTERS = 4.4, 24
_DETAIL_LINE, _DETAIL_CHARACTERS = 4.4, 26
_MARK_LINE, _DOSE_GAP = 6.0, 4.0
_CAVE_LINE, _CAVE_CHARACTERS, _NAME_ROOM = 4.0, 22, 40.0


def view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the list, in order."""
    context = about.context
    span = round_at(context.printed_at, is_clock_trusted=context.is_clock_trusted)
    rounds = list(rounds_of(about, span))
    body = Body(
        notices=[_covers(span), CHECK_FIRST, f"{SIGN_HERE} {NOT_HERE}"],
        sections=_sections(_Sheet(about, span), rounds),
        ending=[_end_mark(rounds)],
        likely_pages=1 + len(rounds) // _ROWS_PER_PAGE,
    )
    return {**unit_view(DESIGN, about, serial, _SECTIONS, body), "ask_who": ASK_WHO}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """When the list was printed and which hours it holds."""

    about: UnitPrint
    span: Span


def _covers(span: Span) -> str:
    """Say what the list is good for; without a sure clock, that it knows of no date."""
    if not span.is_dated:
        return NO_DATE
    return f"Gælder fra {show_date_time(span.starts_at)} til {show_date_time(span.ends_at)}."


def _sections(sheet: _Sheet, rounds: Sequence[CitizenRound]) -> list[View]:
    free = NOTHING_DUE if sheet.span.is_dated else NOTHING_DAILY
    rest = (
        (NOT_IN_COPY, [each.row() for each in rounds if not each.is_known]),
        (free, [each.row() for each in rounds if each.has_nothing]),
    )
    tables = [
        listing(f"{title} ({len(rows)})", _NAMED_COLUMNS, rows) for title, rows in rest if rows
    ]
    return [*_times(sheet, rounds), *_undecided(sheet, rounds), *tables]


def _times(sheet: _Sheet, rounds: Sequence[CitizenRound]) -> Iterator[View]:
    """Yield one section for each time at which somebody gets something."""
    found = [(dose, each) for each in rounds for dose in each.doses]
    # Sorting is stable: at one time the citizens stay in the order of their dwellings.
    found.sort(key=lambda pair: (*pair[0].sort_key, pair[0].when))
    for _, at_once in groupby(found, key=lambda pair: (pair[0].sort_key, pair[0].when)):
        due = list(at_once)
        rows = [
            row
            for each, doses in groupby(due, key=itemgetter(1))
            for row in _rows(each, [_dose(dose, each) for dose, _ in doses])
        ]
        yield {"kind": "due", "title": _title(due[0][0], sheet), "before": "", "rows": rows}


def _undecided(sheet: _Sheet, rounds: Sequence[CitizenRound]) -> Iterator[View]:
    """Yield one section of what somebody has to decide, if there is anything."""
    rows = [
        row
        for each in rounds
        for row in _rows(each, [_question(sheet, *one, each) for one in each.found.unknown])
    ]
    if rows:
        number = sum(len(row["doses"]) for row in rows)
        title = f"{UNDECIDED} ({number})"
        yield {"kind": "undecided", "title": title, "before": "", "rows": rows}


def _title(dose: TimedDose, sheet: _Sheet) -> str:
    """Return when: with the date where one is known, and whether that time has come and gone."""
    if not sheet.span.is_dated:
        return _undated(dose)
    is_part = dose.when in PARTS_OF_DAY
    when = show_date_time(dose.at) if dose.at else f"{_undated(dose)} {show_day(dose.day)}"
    now = sheet.about.context.printed_at
    is_passed = not (is_part or dose.at) or has_passed(dose, now)
    return f"{when} – {MAYBE_GIVEN}" if is_passed else when


def _undated(dose: TimedDose) -> str:
    """Return the part of the day or the time as it is ordered; the source's own word where odd."""
    if dose.at is not None:
        return f"Kl. {dose.at:%H.%M}"
    return dose.when.capitalize() if dose.when else ANY_TIME


def has_passed(dose: TimedDose, now: datetime) -> bool:
    """Tell whether the time of a dose has come and gone: a clock time, or a part of the day."""
    if dose.at is not None:
        return dose.at < now
    local = now.astimezone(DANISH_TIME)
    return (local.date(), local.hour) >= (dose.day, _PASSED_FROM[dose.when])


def _dose(dose: TimedDose, each: CitizenRound) -> View:
    """Return one dose as the template sets it; `text` says all of it for the plain renderer."""
    order = dose.due.order
    amount = format_amount(dose.due.dose.amount, dose.due.dose.unit)
    instruction = medicine.instruction_text(order)
    details = (
        labelled("Form", medicine.field_text(order, order.form, "form", medicine.MISSING)),
        order.route or "",
        "" if instruction == NO_DOSE else instruction,
    )
    words = boxed_words(order, dose.day, each.twice)
    return _line(amount, order, " · ".join(filter(None, details)), words)


def _question(sheet: _Sheet, order: MedicationOrder, reason: str, each: CitizenRound) -> View:
    """Return an order nobody can tell of: its own words, why, and room for who said what."""
    lines = [medicine.dosage_text(order), why_unknown(reason)]
    if order.dosage.times and not _any_time_within(order, sheet.span):
        lines.append(NOT_NOW)
    words = boxed_words(order, sheet.about.today, each.twice)
    return _line("", order, "\n".join(lines), words)


def _any_time_within(order: MedicationOrder, span: Span) -> bool:
    """Tell whether one of the clock times of an order falls into the hours, whatever the day."""
    starts, ends = f"{span.starts_at:%H.%M}", f"{span.ends_at:%H.%M}"
    times = [time.replace(":", ".").rjust(5, "0") for time in order.dosage.times]
    if starts < ends:
        return any(starts <= time < ends for time in times)
    return any(time >= starts or time < ends for time in times)


def _line(amount: str, order: MedicationOrder, detail: str, words: list[str]) -> View:
    strength = medicine.field_text(order, order.strength, "strength", medicine.MISSING)
    product = f"{medicine.product_name(order)} {labelled('Styrke', strength)}"
    return {
        "text": " – ".join(filter(None, (amount, product, detail, ", ".join(words)))),
        "amount": amount,
        "product": product,
        "detail": detail,
        "words": words,
    }


def _rows(each: CitizenRound, doses: Sequence[View]) -> Iterator[View]:
    """Yield a citizen's doses of one time, so many to a row that it stands whole on a page.

    No dose ever stands without the name. A row may break only if one dose, or the CAVE, is too
    tall for a page by itself.
    """
    while doses:
        some, height = [doses[0]], _height_of(doses[0])
        for dose in doses[1:]:
            height += _height_of(dose)
            if height > _TALLEST_ROW:
                break
            some.append(dose)
        doses = doses[len(some) :]
        tallest = max(_height_of(some[0]), _who_height(each))
        yield {**each.row(), "doses": some, "is_long": tallest > _TALLEST_ROW}


def _height_of(dose: View) -> float:
    """Return about how many millimetres a dose takes; rather too many than too few."""
    product = _lines(dose["product"], _PRODUCT_CHARACTERS) * _PRODUCT_LINE
    detail = _lines(dose["detail"], _DETAIL_CHARACTERS) * _DETAIL_LINE
    return product + detail + len(dose["words"]) * _MARK_LINE + _DOSE_GAP


def _who_height(each: CitizenRound) -> float:
    marks = len(each.marks) * _MARK_LINE
    return _NAME_ROOM + _lines(each.cave, _CAVE_CHARACTERS) * _CAVE_LINE + marks


def _lines(text: str, characters: int) -> int:
    return sum(1 + len(line) // characters for line in text.split("\n"))


def _end_mark(rounds: Sequence[CitizenRound]) -> str:
    """Count doses and citizens, so that a lost page is noticed and nobody is left out."""
    doses = sum(len(each.doses) for each in rounds)
    undecided = sum(len(each.found.unknown) for each in rounds)
    parts = (
        count(doses, "dosis", "doser"),
        f"{undecided} skal afklares",
        count(len(rounds), "borger", "borgere"),
    )
    return "Slut på listen: " + " · ".join(parts)


KIND = care_list(DESIGN, view)
