"""Run the panel: every second, look how the box is and show it on the lamp.

Only the lamp; button, buzzer and display are not built. Stops on SIGTERM, and puts the lamp out. A
fault nobody foresaw ends its round, never the program. Started by `nodboks panel`.
"""

import logging
import signal
import threading
from contextlib import closing

from appliance.attempts import Lasting
from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.health.lamp_reading import LampReading
from appliance.notify import notify_alive, notify_ready, notify_stopping
from appliance.panel.lamp import Lamp, lamp_on

_LOG = logging.getLogger("nodboks.panel")
_LOOK_EVERY_S = 1.0


def run_panel(config: BoxConfig, clock: JudgedClock) -> None:
    """Show how the box is until SIGTERM or SIGINT; a box without a lamp has nothing to show."""
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    if not config.panel.lamp:
        _LOG.info("no lamp: box.toml names no pins ([panel], lamp)")
        notify_ready()
        return
    with closing(lamp_on(config.panel)) as lamp:
        notify_ready()
        show_until(stop, lamp, LampReading(config, clock))
        notify_stopping()


def show_until(stop: threading.Event, lamp: Lamp, reading: LampReading) -> None:
    """Look and show, round after round."""
    showing = Lasting(_LOG, "showing it on the lamp")
    while not stop.is_set():
        showing.do(lambda: lamp.show(reading.state()), None)
        notify_alive()
        stop.wait(_LOOK_EVERY_S)
