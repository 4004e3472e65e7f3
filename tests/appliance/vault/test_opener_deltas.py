"""The keeper opens base and delta like any other snapshot; nothing of the base stays in RAM."""

import pytest

from appliance.errors import UnreadableSnapshotError
from appliance.records.store import RecordStore
from appliance.snapshot.installed import Installed
from appliance.vault.keeper_service import KeeperService
from appliance.vault.open_snapshot import OpenSnapshot
from appliance.vault.opened import POINTER, Opened
from tests.appliance.vault.boxes import CITIZEN, Box, make_records, names_in, unlocked

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture
def later(tmp_path):
    """The records of another night: two citizens more."""
    return make_records(tmp_path / "later.db", citizens=5)


def citizens(keeper, box):
    opened = unlocked(keeper, box)
    assert names_in(opened) == {CITIZEN}
    return len(RecordStore(opened.records).citizens())


def test_a_box_opens_base_and_delta_and_the_base_is_gone_from_ram(
    keeper: KeeperService, full_box: Box, records_db, later
):
    full_box.install_delta(2, records_db, later)

    found = citizens(keeper, full_box)

    assert (found, keeper.status().version) == (5, 2)
    assert full_box.ram_files() == [
        POINTER, "journal.jsonl", "prints.json", "records-2.db", "search-2.db",
    ]  # fmt: skip


def test_an_open_box_changes_over_to_a_delta(keeper, full_box, records_db, later):
    unlocked(keeper, full_box)
    full_box.install_delta(2, records_db, later)

    keeper.refresh()

    opened = Opened.read(full_box.config.records_dir)
    assert opened.version == 2
    assert len(RecordStore(opened.records).citizens()) == 5


def test_a_delta_that_does_not_fit_keeps_what_is_open(keeper, full_box, later, tmp_path):
    unlocked(keeper, full_box)
    stranger = make_records(tmp_path / "stranger.db", citizens=40)
    full_box.install_delta(2, stranger, later)

    keeper.refresh()

    assert Opened.read(full_box.config.records_dir).version == 1
    assert keeper.status().problem is not None


def test_a_locked_box_whose_delta_does_not_fit_opens_the_version_before(
    keeper, full_box, later, tmp_path
):
    stranger = make_records(tmp_path / "stranger.db", citizens=40)
    full_box.install_delta(2, stranger, later)

    found = citizens(keeper, full_box)

    assert (found, keeper.status().version) == (3, 1)
    assert not [name for name in full_box.ram_files() if name.startswith(".")]


def test_a_worn_delta_opens_the_version_before(keeper, full_box, records_db, later):
    full_box.install_delta(2, records_db, later)
    current = Installed(full_box.state_dir).current()
    path = current.paths["delta.zst.age"]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])

    assert citizens(keeper, full_box) == 3
    assert keeper.status().version == 1


def test_a_worn_base_that_both_versions_need_is_an_error_and_no_traceback(
    keeper, full_box, records_db, later
):
    full_box.install_delta(2, records_db, later)
    full_box.damage(2)

    with pytest.raises(UnreadableSnapshotError):
        keeper.unlock(full_box.code)


def test_newer_copy_opens_nothing_where_nothing_was_open(full_box, clock, records_db):
    full_box.install(2, records_db)
    records_dir = full_box.config.records_dir
    installed = Installed(full_box.state_dir)
    shut = OpenSnapshot(installed, records_dir, clock, lambda: None, lambda *_: None)

    shut.open_if_newer("nobody's key")

    assert (shut.now, shut.signed_at) == (None, None)
    assert not (records_dir / POINTER).exists()
