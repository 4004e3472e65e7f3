"""Give each invented citizen diagnoses and the medicine that follows from them.

Every order is spelled as the catalogue spells it. Some lack what real sources lack: indication,
prescriber, date, strength, or the maximum of an as-needed medicine. Called by `citizens`.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from appliance.demo.cast import Part
from appliance.demo.dose_plans import DoseEntry, DosePlan, write_dosage
from appliance.demo.drugs import Drug, catalogue
from appliance.demo.illnesses import ILLNESSES, Illness
from appliance.demo.people import DOCTORS, HOSPITALS
from appliance.records.dosage import Dosage
from appliance.records.models import Citizen, Condition, MedicationOrder
from appliance.records.terms import MedicationStatus

_PAUSED, _STOPPED = 0.03, 0.07
_LACKED = ("indication", "ordered_on", "prescriber", "strength")
_LACKING, _NO_MAXIMUM, _NO_FORM, _NO_DOSAGE = 0.015, 0.06, 0.02, 0.002
_PAUSE_REASONS = (
    "Afventer svar på blodprøve",
    "Pauseret under behandling med antibiotika",
    "Pauseret på grund af lavt blodtryk",
    "Pauseret efter fald, lægen vurderer igen på mandag",
)
_STOP_REASONS = (
    "Bivirkninger",
    "Ingen effekt",
    "Behandlingen er afsluttet",
    "Seponeret ved medicingennemgang",
)


@dataclass(frozen=True, slots=True)
class MedicinePlan:
    """The medicine and diagnoses of one citizen; `entries` holds the structure of each dosage."""

    orders: tuple[MedicationOrder, ...] = ()
    conditions: tuple[Condition, ...] = ()
    entries: Mapping[str, tuple[DoseEntry, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Patient:
    """What decides one citizen's medicine."""

    rng: Random
    citizen: Citizen
    part: Part
    today: date
    is_dose_dispensed: bool


def plan_medicine(rng: Random, citizen: Citizen, part: Part, today: date) -> MedicinePlan:
    """Draw a citizen's diagnoses, and the orders that follow from them and from the part."""
    patient = _Patient(rng, citizen, part, today, rng.random() < 0.3)
    given = {_illness_for(key) for key in part.drugs}
    illnesses = [illness for illness in ILLNESSES if _happens(patient, illness) or illness in given]
    conditions = tuple(
        _condition(patient, number, illness) for number, illness in enumerate(illnesses, start=1)
    )
    if part.has_no_medicine:
        return MedicinePlan((), conditions, {})
    pairs = [
        _order(patient, number, drug)
        for number, drug in enumerate(_drugs(patient, illnesses), start=1)
    ]
    entries = {order.id: plan.entries for order, plan in pairs if plan.entries}
    return MedicinePlan(tuple(order for order, _ in pairs), conditions, entries)


def _happens(patient: _Patient, illness: Illness) -> bool:
    chance = patient.rng.random()
    return illness.only in (None, patient.citizen.gender) and chance < illness.share


def _illness_for(key: str) -> Illness:
    """Find what a medicine is given for: the first illness that lists it."""
    return next(illness for illness in ILLNESSES if key in _keys_of(illness))


@functools.cache
def _keys_of(illness: Illness) -> frozenset[str]:
    return frozenset(key for remedy in illness.remedies for key in remedy.split()[0].split("/"))


def _condition(patient: _Patient, number: int, illness: Illness) -> Condition:
    citizen, rng = patient.citizen, patient.rng
    since = patient.today - timedelta(days=rng.randrange(40, 6000))
    return Condition(
        id=f"{citizen.id}-t{number}",
        citizen_id=citizen.id,
        title=illness.title,
        code=illness.code,
        status="active",
        since=None if rng.random() < _LACKING else since,
        note="Følges af egen læge" if rng.random() < 0.2 else None,
    )


def _drugs(patient: _Patient, illnesses: Iterable[Illness]) -> list[Drug]:
    wanted = list(patient.part.drugs)
    for illness in illnesses:
        for remedy in illness.remedies:
            keys, chance = remedy.split()
            key = patient.rng.choice(keys.split("/"))
            if patient.rng.random() < float(chance):
                wanted.append(key)
    return _compatible(catalogue()[key] for key in wanted)


