"""Tell risk medicine from other medicine by its ATC code. Pure.

Called by `medicine.py`, which puts the word beside it.
"""

from enum import StrEnum


class RiskGroup(StrEnum):
    """The seven groups of risk medicine (Styrelsen for Patientsikkerhed)."""

    DIABETES = "antidiabetika"
    ANTICOAGULANT = "antikoagulantia"
    METHOTREXATE = "methotrexat"
    POTASSIUM = "kalium"
    OPIOID = "opioider"
    GENTAMICIN = "gentamicin"
    DIGOXIN = "digoxin"


# ATC codes by beginning; the list awaits a pharmacist's confirmation.
_RISK_BY_ATC = (
    ("A10", RiskGroup.DIABETES),
    ("B01A", RiskGroup.ANTICOAGULANT),
    ("L04AX03", RiskGroup.METHOTREXATE),
    ("L01BA01", RiskGroup.METHOTREXATE),
    ("A12B", RiskGroup.POTASSIUM),
    ("B05XA01", RiskGroup.POTASSIUM),
    ("N02A", RiskGroup.OPIOID),
    ("N07BC02", RiskGroup.OPIOID),
    ("J01GB03", RiskGroup.GENTAMICIN),
    ("C01AA05", RiskGroup.DIGOXIN),
)


def risk_group(atc: str | None) -> RiskGroup | None:
    """Return the risk group an ATC code belongs to, or None."""
    code = (atc or "").strip().upper()
    return next((group for start, group in _RISK_BY_ATC if code.startswith(start)), None)
