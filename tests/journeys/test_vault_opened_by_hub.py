"""A power cut with the hub in reach: the box opens itself. Stolen and revoked, it does not."""

import contextlib

import pytest

from appliance.clock import SystemClock
from appliance.demo.box import BOX_ID
from appliance.demo.hub import Hub
from appliance.demo.night import staged, wait_for_keeper
from appliance.demo.processes import programs_running, run_program
from tests.journeys.phone import Phone
from tests.journeys.staged_box import free_port
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(tmp_path):
    """A box that has fetched once and may be opened by its hub."""
    with staged(tmp_path / "demo", free_port(), SystemClock()) as stage:
        settings = stage.config_path.read_text().replace('boot = "locked"', 'boot = "hub"')
        stage.config_path.write_text(settings)
        run_program("appliance", "sync", "--config", str(stage.config_path))
        yield stage


@contextlib.contextmanager
def powered(stage):
    """Switch the box on for the length of the block; yield its keeper's client."""
    with programs_running(stage.config_path, stage.logs, "keeper", "web", "worker"):
        yield wait_for_keeper(stage.config)


def revoke(tmp_path):
    hub = Hub(tmp_path / "demo" / "hub")
    places = ("--fleet", str(hub.fleet), "--out", str(hub.public))
    return run_program("provisioning", "revoke", BOX_ID, *places)


def test_box_opens_itself_after_a_power_cut_until_it_is_revoked(stage, tmp_path):
    with powered(stage) as keeper:
        opened = eventually(lambda: not keeper.status().locked and keeper.status())
    with powered(stage) as keeper:
        eventually(lambda: not keeper.status().locked)
    said = revoke(tmp_path)

    with powered(stage) as keeper:
        log = stage.logs / "worker.log"
        eventually(lambda: "the hub has no key for this box" in log.read_text())
        assert keeper.status().locked
        assert keeper.unlock(stage.card_code).version == opened.version
    assert opened.open_until is None  # it stays open: a mere IT outage needs no card
    assert "the hub opens it no more" in said


def test_box_a_person_has_locked_stays_locked_though_the_hub_is_there(stage):
    with powered(stage) as keeper:
        eventually(lambda: not keeper.status().locked)
        phone = Phone(f"http://127.0.0.1:{stage.config.web.port}")
        eventually(lambda: "Hvem er du?" in phone.open("/"))
        keeper.lock()

        assert not keeper.status().hub_may_open
        assert "Nødboksen er låst" in phone.open("/")
