"""Write down what was measured: one of the citizen's own measurements, or another one.

The unit is the one the record has for it. Called through the front screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from appliance.care_journal.events import Observed
from appliance.records.models import Observation
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_forms
from appliance.web.errors import NOTHING_CHOSEN, TWO_MEASUREMENTS
from appliance.web.guards import needs_unlock, reading, visible_citizen
from appliance.web.journal_forms import kept_by, line, needed_line
from appliance.web.typed_forms import FormProblem
from appliance.words import Words

bp = Blueprint("observation", __name__)
OTHER = "andet"
# Between title and unit of a choice; neither is typed with one.
_BETWEEN = "\t"


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement the citizen's record has, with its newest value."""

    title: str
    unit: str
    last: Observation

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


def _at(one: Observation) -> float:
    return one.observed_at.timestamp() if one.observed_at else 0.0


def page(citizen_id: str, problem: Words | None = None) -> str:
    """Return the form."""
    citizen = visible_citizen(citizen_id)
    old = journal_forms.old_entry(citizen, Observed)
    choices = measured(reading().store.of_citizen(Observation, citizen.id))
    before = _fields(old.event.what, choices) if old else {}
    return render_template(
        "journal_observation.html",
        choices=choices,
        other=OTHER,
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
    return journal_forms.save(citizen, what, old)


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
