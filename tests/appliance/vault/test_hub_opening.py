"""The hub opens a box after a start: a real hub, a real keeper behind its socket."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.errors import HubRefusedError, TamperedSnapshotError
from appliance.snapshot.installed import COPIES
from appliance.sync.hub_slot import HUB_SLOT, fetch_hub_slot
from appliance.vault.hub_opening import HubOpening
from appliance.vault.keeper_service import KeeperService
from tests.appliance.vault.boxes import locked_by_time, serving
from tests.simulators.hub import Hub, Refuse

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture
def hub(tmp_path):
    folder = tmp_path / "public"
    (folder / "boxes/box-17/metadata").mkdir(parents=True)
    with Hub(folder).serving() as served:
        yield served


@pytest.fixture
def config(full_box, hub):
    section = replace(full_box.config.hub, url=hub.url)
    return replace(full_box.config, hub=section)


@pytest.fixture
def keeper(config, clock):
    service = KeeperService(config, clock)
    service.start()
    with serving(service, config.keeper_socket):
        yield service
    service.close()


@pytest.fixture
def opening(config, clock):
    return HubOpening(config, clock)


@pytest.fixture
def served(keeper, full_box, hub, clock):
    """The hub serves its half for this box, which is locked as after a start."""
    keeper.unlock(full_box.code)
    secret = keeper.issue("hub").issued.secret
    locked_by_time(keeper, clock)
    (hub.folder / "boxes/box-17" / HUB_SLOT).write_bytes(base64.b64decode(secret))
    return hub


def test_hub_opens_the_box_and_is_not_asked_again(opening, keeper, served):
    opening.look()
    opening.look()

    assert not keeper.status().locked
    assert len(served.requests) == 1


def test_hub_without_a_key_for_this_box_is_asked_every_quarter_of_an_hour(
    opening, keeper, hub, clock
):
    opening.look()
    opening.look()
    asked_at_once = len(hub.requests)
    clock.move(timedelta(minutes=15))
    opening.look()

    assert (asked_at_once, len(hub.requests)) == (1, 2)
    assert keeper.status().locked


def test_hub_that_comes_back_opens_the_box_at_the_next_turn(opening, keeper, served):
    served.faults[HUB_SLOT] = Refuse(503)
    opening.look()
    was_locked = keeper.status().locked
    served.faults.clear()
    opening.look()

    assert was_locked
    assert not keeper.status().locked


def test_box_a_person_has_locked_asks_the_hub_for_nothing(opening, keeper, served):
    opening.look()
    keeper.lock()
    served.requests.clear()

    opening.look()

    assert keeper.status().locked
    assert served.requests == []


def test_object_that_opens_nothing_leaves_the_box_locked_and_is_not_tried_each_time(
    opening, keeper, served, caplog
):
    (served.folder / "boxes/box-17" / HUB_SLOT).write_bytes(b"age-encryption.org/v1\njunk")

    with caplog.at_level("INFO"):
        opening.look()
    opening.look()

    assert keeper.status().locked
    assert len(served.requests) == 1
    assert "the hub does not open the box: N-401" in caplog.text


def test_hub_that_shuts_the_box_out_or_sends_too_much_is_named(config, served, clock):
    served.faults[HUB_SLOT] = Refuse(500)
    with pytest.raises(HubRefusedError):
        fetch_hub_slot(config, clock)

    served.faults.clear()
    (served.folder / "boxes/box-17" / HUB_SLOT).write_bytes(b"x" * 5000)
    with pytest.raises(TamperedSnapshotError):
        fetch_hub_slot(config, clock)


@pytest.mark.usefixtures("served")
def test_box_that_has_no_copy_yet_is_opened_as_soon_as_it_has(opening, keeper, full_box, tmp_path):
    state_dir = full_box.state_dir
    away = [(state_dir / name, tmp_path / name) for name in ("objects", *COPIES)]
    for here, there in away:
        here.rename(there)
    opening.look()
    was_locked = keeper.status().locked
    for here, there in away:
        there.rename(here)
    opening.look()

    assert was_locked
    assert not keeper.status().locked


def test_without_a_keeper_nothing_is_fetched(config, hub, clock):
    HubOpening(config, clock).look()

    assert hub.requests == []
