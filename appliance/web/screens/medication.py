"""Show one citizen's medication list: identity and dangers first, then what to give.

What is shown and in which words is decided in `records/medicine.py`, the same for screen and
paper. The CPR is masked until somebody asks for it. Called through `create_app`.
"""

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from appliance.clock import DANISH_TIME, JudgedClock, reckoned_now
from appliance.records import medicine
from appliance.records.alerts import doubled, identity_sentences
from appliance.records.cave import CAVE_NONE, cave
from appliance.records.checklist import ChecklistField, checklist
from appliance.records.medicine import DoseCells, MedicationGroups
from appliance.records.models import (
    Attachment,
    Citizen,
    Flag,
    MedicationOrder,
    SectionState,
    Warning,  # noqa: A004  (the glossary's word for CAVE)
)
from appliance.records.terms import FlagKind, MedicationStatus, Section
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_view
from appliance.web.guards import needs_unlock, reading, visible_citizen, visitor
from appliance.web.i18n import translate
from appliance.web.notes import CPR_SHOWN_S
from appliance.web.strip import Strip, strip_by

bp = Blueprint("medication", __name__)
_LOUD = (
    FlagKind.IN_HOSPITAL,
    FlagKind.LIFE_CRITICAL,
    FlagKind.ELECTRICITY_DEPENDENT,
    FlagKind.INFECTION,
)
# What the page shows, the list itself first; each ages on its own.
_SECTIONS = (Section.MEDICATION, Section.WARNINGS, Section.FLAGS)
_BIRTH_DATE_DIGITS = 6
_AFTER_STROKE = re.compile(r"(?<=[/-])(?=.)")


