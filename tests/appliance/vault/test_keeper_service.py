import contextlib
import resource
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.box_clock.note import read_note
from appliance.errors import (
    DiskFullError,
    KeeperDownError,
    MistypedCodeError,
    SlotMissingError,
    UnreadableSnapshotError,
    UnsafeMemoryError,
    WrongCodeError,
)
from appliance.records.search import SearchIndex
from appliance.snapshot.installed import COPIES, Installed
from appliance.vault.card_code import format_card_code, new_card_code
from appliance.vault.keeper_service import KeeperService
from appliance.vault.opened import Opened
from appliance.vault.ram_folder import MemoryFacts, read_memory_facts
from tests.appliance.vault.boxes import CITIZEN, make_records, names_in, unlocked
from tests.simulators.machine_time import SimulatedMachine

pytestmark = [pytest.mark.usefixtures("full_box"), pytest.mark.slow]  # seconds


def test_card_code_as_printed_opens_the_records_for_readers(keeper, box, clock):
    status = keeper.unlock(format_card_code(box.code))

    opened = Opened.read(box.config.records_dir)
    assert (status.locked, status.version, status.opened_at) == (False, 1, clock.now())
    assert names_in(opened) == {CITIZEN}
    assert (opened.opened_at, opened.signed_at) == (clock.now(), status.signed_at)


def test_search_follows_and_is_published(keeper, box):
    opened = unlocked(keeper, box)

    assert keeper.status().search_ready
    assert [hit.citizen_id for hit in SearchIndex(opened.search).find("Prøve 2")] == ["c-2"]


def test_only_keeper_and_group_may_read_what_is_open(keeper, box):
    opened = unlocked(keeper, box)

    modes = {path.stat().st_mode & 0o777 for path in (opened.records, opened.search)}
    assert modes == {0o440}
    assert box.config.records_dir.stat().st_mode & 0o777 == 0o750


def test_locked_keeper_says_so_and_which_device_secret_it_has(keeper):
    status = keeper.status()

    assert (status.locked, status.version, status.device_secret) == (True, None, "file")


def test_wrong_and_mistyped_codes_open_nothing(keeper, box):
    with pytest.raises(WrongCodeError):
        keeper.unlock(new_card_code())
    with pytest.raises(MistypedCodeError):
        keeper.unlock("1234")

    assert keeper.status().locked
    assert box.ram_files() == []


def test_wrong_code_on_an_open_box_is_refused_and_the_box_stays_open(keeper, box):
    unlocked(keeper, box)

    with pytest.raises(WrongCodeError):
        keeper.unlock(new_card_code())

    assert keeper.unlock(box.code).version == 1


def test_after_lock_nothing_is_left_in_ram_and_no_key_in_the_keeper(keeper, box):
    unlocked(keeper, box)

    status = keeper.lock()

    assert status.locked
    assert box.ram_files() == []
    assert keeper._identity is None


def test_lock_while_the_search_grows_leaves_nothing_either(keeper, box, tmp_path):
    box.install(2, make_records(tmp_path / "many.db", citizens=5000))

    for _ in range(3):
        keeper.unlock(box.code)
        keeper.lock()
        assert box.ram_files() == []


def test_index_that_comes_too_late_is_not_published(keeper, box):
    opened = unlocked(keeper, box)
    keeper.lock()

    keeper._snapshot._publish_search(opened, opened)
    keeper._snapshot._note_problem(UnreadableSnapshotError("too late"), only_if=opened)

    assert box.ram_files() == []
    assert keeper.status().problem is None


def test_reader_that_slept_through_the_lock_holds_nothing(keeper, box):
    opened = unlocked(keeper, box)

    with opened.records.open("rb", buffering=0) as reader:
        keeper.lock()

        assert reader.read() == b""


@contextlib.contextmanager
def no_file_longer_than(size_bytes):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_full_ram_folder_is_named_and_leaves_nothing(keeper, box):
    with no_file_longer_than(8192), pytest.raises(DiskFullError):
        keeper.unlock(box.code)

    assert keeper.status().locked
    assert box.ram_files() == []
    assert not keeper.unlock(box.code).locked


def test_ram_folder_too_full_for_the_newer_snapshot_keeps_the_old(keeper, box, records_db):
    unlocked(keeper, box)
    box.install(2, records_db)

    with no_file_longer_than(8192):
        status = keeper.refresh()

    assert (status.version, status.problem.code) == (1, DiskFullError.code)
    assert keeper.refresh().version == 2


def with_disk_swap():
    return replace(read_memory_facts(), swaps=("/dev/sda2",))


def test_disk_swap_refuses_the_unlock_unless_the_demo_allows_it(box, clock):
    strict = replace(box.config, memory=replace(box.config.memory, allow_disk_swap=False))
    refusing = KeeperService(strict, clock, with_disk_swap)
    allowing = KeeperService(box.config, clock, with_disk_swap)
    refusing.start()

    with pytest.raises(UnsafeMemoryError, match="/dev/sda2"):
        refusing.unlock(box.code)

    assert box.ram_files() == []
    assert not allowing.unlock(box.code).locked
    allowing.close()


