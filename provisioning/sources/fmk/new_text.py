"""Write a dosage in FMK's newer wording, over several lines or on one.

Where the public translator would leave something out (see README.md), this says it. Reads the E6
way of counting; `relative.py` turns E2 into it. Called by `text`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from provisioning.sources.fmk.model import (
    Day,
    FmkDosage,
    FreeText,
    Period,
    PeriodKind,
    Plan,
    Restriction,
    Structured,
    Unit,
    WeekDay,
)
from provisioning.sources.fmk.new_doses import DayWords
from provisioning.sources.fmk.new_terms import parameter_words, precondition_words
from provisioning.sources.fmk.words import WEEKDAYS, Style, capitalized, number_words, unit_words


@dataclass(frozen=True, slots=True)
class NewLayout:
    """Spelling, and whether everything stands on one line.

    The official text lets fixed doses, as-needed doses and limits run on into each other
    (`runs_on`); what people read has a line for each.
    """

    style: Style
    is_one_line: bool = False
    runs_on: bool = True

    @property
    def line(self) -> str:
        """Return what separates two lines of one period."""
        return ", " if self.is_one_line else "\n"

    @property
    def period(self) -> str:
        """Return what separates two periods with headings."""
        return ". " if self.is_one_line else "\n\n"


def new_text(dosage: FmkDosage, layout: NewLayout) -> str:
    """Return the text; the dosage must count the E6 way."""
    before = precondition_words(dosage.precondition) if dosage.precondition else ""
    text = "".join(_sections(dosage, layout))
    if dosage.is_self_administered:
        text += layout.line + "selvstyrende"
    tables = [parameter_words(item, dosage.unit, layout.style) for item in dosage.parameters]
    return layout.period.join(filter(None, (before, text, *tables)))


def _sections(dosage: FmkDosage, layout: NewLayout) -> Iterator[str]:
    content = dosage.content
    if isinstance(content, Structured):
        for place in range(len(content.periods)):
            yield _Section(content.periods, place, dosage.unit, layout).words()
        return
    said = content.text if isinstance(content, FreeText) else "efter skema"
    heading = _dates(content.start, content.end)
    yield f"{heading}:{layout.line}{said}" if heading else said


def _dates(start: date | None, end: date | None) -> str:
    parts = [f"fra {start}" if start else "", f"til {end}" if end else ""]
    return capitalized(" ".join(filter(None, parts)))


@dataclass(frozen=True, slots=True)
class _Section:
    """One period with its place among the others."""

    periods: tuple[Period, ...]
    place: int
    unit: Unit | None
    layout: NewLayout

    @property
    def period(self) -> Period:
        return self.periods[self.place]

    def words(self) -> str:
        """Return heading and lines, with what joins them to the period before."""
        plans = [_fitted(plan, self.period.length) for plan in self.period.plans]
        if len({(plan.interval, plan.is_weekly) for plan in plans}) > 1:
            # Two rhythms under one heading cannot be told apart: each gets its own.
            blocks = [self._block([plan]) for plan in plans]
        else:
            blocks = [self._block(plans)]
        return self._joint(blocks[0]) + self.layout.period.join(blocks)

    def _joint(self, block: str) -> str:
        if self.place == 0:
            return ""
        is_headed = not self.layout.is_one_line or block.startswith("-")
        return self.layout.period if is_headed else self.layout.line

    def _block(self, plans: Sequence[Plan]) -> str:
        heading, body = self._heading(plans), self._body(plans)
        return f"{heading}:{self.layout.line}{body}" if heading else body

    def _heading(self, plans: Sequence[Plan]) -> str:
        parts = [] if self.layout.is_one_line else ["Dosering", self._length()]
        if self.period.kind is PeriodKind.GIVEN and not all(map(self._is_one_day, plans)):
            parts.append(_iteration(plans[0]))
        return " ".join(filter(None, parts))

    def _length(self) -> str:
        return _duration(self.period) or ("herefter" if self.place > 0 else "")

    def _body(self, plans: Sequence[Plan]) -> str:
        lines: list[_Line]
        if self.period.kind is PeriodKind.GIVEN:
            lines = [line for plan in plans for line in self._plan_lines(plan)]
        elif self.period.kind is PeriodKind.EMPTY:
            lines = [_Line("Ingen dosering"), *_notes(self.period.plans)]
        else:
            lines = [_Line("Dosering ikke angivet")]
        if self.layout.is_one_line:
            lines = self._with_sequence(lines)
        return self._joined(lines)

    def _joined(self, lines: Sequence["_Line"]) -> str:
        text = lines[0].text
        for before, line in pairwise(lines):
            is_tied = self.layout.runs_on and not before.is_block and not line.is_block
            text += (" " if is_tied else self.layout.line) + line.text
        return text

    def _with_sequence(self, lines: list["_Line"]) -> list["_Line"]:
        """Say on one line what headings say on several: what comes after, and for how long."""
        if self.place > 0:
            lines = _tied("herefter", lines)
        duration = _duration(self.period)
        if self.place == len(self.periods) - 1 or not duration:
            return lines
        *others, last = lines
        if last.is_block:
            return [*lines, _Line(duration)]
        return [*others, _Line(f"{last.text} {duration}")]

    def _plan_lines(self, plan: Plan) -> Iterator["_Line"]:
        words = DayWords(self.unit, self.layout.style)
        if plan.any_day:
            yield _Line(f"{words.doses(plan.any_day)} på valgfri dag")
        elif self._is_one_day(plan):
            yield _Line(words.repeated(plan.days[0].doses, plan.interval))
        else:
            days: tuple[Day | WeekDay, ...] = (*plan.days, *plan.weekdays)
            for day in days:
                yield _Line(f"{_day_name(plan, day)}: {words.doses(day.doses)}", is_block=True)
        yield from _notes([plan])
        if plan.restriction:
            yield _Line(_limits(plan.restriction, self.unit, self.layout.style))

    def _is_one_day(self, plan: Plan) -> bool:
        """Tell whether "Dag 1:" can be left out: one day, every day or once in a while."""
        if plan.is_weekly or len(plan.days) != 1:
            return False
        if plan.interval == 0:
            return self.period.length == 1
        return plan.interval == 1 or plan.days[0].number == 1


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text; a block never runs on into what follows."""

    text: str
    is_block: bool = False


