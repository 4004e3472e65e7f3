import os
import resource
from datetime import timedelta

import pytest

from appliance.sealed_log.entry import Action
from appliance.sealed_log.outbox import files_to_send
from appliance.sealed_log.segment_file import SegmentFile
from appliance.sealed_log.writer import Limits
from tests.appliance.sealed_log.logs import BoxLog, entry


def test_entries_stand_in_order_and_the_state_tells_the_end(box):
    state = box.log.append([b"age-encryption.org/v1\none"], is_durable=True)
    box.add(entry(), entry(minute=1))

    assert [line.number for line in box.lines()] == [1, 2, 3]
    assert state.number == 1
    assert state.shown == box.lines()[0].end.shown
    assert (state.waiting, state.lost, state.problem) == (0, 0, "")


def test_chain_goes_on_in_the_same_segment_after_a_stop(box):
    box.add(entry())
    box.restart()
    box.add(entry(minute=1))

    assert [path.name for path in box.segments()] == ["000001.log"]
    assert [line.number for line in box.lines()] == [1, 2]
    assert box.gaps() == []


def test_looks_are_synced_together_by_number_and_by_time(box, monkeypatch):
    synced = []
    monkeypatch.setattr(SegmentFile, "sync", lambda segment: synced.append(segment.size))
    for minute in range(63):
        box.add(entry(minute=minute), is_durable=False)
    assert synced == []

    box.add(entry(), is_durable=False)
    assert len(synced) == 1  # the 64th

    box.add(entry(), is_durable=False)
    box.clock.move(timedelta(seconds=2))
    box.add(entry(), is_durable=False)
    assert len(synced) == 2  # two seconds later

    box.add(entry(), is_durable=False)
    box.log.commit()
    box.log.commit()
    assert len(synced) == 3  # nothing left to sync the second time


def test_head_on_paper_is_never_ahead_of_the_disk(box):
    box.add(entry())
    before = box.log.state()

    box.add(entry(minute=1), is_durable=False)

    assert box.log.state().number == before.number == 1
    assert box.log.commit().number == 2


def test_durable_entry_is_on_the_disk_before_anybody_hears_of_it(box, monkeypatch):
    synced = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda handle: (synced.append(handle), real(handle)))

    box.add(entry(Action.UNLOCK))

    assert len(synced) == 1


def test_segment_that_is_full_is_closed_and_the_next_goes_on(tmp_path):
    box = BoxLog(tmp_path / "log", limits=Limits(segment_bytes=2000))
    for minute in range(9):
        box.add(entry(minute=minute))

    assert len(box.segments()) > 2
    assert [line.number for line in box.lines()] == list(range(1, 10))
    assert box.gaps() == []


@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(days=-3), timedelta(days=400)])
def test_new_day_begins_a_segment_also_when_the_clock_steps_back(box, step):
    box.add(entry())
    box.clock.at += step
    box.add(entry(minute=1))

    assert len(box.segments()) == 2
    assert [line.number for line in box.lines()] == [1, 2]
    assert box.gaps() == []


def test_second_owner_writes_nothing_and_follows_when_the_first_is_gone(box):
    box.add(entry())
    second = BoxLog(box.folder)

    state = second.log.append([b"age-encryption.org/v1\nwaits"], is_durable=True)
    assert (state.waiting, state.problem) == (1, "N-500")
    assert [line.number for line in box.lines()] == [1]

    box.log.close()
    state = second.log.commit()
    second.log.close()

    assert (state.waiting, state.problem) == (0, "")
    assert [line.number for line in box.lines()] == [1, 2, 3]
    assert box.gaps()[0].kept == 1


