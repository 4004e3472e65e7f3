import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance import errors
from appliance.clock import ClockLevel
from appliance.sealed_log.entry import MOST_WHOM, Action, new_whom
from appliance.vault import protocol
from appliance.vault.protocol import (
    IssuedKey,
    KeeperStatus,
    LogStatus,
    Op,
    Problem,
    Request,
    SlotStatus,
)
from tests.appliance.sealed_log.logs import entry

MOMENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OPEN = KeeperStatus(
    locked=False,
    device_secret="file",
    version=7,
    signed_at=MOMENT,
    opened_at=MOMENT,
    search_ready=True,
    fell_back=True,
    problem=Problem("N-206", "does not decrypt"),
    log=LogStatus(7, "3F9A12C0", 1, 2, "N-502"),
    open_until=MOMENT,
    slots=(
        SlotStatus("card-00", "card", "2026-11-23T02:00:00Z"),
        SlotStatus("recovery", "recovery"),
    ),
    issued=IssuedKey("usb-00", "usb", "AGE-SECRET-KEY-1"),
    clock=ClockLevel.MANUAL,
    is_clock_set_by_hand=True,
    beacon="TkJCMQ==",
)


def all_errors(kind=errors.NodboksError):
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from all_errors(child)


@pytest.mark.parametrize(
    "request_", [Request(Op.STATUS), Request(Op.UNLOCK, "1234"), Request(Op.REVOKE, name="card-00")]
)
def test_request_comes_out_as_it_went_in_on_one_line(request_):
    line = protocol.format_request(request_)

    assert protocol.parse_request(line) == request_
    assert line.count(b"\n") == 1
    assert len(line) <= protocol.MAX_REQUEST_BYTES


def test_entries_of_the_log_cross_as_they_are_and_stay_out_of_what_a_log_would_show():
    asked = Request(Op.LOG, entries=(entry(), entry(Action.SEARCH, 1, text="Prøvesen")), lost=3)

    line = protocol.format_request(asked)

    assert protocol.parse_request(line) == asked
    assert "Prøvesen" not in repr(asked)
    assert "0101301234" not in repr(asked)


def test_time_to_set_crosses_with_the_entry_of_who_set_it():
    asked = Request(Op.CLOCK, time=MOMENT, entries=(entry(Action.CLOCK_SET),))

    assert protocol.parse_request(protocol.format_request(asked)) == asked


@pytest.mark.parametrize("rest", ["", ', "time": null', ', "time": "now"', ', "time": 7'])
def test_clock_without_a_time_is_refused(rest):
    with pytest.raises(errors.VaultError, match="ISO 8601"):
        protocol.parse_request(f'{{"v": 2, "op": "clock"{rest}}}'.encode())


def test_longest_entry_there_can_be_fits_into_a_request():
    whom = (new_whom("c" * 128, "0101301234"),) * MOST_WHOM
    longest = entry(Action.SEARCH, whom=whom, text="\N{ANGRY FACE}" * 4000)

    assert len(protocol.format_request(Request(Op.LOG, entries=(longest,)))) < (
        protocol.MAX_REQUEST_BYTES
    )


def test_what_unlocks_stays_out_of_what_a_log_would_show():
    assert "1234" not in repr(Request(Op.UNLOCK, "1234"))
    assert "AGE-SECRET-KEY" not in repr(OPEN)


@pytest.mark.parametrize("status", [OPEN, KeeperStatus(locked=True, device_secret="file")])
def test_status_comes_out_as_it_went_in(status):
    assert protocol.parse_reply(protocol.format_status(status)) == status


@pytest.mark.parametrize("kind", list(all_errors()))
def test_every_error_crosses_as_its_own_class_with_its_detail(kind):
    sent = kind(8.0) if kind is errors.WaitBeforeRetryError else kind("what exactly")

    with pytest.raises(kind) as received:
        protocol.parse_reply(protocol.format_error(sent))

    assert type(received.value) is kind
    assert received.value.detail == sent.detail
    assert getattr(received.value, "wait_s", None) == getattr(sent, "wait_s", None)


def test_error_this_side_does_not_know_is_a_vault_error():
    reply = b'{"v": 2, "error": {"code": "N-999", "detail": "from the future"}}\n'

    with pytest.raises(errors.VaultError, match="from the future"):
        protocol.parse_reply(reply)


def test_long_detail_never_breaks_the_reply_limit():
    line = protocol.format_error(errors.VaultError("ø" * 100_000))

    assert len(line) <= protocol.MAX_REPLY_BYTES


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b"", "not a JSON object"),
        (b"[" * 1000, "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b"\xff\xfe", "not a JSON object"),
        (b'{"op": "status"}', "version 2 only"),
        (b'{"v": 9, "op": "status"}', "version 2 only"),
        (b'{"v": 2}', "unknown op; known are status, unlock, unlock_usb"),
        (b'{"v": 2, "op": "format-disk"}', "unknown op"),
        (b'{"v": 2, "op": ["status"]}', "unknown op"),
        (b'{"v": 2, "op": "unlock", "secret": 12345678}', "must be text"),
        (b'{"v": 2, "op": "log", "entries": 12345678}', "must be a list"),
        (b'{"v": 2, "op": "log", "entries": [], "lost": -1}', "must be a list"),
        (b'{"v": 2, "op": "log", "entries": [12345678]}', "an entry of the log"),
    ],
)
def test_request_that_is_none_is_named_and_not_repeated(line, named):
    with pytest.raises(errors.VaultError, match=named) as refused:
        protocol.parse_request(line)

    assert "12345678" not in str(refused.value)
    assert "format-disk" not in str(refused.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_as_a_request_with_a_named_error(line):
    with pytest.raises(errors.VaultError):
        protocol.parse_request(line)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"{}",
        b'{"v": 9, "status": {}}',
        b'{"v": 2}',
        b'{"v": 2, "status": {}}',
        b'{"v": 2, "status": 7}',
        b'{"v": 2, "error": {}}',
        b'{"v": 2, "error": null}',
        b'{"v": 2, "error": {"code": "N-403", "detail": "", "wait_s": "soon"}}',
    ],
)
def test_reply_that_is_none_means_the_keeper_is_down(reply):
    with pytest.raises(errors.KeeperDownError):
        protocol.parse_reply(reply)


def test_status_with_a_time_that_is_none_means_the_keeper_is_down():
    reply = json.loads(protocol.format_status(OPEN))
    reply["status"]["signed_at"] = "yesterday"

    with pytest.raises(errors.KeeperDownError):
        protocol.parse_reply(json.dumps(reply).encode())


def test_value_json_does_not_know_is_a_mistake_of_ours():
    with pytest.raises(TypeError, match="bytes"):
        protocol._line({"v": b"1"})
