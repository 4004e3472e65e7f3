"""The panel as systemd sees it: a process that looks, shows, and ends when it is told to."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from appliance.health.lamp_state import LampState
from appliance.panel.program import show_until
from tests.appliance.commands.settings_file import SETTINGS
from tests.waiting import eventually

LAMP = "[panel]\nlamp = [17, 27, 22]\n"
MOCK = {"GPIOZERO_PIN_FACTORY": "mock", "GPIOZERO_MOCK_PIN_CLASS": "mockpwmpin"}
# What it says of a box whose keeper is down.
FAULT = "lamp: Red, flashing fast: the box cannot be used. (fault)"


@contextmanager
def panel_process(folder, settings: str = LAMP, **environment: str):
    """Run `nodboks panel`; what it says is in `panel.log`."""
    (folder / "box.toml").write_text(SETTINGS + settings)
    command = [sys.executable, "-m", "appliance", "panel", "--config", str(folder / "box.toml")]
    with (folder / "panel.log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, env={**os.environ, **environment})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(folder) -> str:
    return (folder / "panel.log").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_panel_of_a_box_whose_keeper_is_down_shows_the_fault_and_ends_well(tmp_path, number):
    with panel_process(tmp_path, **MOCK) as process:
        eventually(lambda: FAULT in said(tmp_path))
        process.send_signal(number)

        assert process.wait(timeout=30) == 0
    assert said(tmp_path) == f"nodboks.panel: {FAULT}\n"


@pytest.mark.slow
def test_panel_without_pins_says_so_once_and_goes_on(tmp_path):
    with panel_process(tmp_path, GPIOZERO_PIN_FACTORY="nothing-there") as process:
        eventually(lambda: FAULT in said(tmp_path))
        process.terminate()

        assert process.wait(timeout=30) == 0
    assert said(tmp_path).count("no lamp: the pins cannot be used: BadPinFactory") == 1


@pytest.mark.slow
def test_panel_of_a_box_without_a_lamp_says_so_and_ends(tmp_path):
    with panel_process(tmp_path, settings="") as process:
        assert process.wait(timeout=30) == 0

    assert "no lamp: box.toml names no pins" in said(tmp_path)


class Rounds:
    """A reading and a lamp in one that stop after so many rounds; the pins refuse in the first."""

    def __init__(self, stop: threading.Event, rounds: int) -> None:
        self.stop, self.rounds = stop, rounds
        self.shown: list[LampState] = []

    def state(self) -> LampState:
        self.rounds -= 1
        if self.rounds == 0:
            self.stop.set()
        return LampState.WELL

    def show(self, state: LampState) -> None:
        self.shown.append(state)
        if len(self.shown) == 1:
            raise OSError("the pins are busy")


def test_fault_nobody_foresaw_ends_its_round_and_not_the_program(monkeypatch, caplog):
    monkeypatch.setattr("appliance.panel.program._LOOK_EVERY_S", 0.01)
    stop = threading.Event()
    rounds = Rounds(stop, 3)

    show_until(stop, rounds, rounds)

    assert rounds.shown == [LampState.WELL] * 3
    assert caplog.text.count("showing it on the lamp: OSError") == 1