def _compatible(drugs: Iterable[Drug]) -> list[Drug]:
    """Drop what nobody orders together: a substance twice, or two medicines to thin the blood."""
    taken: dict[str, Drug] = {}
    for drug in drugs:
        atc = drug.atc or drug.key
        taken.setdefault(atc[:4] if atc.startswith("B01A") else atc, drug)
    return list(taken.values())


def _order(patient: _Patient, number: int, drug: Drug) -> tuple[MedicationOrder, DosePlan]:
    rng = patient.rng
    notation = rng.choices(drug.plans, drug.weights)[0]
    is_short = drug.course is not None or notation.startswith("ned ")
    ordered_on = patient.today - timedelta(
        days=rng.randrange(0, 3) if is_short else rng.randrange(3, 1500)
    )
    plan = write_dosage(notation, drug.unit, ordered_on)
    order = MedicationOrder(
        id=f"{patient.citizen.id}-m{number}",
        citizen_id=patient.citizen.id,
        status=MedicationStatus.ACTIVE,
        brand=drug.brand,
        generic=drug.generic,
        form=drug.form,
        strength=drug.strength,
        atc=drug.atc,
        route=drug.route,
        dosage=plan.dosage,
        is_as_needed=plan.is_as_needed,
        max_daily_dose=plan.max_daily_dose,
        indication=drug.indication,
        instruction=drug.instruction,
        ordered_on=ordered_on,
        stops_on=plan.ends_on if drug.course is None else ordered_on + drug.course,
        prescriber=_prescriber(patient, drug),
        is_dose_dispensed=_may_be_dispensed(plan) and patient.is_dose_dispensed,
        is_time_critical=drug.is_time_critical,
    )
    if patient.part.lacks_pn_maximum or rng.random() < _NO_MAXIMUM:
        order = replace(order, max_daily_dose=None)
    if drug.key not in patient.part.drugs:
        order = _with_gaps(rng, _paused_or_stopped(patient, order, ordered_on))
    return order, plan if order.dosage.text else DosePlan(order.dosage)


def _paused_or_stopped(
    patient: _Patient, order: MedicationOrder, ordered_on: date
) -> MedicationOrder:
    """Pause or stop one in ten; the stopped are recent enough to be a danger in the box."""
    rng, today = patient.rng, patient.today
    chance = rng.random()
    if chance >= _PAUSED + _STOPPED:
        return order
    since = max(ordered_on, today - timedelta(days=rng.randrange(1, 14)))
    if chance < _PAUSED:
        return replace(
            order,
            status=MedicationStatus.PAUSED,
            status_since=since,
            status_reason=rng.choice(_PAUSE_REASONS),
        )
    return replace(
        order,
        status=MedicationStatus.STOPPED,
        stops_on=since,
        status_since=since,
        status_reason=rng.choice((*_STOP_REASONS, None)),
    )


def _with_gaps(rng: Random, order: MedicationOrder) -> MedicationOrder:
    """Take away what some sources do not deliver; a whole dosage is only rarely missing."""
    lacks: dict[str, Any] = {name: None for name in _LACKED if rng.random() < _LACKING}
    if rng.random() < _NO_FORM:  # sources that send the medicine as one line of text
        lacks |= {"form": None, "strength": None}
    if rng.random() < _NO_DOSAGE:
        lacks |= {"dosage": Dosage(), "is_as_needed": False, "max_daily_dose": None}
        lacks |= {"route": None, "instruction": None}
    return replace(order, **lacks) if lacks else order


def _prescriber(patient: _Patient, drug: Drug) -> str | None:
    if drug.is_over_the_counter:
        return None
    if patient.rng.random() < 0.15:
        return patient.rng.choice(HOSPITALS)
    return patient.citizen.gp_name or patient.rng.choice(DOCTORS)


def _may_be_dispensed(plan: DosePlan) -> bool:
    """Tell whether a pharmacy can pack it in dose bags: tablets and capsules on the grid."""
    grid = plan.dosage.grid
    return grid is not None and grid.unit.startswith(("tablet", "kaps"))
