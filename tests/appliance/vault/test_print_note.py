"""What is remembered of a sheet, as it crosses from the desk to the keeper and back."""

import json
from datetime import UTC, datetime

import pytest

from appliance.errors import VaultError
from appliance.vault.print_note import FILE, PrintNote, from_json, read_notes, to_json
from appliance.vault.protocol import Op, Request, format_request, parse_request

NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NOTE = PrintNote("417-00023", "medication_list", "u-syd", "c-1", "d", NIGHT, "AB", "printed")


def test_note_comes_back_exactly_as_it_was() -> None:
    assert from_json(json.loads(json.dumps(to_json(NOTE)))) == NOTE


@pytest.mark.parametrize(
    "odd",
    [
        [],
        {},
        to_json(NOTE) | {"cpr": "0101300000"},
        to_json(NOTE) | {"serial": "x" * 129},
        to_json(NOTE) | {"digest": 7},
        to_json(NOTE) | {"printed_at": "i nat"},
    ],
)
def test_what_is_no_note_is_refused_without_repeating_it(odd: object) -> None:
    with pytest.raises(VaultError) as caught:
        from_json(odd)

    assert "0101300000" not in str(caught.value)


def test_notes_cross_to_the_keeper_and_stay_out_of_logs() -> None:
    asked = Request(Op.PRINTS, prints=(NOTE,))

    assert parse_request(format_request(asked)) == asked
    assert "417-00023" not in repr(asked)


def test_prints_that_are_no_list_are_refused() -> None:
    with pytest.raises(VaultError):
        parse_request(b'{"v": 2, "op": "prints", "prints": "all"}\n')


def test_locked_box_gives_nothing_back(tmp_path) -> None:
    assert read_notes(tmp_path) == []


@pytest.mark.parametrize("content", ["no json", "7", "[7]", '[{"serial": "417-00023"}]'])
def test_notes_nobody_understands_count_as_none(tmp_path, content: str, caplog) -> None:
    (tmp_path / FILE).write_text(content)

    assert read_notes(tmp_path) == []
    assert "print notes" in caplog.text
