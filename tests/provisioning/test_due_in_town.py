"""What the hub says is due, for every order of the town, is what the town's own plans give."""

from collections import Counter
from datetime import timedelta

import pytest

from appliance.demo.feed_fhir import write_fhir_feed
from appliance.demo.town import make_town
from appliance.records.due import due_on
from appliance.records.models import MedicationOrder
from appliance.records.terms import MedicationStatus
from tests.provisioning.feeds import IDS, take
from tests.provisioning.test_town_truth import hash_code

pytestmark = pytest.mark.slow  # seconds, not milliseconds

TOWN = make_town(citizens_per_centre=20)
DAYS = [TOWN.night.date() + timedelta(days=number) for number in range(28)]
PLANS = {
    IDS.record(f"{kind}/{order.id}"): (order, unit.dose_entries.get(order.id, ()))
    for unit in TOWN.units
    for order in unit.care.medication
    for kind in ("MedicationStatement", "MedicationRequest")
}


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    write_fhir_feed(TOWN, folder / "feed", hash_code)
    return take(folder / "feed", folder).all_of(MedicationOrder)


def is_certain(entries):
    """Tell whether a plan says for every day what is due: no round without a beginning."""
    return bool(entries) and all(
        one.period == 1 and (one.period_unit == "d" or one.weekdays) for one in entries
    )


def expanded(order, entries, day):
    """Count (moment, amount) by going through the plan's lines one by one."""
    found = Counter()
    for one in entries:
        is_before = one.starts_on and day < one.starts_on
        is_after = one.ends_on and day > one.ends_on
        if is_before or is_after or (one.weekdays and day.isoweekday() not in one.weekdays):
            continue
        amount = f"{one.amount}-{one.high}" if one.high else one.amount
        moments = [*one.slots, *one.times] or [""] * (one.frequency or 1)
        found.update((moment, amount) for moment in moments)
    is_over = order.stops_on and day > order.stops_on
    return Counter() if is_over else found


def test_every_dose_of_four_weeks_is_due_once_at_its_own_time(orders):
    told = Counter()
    for one in orders:
        order, entries = PLANS[one.id]
        if one.status is not MedicationStatus.ACTIVE or one.is_as_needed:
            assert all(due_on(one, day).doses == () for day in DAYS)
            continue
        if not is_certain(entries):
            assert due_on(one, DAYS[0]).unknown, order.dosage.text
            told["unknown"] += 1
            continue
        told["certain"] += 1
        for day in DAYS:
            due = due_on(one, day)
            assert due.unknown is None, order.dosage.text
            assert Counter((dose.when, dose.amount) for dose in due.doses) == expanded(
                order, entries, day
            ), order.dosage.text

    assert told["certain"] > 5 * told["unknown"] > 0
