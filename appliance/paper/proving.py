"""Try every sheet of every citizen by day, so that nobody finds out at night that one is odd.

Each sheet is made strictly and thrown away: what counts is how it came to be. Takes serial numbers
from a series no paper has, keeps nothing and remembers no text of a record: ids that are opaque,
names of fields, characters as numbers. Called by the box's own proof and by the hub's.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from appliance.errors import NodboksError
from appliance.paper import pack
from appliance.paper.document import Document, PrintContext, Typeset
from appliance.paper.proof import Trial
from appliance.paper.sheet_kind import Material, SheetKind, Subject, Wanted
from appliance.quiet_log import kind_and_place
from appliance.records.models import Citizen, Unit

# No box begins a series below 100, so these stand on no paper.
_SERIES = "000"
_LAST = 99_999
# What odd data in a record can raise; the record is worth a look, the proof goes on.
_ODD = (
    NodboksError, sqlite3.Error, ValueError, LookupError, TypeError, AttributeError,
    ArithmeticError,
)  # fmt: skip


class ProofSerials:
    """Serial numbers for sheets that never reach paper; nothing is written down."""

    def __init__(self) -> None:
        self._given = 0

    def take(self, count: int = 1) -> list[str]:
        """Return the next numbers; they begin again after the last."""
        first, self._given = self._given, self._given + count
        return [f"{_SERIES}-{1 + (first + step) % _LAST:05}" for step in range(count)]


@dataclass(frozen=True, slots=True)
class Task:
    """One sheet to be tried."""

    kind: SheetKind
    wanted: Wanted
    unit_id: str = ""
    citizen_id: str = ""


def proof_context(printed_at: datetime, box_name: str) -> PrintContext:
    """Return how sheets are made that never reach paper."""
    return PrintContext("–", printed_at, box_name, ProofSerials())


def trials(
    material: Material,
    kinds: Iterable[SheetKind],
    context: PrintContext,
    seconds: Callable[[], float] = time.perf_counter,
) -> Iterator[Trial]:
    """Try the sheets one after the other, everything about a citizen together."""
    for task in tasks(material, list(kinds)):
        yield tried(material, task, context, seconds)


def tasks(material: Material, kinds: list[SheetKind]) -> Iterator[Task]:
    """Yield what is to be tried: about nobody, then unit by unit and citizen by citizen."""
    for kind in _about(kinds, Subject.NOBODY):
        yield Task(kind, Wanted(Subject.NOBODY))
    store = material.store()
    for unit in store.units():
        citizens = store.citizens(unit.id)
        if citizens:
            yield from _of_unit(kinds, unit, citizens)


def _of_unit(kinds: list[SheetKind], unit: Unit, citizens: list[Citizen]) -> Iterator[Task]:
    for kind in _about(kinds, Subject.UNIT):
        yield Task(kind, Wanted(Subject.UNIT, unit.id), unit.id)
    for citizen in citizens:
        for kind in _about(kinds, Subject.CITIZEN):
            yield Task(kind, Wanted(Subject.CITIZEN, citizen.id), unit.id, citizen.id)


def _about(kinds: list[SheetKind], subject: Subject) -> Iterator[SheetKind]:
    return (kind for kind in kinds if subject in kind.subjects)


def tried(
    material: Material,
    task: Task,
    context: PrintContext,
    seconds: Callable[[], float] = time.perf_counter,
) -> Trial:
    """Make one sheet and say how it came to be; of several documents the worst speaks for all."""
    plain = Trial(task.kind.name, task.unit_id, task.citizen_id)
    started = seconds()
    try:
        made = task.kind.make(material, task.wanted, context)
        # The lists of a pack are tried on their own.
        documents = islice(made, 1) if task.kind is pack.KIND else made
        found = _worst(_outcome(plain, each) for each in documents)
    except _ODD as error:
        found = replace(plain, error=_told(error))
    return replace(found or plain, seconds=seconds() - started)


def _outcome(trial: Trial, document: Document) -> Trial:
    return replace(
        trial, typeset=document.typeset, flaws=document.flaws, overfull=document.overfull
    )


def _worst(found: Iterable[Trial]) -> Trial | None:
    """Return the worst of them, with the flaws of all."""
    every = list(found)
    if not every:
        return None
    worst = max(every, key=lambda one: list(Typeset).index(one.typeset or Typeset.STRICT))
    flaws = dict.fromkeys(flaw for one in every for flaw in one.flaws)
    overfull = dict.fromkeys(field for one in every for field in one.overfull)
    return replace(worst, flaws=tuple(flaws), overfull=tuple(overfull))


def _told(error: BaseException) -> str:
    """Name an error by its code, or by its kind and place: a message may quote the record."""
    return error.code if isinstance(error, NodboksError) else kind_and_place(error)
