"""Say which medicine a row is about, the same on every sheet of a citizen. Pure.

Names and strengths stand as the source spells them; what the source lacks is named with its field.
Called by the sheets about medicine.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from appliance.paper.document import View
from appliance.records import medicine
from appliance.records.alerts import doubled
from appliance.records.checklist import ChecklistKey, checklist
from appliance.records.models import MedicationOrder
from appliance.records.quantities import NBSP, NO_DOSE

_SHORT_STRENGTH = 24


def brand_of(order: MedicationOrder) -> str:
    """Return the name a medicine is fetched by; never empty."""
    return order.brand or order.generic or medicine.product_name(order)


def labelled(label: str, text: str) -> str:
    """Say which field is missing where the column does not say it."""
    return f"{label} {text}" if text in {medicine.MISSING, medicine.UNREADABLE} else text


def strength_text(text: str) -> str:
    """Keep a short strength on one line: "100 mg + 25 mg" must not read as 100 mg."""
    strength = labelled("Styrke", text)
    is_short = len(strength) <= _SHORT_STRENGTH and strength == text
    return strength.replace(" ", NBSP) if is_short else strength


def product_lines(order: MedicationOrder, *more: str) -> list[str]:
    """Return a medicine as the cell of a list shows it: name and strength, then the rest small."""
    field = {item.key: item.value for item in checklist(order)}
    brand = brand_of(order)
    generic = order.generic if order.generic and order.generic != brand else ""
    kind = (generic, labelled("Form", field[ChecklistKey.FORM]), order.route or "")
    return [
        f"{brand} {strength_text(field[ChecklistKey.STRENGTH])}",
        f"{NBSP}· ".join(filter(None, kind)),
        *filter(None, more),
    ]


def use_text(order: MedicationOrder) -> str:
    """Return how it is taken as a line of its own; empty when nothing is said."""
    text = medicine.instruction_text(order)
    return "" if text == NO_DOSE else f"Brug: {text}"


def clock_times(order: MedicationOrder) -> str:
    """Return clock times where they are ordered; the columns say the rest."""
    if not order.dosage.times:
        return ""
    times = medicine.times_text(order)
    return f"Præcist {times}" if order.is_time_critical else times


def dosage_words(order: MedicationOrder) -> str:
    """Return the dosage in words; a PN medicine of unknown status keeps its maximum."""
    text = medicine.dosage_text(order)
    if not order.is_as_needed:
        return text
    return f"PN: {text}. {most_words(order)}"


def most_words(order: MedicationOrder) -> str:
    """Return the most that may be given in a day and night; what nobody knows, a doctor says."""
    most = medicine.max_daily_dose(order)
    if most == medicine.MISSING:
        return f"Højst pr. døgn: {most} – spørg lægen"
    return f"Højst pr. døgn: {most}" if most == medicine.UNREADABLE else f"Højst {most} pr. døgn"


def boxed_words(order: MedicationOrder, today: date, twice: Mapping[str, str]) -> list[str]:
    """Return the words in boxes beside a medicine.

    That a medicine is *not* dose-dispensed would stand on most rows and drown the rest.
    """
    found = medicine.notices(order, today)
    words = [word for word in found if word != medicine.NOT_DOSE_DISPENSED]
    return [*words, twice[order.id]] if order.id in twice else words


@dataclass(frozen=True, slots=True)
class Medicine:
    """A citizen's medicine in its groups, and how each is called in a row."""

    orders: tuple[MedicationOrder, ...]
    groups: medicine.MedicationGroups
    twice: Mapping[str, str]
    today: date

    def row(self, order: MedicationOrder, *more: str) -> View:
        """Return which medicine a row is about, with the words in boxes."""
        return {
            "product": product_lines(order, *more),
            "marks": boxed_words(order, self.today, self.twice),
        }


def sorted_medicine(orders: Iterable[MedicationOrder], today: date) -> Medicine:
    """Return the orders sorted for a sheet of the day: as on the medication list."""
    listed = tuple(orders)
    groups = medicine.sort_medication(listed, today)
    shown = (*groups.fixed, *groups.as_needed, *groups.unknown, *groups.not_to_give)
    return Medicine(shown, groups, twice_on_the_list(groups), today)


def twice_on_the_list(groups: medicine.MedicationGroups) -> Mapping[str, str]:
    """Return the words for medicine that stands more than once, by the order's id."""
    return doubled([*groups.fixed, *groups.as_needed])
