"""What counts of that which comes: forged, replayed, late, unknown, from a box that was reset."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.beacon import hearing as rules
from appliance.beacon.datagram import pack
from appliance.beacon.statement import Standing, Word, write_statement
from appliance.sealed_log.chain import End
from appliance.sealed_log.head import Head, read_head, signed_head
from appliance.signatures import public_key_of, sign
from tests.appliance.beacon.boxes import (
    AT,
    STATEMENT,
    TalkingBox,
    key_of_box,
    met,
    neighbour,
    signed,
)

OUTAGE = Word(Standing.OUTAGE, 24)


@pytest.fixture
def pair() -> tuple[TalkingBox, TalkingBox]:
    one, other = TalkingBox(1, OUTAGE), TalkingBox(2)
    one.knows(1, 2)
    other.knows(1, 2)
    return one, other


def test_two_boxes_believe_each_other_after_two_words_each(pair) -> None:
    one, other = pair

    assert other.outcome(one.says_to(2, 0), 0) == "unproved"
    assert one.outcome(other.says_to(1, 0), 0) == "counted"
    assert other.outcome(one.says_to(2, 0), 0) == "counted"
    assert (one.word_of(2), other.word_of(1)) == (Word(), OUTAGE)


def test_who_just_met_us_is_to_be_answered_and_nobody_else(pair) -> None:
    one, other = pair
    first = one.says_to(2, 0)

    assert other.hearing.take(first, "127.0.0.1", 0) == neighbour(1)
    met(one, other)
    assert other.hearing.take(one.says_to(2, 0), "127.0.0.7", 0) is None
    assert other.hearing.take(b"NBB1" + bytes(200), "127.0.0.7", 0) is None


def test_word_heard_before_counts_only_once_and_never_goes_back(pair) -> None:
    one, other = pair
    met(one, other)
    earlier = one.says_to(2, 0)
    one.word = Word()
    later = one.says_to(2, 0)

    assert [other.outcome(each, 0) for each in (later, later, earlier)] == [
        "counted", "repeated", "repeated",
    ]  # fmt: skip
    assert other.word_of(1) == Word()


def test_word_that_was_held_back_counts_for_ten_minutes_at_most(pair) -> None:
    one, other = pair
    met(one, other)
    held_back = one.says_to(2, 0)
    other.says_to(1, rules.CHALLENGE_FOR_S)  # a new challenge is drawn whenever one is due

    late = 2 * rules.CHALLENGE_FOR_S

    assert other.outcome(held_back, late) == "unproved"
    assert other.word_of(1) == OUTAGE  # what it had said before


def test_sender_that_was_restarted_or_restored_is_believed_again_and_its_past_is_not(pair) -> None:
    one, other = pair
    one.said = 5000
    met(one, other)
    of_the_past = one.says_to(2, 1)
    restored = TalkingBox(1, Word(Standing.DRILL), boot="b007000000000002")
    restored.knows(1, 2)
    met(restored, other, 2)

    assert other.word_of(1) == Word(Standing.DRILL)
    assert other.outcome(of_the_past, 3) == "unproved"
    assert other.word_of(1) == Word(Standing.DRILL)


def test_receiver_that_was_restarted_believes_nothing_it_has_not_asked_for(pair) -> None:
    one, other = pair
    met(one, other)
    recorded = one.says_to(2, 0)
    fresh = TalkingBox(2)
    fresh.hearing.draw = lambda: "ffffffffffffffff"
    fresh.knows(1, 2)

    assert fresh.outcome(recorded, 10) == "unproved"
    assert fresh.word_of(1) is None


def test_replay_to_a_box_that_knows_better_does_not_unlearn_what_to_answer(pair) -> None:
    one, other = pair
    first = one.says_to(2, 0)
    met(one, other)
    for second in range(20):
        other.hearing.take(first, "10.0.0.1", second)

    assert one.outcome(other.says_to(1, 20), 20) == "counted"


@pytest.mark.parametrize("years", [-56, -1, 3, 70])
def test_no_clock_of_the_sender_decides_anything(pair, years: int) -> None:
    one, other = pair
    one.at = AT + timedelta(days=365 * years)
    met(one, other)

    assert other.word_of(1) == OUTAGE


def test_word_signed_by_somebody_else_is_forged(pair) -> None:
    one, other = pair
    met(one, other)
    content = write_statement(replace(STATEMENT, number=999))
    forged = pack(public_key_of(key_of_box(1)), sign(content, key_of_box(3)), content)

    assert other.outcome(forged, 0) == "forged"


def test_flip_of_any_byte_costs_the_word(pair) -> None:
    one, other = pair
    met(one, other)
    good = one.says_to(2, 0)
    outcomes = set()
    for place in range(len(good)):
        bad = bytearray(good)
        bad[place] ^= 1
        outcomes.add(other.outcome(bytes(bad), float(place * 10), f"10.0.0.{place % 250}"))

    assert outcomes == {"odd", "unknown", "forged"}


@pytest.mark.parametrize("changes", [{"to": "boks-3"}, {"sender": "boks-3"}])
def test_word_to_another_box_or_in_the_name_of_another_does_not_count(pair, changes) -> None:
    one, other = pair
    met(one, other)

    assert other.outcome(one.says_to(2, 0, **changes), 0) == "forged"


def test_signature_of_a_log_s_head_is_none_of_a_word_and_the_other_way_round(pair) -> None:
    one, other = pair
    met(one, other)
    key = key_of_box(1)
    head = json.loads(signed_head(Head("boks-1", public_key_of(key), End(1, bytes(32)), AT), key))
    content = write_statement(STATEMENT)
    bare = pack(public_key_of(key), sign(content, key), content)
    as_head = pack(public_key_of(key), sign(b"nodboks-log-head 1\n" + content, key), content)
    head["signature"] = base64.b64encode(signed(STATEMENT, 1)[12:76]).decode()

    assert [other.outcome(each, 0) for each in (bare, as_head)] == ["forged", "forged"]
    with pytest.raises(ValueError, match="does not hold"):
        read_head(json.dumps(head).encode())


def test_box_that_is_not_on_the_list_is_dropped_without_a_look_at_its_signature(pair) -> None:
    _, other = pair
    stranger = signed(replace(STATEMENT, sender="boks-7"), 7)

    assert other.outcome(stranger, 0) == "unknown"


def test_box_taken_off_the_list_is_forgotten_at_once_and_heard_no_more(pair) -> None:
    one, other = pair
    met(one, other)
    other.knows(2)

    assert other.word_of(1) is None
    assert other.outcome(one.says_to(2, 0), 0) == "unknown"


def test_box_with_another_key_is_another_box(pair) -> None:
    one, other = pair
    met(one, other)
    other.hearing.know([neighbour(1, log_key=public_key_of(key_of_box(9)).hex())], 0)

    assert other.word_of(1) is None


def test_new_name_in_the_list_keeps_the_word(pair) -> None:
    one, other = pair
    met(one, other)
    other.hearing.know([neighbour(1, name="Solgården")], 0)

    (heard,) = other.hearing.heard()
    assert (heard.neighbour.name, heard.word) == ("Solgården", OUTAGE)


def test_what_was_heard_before_a_restart_is_taken_up_for_boxes_still_on_the_list(pair) -> None:
    one, other = pair
    met(one, other)
    restarted = TalkingBox(2)
    restarted.knows(1, 2)
    restarted.hearing.remember(other.hearing.heard())
    revoked = TalkingBox(2)
    revoked.knows(2, 3)
    revoked.hearing.remember(other.hearing.heard())

    assert restarted.word_of(1) == OUTAGE
    assert revoked.hearing.heard() == ()


def test_flood_from_one_address_is_cut_and_another_box_is_still_heard(pair) -> None:
    one, other = pair
    met(one, other)
    forged = bytearray(one.says_to(2, 0))
    forged[20] ^= 1
    outcomes = [other.outcome(bytes(forged), 1.0, "10.0.0.66") for _ in range(5000)]

    assert outcomes.count("forged") <= 10
    assert other.outcome(one.says_to(2, 1), 1.0, "127.0.0.1") == "counted"


def test_flood_from_every_address_costs_a_bounded_number_of_looks_and_memory(pair) -> None:
    one, other = pair
    met(one, other)
    forged = bytearray(one.says_to(2, 0))
    forged[20] ^= 1
    outcomes = [
        other.outcome(bytes(forged), 1.0, f"10.{n // 65536}.{n // 256 % 256}.{n % 256}")
        for n in range(20_000)
    ]

    assert outcomes.count("forged") <= 300
    assert len(other.hearing._sources) <= 1024
    # A few seconds after it has ended everything is as before.
    assert other.outcome(one.says_to(2, 5), 5.0, "127.0.0.1") == "counted"


def test_nobody_is_answered_twice_for_the_same_question(pair) -> None:
    one, other = pair
    first = one.says_to(2, 0)
    assert other.hearing.take(first, "127.0.0.1", 0) == neighbour(1)
    other.says_to(1, 0)

    assert other.hearing.take(first, "127.0.0.1", 1) is None
