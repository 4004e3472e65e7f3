"""Write down a medicine that was given, or offered: from the citizen's list, or another in words.

The name and whether it is given as needed come from the record; the dose is filled in only where
the record says it in one way. As needed, a reason is asked for, and after two hours the effect.
Called through the front screen.
"""

from dataclasses import replace
from datetime import date, timedelta

from flask import Blueprint, abort, g, render_template, request
from werkzeug.wrappers import Response

from appliance.care_journal import words as journal_words
from appliance.care_journal.events import MedicineGiven, Outcome, What
from appliance.care_journal.state import Entry
from appliance.care_journal.wire import LONGEST
from appliance.clock import DANISH_TIME, reckoned_now
from appliance.policy import EFFECT_DUE_AFTER
from appliance.records import medicine
from appliance.records.models import Citizen, MedicationOrder
from appliance.records.quantities import NBSP, NO_DOSE
from appliance.records.sure_dose import sure_dose
from appliance.records.terms import Section
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_desk, journal_forms, journal_view
from appliance.web.errors import DOSE_MISSING, REASON_MISSING
from appliance.web.guards import needs_unlock, reading, visible_citizen
from appliance.web.journal_forms import kept_by, line, needed_line
from appliance.web.screens.journal.citizen import dangers
from appliance.web.screens.medication import MedicineRow, medication_gap, row_groups
from appliance.web.typed_forms import choice
from appliance.words import Words

bp = Blueprint("medicine", __name__)


@bp.get("/borgere/<citizen_id>/journal/medicin")
@needs_unlock
@audit.entered_as(Action.VIEW_CITIZEN)
def choose(citizen_id: str) -> str:
    """Show the citizen's medicine, to choose what was given."""
    citizen = visible_citizen(citizen_id)
    state = reading().store.section(citizen, Section.MEDICATION)
    g.as_of = state.as_of if state.is_delivered else None
    g.as_of_section = Section.MEDICATION
    groups = _groups(citizen)
    return render_template(
        "journal_medicine_choose.html",
        citizen=citizen,
        unit=reading().store.unit(citizen.unit_id),
        groups=row_groups(replace(groups, not_to_give=()), _today()),
        gap=medication_gap(state, groups),
        other=journal_view.IN_WORDS,
        words=medicine,
        **dangers(citizen),
    )


def page(citizen_id: str, order_id: str, problem: Words | None = None) -> str:
    """Return the form."""
    citizen = visible_citizen(citizen_id)
    order, old = _order(citizen, order_id), journal_forms.old_entry(citizen, MedicineGiven)
    before = {"dosis": sure_dose(order, _today()) if order else ""}
    return render_template(
        "journal_medicine.html",
        order=order,
        name=_name(order) if order else "",
        row=_row(citizen, order),
        lacking={DOSE_MISSING: "dosis", REASON_MISSING: "grund_pn"}.get(problem)
        if problem
        else None,
        **_lately(citizen, order, old),
        outcomes=journal_words.OUTCOMES,
        is_drill=journal_desk.is_drill(),
        effect_hours=int(EFFECT_DUE_AFTER / timedelta(hours=1)),
        words=medicine,
        other=journal_view.IN_WORDS,
        **dangers(citizen),
        **journal_forms.shown(citizen, problem, _fields(old) if old else before, old),
    )


@bp.get("/borgere/<citizen_id>/journal/medicin/<order_id>")
@needs_unlock
@audit.entered_as(Action.VIEW_CITIZEN)
def ask(citizen_id: str, order_id: str) -> str:
    """Show the form."""
    return page(citizen_id, order_id)


@bp.post("/borgere/<citizen_id>/journal/medicin/<order_id>")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(page)
def write(citizen_id: str, order_id: str) -> Response:
    """Save what was given, or offered."""
    citizen = visible_citizen(citizen_id)
    order, old = _order(citizen, order_id), journal_forms.old_entry(citizen, MedicineGiven)
    return journal_forms.save(citizen, _typed(order), old)


