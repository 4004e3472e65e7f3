import pytest

from appliance.vault import keeper_log, log_sender


@pytest.fixture(autouse=True)
def _patient_with_the_log(monkeypatch):
    """Wait for every entry of the log: tests ask for it next, and their disks may be slow."""
    for way in (keeper_log, log_sender):
        monkeypatch.setattr(way, "_WAIT_S", 60)
        monkeypatch.setattr(way, "_DURABLE_WAIT_S", 60)
