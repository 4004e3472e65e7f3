"""Sixty boxes at one server; the thousand are in `make bench ONLY=vault`."""

from collections import Counter
from pathlib import Path

import pytest

from appliance.config import HubSection
from appliance.sync.pace import share_of
from appliance.sync.triggers import START_SPREAD_S
from tests.appliance.snapshot.ram import tmp_path
from tests.simulators.hub import Hub
from tests.simulators.many_boxes import ManyBoxes, sync_all, versions

__all__ = ["tmp_path"]
pytestmark = [pytest.mark.slow, pytest.mark.vault]  # seconds, not milliseconds

BOXES = 60


def test_many_boxes_at_one_server_all_get_theirs_and_ask_for_little(tmp_path: Path):
    many = ManyBoxes(tmp_path, BOXES)
    many.publish()
    with Hub(many.town.public).serving() as hub:
        configs = many.enrol(lambda _: HubSection(url=hub.url))
        first = sync_all(configs, 2)
        asked_first = len(hub.requests)
        second = sync_all(configs, 2)
        asked_second = len(hub.requests) - asked_first
        many.publish()
        third = sync_all(configs, 2)
        asked_third = len(hub.requests) - asked_first - asked_second

    assert first.failures + second.failures + third.failures == ()
    assert set(first.results) == {"installed (version 1)"}
    assert set(second.results) == {"already newest (version 1)"}
    assert versions(configs) == {2}
    # root 2 (there is none), timestamp; and for a new night snapshot, targets and the object.
    assert [asked_first, asked_second, asked_third] == [5 * BOXES, 2 * BOXES, 5 * BOXES]


def test_a_thousand_boxes_that_start_at_once_come_evenly_over_a_minute():
    arrivals = Counter(int(share_of(f"boks-{number}") * START_SPREAD_S) for number in range(1000))

    assert len(arrivals) == 60
    assert max(arrivals.values()) < 40
