"""Write down what was measured: a usual measurement, one of the citizen's own, or another one.

The unit is the one the record has for it, else the usual one. A value that does not look like one
is asked about once and then taken: nobody is refused. Called through the front screen.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from appliance.care_journal.events import Observed
from appliance.records.models import Observation
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_forms
from appliance.web.errors import NOTHING_CHOSEN, ODD_PRESSURE, ODD_VALUE, TWO_MEASUREMENTS
from appliance.web.guards import needs_unlock, reading, visible_citizen
from appliance.web.journal_forms import kept_by, line, needed_line
from appliance.web.typed_forms import FormProblem
from appliance.words import Words

bp = Blueprint("observation", __name__)
OTHER = "andet"
# Between title and unit of a choice; neither is typed with one.
_BETWEEN = "\t"
# What some sources call a usual measurement.
_ALSO = {"iltmætning": "saturation", "respirationsfrekvens": "respiration"}
# What is measured of anybody, with its unit.
USUAL = (
    ("Blodtryk", "mmHg"),
    ("Puls", "slag/min"),
    ("Temperatur", "°C"),
    ("Blodsukker", "mmol/l"),
    ("Saturation", "%"),
    ("Vægt", "kg"),
    ("Respiration", "pr. min"),
)
_PRESSURE, _PRESSURE_UNIT = "blodtryk", "mmhg"
_TWO_NUMBERS = re.compile(r"([0-9]{2,3}) ?/ ?([0-9]{2,3})")
_NUMBER = re.compile(r"[0-9]+([.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement that can be chosen, with its newest value if the record has one."""

    title: str
    unit: str
    last: Observation | None = None

    @property
    def key(self) -> str:
        """Return what stands for it in the form."""
        return f"{self.title}{_BETWEEN}{self.unit}"


def measured(observations: Iterable[Observation]) -> list[Measured]:
    """Return each measurement once, by title; the same with another unit is another one. Pure."""
    newest: dict[tuple[str, str], Observation] = {}
    for one in observations:
        key = (one.title.strip(), (one.unit or "").strip())
        if key[0] and (key not in newest or _at(one) > _at(newest[key])):
            newest[key] = one
    return [Measured(title, unit, last) for (title, unit), last in sorted(newest.items())]


def offered(observations: Iterable[Observation]) -> list[Measured]:
    """Return the usual measurements, as the record has them if it does, then its others. Pure."""
    known = measured(observations)
    found: list[Measured] = []
    for title, unit in USUAL:
        same = [each for each in known if _usual(each) == title.casefold()]
        own = [each for each in same if each.unit]
        found += own or [Measured(title, unit, same[0].last if same else None)]
    usual = {title.casefold() for title, _ in USUAL}
    return found + [each for each in known if _usual(each) not in usual]


def _usual(one: Measured) -> str:
    """Return which measurement it is, whatever the source calls it."""
    title = one.title.casefold()
    return _ALSO.get(title, title)


def doubt(what: Observed) -> Words | None:
    """Return what to ask of a value that does not look like one, else None. Pure."""
    title = what.title.casefold()
    if title.startswith(_PRESSURE):
        two = _TWO_NUMBERS.fullmatch(what.value)
        is_pressure = two is not None and int(two[1]) > int(two[2])
        is_unit = what.unit.casefold().replace(" ", "") == _PRESSURE_UNIT
        return None if is_pressure and is_unit else ODD_PRESSURE
    has_unit = bool(what.unit) or title in (each.casefold() for each, _ in USUAL)
    return ODD_VALUE if has_unit and not _NUMBER.fullmatch(what.value) else None


def _at(one: Observation) -> float:
    return one.observed_at.timestamp() if one.observed_at else 0.0


def page(citizen_id: str, problem: Words | None = None) -> str:
    """Return the form."""
    citizen = visible_citizen(citizen_id)
    old = journal_forms.old_entry(citizen, Observed)
    choices = offered(reading().store.of_citizen(Observation, citizen.id))
    before = _fields(old.event.what, choices) if old else {}
    return render_template(
        "journal_observation.html",
        choices=choices,
        other=OTHER,
        asked_about=_typed() if problem in (ODD_PRESSURE, ODD_VALUE) else "",
        **journal_forms.shown(citizen, problem, before, old),
    )


def _fields(what: object, choices: list[Measured]) -> dict[str, str]:
    if not isinstance(what, Observed):
        return {}
    key = f"{what.title}{_BETWEEN}{what.unit}"
    is_known = any(each.key == key for each in choices)
    named = {"hvad": key} if is_known else {"hvad": OTHER, "titel": what.title, "enhed": what.unit}
    return {**named, "vaerdi": what.value, "bemaerkning": what.remark}


@bp.get("/borgere/<citizen_id>/journal/observation")
@needs_unlock
@audit.entered_as(Action.VIEW_JOURNAL)
def ask(citizen_id: str) -> str:
    """Show the form."""
    return page(citizen_id)


@bp.post("/borgere/<citizen_id>/journal/observation")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(page)
def write(citizen_id: str) -> Response:
    """Save what was measured."""
    citizen = visible_citizen(citizen_id)
    old = journal_forms.old_entry(citizen, Observed)
    title, unit = _chosen()
    what = Observed(title, needed_line("vaerdi"), unit, line("bemaerkning"))
    odd = doubt(what)
    if odd is not None and request.form.get("spurgt", "") != _typed():
        raise FormProblem(odd)
    return journal_forms.save(citizen, what, old)


def _typed() -> str:
    """Return what was asked about: another value is asked about again."""
    return "|".join(line(field) for field in ("hvad", "titel", "enhed", "vaerdi"))


def _chosen() -> tuple[str, str]:
    """Return title and unit of what was chosen, or of what was written beside "another".

    Raises:
        FormProblem: nothing was, or both: then nobody can tell which of them the value is of.

    """
    chosen = request.form.get("hvad", "")
    if chosen not in ("", OTHER):
        if line("titel") or line("enhed"):
            raise FormProblem(TWO_MEASUREMENTS)
        title, _, unit = chosen.partition(_BETWEEN)
        return title, unit
    if not chosen and not line("titel"):
        raise FormProblem(NOTHING_CHOSEN)
    return needed_line("titel"), line("enhed")
