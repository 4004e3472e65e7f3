"""A night seen from the corridor: what the lamp of a whole box shows, and when it changes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.demo.night import Stage, staged, wait_for_keeper
from appliance.demo.processes import Programs, programs_running, run_program
from tests.journeys.staged_box import free_port
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@contextmanager
def box_with_a_lamp(out: Path) -> Iterator[tuple[Stage, Programs]]:
    """Run keeper, web and panel of a box that has no copy yet."""
    with staged(out, free_port(), SystemClock()) as stage:
        with stage.config_path.open("a", encoding="utf-8") as settings:
            settings.write("\n[panel]\nlamp = [17, 27, 22]\n")
        names = ("keeper", "web", "panel")
        with programs_running(stage.config_path, stage.logs, *names) as programs:
            yield stage, programs


def shown(stage: Stage) -> list[str]:
    """Return every state the lamp has shown, in turn."""
    log = (stage.logs / "panel.log").read_text(encoding="utf-8")
    return re.findall(r"lamp: .* \(([^)]+)\)$", log, re.MULTILINE)


def test_lamp_follows_the_night_from_no_copy_to_paper_and_tells_that_the_keeper_died(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    monkeypatch.setenv("GPIOZERO_MOCK_PIN_CLASS", "mockpwmpin")
    with box_with_a_lamp(tmp_path / "demo") as (stage, programs):
        eventually(lambda: shown(stage) == ["fault"])
        settings = ("--config", str(stage.config_path))
        keeper = wait_for_keeper(stage.config)
        run_program("appliance", "sync", *settings)
        eventually(lambda: shown(stage)[-1] in ("all is well", "needs a person"))
        keeper.unlock(stage.card_code)
        unit = next(iter(stage.town.units)).unit.name
        run_program("appliance", "print", "pack", unit, "--by", "AHO", *settings)
        eventually(lambda: shown(stage)[-1] == "printed")
        dead = programs.running.pop("keeper")  # nothing starts this one again
        dead.kill()
        dead.wait(10)
        eventually(lambda: shown(stage)[-1] == "fault")

    states = [state for state in shown(stage) if state not in ("syncing", "unlocked")]
    assert states[0] == "fault"
    assert states[-3:] == ["printing", "printed", "fault"]
