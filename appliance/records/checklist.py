"""List the official fields of a medicine as they are shown, none of them ever blank. Pure.

The fields are those of Styrelsen for Patientsikkerhed, "Tjekliste for korrekt dokumentation".
Field 1, the patient's name and CPR, belongs to the citizen. Called by `web` and `paper`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from appliance.records.medicine import (
    MISSING,
    NO_END_DATE,
    UNREADABLE,
    daily_dose,
    field_text,
    gap_text,
    instruction_text,
    max_daily_dose,
    product_name,
    show_date,
    single_dose,
    times_text,
)
from appliance.records.models import MedicationOrder
from appliance.records.quantities import NO_DOSE


class ChecklistKey(StrEnum):
    """The official fields of a medicine; field 1 (name and CPR) belongs to the citizen."""

    ORDERED_ON = "ordered_on"
    STOPS_ON = "stops_on"
    PRESCRIBER = "prescriber"
    PRODUCT = "product"
    FORM = "form"
    STRENGTH = "strength"
    DOSE = "dose"
    AS_NEEDED = "as_needed"
    TIMES = "times"
    INDICATION = "indication"
    INSTRUCTION = "instruction"


_LABELS = {
    ChecklistKey.ORDERED_ON: "Ordineret",
    ChecklistKey.STOPS_ON: "Slutdato",
    ChecklistKey.PRESCRIBER: "Ordineret af",
    ChecklistKey.PRODUCT: "Præparat",
    ChecklistKey.FORM: "Form",
    ChecklistKey.STRENGTH: "Styrke",
    ChecklistKey.DOSE: "Enkeltdosis og døgndosis",
    ChecklistKey.AS_NEEDED: "PN",
    ChecklistKey.TIMES: "Tidspunkt",
    ChecklistKey.INDICATION: "Behandles for",
    ChecklistKey.INSTRUCTION: "Sådan gives den",
}


@dataclass(frozen=True, slots=True)
class ChecklistField:
    """One official field as it is shown; `is_missing` when the source owed it and lacks it."""

    key: ChecklistKey
    value: str

    @property
    def label(self) -> str:
        """Return the Danish name of the field."""
        return _LABELS[self.key]

    @property
    def is_missing(self) -> bool:
        """Tell whether the field, or a part of it, is missing or unreadable."""
        return MISSING in self.value or UNREADABLE in self.value


def checklist(order: MedicationOrder) -> tuple[ChecklistField, ...]:
    """Return fields 2-12 of the official checklist, none of them ever blank."""
    values = {
        ChecklistKey.ORDERED_ON: _date_field(order, order.ordered_on, "ordered_on", MISSING),
        ChecklistKey.STOPS_ON: _date_field(order, order.stops_on, "stops_on", NO_END_DATE),
        ChecklistKey.PRESCRIBER: field_text(order, order.prescriber, "prescriber", MISSING),
        ChecklistKey.PRODUCT: product_name(order),
        ChecklistKey.FORM: field_text(order, order.form, "form", MISSING),
        ChecklistKey.STRENGTH: field_text(order, order.strength, "strength", MISSING),
        ChecklistKey.DOSE: NO_DOSE if order.is_as_needed else _fixed_dose(order),
        ChecklistKey.AS_NEEDED: _as_needed_dose(order) if order.is_as_needed else NO_DOSE,
        ChecklistKey.TIMES: times_text(order),
        ChecklistKey.INDICATION: field_text(order, order.indication, "indication", MISSING),
        ChecklistKey.INSTRUCTION: _instruction(order),
    }
    return tuple(ChecklistField(key, value) for key, value in values.items())


def _fixed_dose(order: MedicationOrder) -> str:
    single, daily = single_dose(order), daily_dose(order)
    return f"{single} · Døgndosis {daily}" if daily else single


def _as_needed_dose(order: MedicationOrder) -> str:
    return f"{single_dose(order)} pr. gang · Højst pr. døgn: {max_daily_dose(order)}"


def _instruction(order: MedicationOrder) -> str:
    instruction = instruction_text(order)
    if not order.route:
        return instruction
    return order.route if instruction == NO_DOSE else f"{order.route}. {instruction}"


def _date_field(order: MedicationOrder, value: date | None, name: str, none: str) -> str:
    return show_date(value) if value else gap_text(order, name, none)
