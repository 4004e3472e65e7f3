import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.clock import DANISH_TIME
from appliance.demo.town import make_town
from appliance.records.models import Citizen, Visit
from appliance.records.terms import UnitId, UnitKind

pytestmark = pytest.mark.slow  # seconds, not milliseconds

_PRINT_DIGEST = """
import hashlib
from appliance.demo.feed_fhir import feed_files
from appliance.demo.feed_csv import csv_files
from appliance.demo.town import make_town
town = make_town(seed={seed}, citizens_per_centre=8)
files = {{**feed_files(town, str.upper), **csv_files(town)}}
print(hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest())
"""


def digest_in_another_process(seed):
    program = [sys.executable, "-c", _PRINT_DIGEST.format(seed=seed)]
    return subprocess.run(program, check=True, capture_output=True, text=True).stdout


def test_two_processes_make_the_same_bytes():
    assert digest_in_another_process(2026) == digest_in_another_process(2026)


def test_another_seed_makes_other_bytes():
    assert digest_in_another_process(2026) != digest_in_another_process(7)


def test_same_seed_and_night_make_equal_towns(small_town):
    assert make_town(citizens_per_centre=8) == small_town


def test_town_has_the_units_it_must_have(town):
    kinds = Counter(unit.unit.kind for unit in town.units)

    assert kinds == {
        UnitKind.CARE_CENTRE: 3,
        UnitKind.HOME_CARE_GROUP: 2,
        UnitKind.RESIDENTIAL_UNIT: 1,
        UnitKind.MEAL_SERVICE: 1,
        UnitKind.DEVICE_SERVICE: 1,
    }


def test_care_centres_have_60_to_120_citizens(town):
    sizes = [
        len(unit.care.citizens) for unit in town.units if unit.unit.kind is UnitKind.CARE_CENTRE
    ]

    assert all(60 <= size <= 120 for size in sizes)
    assert len(town.citizens) > 350


def test_no_two_records_of_a_kind_share_an_id(town):
    ids = [(type(record), record.id) for unit in town.units for record in (unit.unit, *unit.care)]

    assert len(set(ids)) == len(ids)


def test_every_record_is_about_a_citizen_of_its_own_unit(town):
    for unit in town.units:
        known = {citizen.id for citizen in unit.care.citizens}
        owners = {getattr(record, "citizen_id", None) for record in unit.care} - {None}

        assert owners <= known


def test_smaller_town_has_the_same_people_first(town, small_town):
    for unit in small_town.units[:6]:
        first = town.by_id[unit.unit.id].care.citizens[: len(unit.care.citizens)]

        assert [citizen.name for citizen in unit.care.citizens] == [one.name for one in first]


def test_unit_is_found_by_its_slug(town):
    assert town.unit("solgaarden").unit.name == "Plejecenter Solgården"
    assert town.unit("solgaarden").slug == "solgaarden"
    with pytest.raises(KeyError):
        town.unit("findes-ikke")


def test_a_plain_date_means_the_nightly_export_in_danish_time():
    town = make_town(night=date(2026, 7, 1), citizens_per_centre=1)

    assert town.night == datetime(2026, 7, 1, 0, 5, tzinfo=UTC)
    assert town.night.astimezone(DANISH_TIME).hour == 2


def test_moving_the_night_moves_the_days_and_keeps_the_people():
    monday = make_town(night=date(2026, 11, 23), citizens_per_centre=4)
    friday = make_town(night=date(2026, 11, 27), citizens_per_centre=4)

    assert [one.name for one in monday.citizens] == [one.name for one in friday.citizens]
    assert last_visit(friday) - last_visit(monday) == timedelta(days=4)


def last_visit(town):
    return max(
        record.starts_at.astimezone(DANISH_TIME).date()
        for record in town
        if isinstance(record, Visit)
    )


def test_iterating_gives_every_record_once(town):
    citizens = [record for record in town if isinstance(record, Citizen)]

    assert len(citizens) == len(town.citizens)


def test_town_is_made_fast_enough_for_the_demo():
    started_s = time.process_time()  # the machine may have other things to do
    make_town()

    assert time.process_time() - started_s < 3


def test_services_register_only_what_they_need(town):
    for slug in ("madservice", "hjaelpemidler"):
        care = town.by_id[UnitId(slug)].care

        assert not care.medication
        assert not any(citizen.gp_name or citizen.dwelling for citizen in care.citizens)
