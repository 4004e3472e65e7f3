"""Drive the lamp of the box: one RGB LED ring on three pins, through gpiozero.

The only importer of gpiozero. The rhythm runs in gpiozero's own thread and is touched only when the
state changes, so that nothing flickers. A machine without pins, or without the library, has no lamp
and says so once; nothing else of the box waits for it. Called by `program.py`.
"""

import logging
import warnings
from typing import Any

from appliance.attempts import Failed, attempt
from appliance.health.lamp_state import LampState
from appliance.panel_settings import PanelSection
from appliance.quiet_log import kind_and_place

try:
    import gpiozero
except ImportError:  # an optional extra: a laptop has no pins
    gpiozero = None

_LOG = logging.getLogger("nodboks.panel")


class Lamp:
    """The lamp, or the place where one would be."""

    def __init__(self, led: Any | None) -> None:
        self._led = led
        self._shown: LampState | None = None

    def show(self, state: LampState) -> None:
        """Show a state from now on; one that is shown already goes on undisturbed."""
        if state is self._shown:
            return
        if self._led is not None:
            _light(self._led, state)
        # Last: what the pins refused is tried again in the next round.
        self._shown = state
        _LOG.info("lamp: %s (%s)", state.in_english, state.value)

    def close(self) -> None:
        """Put it out, and let go of the pins."""
        if self._led is not None:
            self._led.off()
            self._led.close()


def lamp_on(panel: PanelSection) -> Lamp:
    """Return the lamp on these pins, dark; without pins one that nobody sees."""
    if gpiozero is None:
        _LOG.warning("no lamp: gpiozero is not installed (pip install 'nodboks[gpio]')")
        return Lamp(None)
    led = attempt(lambda: _led_on(panel))
    if isinstance(led, Failed):
        _LOG.warning("no lamp: the pins cannot be used: %s", kind_and_place(led.error))
        return Lamp(None)
    return Lamp(led)


def _led_on(panel: PanelSection) -> Any:
    with warnings.catch_warnings():
        # It warns of every way to the pins it tried; what counts is whether one of them led there.
        warnings.simplefilter("ignore")
        return gpiozero.RGBLED(*panel.lamp, active_high=panel.active_high)


def _light(led: Any, state: LampState) -> None:
    rhythm = state.rhythm
    red, green, blue = (part * rhythm.level for part in state.colour.value)
    if rhythm.is_steady:
        led.color = (red, green, blue)
    else:
        led.blink(
            on_time=rhythm.on_s,
            off_time=rhythm.off_s,
            fade_in_time=rhythm.grow_s,
            fade_out_time=rhythm.fade_s,
            on_color=(red, green, blue),
        )
