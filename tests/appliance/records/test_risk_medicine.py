"""Which medicine is risk medicine."""

import pytest

from appliance.records.risk_medicine import RiskGroup, risk_group


@pytest.mark.parametrize(
    ("atc", "group"),
    [
        ("A10AE04", RiskGroup.DIABETES),
        ("B01AF02", RiskGroup.ANTICOAGULANT),
        ("L01BA01", RiskGroup.METHOTREXATE),
        ("l04ax03", RiskGroup.METHOTREXATE),
        ("A12BA01", RiskGroup.POTASSIUM),
        ("N02AA01", RiskGroup.OPIOID),
        ("N07BC02", RiskGroup.OPIOID),
        ("J01GB03", RiskGroup.GENTAMICIN),
        ("C01AA05", RiskGroup.DIGOXIN),
        ("N02BE01", None),
        ("", None),
        (None, None),
    ],
)
def test_risk_medicine_is_known_by_its_atc_code(atc, group):
    assert risk_group(atc) == group
