"""A file that is cut, torn, filled up and written by two programs at once."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import DiskFullError, PlanLogFullError, StorageError
from appliance.outage import event_file
from appliance.outage.event_file import EventFile, read_lines
from appliance.outage.events import Kind, encode
from tests.appliance.outage.happenings import event, logs

ROOM = 100_000


@pytest.fixture
def file(tmp_path: Path) -> EventFile:
    return EventFile(tmp_path / "outage" / "0001.jsonl")


def content_of(events) -> bytes:
    return b"".join(encode(each) + b"\n" for each in events)


@given(logs())
def test_cut_at_every_byte_what_is_read_is_a_beginning_of_what_was_written(events) -> None:
    content = content_of(events)

    for end in range(len(content) + 1):
        found = read_lines(content[:end])
        assert found.events == events[: len(found.events)]
        assert len(found.events) >= content[:end].count(b"\n")
        assert found.damaged <= 1


@given(logs(), logs())
def test_whatever_follows_a_torn_line_is_read(before, after) -> None:
    torn = content_of(before)[:-5]
    whole = read_lines(torn).events
    last = whole[-1].number if whole else 0
    later = [event(last + number, each.kind) for number, each in enumerate(after, 1)]

    found = read_lines(torn + b"\n" + content_of(later))

    assert found.events == (*whole, *later)


def test_events_are_numbered_as_they_come(file: EventFile) -> None:
    numbers = [file.append(event(0, Kind.NOTE), ROOM).number for _ in range(3)]

    assert numbers == [1, 2, 3]
    assert [each.number for each in file.read().events] == [1, 2, 3]


def test_whoever_prints_in_another_program_can_read_of_a_drill(file: EventFile) -> None:
    before = os.umask(0o077)  # as the web has it
    try:
        file.append(event(0, Kind.START), ROOM)
    finally:
        os.umask(before)

    assert file._path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_is_not_there_is_empty(file: EventFile) -> None:
    assert file.read().events == ()
    assert file.stamp() is None


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_torn_line_stays_and_the_next_event_is_kept(file: EventFile, cut: int) -> None:
    file.append(event(0, Kind.START), ROOM)
    file.append(event(0, Kind.NOTE, text="tabt"), ROOM)
    path = file._path
    path.write_bytes(path.read_bytes()[:-cut])
    torn = path.read_bytes()

    file.append(event(0, Kind.NOTE, text="bagefter"), ROOM)

    found = file.read()
    assert path.read_bytes().startswith(torn)
    assert found.events[-1].what.text == "bagefter"
    assert found.damaged == (cut > 1)  # without its line end alone, a line is whole


def test_zeros_such_as_a_file_system_leaves_are_one_damaged_line(file: EventFile) -> None:
    file.append(event(0, Kind.START), ROOM)
    with file._path.open("ab") as sink:
        sink.write(bytes(200))

    file.append(event(0, Kind.END), ROOM)

    assert [each.kind for each in file.read().events] == [Kind.START, Kind.END]
    assert file.read().damaged == 1


def test_a_line_that_stands_twice_is_one_event(file: EventFile) -> None:
    file.append(event(0, Kind.START), ROOM)
    content = file._path.read_bytes()

    file._path.write_bytes(content * 2)

    assert len(file.read().events) == 1


def test_a_file_never_grows_beyond_its_limit(file: EventFile) -> None:
    file.append(event(0, Kind.START), ROOM)
    size = file._path.stat().st_size

    with pytest.raises(PlanLogFullError):
        file.append(event(0, Kind.NOTE), size + 10)

    assert file._path.stat().st_size == size


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, DiskFullError), (errno.EIO, StorageError)]
)
def test_a_disk_that_refuses_half_way_loses_that_event_and_no_other(
    file: EventFile, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StorageError]
) -> None:
    file.append(event(0, Kind.START), ROOM)
    write = os.write

    def refuse(handle: int, line: bytes) -> int:
        write(handle, line[:30])
        raise OSError(number, "no")

    with monkeypatch.context() as patched:
        patched.setattr(event_file.os, "write", refuse)
        with pytest.raises(kind):
            file.append(event(0, Kind.NOTE), ROOM)
    file.append(event(0, Kind.END), ROOM)

    assert [each.kind for each in file.read().events] == [Kind.START, Kind.END]


def test_short_writes_are_gone_on_with(file: EventFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(event_file.os, "write", lambda handle, line: write(handle, line[:7]))

    file.append(event(0, Kind.START), ROOM)

    assert len(file.read().events) == 1


def test_what_others_add_cut_or_replace_is_seen(file: EventFile) -> None:
    other = EventFile(file._path)
    file.append(event(0, Kind.START), ROOM)
    other.append(event(0, Kind.NOTE, text="en"), ROOM)
    assert [each.number for each in file.read().events] == [1, 2]

    whole = file._path.read_bytes()
    file._path.write_bytes(whole[:-9])
    assert ([each.number for each in file.read().events], file.read().damaged) == ([1], 1)
    other.append(event(0, Kind.NOTE, text="to"), ROOM)
    assert [each.what.text for each in file.read().events] == ["", "to"]
    file._path.unlink()

    assert file.read().events == ()


@given(logs(), st.integers(1, 400))
def test_read_in_pieces_it_holds_the_same_as_at_once(tmp_path_factory, events, piece) -> None:
    path = tmp_path_factory.mktemp("log") / "0001.jsonl"
    file, content = EventFile(path), content_of(events)

    for end in range(0, len(content) + piece, piece):
        path.write_bytes(content[:end])
        found = file.read()

    assert found == read_lines(content)


def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "0001.jsonl").mkdir()

    with pytest.raises(StorageError):
        EventFile(tmp_path / "0001.jsonl").read()


_WRITER = """
import sys
from pathlib import Path
from appliance.outage.event_file import EventFile
from appliance.outage.events import Kind
from tests.appliance.outage.happenings import event
for number in range(25):
    EventFile(Path(sys.argv[1])).append(event(0, Kind.NOTE, text=sys.argv[2]), 10**6)
"""


@pytest.mark.slow
def test_two_programs_that_write_at_once_lose_nothing(file: EventFile) -> None:
    command = [sys.executable, "-c", _WRITER, str(file._path)]
    writers = [subprocess.Popen([*command, name]) for name in ("en", "to")]

    codes = [writer.wait(200) for writer in writers]

    found = file.read()
    assert (codes, found.damaged) == ([0, 0], 0)
    assert [each.number for each in found.events] == list(range(1, 51))
