import time

import pytest

from appliance.errors import KeeperDownError
from appliance.sealed_log.entry import MOST_WHOM, Action, new_whom
from appliance.vault.log_sender import LogSender
from appliance.vault.protocol import (
    MAX_REQUEST_BYTES,
    KeeperStatus,
    LogStatus,
    Op,
    Request,
    format_request,
)
from tests.appliance.sealed_log.logs import entry
from tests.waiting import eventually


class Keeper:
    def __init__(self):
        self.entries = []
        self.sizes = []
        self.lost = 0
        self.is_down = False

    def log(self, entries, lost=0):
        if self.is_down:
            raise KeeperDownError
        self.entries.extend(entries)
        self.sizes.append(len(format_request(Request(Op.LOG, entries=tuple(entries), lost=lost))))
        self.lost += lost
        log = LogStatus(len(self.entries), f"{len(self.entries):08X}")
        return KeeperStatus(locked=False, device_secret="file", log=log)


@pytest.fixture
def keeper():
    return Keeper()


@pytest.fixture
def sender(keeper):
    made = LogSender(keeper.log)
    yield made
    made.stop()


def test_keeper_has_the_entry_before_the_page_goes_out_and_tells_where_the_log_ends(sender, keeper):
    assert sender.shown == ""

    assert sender.enter([entry()])
    assert sender.enter([entry(Action.PRINT_ORDERED)])

    assert [one.action for one in keeper.entries] == [Action.VIEW_CITIZEN, Action.PRINT_ORDERED]
    assert (sender.shown, sender.problem, sender.waiting) == ("00000002", "", 0)


def test_every_batch_fits_into_a_request_however_many_wait(sender, keeper):
    keeper.is_down = True
    sender.enter([entry()])
    sender.enter([entry(whom=(new_whom("c" * 128, "0101301234"),) * MOST_WHOM)] * 30)
    keeper.is_down = False
    sender.stop()
    eventually(lambda: len(keeper.entries) == 31)

    assert len(keeper.sizes) > 5
    assert max(keeper.sizes) < MAX_REQUEST_BYTES


def test_keeper_that_is_down_costs_no_page_and_no_entry(sender, keeper):
    keeper.is_down = True
    started = time.monotonic()

    for minute in range(20):
        assert not sender.enter([entry(minute=minute)])
    assert time.monotonic() - started < 30  # one wait is longer
    assert (sender.waiting, sender.problem) == (20, "N-502")

    keeper.is_down = False
    sender.stop()
    eventually(lambda: len(keeper.entries) == 20)

    assert [one.when.monotonic_s for one in keeper.entries] == [minute * 60 for minute in range(20)]
