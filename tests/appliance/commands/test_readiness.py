"""`nodboks readiness` on a box nobody has prepared, and on one that is open."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli import nodboks
from appliance.clock import HeldClock
from appliance.config import BoxConfig
from tests.simulators.box_people import personal_words
from tests.simulators.box_state import (
    SimulatedKeeper,
    config_in,
    new_ram_folder,
    remove_ram_folder,
    settings_file,
    town_of,
)


@pytest.fixture
def config(tmp_path: Path) -> Iterator[BoxConfig]:
    ram = new_ram_folder()
    yield config_in(tmp_path, ram)
    remove_ram_folder(ram)


def run(config: BoxConfig, *words: str) -> Result:
    command = ["readiness", "--config", str(settings_file(config)), *words]
    return CliRunner().invoke(nodboks, command, standalone_mode=False)


def test_what_is_red_is_said_and_the_exit_code_says_so(config: BoxConfig) -> None:
    done = run(config)

    assert done.return_value == 1
    said = "readiness: red: Øvelse: Der er ikke holdt nogen øvelse på denne boks."
    assert said in done.output
    assert "readiness: the whole is red" in done.output


def test_json_holds_every_line_and_the_light_of_the_whole(config: BoxConfig) -> None:
    told = json.loads(run(config, "--json").output)

    assert (told["format"], told["box"], told["light"]) == ("nodboks-readiness", "box-17", "red")
    assert {"drill", "test_page", "printer", "proof", "keys", "plan", "clock"} <= {
        line["name"] for line in told["lines"]
    }


def test_the_page_of_an_open_box_names_no_citizen(
    config: BoxConfig, clock: HeldClock, tmp_path: Path
) -> None:
    SimulatedKeeper(config.records_dir, town_of(clock.now()), clock).open()
    page = tmp_path / "readiness.html"

    run(config, "--html", str(page))

    text = page.read_text(encoding="utf-8")
    assert "Kopi: Medicin" in text
    assert [word for word in personal_words() if word in text] == []
