from collections import defaultdict

import pytest

from appliance.demo.drugs import RISK_GROUPS
from appliance.records.terms import MedicationStatus

CARE_UNITS = 6


def orders_of(town):
    return [order for unit in town.units for order in unit.care.medication]


def active(town):
    return [order for order in orders_of(town) if order.status is MedicationStatus.ACTIVE]


def citizens_in_care(town):
    return [one for unit in town.units[:CARE_UNITS] for one in unit.care.citizens]


def test_citizens_have_about_nine_preparations_each(town):
    assert 8.5 <= len(active(town)) / len(citizens_in_care(town)) <= 9.7


def test_medicine_is_given_about_three_times_a_day(town):
    moments = defaultdict(set)
    for order in active(town):
        if order.is_as_needed:
            continue
        amounts = order.dosage.grid.amounts if order.dosage.grid else ()
        moments[order.citizen_id] |= {slot for slot, amount in enumerate(amounts) if amount}
        moments[order.citizen_id] |= set(order.dosage.times)

    assert 3.0 <= sum(map(len, moments.values())) / len(citizens_in_care(town)) <= 3.6


def test_one_dosage_in_five_does_not_fit_the_grid(town):
    without = [order for order in active(town) if not order.dosage.grid and not order.is_as_needed]

    assert 0.17 <= len(without) / len(active(town)) <= 0.23


@pytest.mark.parametrize("group", RISK_GROUPS)
def test_every_risk_group_occurs_even_in_a_small_town(small_town, group):
    assert any((order.atc or "").startswith(RISK_GROUPS[group]) for order in active(small_town))


@pytest.mark.parametrize(
    "part",
    ["gentages hver uge", "hver 2. dag", "hver 3. dag", "hver 12. uge", "herefter", "kl. 7:00",
     "efter skema", "gange dagligt", "1-2 ", "efter behov højst"],
)  # fmt: skip
def test_every_shape_of_dosage_occurs(town, part):
    assert any(part in (order.dosage.text or "") for order in active(town))


def test_weekly_methotrexate_is_only_on_its_day(small_town):
    weekly = [order for order in active(small_town) if (order.atc or "") == "L01BA01"]

    assert weekly
    assert all(order.dosage.weekdays == (1,) for order in weekly)
    assert all("KUN MANDAG" in (order.instruction or "") for order in weekly)


def test_insulin_has_clock_times_and_is_time_critical(small_town):
    insulin = [order for order in active(small_town) if (order.atc or "").startswith("A10A")]

    assert any(order.dosage.times for order in insulin)
    assert all(order.is_time_critical for order in insulin)


def test_parkinson_medicine_is_given_by_the_clock(small_town):
    levodopa = [order for order in active(small_town) if order.atc == "N04BA02"]

    assert levodopa
    assert all(len(order.dosage.times) >= 4 for order in levodopa)


def test_as_needed_medicine_has_a_maximum_but_for_a_few(town):
    needed = [order for order in active(town) if order.is_as_needed]
    without = [order for order in needed if order.max_daily_dose is None]

    assert 0.02 < len(without) / len(needed) < 0.15
    assert not any(order.max_daily_dose for order in active(town) if not order.is_as_needed)


def test_cast_lacks_a_maximum_in_a_small_town_too(small_town):
    needed = [order for order in active(small_town) if order.is_as_needed]

    assert any(order.max_daily_dose is None for order in needed)
    assert any(order.max_daily_dose for order in needed)


def test_paused_and_stopped_medicine_says_since_when(town):
    paused = [order for order in orders_of(town) if order.status is MedicationStatus.PAUSED]
    stopped = [order for order in orders_of(town) if order.status is MedicationStatus.STOPPED]

    assert len(paused) > 50
    assert len(stopped) > 150
    assert all(order.status_since for order in paused + stopped)
    assert all(order.stops_on == order.status_since for order in stopped)
    assert all((town.night.date() - order.status_since).days <= 14 for order in paused + stopped)


@pytest.mark.parametrize("field", ["indication", "ordered_on", "prescriber", "strength", "form"])
def test_some_orders_lack_what_sources_lack(town, field):
    missing = [order for order in orders_of(town) if getattr(order, field) is None]

    assert 0.005 < len(missing) / len(orders_of(town)) < 0.12


def test_a_few_orders_have_no_dosage_at_all(town):
    bare = [order for order in orders_of(town) if order.dosage.text is None]

    assert 1 <= len(bare) <= 25
    assert not any(order.dosage.grid or order.is_as_needed for order in bare)


def test_hub_must_find_the_gaps_itself(town):
    assert not any(order.gaps for order in orders_of(town))


def test_nobody_gets_the_same_substance_twice_or_two_blood_thinners(town):
    codes = defaultdict(list)
    for order in orders_of(town):
        if order.atc:
            is_thinner = order.atc.startswith("B01A")
            codes[order.citizen_id].append(order.atc[:4] if is_thinner else order.atc)

    assert all(len(set(own)) == len(own) for own in codes.values())


def test_somebody_has_no_medicine(small_town):
    treated = {order.citizen_id for order in orders_of(small_town)}

    assert any(one.id not in treated for one in citizens_in_care(small_town))


def test_medicine_follows_from_a_diagnosis(small_town):
    for unit in small_town.units[:CARE_UNITS]:
        diagnosed = {condition.citizen_id for condition in unit.care.conditions}

        assert {order.citizen_id for order in unit.care.medication} <= diagnosed


def test_dose_dispensing_is_for_tablets_on_the_grid(town):
    packed = [order for order in orders_of(town) if order.is_dose_dispensed]

    assert packed
    assert all(order.dosage.grid for order in packed if order.dosage.text)


def test_structure_is_known_for_dosages_that_have_one(small_town):
    for unit in small_town.units:
        for order in unit.care.medication:
            if order.dosage.grid or order.dosage.times or order.dosage.weekdays:
                assert unit.dose_entries[order.id]
            if order.dosage.text is None:
                assert order.id not in unit.dose_entries
