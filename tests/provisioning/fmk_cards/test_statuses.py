"""Paused, withdrawn, or neither: never given in a pause, never stopped because of a "no"."""

from datetime import date

import pytest

from appliance.demo.feed_fmk import card_as_json, card_as_xml
from appliance.records.due import NO_STRUCTURE, PAUSE_OVER, due_on
from appliance.records.models import Citizen, MedicationOrder
from appliance.records.terms import MedicationStatus
from tests.provisioning.feeds import take
from tests.provisioning.fmk_cards.cards import FETCHED, card, only, order, put, take_cards

ACTIVE, PAUSED = MedicationStatus.ACTIVE, MedicationStatus.PAUSED
STOPPED, UNKNOWN = MedicationStatus.STOPPED, MedicationStatus.UNKNOWN
IN_WORDS = {"FreeText": {"Text": "Som aftalt"}}
NIL = '<{} xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>'


def told(found):
    """Tell what is due on each day after the card was fetched: how often, or why nobody knows."""
    dues = [due_on(found, date(2026, 11, day)) for day in (23, 24, 25, 26, 27)]
    return [due.unknown or len(due.doses) for due in dues]


def test_nothing_is_due_in_a_pause_that_begins_after_the_card_was_fetched(tmp_path):
    found = only(tmp_path, order(Paused={"FromDate": "2026-11-25"}))

    assert found.status is ACTIVE
    assert told(found) == [1, 1, 0, 0, 0]


def test_after_the_last_day_of_a_pause_nobody_can_tell(tmp_path):
    coming = only(tmp_path / "1", order(Paused={"FromDate": "2026-11-25", "ToDate": "2026-11-26"}))
    begun = only(tmp_path / "2", order(Paused={"FromDate": "2026-11-20", "ToDate": "2026-11-24"}))

    assert coming.instruction == "Pauseres fra 25. nov. 2026 til 26. nov. 2026."
    assert told(coming) == [1, 1, 0, 0, PAUSE_OVER]
    assert told(begun) == [0, 0, PAUSE_OVER, PAUSE_OVER, PAUSE_OVER]


def test_a_pause_of_a_dosage_in_words_ends_unknown_too(tmp_path):
    begun = order(Paused={"FromDate": "2026-11-20", "ToDate": "2026-11-25"}, Dosage=IN_WORDS)
    coming = order(Paused={"FromDate": "2026-11-25"}, Dosage=IN_WORDS)

    assert told(only(tmp_path / "1", begun)) == [0, 0, 0, PAUSE_OVER, PAUSE_OVER]
    assert told(only(tmp_path / "2", coming)) == [NO_STRUCTURE] * 5


@pytest.mark.parametrize("write", [card_as_xml, card_as_json])
@pytest.mark.parametrize("name", ["Withdrawn", "Paused"])
@pytest.mark.parametrize(
    ("said", "status"),
    [("false", ACTIVE), ("0", ACTIVE), ("måske", UNKNOWN), ("true", None), ("", None)],
)
def test_what_is_there_to_say_no_is_no(tmp_path, write, name, said, status):
    taken = take_cards(tmp_path, card(order(**{name: said})), write=write)
    found = taken.one(MedicationOrder)

    assert found.status is (status or {"Withdrawn": STOPPED, "Paused": PAUSED}[name])
    assert ("does not say whether it is so" in taken.messages) is (status is UNKNOWN)


@pytest.mark.parametrize("name", ["Withdrawn", "Paused"])
def test_a_nil_element_is_not_there(tmp_path, name):
    content = card_as_xml(card(order(**{name: "X"})), FETCHED).decode()
    content = content.replace(f"<{name}>X</{name}>", NIL.format(name))
    taken = take(put(tmp_path / "kort", "1.xml", content.encode()), tmp_path)

    assert "nil" in content
    assert taken.one(MedicationOrder).status is ACTIVE


def test_a_withdrawal_that_is_yet_to_come_is_nobodys_guess(tmp_path):
    taken = take_cards(tmp_path, card(order(Withdrawn={"DateTime": "2026-11-29T10:00:00Z"})))
    found = taken.one(MedicationOrder)

    assert found.status is UNKNOWN
    assert "after the card was fetched" in taken.messages


@pytest.mark.parametrize(("said", "is_told"), [({}, True), ("true", True), ("false", False)])
def test_a_card_is_invalid_only_if_fmk_says_so(tmp_path, said, is_told):
    taken = take_cards(tmp_path, card(order(), IsInvalid=said), write=card_as_json)

    assert ("FMK says that this card is not valid" in taken.messages) is is_told


def test_a_protected_address_is_one_only_if_the_card_says_so(tmp_path):
    given = {"1": {}, "2": "false"}
    cards = [card(order(), cpr=f"010143123{one}") for one in given]
    for one, said in zip(cards, given.values(), strict=True):
        one["Patient"]["AddressProtected"] = said
    taken = take_cards(tmp_path, *cards, write=card_as_json)

    found = {one.cpr: one.is_address_protected for one in taken.all_of(Citizen)}
    assert found == {"0101431231": True, "0101431232": False}
