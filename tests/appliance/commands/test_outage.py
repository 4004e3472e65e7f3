"""`nodboks outage report` over a box that has held a drill, and one that has not."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli import nodboks
from appliance.clock import HeldClock
from appliance.config import BoxConfig
from appliance.outage.events import Happening, Kind
from appliance.outage.journal import Beginning, OutageJournal
from tests.simulators.box_state import config_in, settings_file


@pytest.fixture
def config(tmp_path: Path) -> BoxConfig:
    return config_in(tmp_path, tmp_path / "ram")


@pytest.fixture
def box_toml(config: BoxConfig) -> Path:
    return settings_file(config)


@pytest.fixture
def journal(config: BoxConfig, clock: HeldClock) -> OutageJournal:
    return OutageJournal(config.box.state_dir / "outage", clock, "aaaa1111")


def run(box_toml: Path, *words: str) -> Result:
    return CliRunner().invoke(nodboks, ["outage", "report", "--config", str(box_toml), *words])


def hold(journal: OutageJournal, *, is_drill: bool = True) -> None:
    journal.begin(Beginning("BKR", is_drill=is_drill))
    journal.write(Happening(Kind.STEP, "AHO", about="ring-it", name="Ring til IT-vagten."))
    journal.end("CD")


def test_the_last_report_is_told_point_by_point(box_toml: Path, journal: OutageJournal) -> None:
    hold(journal)

    done = run(box_toml)

    assert done.exit_code == 0
    assert "drill 1: began 2026-11-23T02:00:00Z, lasted 0 min., 1 of 5 points done" in done.output
    assert "point: Ring til IT-vagten. (AHO, after 0 min.)" in done.output
    assert "point: NOT DONE: Ring til brand og redning." in done.output


def test_a_report_is_json_for_a_program(box_toml: Path, journal: OutageJournal) -> None:
    hold(journal)
    hold(journal, is_drill=False)

    told = json.loads(run(box_toml, "--drill", "1", "--json").output)
    every = json.loads(run(box_toml, "--list", "--json").output)

    assert (told["number"], told["is_drill"], told["held_by"]) == (1, True, "BKR")
    assert [each["number"] for each in every] == [2, 1]


def test_where_there_is_none_the_exit_code_says_so(box_toml: Path, journal: OutageJournal) -> None:
    none = run(box_toml)
    hold(journal)
    unknown = run(box_toml, "--number", "7")

    assert (none.exit_code, unknown.exit_code) == (1, 1)
    assert "no such report" in unknown.output
