import time

import pytest

from appliance.errors import KeeperDownError
from appliance.sealed_log.entry import Action
from appliance.vault import log_sender
from appliance.vault.log_sender import LogSender
from appliance.vault.protocol import KeeperStatus, LogStatus
from tests.appliance.sealed_log.logs import entry


class Keeper:
    def __init__(self):
        self.entries = []
        self.lost = 0
        self.is_down = False

    def log(self, entries, lost=0):
        if self.is_down:
            raise KeeperDownError
        self.entries.extend(entries)
        self.lost += lost
        log = LogStatus(len(self.entries), f"{len(self.entries):08X}")
        return KeeperStatus(locked=False, device_secret="file", log=log)


@pytest.fixture
def keeper():
    return Keeper()


@pytest.fixture
def sender(keeper, monkeypatch):
    monkeypatch.setattr(log_sender, "_WAIT_S", 0.2)
    made = LogSender(keeper.log)
    yield made
    made.stop()


def test_keeper_has_the_entry_before_the_page_goes_out_and_tells_where_the_log_ends(sender, keeper):
    assert sender.shown == ""

    assert sender.enter([entry()])
    assert sender.enter([entry(Action.PRINT_ORDERED)])

    assert [one.action for one in keeper.entries] == [Action.VIEW_CITIZEN, Action.PRINT_ORDERED]
    assert (sender.shown, sender.problem, sender.waiting) == ("00000002", "", 0)


def test_keeper_that_is_down_costs_no_page_and_no_entry(sender, keeper):
    keeper.is_down = True
    started = time.monotonic()

    for minute in range(20):
        assert not sender.enter([entry(minute=minute)])
    assert time.monotonic() - started < 2
    assert (sender.waiting, sender.problem) == (20, "N-502")

    keeper.is_down = False
    sender.stop()

    assert [one.when.monotonic_s for one in keeper.entries] == [minute * 60 for minute in range(20)]
