"""Decide how medicine is shown, once, for screen and paper: order, doses, notices, words.

The rules are those of the NHS Common User Interface in Danish and the official checklist of
Styrelsen for Patientsikkerhed. Pure: values in, values out. Refuses to guess: a medicine of
unknown status is never dropped, and what the source left out is said aloud, never a blank. Called
by `web` and `paper`; the Danish words both of them show stand here and nowhere else.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from appliance.policy import STOPPED_SHOWN
from appliance.records.dosage import Grid
from appliance.records.dose_period import (
    are_columns_true,
    begins_on,
    known_until,
    last_day,
    pauses_from,
)
from appliance.records.models import MedicationOrder
from appliance.records.quantities import (
    NBSP,
    NO_DOSE,
    amount_of,
    format_amount,
    tidy_quantities,
    unit_in_number,
)
from appliance.records.risk_medicine import risk_group
from appliance.records.terms import MedicationStatus

MISSING = "MANGLER I KILDEN"
UNREADABLE = "KUNNE IKKE LÆSES – SPØRG LÆGEN"

MEDICATION_NONE = "Ingen medicin registreret"
MEDICATION_UNKNOWN = "Medicinen er ikke med i kopien. Ring til lægen."
MEDICATION_INCOMPLETE = "Medicinlisten er ikke fuldstændig. Ring til lægen."

TITLE = "Medicinliste"
FIXED = "Fast medicin"
AS_NEEDED = "PN – efter behov"
NOT_TO_GIVE = "Seponeret eller pauseret – må IKKE gives"
STATUS_UNKNOWN = "Status ukendt – spørg lægen"

HIGH_RISK = "Risikomedicin"
TIME_CRITICAL = "Tidskritisk"
DOSE_DISPENSED = "Dosispakket"
NOT_DOSE_DISPENSED = "Ikke dosispakket"
NOT_EVERY_DAY = "IKKE HVER DAG"
CHANGING_DOSE = "DOSIS SKIFTER – LÆS TEKSTEN"
PAUSE_OVER = "Pausen skulle være slut – spørg lægen"
PAUSED = "Pauseret"
STOPPED = "Seponeret"
AS_NEEDED_TIME = "Efter behov"
SEE_DOSAGE = "Se dosering"
NO_END_DATE = "Ingen slutdato"
END_MARK = "Slut på listen: {counts}"
END_COUNTS = (
    _ONE_FIXED, _SOME_FIXED, _SOME_AS_NEEDED, _SOME_STOPPED, _SOME_PAUSED, _SOME_UNKNOWN,
) = (
    "{n} fast", "{n} faste", "{n} PN", "{n} seponeret", "{n} pauseret", "{n} med ukendt status",
)  # fmt: skip
IN_DOUBT = "Senere ændringer er ikke med. Er du i tvivl? Ring til lægen."

TIMES_OF_DAY = ("Morgen", "Middag", "Aften", "Nat")
_WEEKDAYS = ("MANDAG", "TIRSDAG", "ONSDAG", "TORSDAG", "FREDAG", "LØRDAG", "SØNDAG")
_NOT_DAILY = re.compile(
    r"ugentlig|om ugen|pr\.? uge|månedlig|om måneden|hver anden"
    r"|hver (?:\d+|[a-zæøå]+)\. (?:dag|uge|måned)",
    re.IGNORECASE,
)
# A text with several periods may mean daily now and weekly later: "not every day" would be false.
_IN_PERIODS = re.compile(
    r"herefter|derefter|efterfølgende|nedtrap|optrap|\bi \d+ (?:dage|uger|måneder)"
    r"|fra og med|til og med|skiftevis|\bdag \d",
    re.IGNORECASE,
)
# The sheet says "Højst … pr. døgn" itself; some sources say it too.
_MAX_WORDING = re.compile(
    r"^(?:højst|maks\.?|max\.?|maksimalt)\s+|\s+(?:pr\.?|i|per) døgn(?:et)?\.?$|\s+dagligt\.?$",
    re.IGNORECASE,
)
_DISPENSING = {True: DOSE_DISPENSED, False: NOT_DOSE_DISPENSED, None: None}
# "{" comes right after "z".
_DANISH_ORDER = str.maketrans({"æ": "{1", "ø": "{2", "å": "{3"})


@dataclass(frozen=True, slots=True)
class MedicationGroups:
    """A citizen's medicine in the order it is shown.

    `unknown` has a status nobody could read; `older_stopped` counts what was stopped too long ago
    to be shown, so that the end mark can say so.
    """

    fixed: tuple[MedicationOrder, ...]
    as_needed: tuple[MedicationOrder, ...]
    not_to_give: tuple[MedicationOrder, ...]
    unknown: tuple[MedicationOrder, ...]
    older_stopped: int = 0

    @property
    def shown(self) -> int:
        """Return how many medicines are shown in all."""
        return sum(map(len, (self.fixed, self.as_needed, self.not_to_give, self.unknown)))


def sort_medication(orders: Iterable[MedicationOrder], today: date) -> MedicationGroups:
    """Divide the orders into groups, each in Danish alphabetical order. Nothing is dropped."""
    ranked = sorted(orders, key=_by_name)
    active = [order for order in ranked if order.status is MedicationStatus.ACTIVE]
    ended = [order for order in ranked if order.status in _ENDED]
    not_to_give = tuple(order for order in ended if _is_recent(order, today))
    return MedicationGroups(
        fixed=tuple(order for order in active if not order.is_as_needed),
        as_needed=tuple(order for order in active if order.is_as_needed),
        not_to_give=not_to_give,
        unknown=tuple(order for order in ranked if order.status is MedicationStatus.UNKNOWN),
        older_stopped=len(ended) - len(not_to_give),
    )


_ENDED = (MedicationStatus.PAUSED, MedicationStatus.STOPPED)


def _by_name(order: MedicationOrder) -> tuple[str, str]:
    name = order.brand or order.generic or ""
    return (name.casefold().translate(_DANISH_ORDER), order.id)


def _is_recent(order: MedicationOrder, today: date) -> bool:
    """Show every pause, and a stop that is recent or of unknown date."""
    ended_on = order.status_since or order.stops_on
    if order.status is MedicationStatus.PAUSED or ended_on is None:
        return True
    return today - ended_on <= STOPPED_SHOWN


def end_mark(groups: MedicationGroups, said: Callable[[str], str] = str) -> str:
    """Count what was shown, so that a lost sheet is noticed; `said` translates its words."""
    stopped = sum(order.status is MedicationStatus.STOPPED for order in groups.not_to_give)
    paused, unknown = len(groups.not_to_give) - stopped, len(groups.unknown)
    counts = [
        (_ONE_FIXED if len(groups.fixed) == 1 else _SOME_FIXED, len(groups.fixed)),
        (_SOME_AS_NEEDED, len(groups.as_needed)),
        (_SOME_STOPPED, stopped),
        *([(_SOME_PAUSED, paused)] if paused else []),
        *([(_SOME_UNKNOWN, unknown)] if unknown else []),
    ]
    told = " · ".join(said(words).format(n=number) for words, number in counts)
    return said(END_MARK).format(counts=told)


@dataclass(frozen=True, slots=True)
class DoseCell:
    """One of the four columns: the amount ("1", "–") and its unit ("tablet", "" for none)."""

    amount: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.amount}{NBSP}{self.unit}" if self.unit else self.amount


DoseCells = tuple[DoseCell, DoseCell, DoseCell, DoseCell]


def dose_cells(order: MedicationOrder, today: date) -> DoseCells | None:
    """Return the four columns, or None when the dosage must be written out across them.

    A dosage for certain weekdays never goes into the columns: "1" under "Morgen" would be given
    every morning, and weekly methotrexate given daily kills. Nor does one that begins later or
    ends before the order does: columns look like today.
    """
    grid = order.dosage.grid
    if grid is None or not _fits_columns(order) or not are_columns_true(order, today):
        return None
    morning, noon, evening, night = (_dose_cell(amount, grid.unit) for amount in grid.amounts)
    return (morning, noon, evening, night)


def _fits_columns(order: MedicationOrder) -> bool:
    grid = order.dosage.grid
    return bool(grid and any(map(_is_dose, grid.amounts)) and not weekday_notice(order))


def _is_dose(amount: str) -> bool:
    return format_amount(amount) != NO_DOSE


def _dose_cell(amount: str, unit: str) -> DoseCell:
    shown = format_amount(amount)
    if shown == NO_DOSE:
        return DoseCell(NO_DOSE)
    return DoseCell(shown, unit_in_number(unit, amount_of(amount)))


def dosage_text(order: MedicationOrder) -> str:
    """Return the whole dosage in words, from the source or, failing that, from the grid."""
    dosage = order.dosage
    if dosage.text and not dosage.text.isspace():
        return tidy_quantities(dosage.text)
    if dosage.grid is not None and any(map(_is_dose, dosage.grid.amounts)):
        return grid_in_words(dosage.grid)
    if dosage.single_dose:
        return tidy_quantities(dosage.single_dose)
    return gap_text(order, "dosage", MISSING)


def grid_in_words(grid: Grid) -> str:
    """Return the four columns as a sentence: "1 tablet morgen, 0,5 tablet aften"."""
    doses = zip(TIMES_OF_DAY, grid.amounts, strict=True)
    given = [
        f"{format_amount(amount, grid.unit)} {time.lower()}"
        for time, amount in doses
        if _is_dose(amount)
    ]
    return ", ".join(given)


def weekday_notice(order: MedicationOrder) -> str | None:
    """Return "KUN MANDAG" or the like for a medicine that is not the same every day, else None."""
    days = sorted(set(order.dosage.weekdays))
    if days and len(days) < len(_WEEKDAYS):
        names = [_WEEKDAYS[day - 1] for day in days]
        return "KUN " + " OG ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return _notice_of_text(order) if order.dosage.grid is None else None


def _notice_of_text(order: MedicationOrder) -> str | None:
    text = order.dosage.text or ""
    if _IN_PERIODS.search(text):
        return CHANGING_DOSE
    return NOT_EVERY_DAY if _NOT_DAILY.search(text) else None


def notices(order: MedicationOrder, today: date) -> tuple[str, ...]:
    """Return the words that go in boxes beside a medicine, the most important first."""
    found = [
        STATUS_UNKNOWN if order.status is MedicationStatus.UNKNOWN else None,
        *dose_notices(order, today),
        _end_date_notice(order, today),
        HIGH_RISK if risk_group(order.atc) else None,
        TIME_CRITICAL if order.is_time_critical else None,
        _DISPENSING.get(order.is_dose_dispensed),
    ]
    return tuple(notice for notice in found if notice)


def dose_notices(order: MedicationOrder, today: date) -> tuple[str, ...]:
    """Return what a dose must not be read without: when it begins or rests, and on which days."""
    found = (_begin_notice(order, today), _rest_notice(order, today), weekday_notice(order))
    return tuple(notice for notice in found if notice)


def _begin_notice(order: MedicationOrder, today: date) -> str | None:
    begins = None if order.status in _ENDED else begins_on(order, today)
    return f"BEGYNDER {show_date(begins)}" if begins else None


def _rest_notice(order: MedicationOrder, today: date) -> str | None:
    """Return from when a medicine in force is not given; a pause of today has a table of its own.

    A last day that the order itself has is told as its end date.
    """
    if order.status is not MedicationStatus.ACTIVE:
        return None
    until, last = known_until(order), last_day(order)
    if until:
        return PAUSE_OVER if until < today else _pause_words(order, until)
    is_told = last is None or last == order.stops_on or last < today
    return None if is_told else f"SIDSTE DAG {show_date(last)}"


def _pause_words(order: MedicationOrder, until: date) -> str:
    start = pauses_from(order)
    if until == date.max:  # a pause without an end
        return f"PAUSE FRA {show_date(start)}" if start else PAUSED.upper()
    words = f"FRA {show_date(start)} TIL OG MED" if start else "TIL OG MED"
    return f"PAUSE {words} {show_date(until)}"


def _end_date_notice(order: MedicationOrder, today: date) -> str | None:
    """Mark an active medicine whose last day has passed; whether to give it is not ours to say."""
    ends = (order.stops_on, None if known_until(order) else last_day(order))
    last = min((day for day in ends if day), default=None)
    if order.status is not MedicationStatus.ACTIVE or last is None or last >= today:
        return None
    return f"Slutdato {show_date(last)} er passeret – spørg lægen"


def end_date_text(order: MedicationOrder, field: str) -> str:
    """Return the end date as a line; "no end date" would belie a pause or a last day."""
    if field != NO_END_DATE:
        return f"Slutdato {field}"
    return "" if last_day(order) or known_until(order) else field


def ended_text(order: MedicationOrder) -> str:
    """Say since when and why a medicine must not be given."""
    word = PAUSED if order.status is MedicationStatus.PAUSED else STOPPED
    since = order.status_since or (order.stops_on if word == STOPPED else None)
    when = show_date(since) if since else gap_text(order, "status_since", f"dato {MISSING}")
    return f"{word} {when}" + (f": {order.status_reason}" if order.status_reason else "")


def show_date(day: date | None) -> str:
    """Write a date with day, month and year, as the checklist asks: "23.11.2026"."""
    return day.strftime("%d.%m.%Y") if day else MISSING


def product_name(order: MedicationOrder) -> str:
    """Return the trade name with the generic name after it, spelled as the source spells them."""
    names = [name for name in (order.brand, order.generic) if name and not name.isspace()]
    if not names:
        return gap_text(order, "brand", MISSING)
    return names[0] if len(names) == 1 or names[0] == names[1] else f"{names[0]} ({names[1]})"


def single_dose(order: MedicationOrder) -> str:
    """Return what is given at one time."""
    dosage = order.dosage
    if dosage.single_dose:
        return tidy_quantities(dosage.single_dose)
    if dosage.grid is not None:
        shown = dict.fromkeys(
            format_amount(amount, dosage.grid.unit) for amount in dosage.grid.amounts
        )
        return " / ".join(dose for dose in shown if dose != NO_DOSE) or dosage_text(order)
    return dosage_text(order)


def daily_dose(order: MedicationOrder) -> str | None:
    """Return what is given in a day and night: as delivered, or the sum of the four columns."""
    dosage = order.dosage
    if dosage.daily_dose:
        return tidy_quantities(dosage.daily_dose)
    if dosage.grid is None or not _fits_columns(order):
        return None
    amounts = [amount_of(amount or "0") for amount in dosage.grid.amounts]
    numbers = [amount for amount in amounts if amount is not None]
    if len(numbers) < len(amounts):
        return None
    return format_amount(format(sum(numbers, Decimal(0)).normalize(), "f"), dosage.grid.unit)


def max_daily_dose(order: MedicationOrder) -> str:
    """Return the most that may be given in a day and night of a PN medicine."""
    bare = _MAX_WORDING.sub("", order.max_daily_dose or "").strip()
    return field_text(order, bare, "max_daily_dose", MISSING)


def times_text(order: MedicationOrder) -> str:
    """Return when it is given: the ordered times, the parts of the day, or where to look."""
    if order.dosage.times:
        return "kl. " + ", ".join(order.dosage.times)
    grid = order.dosage.grid
    if grid and _fits_columns(order):
        doses = zip(TIMES_OF_DAY, grid.amounts, strict=True)
        given = [time for time, amount in doses if _is_dose(amount)]
        return ", ".join(given).capitalize()
    if order.is_as_needed:
        return AS_NEEDED_TIME
    return SEE_DOSAGE if order.dosage.text else gap_text(order, "dosage", MISSING)


def instruction_text(order: MedicationOrder) -> str:
    """Return how it is given, "–" when nothing is said beyond the route."""
    if order.instruction:
        return tidy_quantities(order.instruction)
    return NO_DOSE if order.route else gap_text(order, "instruction", NO_DOSE)


def field_text(order: MedicationOrder, value: str | None, name: str, none: str) -> str:
    """Return a field's text, or why there is none (`name` as in `Gap.field`)."""
    text = (value or "").strip()
    return tidy_quantities(text) if text else gap_text(order, name, none)


def gap_text(order: MedicationOrder, name: str, none: str) -> str:
    """Return why a field is empty; `none` when the source never owed it."""
    reasons = {gap.reason for gap in order.gaps if gap.field.split(".")[0] == name}
    if "unreadable" in reasons:
        return UNREADABLE
    return MISSING if reasons else none
