"""Fixtures every test may use: a held clock and the named people."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from appliance.clock import HeldClock

TESTS = Path(__file__).parent

# A test run of every change wants breadth, not depth; `--hypothesis-profile=deep` digs.
settings.register_profile("quick", max_examples=40, deadline=None)
settings.register_profile("deep", max_examples=2000, deadline=None)
settings.load_profile("quick")


# Real networks with faults, whole feeds, whole towns, hashing again and again: each of these files
# takes seconds. They run with the slow part, so that the quick part stays quick.
SECONDS_EACH = (
    "appliance/demo/test_feed_csv.py",
    "appliance/demo/test_feed_fhir.py",
    "appliance/demo/test_town.py",
    "appliance/paper/test_town.py",
    "appliance/snapshot/test_packing.py",
    "appliance/sync/test_fetcher.py",
    "appliance/sync/test_tampering.py",
    "appliance/sync/test_update.py",
    "appliance/vault/test_enrolment.py",
    "appliance/vault/test_keeper_server.py",
    "appliance/vault/test_key_slots.py",
    "appliance/vault/test_keeper_service.py",
    "appliance/web/screens/test_login.py",
    "appliance/web/screens/test_printing.py",
    "appliance/web/test_reading.py",
    "appliance/web/test_server.py",
    "provisioning/bulk_client/test_download.py",
    "provisioning/bulk_client/test_export.py",
    "provisioning/bulk_client/test_export_job.py",
    "provisioning/bulk_client/test_login.py",
    "provisioning/csv/test_csv_excel.py",
    "provisioning/csv/test_csv_fuzz.py",
    "provisioning/csv/test_csv_town.py",
    "provisioning/fmk/test_new_text.py",
    "provisioning/fmk/test_schedule.py",
    "provisioning/fmk/test_structures.py",
    "provisioning/sources/test_fuzz.py",
    "provisioning/test_cli.py",
    "provisioning/test_publish.py",
    "provisioning/test_real_data.py",
    "provisioning/test_synthea_published.py",
    "provisioning/test_town_truth.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the files that take seconds as slow."""
    for item in items:
        if item.path.relative_to(TESTS).as_posix() in SECONDS_EACH:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def clock() -> HeldClock:
    """Hold the time at 03:00 on a Monday night in November, Danish time."""
    return HeldClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