@dataclass(frozen=True, slots=True)
class MedicineRow:
    """One medicine as the screen shows it; `cells` is None where the dosage is written out."""

    order: MedicationOrder
    notices: tuple[str, ...]
    weekday: str | None
    cells: DoseCells | None
    dosage: str
    ended: str | None
    fields: dict[str, ChecklistField]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Some of the medicines under one heading."""

    anchor: str
    title: str
    rows: tuple[MedicineRow, ...]

    @property
    def has_columns(self) -> bool:
        """Tell whether the heading should name the four parts of the day."""
        return any(row.cells for row in self.rows)


@dataclass(frozen=True, slots=True)
class SectionAge:
    """How old one section of the page is; `strip` is None where it was not delivered."""

    section: Section
    strip: Strip | None


@bp.get("/borgere/<citizen_id>/medicin")
@needs_unlock
@audit.entered_as(Action.VIEW_CITIZEN)
def show_medication(citizen_id: str) -> str:
    """Show the list."""
    citizen = visible_citizen(citizen_id)
    token = visitor().session.token
    return render_template(
        "medication.html",
        citizen=citizen,
        unit=reading().store.unit(citizen.unit_id),
        is_cpr_shown=g.services.notes.is_cpr_shown(token, citizen.id),
        cpr_shown_s=CPR_SHOWN_S,
        words=medicine,
        documents=len(reading().store.of_citizen(Attachment, citizen.id)),
        given=journal_view.lately_given(citizen),
        **_dangers(citizen),
        **_list(citizen),
    )


def _dangers(citizen: Citizen) -> dict[str, Any]:
    """Return what stands above the list: doubts, CAVE, needs and limits."""
    store = reading().store
    warnings = store.of_citizen(Warning, citizen.id)
    return {
        "doubts": identity_sentences(citizen.identity_doubts),
        "cave": cave(warnings, store.section(citizen, Section.WARNINGS)),
        "cave_none": CAVE_NONE,
        "dangers": _flags(citizen, *_LOUD),
        "limits": _flags(citizen, FlagKind.TREATMENT_LIMIT),
        "flags_state": store.section(citizen, Section.FLAGS),
    }


def _list(citizen: Citizen) -> dict[str, Any]:
    """Return the medicines in their groups, and how old and whole they are."""
    store, clock = reading().store, g.services.clock
    states = [store.section(citizen, section) for section in _SECTIONS]
    g.as_of = states[0].as_of if states[0].is_delivered else None
    g.as_of_section = Section.MEDICATION
    today = reckoned_now(clock).astimezone(DANISH_TIME).date()
    groups = medicine.sort_medication(store.of_citizen(MedicationOrder, citizen.id), today)
    return {
        "groups": row_groups(groups, today),
        "older_stopped": groups.older_stopped,
        "end_mark": medicine.end_mark(groups, translate),
        "gap": medication_gap(states[0], groups),
        # Why the list is not whole, in the hub's words: a fault, or sources that disagree.
        "gap_reason": states[0].reason if states[0].is_delivered else None,
        "as_of": g.as_of,
        "ages": section_ages(clock, states),
    }


@bp.post("/borgere/<citizen_id>/cpr")
@needs_unlock
@audit.entered_as(Action.SHOW_CPR)
def show_cpr(citizen_id: str) -> Response:
    """Show the whole CPR for some seconds."""
    citizen = visible_citizen(citizen_id)
    g.services.notes.show_cpr(visitor().session.token, citizen.id)
    return redirect(url_for(".show_medication", citizen_id=citizen.id), 303)


def breakable(name: str) -> Markup:
    """Return a name that a narrow screen may break after a stroke or hyphen, not in a word."""
    return Markup("<wbr>").join(_AFTER_STROKE.split(name))


def masked_cpr(cpr: str) -> str:
    """Return the birth date half of a CPR and dots for the rest. Pure."""
    digits = cpr.replace("-", "")
    return f"{digits[:_BIRTH_DATE_DIGITS]}-••••"


def whole_cpr(cpr: str) -> str:
    """Return a CPR as Danes write it, with a hyphen; letters of a replacement CPR stay. Pure."""
    digits = cpr.replace("-", "")
    return f"{digits[:_BIRTH_DATE_DIGITS]}-{digits[_BIRTH_DATE_DIGITS:]}"


def medication_gap(state: SectionState, groups: MedicationGroups) -> str | None:
    """Return the sentence for a list that is not the whole truth, or for an empty one. Pure."""
    if not state.is_delivered:
        return medicine.MEDICATION_UNKNOWN
    if not state.is_complete:
        return medicine.MEDICATION_INCOMPLETE
    return None if groups.shown or groups.older_stopped else medicine.MEDICATION_NONE


def section_ages(clock: JudgedClock, states: Iterable[SectionState]) -> list[SectionAge]:
    """Return the age of every section the page shows: they age on their own."""
    return [
        SectionAge(state.section, strip_by(clock, state.as_of) if state.is_delivered else None)
        for state in states
    ]


def row_groups(groups: MedicationGroups, today: date) -> list[RowGroup]:
    """Return the groups that have something in them, in the order they are read. Pure."""
    all_groups = (
        ("fast", medicine.FIXED, groups.fixed),
        ("pn", medicine.AS_NEEDED, groups.as_needed),
        ("ukendt", medicine.STATUS_UNKNOWN, groups.unknown),
        ("ikke", medicine.NOT_TO_GIVE, groups.not_to_give),
    )
    twice = doubled([*groups.fixed, *groups.as_needed])
    given = (*groups.fixed, *groups.as_needed, *groups.unknown)
    is_dispensing = any(order.is_dose_dispensed for order in given)
    row = functools.partial(_row, today=today, twice=twice, is_dispensing=is_dispensing)
    return [
        RowGroup(anchor, title, tuple(map(row, orders)))
        for anchor, title, orders in all_groups
        if orders
    ]


def _notices(order: MedicationOrder, today: date, *, is_dispensing: bool) -> tuple[str, ...]:
    """Return the words beside a medicine; "not dispensed" only where others are."""
    found = medicine.notices(order, today)
    return tuple(each for each in found if is_dispensing or each != medicine.NOT_DOSE_DISPENSED)


def _row(
    order: MedicationOrder, today: date, twice: Mapping[str, str], *, is_dispensing: bool
) -> MedicineRow:
    is_ended = order.status in (MedicationStatus.PAUSED, MedicationStatus.STOPPED)
    return MedicineRow(
        order=order,
        notices=_notices(order, today, is_dispensing=is_dispensing)
        + ((twice[order.id],) if order.id in twice else ()),
        weekday=medicine.weekday_notice(order),
        cells=None if order.is_as_needed or is_ended else medicine.dose_cells(order, today),
        dosage=medicine.dosage_text(order),
        ended=medicine.ended_text(order) if is_ended else None,
        fields={field.key.value: field for field in checklist(order)},
    )


def _flags(citizen: Citizen, *kinds: FlagKind) -> list[Flag]:
    flags = reading().store.of_citizen(Flag, citizen.id)
    return [flag for kind in kinds for flag in flags if flag.kind is kind]
