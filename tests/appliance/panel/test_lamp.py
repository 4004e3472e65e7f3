"""The lamp on mock pins: what stands on them over time, for every state."""

import logging
import time
from itertools import accumulate, pairwise

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from appliance.health.lamp_state import LampState
from appliance.panel import lamp as lamp_module
from appliance.panel.lamp import lamp_on
from appliance.panel_settings import PanelSection

PINS = (17, 27, 22)
PANEL = PanelSection(PINS)
# Longer than the slowest rhythm is from dark to dark.
WATCHED_S = 6.6
# How often each comes up to its full light in that time; the last one may be just begun.
TIMES_UP = {
    LampState.FAULT: 13,  # twice a second
    LampState.NEEDS_PERSON: 3.3,  # every two seconds
    LampState.PRINTING: 6.6,
    LampState.OUTAGE: 1.6,
    LampState.SYNCING: 1.1,
}
FADES = (LampState.PRINTING, LampState.OUTAGE, LampState.SYNCING)


@pytest.fixture
def pins():
    """Mock pins that can dim; whatever a test lit is let go of after it."""
    before = gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory = MockFactory(pin_class=MockPWMPin)
    yield gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory = before


@pytest.fixture(scope="module")
def watched():
    """Light eight lamps at once, each by pins of its own, and note what each pin did."""
    before, lamps, factories = gpiozero.Device.pin_factory, [], {}
    for state in LampState:
        factories[state] = gpiozero.Device.pin_factory = MockFactory(pin_class=MockPWMPin)
        lamps.append(lamp_on(PANEL))
        for number in PINS:
            factories[state].pin(f"GPIO{number}").clear_states()
        lamps[-1].show(state)
    time.sleep(WATCHED_S)
    seen = {state: [history(factory, number) for number in PINS]
            for state, factory in factories.items()}  # fmt: skip
    for lamp in lamps:
        lamp.close()
    gpiozero.Device.pin_factory = before
    return seen


def history(factory, number) -> list[tuple[float, float]]:
    """Return when a pin changed, in seconds, and to what."""
    states = list(factory.pin(f"GPIO{number}").states)
    return list(
        zip(accumulate(each.timestamp for each in states), (s.state for s in states), strict=True)
    )


def now(factory) -> tuple[float, ...]:
    return tuple(factory.pin(f"GPIO{number}").state for number in PINS)


def lit(seen) -> list[tuple[float, float]]:
    """Return the history of a pin that is lit; those that are lit all do the same."""
    return next(pin for pin in seen if max(level for _, level in pin) > 0)


@pytest.mark.slow
@pytest.mark.parametrize("state", LampState)
def test_lamp_shows_the_colour_of_the_state_and_no_other(watched, state) -> None:
    brightest = tuple(max(level for _, level in pin) for pin in watched[state])

    assert brightest == tuple(part * state.rhythm.level for part in state.colour.value)


@pytest.mark.slow
@pytest.mark.parametrize("state", [LampState.PRINTED, LampState.UNLOCKED, LampState.WELL])
def test_steady_light_is_lit_once_and_left_alone(watched, state) -> None:
    assert [len(pin) for pin in watched[state]] == [2 if part else 1 for part in state.colour.value]


@pytest.mark.slow
@pytest.mark.parametrize("state", TIMES_UP)
def test_light_comes_and_goes_in_the_rhythm_of_the_state(watched, state) -> None:
    levels = [level for _, level in lit(watched[state])]
    times_up = sum(before < 1 == after for before, after in pairwise(levels))

    # A machine that is busy makes it slower, never faster.
    assert TIMES_UP[state] * 0.6 <= times_up <= TIMES_UP[state] + 1
    assert 0.0 in levels[1:]


@pytest.mark.slow
@pytest.mark.parametrize("state", TIMES_UP)
def test_some_rhythms_fade_and_others_flash(watched, state) -> None:
    levels = {level for _, level in lit(watched[state])}

    assert (len(levels) > 5) is (state in FADES)
    assert levels >= {0.0, 1.0}


@pytest.mark.slow
def test_red_flashes_four_times_as_fast_as_yellow(watched) -> None:
    def on_s(state: LampState) -> list[float]:
        changes = lit(watched[state])
        return [after[0] - before[0] for before, after in pairwise(changes) if before[1] == 1]

    assert min(on_s(LampState.FAULT)) == pytest.approx(0.25, abs=0.1)
    assert min(on_s(LampState.NEEDS_PERSON)) == pytest.approx(1.0, abs=0.2)


def test_state_that_stays_is_not_touched_and_one_that_changes_is(pins) -> None:
    lamp = lamp_on(PANEL)
    lamp.show(LampState.OUTAGE)
    thread = lamp._led._blink_thread
    for _ in range(50):
        lamp.show(LampState.OUTAGE)

    assert lamp._led._blink_thread is thread
    lamp.show(LampState.UNLOCKED)
    assert now(pins) == (0.0, 0.0, 1.0)
    lamp.close()


def test_lamp_is_dark_before_the_first_state_and_after_the_end(pins) -> None:
    lamp = lamp_on(PANEL)
    before = now(pins)
    lamp.show(LampState.FAULT)
    lamp.close()

    assert before == (0.0, 0.0, 0.0)
    assert now(pins) == (0.0, 0.0, 0.0)
    time.sleep(0.6)
    assert now(pins) == (0.0, 0.0, 0.0)  # no thread goes on flashing


def test_lamp_that_lights_on_low_is_driven_the_other_way(pins) -> None:
    lamp = lamp_on(PanelSection(PINS, active_high=False))
    dark = now(pins)
    lamp.show(LampState.UNLOCKED)

    assert (dark, now(pins)) == ((1.0, 1.0, 1.0), (1.0, 1.0, 0.0))
    lamp.close()


def test_machine_without_pins_has_no_lamp_and_says_so_once(caplog) -> None:
    caplog.set_level(logging.INFO)
    gpiozero.Device.pin_factory = None

    lamp = lamp_on(PANEL)
    lamp.show(LampState.WELL)
    lamp.close()

    assert caplog.text.count("no lamp: the pins cannot be used: BadPinFactory") == 1
    assert "lamp: Green, dim: all is well. (all is well)" in caplog.text


def test_machine_without_the_library_has_no_lamp_and_says_so_once(monkeypatch, caplog) -> None:
    monkeypatch.setattr(lamp_module, "gpiozero", None)

    lamp_on(PANEL).show(LampState.FAULT)

    assert caplog.text.count("no lamp: gpiozero is not installed") == 1


def test_pin_that_refuses_is_tried_again_in_the_next_round(pins) -> None:
    lamp = lamp_on(PANEL)
    blue = pins.pin("GPIO22")
    blue.function = "input"  # as if another program had taken it
    with pytest.raises(gpiozero.PinSetInput):
        lamp.show(LampState.UNLOCKED)
    blue.function = "output"

    lamp.show(LampState.UNLOCKED)

    assert now(pins) == (0.0, 0.0, 1.0)
    lamp.close()
