"""What is remembered of a sheet, as it crosses from the desk to the keeper and back."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.errors import VaultError
from appliance.sealed_log.entry import ClockTrust
from appliance.vault.print_note import FILE, PrintNote, from_json, read_notes, to_json
from appliance.vault.protocol import Op, Request, format_request, parse_request

NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NOTE = PrintNote("417-00023", "medication_list", "u-syd", "c-1", "d", NIGHT, "AB", "printed")


@pytest.mark.parametrize("clock", list(ClockTrust))
def test_note_comes_back_exactly_as_it_was(clock: ClockTrust) -> None:
    note = replace(NOTE, clock=clock)

    assert from_json(json.loads(json.dumps(to_json(note)))) == note
    assert note.is_clock_sure is (clock is ClockTrust.OK)


def test_note_by_a_sure_clock_is_one_that_older_software_reads() -> None:
    assert "clock" not in to_json(NOTE)
    assert to_json(replace(NOTE, clock=ClockTrust.UNSURE))["clock"] == "unsure"


@pytest.mark.parametrize(
    "odd",
    [
        [],
        {},
        to_json(NOTE) | {"cpr": "0101300000"},
        to_json(NOTE) | {"serial": "x" * 129},
        to_json(NOTE) | {"digest": 7},
        to_json(NOTE) | {"printed_at": "i nat"},
        to_json(NOTE) | {"clock": "stopped"},
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


def test_of_a_locked_box_nobody_knows_what_it_printed(tmp_path) -> None:
    assert read_notes(tmp_path) is None


@pytest.mark.parametrize("content", ["no json", "7", "[7]", '[{"serial": "417-00023"}]'])
def test_notes_nobody_understands_are_not_taken_for_none(tmp_path, content: str, caplog) -> None:
    (tmp_path / FILE).write_text(content)

    assert read_notes(tmp_path) is None
    assert "print notes" in caplog.text