def test_ram_folder_on_a_disk_refuses_the_unlock(box, clock):
    service = KeeperService(box.config, clock, lambda: MemoryFacts((), ()))
    service.start()

    with pytest.raises(UnsafeMemoryError, match="not on tmpfs"):
        service.unlock(box.code)

    assert box.ram_files() == []


def test_memory_that_became_unsafe_stops_a_refresh_not_the_reading(box, clock, records_db):
    facts = [read_memory_facts()]
    strict = replace(box.config, memory=replace(box.config.memory, allow_disk_swap=False))
    service = KeeperService(strict, clock, lambda: facts[-1])
    facts.append(replace(facts[0], swaps=()))
    service.start()
    service.unlock(box.code)
    box.install(2, records_db)
    facts.append(with_disk_swap())

    status = service.refresh()

    assert (status.version, status.problem.code) == (1, UnsafeMemoryError.code)
    service.close()


def test_leftovers_of_a_killed_keeper_are_wiped_at_start(box, clock, caplog):
    box.config.records_dir.mkdir(parents=True)
    (box.config.records_dir / "records-1.db").write_bytes(b"plain")

    KeeperService(box.config, clock).start()

    assert box.ram_files() == []
    assert "wiped 1 files" in caplog.text


def test_two_unlocks_at_once_both_succeed_and_open_once(keeper, box, caplog):
    caplog.set_level("INFO")
    statuses = []
    both = [
        threading.Thread(target=lambda: statuses.append(keeper.unlock(box.code))) for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert [status.version for status in statuses] == [1, 1]
    assert caplog.text.count("snapshot 1 is open") == 1


def test_status_answers_while_an_unlock_is_at_work(keeper):
    with keeper._at_work:
        assert keeper.status().locked


def test_unlock_that_waited_while_the_keeper_stopped_is_refused(keeper, box):
    keeper.close()

    with pytest.raises(KeeperDownError):
        keeper.unlock(box.code)

    assert box.ram_files() == []


def test_box_whose_device_secret_is_gone_says_slot_not_code(keeper, box):
    (box.state_dir / "device.secret").unlink()

    with pytest.raises(SlotMissingError):
        keeper.unlock(box.code)


def test_nothing_readable_is_on_the_disk_after_a_whole_evening(keeper, box, records_db):
    unlocked(keeper, box)
    box.install(2, records_db)
    keeper.refresh()
    keeper.wait_for_search()

    for path in box.state_dir.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for secret in (b"AGE-SECRET-KEY", b"SQLite format 3", CITIZEN.encode(), b"0101300000"):
            assert secret not in content, path


def test_log_of_an_evening_names_no_code_and_no_citizen(keeper, box, caplog):
    caplog.set_level("DEBUG")
    with pytest.raises(WrongCodeError):
        keeper.unlock(new_card_code())
    unlocked(keeper, box)
    keeper.lock()

    assert "unlocked" in caplog.text
    assert box.code not in caplog.text
    assert CITIZEN not in caplog.text


def test_wrong_codes_waiting_to_be_hashed_do_not_hold_up_the_lock(box, clock):
    was_asked = threading.Event()

    def read_facts():
        was_asked.set()
        return read_memory_facts()

    service = KeeperService(box.config, clock, read_facts)
    service.start()
    unlocked(service, box)
    was_asked.clear()
    with service._keys._slots._hashing:  # another code is being tried
        guessing = threading.Thread(target=_unlock_in_vain, args=(service,))
        guessing.start()
        assert was_asked.wait(timeout=90)
        locking = threading.Thread(target=service.lock)
        locking.start()
        locking.join(timeout=30)
        was_locked_meanwhile = not locking.is_alive()
    guessing.join()
    locking.join()

    assert was_locked_meanwhile
    assert box.ram_files() == []


def _unlock_in_vain(service):
    with pytest.raises(WrongCodeError):
        service.unlock(new_card_code())


def test_newest_copy_on_the_disk_is_what_the_clock_must_be_after(full_box, clock):
    machine = SimulatedMachine(system=clock.now() - timedelta(days=20))
    service = KeeperService(full_box.config, machine.clock(full_box.config.box.ram_dir))
    service.start()
    signed_at = Installed(full_box.state_dir).floor().signed_at

    note = read_note(full_box.config.box.ram_dir)
    service.close()

    assert note.floor == signed_at


def test_copy_whose_record_cannot_be_read_keeps_no_keeper_from_starting(box, clock, caplog):
    for name in COPIES:
        (box.state_dir / name).unlink()
    (box.state_dir / "objects" / "a folder").mkdir()
    service = KeeperService(box.config, clock)

    service.start()
    service.close()

    assert "clock: N-" in caplog.text
