import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.errors import StorageError, VaultError
from appliance.vault.opened import POINTER, Opened, publish


@pytest.fixture
def opened(tmp_path):
    moment = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    return Opened(7, tmp_path / "records-7.db", None, moment, moment)


def rewrite(folder, **changes):
    note = json.loads((folder / POINTER).read_text()) | changes
    (folder / POINTER).chmod(0o600)
    (folder / POINTER).write_text(json.dumps(note))


def test_locked_box_has_nothing_open(tmp_path):
    assert Opened.read(tmp_path) is None
    assert Opened.read(tmp_path / "never") is None


def test_reader_finds_what_the_keeper_published(tmp_path, opened):
    publish(opened)
    assert Opened.read(tmp_path) == opened

    searchable = replace(opened, search=tmp_path / "search-7.db")
    publish(searchable)
    assert Opened.read(tmp_path) == searchable


def test_note_is_for_the_group_and_nobody_else(tmp_path, opened):
    publish(opened)

    assert (tmp_path / POINTER).stat().st_mode & 0o777 == 0o440
    assert [path.name for path in tmp_path.iterdir()] == [POINTER]


def test_note_never_leads_out_of_the_folder(tmp_path, opened):
    publish(opened)
    rewrite(tmp_path, records="../../etc/passwd", search="/etc/shadow")

    read = Opened.read(tmp_path)

    assert (read.records, read.search) == (tmp_path / "passwd", tmp_path / "shadow")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 1}', "\x00\xff"])
def test_note_that_cannot_be_understood_is_an_error_not_a_guess(tmp_path, text):
    (tmp_path / POINTER).write_text(text)

    with pytest.raises(VaultError, match=POINTER):
        Opened.read(tmp_path)


def test_note_of_another_format_is_refused(tmp_path, opened):
    publish(opened)
    rewrite(tmp_path, format=2)

    with pytest.raises(VaultError, match="format 2"):
        Opened.read(tmp_path)


def test_folder_that_refuses_the_note_is_named(opened):
    opened.records.parent.rmdir()
    opened.records.parent.touch()

    with pytest.raises(StorageError, match=POINTER):
        publish(opened)
