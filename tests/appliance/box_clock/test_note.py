from datetime import UTC, datetime

import pytest

from appliance.box_clock.note import NAME, NOTHING, ClockNote, read_note, write_note
from appliance.errors import StorageError


@pytest.mark.parametrize(
    "note", [NOTHING, ClockNote(datetime(2026, 11, 23, 2, tzinfo=UTC), 1.5e9, -17.25)]
)
def test_note_comes_back_as_it_was_written(tmp_path, note):
    write_note(tmp_path, note)

    assert read_note(tmp_path) == note


def test_programs_of_the_box_may_read_it_and_nobody_else(tmp_path):
    write_note(tmp_path, NOTHING)

    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"format": 2}', b'{"format": 1}', b"\xff",
     b'{"format":1,"floor":"soon","synced_offset_s":null,"set_offset_s":null}',
     b'{"format":1,"floor":null,"synced_offset_s":"x","set_offset_s":null}'],
)  # fmt: skip
def test_note_nobody_can_read_stops_no_program(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)

    assert read_note(tmp_path) == NOTHING


def test_full_ram_folder_is_a_named_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StorageError):
        write_note(tmp_path / "file" / "below", NOTHING)
