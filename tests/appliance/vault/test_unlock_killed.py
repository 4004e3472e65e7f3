"""The keeper dies at any moment of opening and locking; the next one starts clean and opens."""

import random

import pytest

from appliance import crypto
from appliance.sealed_log.entry import Action, from_bytes
from appliance.sealed_log.outbox import log_folder
from provisioning.sealed_log.reading import read_log
from provisioning.sealed_log.verify import verify
from tests.appliance.vault import unlock_child
from tests.appliance.vault.boxes import CITIZEN, make_records
from tests.simulators.warm_forks import KILLED, warm_forks

pytestmark = pytest.mark.slow
TRIALS = 120


@pytest.fixture
def stage(box, tmp_path):
    """A box with a copy large enough for kills to land inside the opening."""
    box.install(1, make_records(tmp_path / "records.db", citizens=2000))
    order = {"config": str(box.config_file), "recovery": box.recovery_identity}
    with warm_forks(unlock_child.__name__, order) as child:
        yield box, child


def test_keeper_killed_at_any_moment_loses_no_copy_no_key_and_no_entry(stage):
    box, child = stage
    chance = random.Random(7)
    child.time_one()

    ended = [child.kill_at_random(chance) for _ in range(TRIALS)]
    last = child.time_one()

    assert set(ended) == {0, KILLED}  # the delays reach both sides of the end
    assert last > 0
    assert box.ram_files() == []
    assert_log_is_whole(box, at_least=ended.count(0) + 2)
    assert_nothing_readable_on_disk(box)


def assert_log_is_whole(box, at_least):
    """Every keeper that came to its end has its entries; what was cut is stated, not missing."""
    key = bytes.fromhex(box.enrolment.log_key)
    found = verify(*read_log(log_folder(box.state_dir)), key)
    sealed = [placed.line.payload for placed in found.lines if placed.line.is_sealed]
    actions = [from_bytes(crypto.decrypt(each, box.audit_identity)).action for each in sealed]

    assert found.is_whole
    assert actions.count(Action.STOP) >= at_least
    assert actions.count(Action.UNLOCK) >= actions.count(Action.STOP)


def assert_nothing_readable_on_disk(box):
    for path in box.state_dir.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for secret in (b"AGE-SECRET-KEY", b"SQLite format 3", CITIZEN.encode()):
            assert secret not in content, path