@pytest.fixture
def no_room():
    """Let no file grow beyond what it has: the kernel itself refuses, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("more", [0, 1, 200, 700])
def test_full_disk_never_raises_keeps_what_waits_and_states_the_gap(box, no_room, more):
    box.add(entry())
    whole = box.segments()[0].stat().st_size
    no_room(whole + more)

    for _ in range(3):
        state = box.log.append([b"age-encryption.org/v1\n" + b"x" * 900], is_durable=True)
    assert (state.waiting, state.problem) == (3, "N-501")
    assert box.segments()[0].stat().st_size == whole, "half a line was left behind"

    no_room(-1)
    state = box.log.commit()

    assert (state.waiting, state.problem) == (0, "")
    assert [line.number for line in box.lines()] == [1, 2, 3, 4, 5]
    assert box.gaps()[0].kept == 3


def test_disk_without_room_for_a_new_segment_leaves_no_empty_one(box, no_room):
    no_room(0)
    box.add(entry())
    assert box.segments() == []

    no_room(-1)
    box.log.commit()

    assert [line.number for line in box.lines()] == [1, 2]


def test_memory_is_bounded_and_what_did_not_fit_is_counted(tmp_path, no_room):
    box = BoxLog(tmp_path / "log", limits=Limits(most_waiting=2))
    no_room(0)
    for minute in range(5):
        box.add(entry(minute=minute))
    assert (box.log.state().waiting, box.log.state().lost) == (2, 3)

    no_room(-1)
    box.log.commit()

    (gap,) = box.gaps()
    assert (gap.kept, gap.lost) == (2, 3)
    box.log.close()


def test_what_others_lost_is_stated_with_the_next_line(box):
    box.log.lose(0)
    box.log.lose(4)
    box.add(entry())

    assert box.gaps()[0].lost == 4
    assert box.log.state().lost == 4


def test_loss_is_stated_also_when_nothing_follows(box):
    box.log.lose(2)
    box.log.commit()

    assert box.gaps()[0].lost == 2


def test_half_line_that_cannot_be_cut_off_again_ends_the_segment_and_is_stated(box, monkeypatch):
    box.add(entry())
    monkeypatch.setattr(os, "ftruncate", failing)
    real = os.write
    monkeypatch.setattr(os, "write", half_then_full(real))
    box.add(entry(minute=1))
    monkeypatch.setattr(os, "write", real)

    box.log.commit()

    assert box.gaps()[0].tails[0].segment == "000001.log"
    assert [line.number for line in box.lines()] == [1, 2, 3]


def test_segment_that_cannot_be_read_back_leaves_the_naming_to_whoever_verifies(box):
    box.add(entry())
    segment = SegmentFile.reopen(box.segments()[0], 0)
    box.segments()[0].unlink()

    assert segment.left_behind() == []
    segment.close()


def test_sync_that_fails_is_told_and_the_file_gets_no_further_line(box, monkeypatch):
    box.add(entry())
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", failing)
        box.add(entry(minute=1))
    assert box.log.state().problem == "N-500"
    assert box.log.state().number == 1

    box.add(entry(minute=2))

    assert len(box.segments()) == 2
    assert [line.number for line in box.lines()] == [1, 2, 3]
    assert box.log.state().problem == ""


def test_folder_that_cannot_be_made_or_read_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    box = BoxLog(tmp_path / "file" / "log")
    box.add(entry())
    assert box.log.state().problem == "N-500"

    ready = BoxLog(tmp_path / "log")
    ready.add(entry())
    ready.log.close()
    ready.__post_init__()
    (tmp_path / "log" / "000001.log").unlink()
    (tmp_path / "log" / "000001.log").mkdir()
    ready.add(entry())
    assert ready.log.state().problem == "N-500"
    (tmp_path / "log" / "000001.log").rmdir()
    ready.log.commit()
    assert ready.log.state().problem == ""
    ready.log.close()


def test_log_nobody_wrote_is_closed_without_a_trace(tmp_path):
    box = BoxLog(tmp_path / "log")

    box.log.close()

    assert not (tmp_path / "log").exists()


def test_what_goes_to_the_hub_is_segments_in_order_and_the_head_last(box):
    box.add(entry())
    assert [path.name for path in files_to_send(box.folder)] == ["000001.log"]

    box.sign()

    assert [path.name for path in files_to_send(box.folder)] == ["000001.log", "head.json"]


def test_folder_holds_ciphertext_and_nothing_of_anybody(box):
    box.add(entry(Action.BREAK_GLASS, text="Fald på stuen"), entry(Action.SEARCH, text="Prøvesen"))
    box.sign()
    written = b"".join(path.read_bytes() for path in box.folder.iterdir())
    opened = b"".join(line.payload for line in box.lines())

    for word in ("0101301234", "c-7f3a", "AGN", "s-agnes", "Fald", "Prøvesen", "break_glass"):
        assert word.encode() not in written + opened
    assert all(line.is_sealed for line in box.lines())


def failing(*_):
    raise OSError(5, "Input/output error")


def half_then_full(real):
    """Write half of what is given, then say that the disk is full."""
    wrote = []

    def write(handle, raw):
        if wrote:
            raise OSError(28, "No space left on device")
        wrote.append(handle)
        return real(handle, raw[: len(raw) // 2])

    return write
