"""What the lamp shows for how the box is, and what comes before what."""

from dataclasses import replace

import pytest

from appliance.health.lamp_state import (
    BREATHING,
    DIM,
    FLASH_2_HZ,
    FLASH_HALF_HZ,
    LADDER,
    PULSE,
    SLOW_BREATHING,
    STEADY,
    Colour,
    LampFacts,
    LampState,
    lamp_state,
)
from tests.appliance.web.catalogue import read_catalogue

WELL = LampFacts()
# Every single thing that can be so, from the top of the ladder to its foot.
ALONE = {
    LampState.FAULT: LampFacts(is_serving=False),
    LampState.NEEDS_PERSON: LampFacts(is_printer_in_trouble=True),
    LampState.PRINTING: LampFacts(is_printing=True),
    LampState.PRINTED: LampFacts(printed_s=0.0),
    LampState.UNLOCKED: LampFacts(is_open=True, is_by_person=True),
    LampState.OUTAGE: LampFacts(is_outage=True),
    LampState.SYNCING: LampFacts(is_syncing=True),
    LampState.WELL: WELL,
}
EVERYTHING = LampFacts(
    is_serving=False, is_printer_in_trouble=True, is_printing=True, printed_s=0.0, is_outage=True,
    is_open=True, is_by_person=True, is_copy_in_doubt=True, is_syncing=True,
)  # fmt: skip
# What is shown first of all that, and what must be taken away so that the next one shows.
IN_TURN: tuple[tuple[LampState, dict[str, object]], ...] = (
    (LampState.FAULT, {"is_serving": True}),
    (LampState.NEEDS_PERSON, {"is_printer_in_trouble": False}),
    (LampState.PRINTING, {"is_printing": False}),
    (LampState.PRINTED, {"printed_s": None}),
    (LampState.UNLOCKED, {"is_open": False}),
    (LampState.OUTAGE, {"is_outage": False}),
    (LampState.NEEDS_PERSON, {"is_copy_in_doubt": False}),
    (LampState.SYNCING, {"is_syncing": False}),
)


@pytest.mark.parametrize("state", ALONE)
def test_each_thing_alone_has_its_own_state(state: LampState) -> None:
    assert lamp_state(ALONE[state]) is state


def test_of_all_at_once_the_gravest_is_shown_and_then_the_next() -> None:
    facts, shown = EVERYTHING, []
    for _, gone in IN_TURN:
        shown.append(lamp_state(facts))
        facts = replace(facts, **gone)  # type: ignore[arg-type]

    assert shown == [state for state, _ in IN_TURN] == [state for state, _ in LADDER]
    assert lamp_state(facts) is LampState.WELL


def test_box_without_a_copy_cannot_be_used() -> None:
    assert lamp_state(LampFacts(has_copy=False)) is LampState.FAULT


@pytest.mark.parametrize(
    ("busy", "state"),
    [
        ({"is_outage": True}, LampState.OUTAGE),
        ({"is_open": True, "is_by_person": True}, LampState.UNLOCKED),
        ({"is_printing": True}, LampState.PRINTING),
    ],
)
def test_old_copy_is_told_while_nobody_is_at_the_box_and_no_outage_is_on(busy, state) -> None:
    idle = LampFacts(is_copy_in_doubt=True)

    assert lamp_state(idle) is LampState.NEEDS_PERSON
    assert lamp_state(replace(idle, **busy)) is state


def test_printer_that_wants_a_person_is_told_in_an_outage_too() -> None:
    facts = LampFacts(is_printer_in_trouble=True, is_outage=True, is_printing=True)

    assert lamp_state(facts) is LampState.NEEDS_PERSON


def test_what_the_hub_holds_open_on_an_ordinary_day_is_well() -> None:
    assert lamp_state(LampFacts(is_open=True)) is LampState.WELL
    assert lamp_state(LampFacts(is_open=True, is_outage=True)) is LampState.UNLOCKED


@pytest.mark.parametrize(
    ("printed_s", "state"),
    [(9.9, LampState.PRINTED), (10.0, LampState.WELL), (-1.0, LampState.WELL)],
)
def test_paper_that_is_there_is_told_for_ten_seconds(printed_s, state) -> None:
    assert lamp_state(LampFacts(printed_s=printed_s)) is state


def test_lights_are_those_of_the_design() -> None:
    assert {state: (state.colour, state.rhythm) for state in LampState} == {
        LampState.FAULT: (Colour.RED, FLASH_2_HZ),
        LampState.NEEDS_PERSON: (Colour.YELLOW, FLASH_HALF_HZ),
        LampState.PRINTING: (Colour.WHITE, PULSE),
        LampState.PRINTED: (Colour.GREEN, STEADY),
        LampState.UNLOCKED: (Colour.BLUE, STEADY),
        LampState.OUTAGE: (Colour.BLUE, BREATHING),
        LampState.SYNCING: (Colour.WHITE, SLOW_BREATHING),
        LampState.WELL: (Colour.GREEN, DIM),
    }


def test_command_line_and_screens_say_the_same_in_english() -> None:
    catalogue = read_catalogue()

    for state in LampState:
        found = catalogue.get(state.sentence)
        assert found is not None
        assert found.string == state.in_english
