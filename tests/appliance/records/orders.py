"""Medicine orders that tests vary one field at a time."""

from datetime import date
from typing import Any

from appliance.records.dosage import Dosage, Grid
from appliance.records.models import MedicationOrder
from appliance.records.terms import CitizenId, MedicationStatus

TODAY = date(2026, 11, 23)


def grid(*amounts: str, unit: str = "tablet") -> Grid:
    """Return a grid from up to four amounts."""
    morning, noon, evening, night = (*amounts, "", "", "", "")[:4]
    return Grid(morning, noon, evening, night, unit)


def order(**changes: Any) -> MedicationOrder:
    """Return a complete fixed order with the changes made."""
    whole: dict[str, Any] = {
        "id": "m1",
        "citizen_id": CitizenId("c1"),
        "status": MedicationStatus.ACTIVE,
        "brand": "Prøvix",
        "generic": "proevin",
        "form": "tablet",
        "strength": "5 mg",
        "dosage": Dosage("1 tablet morgen og aften", grid("1", "", "1")),
        "indication": "mod forhøjet blodtryk",
        "ordered_on": date(2024, 3, 12),
        "prescriber": "Læge A. Prøve",
    }
    return MedicationOrder(**{**whole, **changes})