def _typed(order: MedicationOrder | None) -> MedicineGiven:
    is_as_needed = order.is_as_needed if order else request.form.get("pn") == "1"
    outcome = Outcome(choice("udfald", list(Outcome)))
    is_given = outcome is Outcome.GIVEN
    name = _name(order) if order else needed_line("laegemiddel")
    return MedicineGiven(
        medicine=name[: LONGEST["medicine"]],
        # Of what was not given, nobody need say how much it was not.
        dose=needed_line("dosis", DOSE_MISSING) if is_given else line("dosis") or NO_DOSE,
        outcome=outcome,
        is_as_needed=is_as_needed,
        reason=needed_line("grund_pn", REASON_MISSING)
        if is_as_needed and is_given
        else line("grund_pn"),
        remark=line("bemaerkning"),
        order_id=order.id if order else "",
    )


def _fields(old: Entry) -> dict[str, str]:
    what = old.event.what
    if not isinstance(what, MedicineGiven):
        return {}
    return {
        "laegemiddel": what.medicine,
        "dosis": what.dose,
        "udfald": what.outcome.value,
        "pn": "1" if what.is_as_needed else "",
        "grund_pn": what.reason,
        "bemaerkning": what.remark,
    }


def _groups(citizen: Citizen) -> medicine.MedicationGroups:
    orders = reading().store.of_citizen(MedicationOrder, citizen.id)
    return medicine.sort_medication(orders, _today())


def _order(citizen: Citizen, order_id: str) -> MedicationOrder | None:
    """Return a medicine that may be given, None for one in words, or answer 404."""
    if order_id == journal_view.IN_WORDS:
        return None
    groups = _groups(citizen)
    orders = (*groups.fixed, *groups.as_needed, *groups.unknown)
    return next((each for each in orders if each.id == order_id), None) or abort(404)


def _row(citizen: Citizen, order: MedicationOrder | None) -> MedicineRow | None:
    """Return a medicine as the list shows it."""
    rows = (row for group in row_groups(_groups(citizen), _today()) for row in group.rows)
    return next((row for row in rows if row.order == order), None)


def _name(order: MedicationOrder) -> str:
    """Return name and strength; a strength that is not there says what is missing."""
    strength = medicine.field_text(order, order.strength, "strength", "")
    if strength in (medicine.MISSING, medicine.UNREADABLE):
        return f"{medicine.product_name(order)} · Styrke: {strength}".replace(NBSP, " ")
    # What is copied into another system has ordinary spaces.
    return f"{medicine.product_name(order)} {strength}".strip().replace(NBSP, " ")


def _today() -> date:
    return reckoned_now(g.services.clock).astimezone(DANISH_TIME).date()


def _lately(
    citizen: Citizen, order: MedicationOrder | None, old: Entry | None
) -> dict[str, list[Entry] | None]:
    """Return doses of this medicine given lately, what may be such a dose, and the rest.

    None where nobody can tell. The same medicine may stand in the record twice, or under another
    name: nothing is left out but the line that is being put right.
    """
    lately = journal_view.lately_given(citizen)
    if lately is None:
        return {"earlier": None, "maybe": None, "others": None}
    lately = [each for each in lately if old is None or each.event.id != old.event.id]
    maybe = [each for each in lately if may_be_dose_of(each.event.what, order)]
    earlier = [each for each in maybe if order and is_dose_of(each.event.what, order)]
    return {
        "earlier": earlier,
        "maybe": [each for each in maybe if each not in earlier],
        "others": [each for each in lately if each not in maybe],
    }


def is_dose_of(what: What, order: MedicationOrder) -> bool:
    """Tell whether something was written as a dose of just this order. Pure."""
    return isinstance(what, MedicineGiven) and what.order_id == order.id


def may_be_dose_of(what: What, order: MedicationOrder | None) -> bool:
    """Tell whether a dose that was given may be of this order; in words it may be of any. Pure."""
    if not isinstance(what, MedicineGiven) or what.outcome is not Outcome.GIVEN:
        return False
    return order is None or what.order_id in (order.id, "")