def _tied(word: str, lines: list[_Line]) -> list[_Line]:
    first, *others = lines
    if first.is_block:
        return [_Line(word), *lines]
    return [_Line(f"{word} {first.text}"), *others]


def _fitted(plan: Plan, length: int | None) -> Plan:
    """Drop a repetition that the period is too short for."""
    if length is None or plan.interval <= length:
        return plan
    return replace(plan, interval=0)


def _iteration(plan: Plan) -> str:
    if plan.is_weekly and plan.interval:
        return (
            "- gentages hver uge" if plan.interval == 1 else f"- gentages hver {plan.interval}. uge"
        )
    return f"- gentages hver {plan.interval}. dag" if plan.interval > 1 else ""


def _duration(period: Period) -> str:
    if period.length_in_words:
        return period.length_in_words
    if period.length is None:
        return ""
    return f"i {period.length} {'dag' if period.length == 1 else 'dage'}"


def _day_name(plan: Plan, day: Day | WeekDay) -> str:
    if isinstance(day, Day):
        return f"Dag {day.number}"
    name = capitalized(WEEKDAYS[day.weekday - 1])
    # A weekday alone is enough only if all doses are in the first week.
    is_in_first_week = all(item.week == 1 for item in plan.weekdays)
    return name if is_in_first_week else f"Uge {day.week}, {name.lower()}"


def _notes(plans: Sequence[Plan]) -> Iterator[_Line]:
    for note in dict.fromkeys(plan.note for plan in plans if plan.note):
        yield _Line(f"Instruks: {note}", is_block=True)


def _limits(restriction: Restriction, unit: Unit | None, style: Style) -> str:
    parts = []
    if restriction.most_a_day is not None:
        word = unit_words(unit, is_plural=restriction.most_a_day != 1, style=style)
        parts.append(f"max daglig dosis: {number_words(restriction.most_a_day, style)} {word}")
    if restriction.days_between is not None:
        parts.append(f"mindst {restriction.days_between} dage imellem doser")
    return ", ".join(parts)
