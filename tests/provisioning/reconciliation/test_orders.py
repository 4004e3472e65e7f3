import json

import pytest

from provisioning.reconciliation.orders import order_identifier

CARD = {"system": "urn:oid:1.2.208.176.7", "value": "4711"}


def order(*identifiers, kind="MedicationRequest"):
    return json.dumps({"resourceType": kind, "id": "r1", "identifier": list(identifiers)})


@pytest.mark.parametrize("before", [{"value": "7"}, {"system": "urn:x"}, {**CARD, "use": "old"}])
def test_order_is_named_by_the_first_identifier_that_says_whose_it_is(before) -> None:
    assert order_identifier(order(before, {**CARD, "use": "official"})) == CARD


@pytest.mark.parametrize(
    "original",
    [None, "", "<Card/>", "[]", "{}", order(), order(CARD, kind="MedicationStatement")],
)
def test_order_without_one_of_the_care_system_is_named_by_none(original) -> None:
    assert order_identifier(original) is None
