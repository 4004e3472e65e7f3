import threading
import time

from appliance.errors import KeeperDownError, VaultError
from appliance.sealed_log.hand_over import HandOver, HandOverLimits
from tests.waiting import eventually

QUICK = HandOverLimits(every_s=0.02)
# Far longer than any machine stalls: whoever waits for it waits in vain.
PATIENCE_S = 120


class Far:
    """The far end: takes batches, or does whatever the test says."""

    def __init__(self):
        self.batches = []
        self.lost = 0
        self.error = None
        self.open = threading.Event()
        self.open.set()

    def take(self, batch, lost):
        self.open.wait(PATIENCE_S)
        if self.error is not None:
            raise self.error
        self.batches.append(batch)
        self.lost += lost

    @property
    def things(self):
        return [thing for batch in self.batches for thing in batch]


def line_to(far, limits=QUICK, **more):
    return HandOver(far.take, lambda thing: thing, limits, **more)


def test_what_is_put_in_arrives_in_order_and_whoever_put_it_in_is_told():
    far = Far()
    line = line_to(far)

    assert line.put([1, 2], wait_s=PATIENCE_S)
    assert line.put([3], wait_s=PATIENCE_S)

    assert far.things == [1, 2, 3]
    assert (line.waiting, line.lost, line.problem) == (0, 0, "")
    line.stop()


def test_many_threads_lose_and_double_nothing():
    far = Far()
    line = line_to(far)
    threads = [
        threading.Thread(target=lambda n=n: [line.put([n * 100 + i], 120) for i in range(50)])
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    line.stop()

    assert sorted(far.things) == sorted(n * 100 + i for n in range(8) for i in range(50))
    for n in range(8):
        own = [thing for thing in far.things if thing // 100 == n]
        assert own == sorted(own)


def test_far_end_that_hangs_costs_a_bounded_wait_and_the_thing_comes_later():
    far = Far()
    far.open.clear()
    line = line_to(far)
    started = time.monotonic()

    assert not line.put([1], wait_s=0.1)
    assert time.monotonic() - started < PATIENCE_S / 2
    assert line.waiting == 1

    far.open.set()
    assert eventually(lambda: far.things == [1])
    line.stop()


def test_keeper_that_is_down_is_tried_again_and_meanwhile_nobody_waits():
    far = Far()
    far.error = KeeperDownError()
    line = line_to(far)
    started = time.monotonic()

    assert not line.put([1], wait_s=PATIENCE_S)
    assert not line.put([2], wait_s=PATIENCE_S)
    assert line.problem == "N-406"
    assert time.monotonic() - started < PATIENCE_S / 2

    far.error = None
    assert eventually(lambda: (far.things, line.problem) == ([1, 2], ""))
    line.stop()


def test_batch_that_is_never_taken_is_counted_as_lost_and_does_not_stop_the_others():
    far = Far()
    far.error = VaultError("an entry of another version")
    line = line_to(far)
    line.put([1, 2], wait_s=PATIENCE_S)
    assert eventually(lambda: (line.lost, line.problem) == (2, "N-400"))

    far.error = None
    line.put([3], wait_s=PATIENCE_S)
    assert eventually(lambda: (far.things, far.lost, line.lost) == ([3], 2, 0))
    line.stop()


def test_fault_nobody_foresaw_loses_its_batch_and_not_the_thread(caplog):
    far = Far()
    far.error = ValueError("Åse Ågård")
    line = line_to(far)
    line.put([1, 2], wait_s=PATIENCE_S)
    assert eventually(lambda: (line.lost, line.problem) == (2, "N-000"))

    far.error = None
    line.put([3], wait_s=PATIENCE_S)
    assert eventually(lambda: (far.things, far.lost, line.lost) == ([3], 2, 0))
    line.stop()
    assert "handing over: ValueError at test_vault_hand_over.py" in caplog.text
    assert "Åse" not in caplog.text


def test_idle_turn_that_breaks_is_not_the_last_one():
    turns = []

    def turn():
        turns.append(1)
        raise ValueError

    line = line_to(Far(), idle=turn)
    line.put([1], wait_s=PATIENCE_S)
    assert eventually(lambda: len(turns) > 2)

    assert line.put([2], wait_s=PATIENCE_S)
    line.stop()


def test_memory_is_bounded_and_what_did_not_fit_is_told_as_a_number():
    far = Far()
    far.open.clear()
    line = line_to(far, HandOverLimits(most_waiting=3, every_s=0.02))

    line.put([1, 2, 3, 4, 5], wait_s=0)
    assert (line.waiting, line.lost) == (3, 2)

    far.open.set()
    assert eventually(lambda: (far.things, far.lost, line.lost) == ([1, 2, 3], 2, 0))
    line.stop()


def test_batches_are_bounded_by_number_and_weight_and_one_heavy_thing_goes_alone():
    far = Far()
    far.open.clear()
    line = line_to(far, HandOverLimits(most_at_once=2, most_weight=10, every_s=0.02))

    line.put([1, 1, 1, 50, 6, 6], wait_s=0)
    far.open.set()
    assert eventually(lambda: len(far.things) == 6)

    assert far.batches == [[1, 1], [1], [50], [6], [6]]
    line.stop()


def test_idle_turns_come_while_nothing_is_put_in():
    turns = []
    line = line_to(Far(), idle=lambda: turns.append(1))
    line.put([1], wait_s=PATIENCE_S)

    assert eventually(lambda: len(turns) > 2)
    line.stop()


def test_stop_tries_once_more_and_a_line_nobody_used_stops_at_once():
    far = Far()
    far.error = KeeperDownError()
    line = line_to(far, HandOverLimits(every_s=30))
    line.put([1], wait_s=0)
    assert eventually(lambda: line.problem == "N-406")
    far.error = None

    line.stop(PATIENCE_S)
    line_to(far).stop()

    assert far.things == [1]
