"""A feed nobody here wrote goes through the same commands and is opened with the box's key."""

from collections import Counter

import pytest

from appliance.clock import parse_time
from appliance.records.models import Condition, MedicationOrder
from appliance.records.models import (
    Warning as Cave,
)
from provisioning.fleet import load_fleet
from provisioning.publish import PublishOrder, publish
from tests.shared_data import folder

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def test_every_living_patient_is_in_the_box_with_medicine_allergies_and_conditions(hub):
    hub.write_fleet(alle=["*"])
    feed = folder("synthea-elderly-r4")
    order = PublishOrder([feed], load_fleet(hub.fleet), hub.public, parse_time("2026-11-23T02:00"))

    report = publish(order, hub.clock)

    assert report.is_clean
    store = hub.open_box("alle")
    counts = Counter({kind: len(store.all_of(kind)) for kind in (MedicationOrder, Condition, Cave)})
    assert len(store.citizens()) == 42
    assert counts == {MedicationOrder: 538, Condition: 329, Cave: 7}
