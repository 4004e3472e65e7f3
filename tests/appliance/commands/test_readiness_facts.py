"""What a box knows of its own readiness: locked, open, silent, with a broken disk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.commands.readiness_facts import gather, last_drill
from appliance.config import BoxConfig
from appliance.outage.journal import Beginning, box_journal
from appliance.outage.report_shelf import ReportShelf
from appliance.plan.shipped import shipped_plan
from appliance.records.alerts import SECTION_NAMES
from appliance.records.terms import Section
from printers.examination import Surroundings
from tests.simulators.box_state import (
    SimulatedKeeper,
    config_in,
    new_ram_folder,
    remove_ram_folder,
    town_of,
)


@pytest.fixture
def config(tmp_path: Path) -> Iterator[BoxConfig]:
    ram = new_ram_folder()
    yield config_in(tmp_path, ram)
    remove_ram_folder(ram)


def test_a_bare_box_whose_keeper_is_silent_is_told_as_it_is(
    config: BoxConfig, clock: HeldClock
) -> None:
    facts = gather(config, clock, Surroundings())

    assert (facts.drill, facts.test, facts.proof, facts.copied_at) == (None, None, None, None)
    assert (facts.sections, facts.slots, facts.prints_on_paper) == (None, None, False)


def test_an_open_box_tells_how_old_each_section_is(config: BoxConfig, clock: HeldClock) -> None:
    SimulatedKeeper(config.records_dir, town_of(clock.now()), clock).open()

    facts = gather(config, clock, Surroundings())

    assert facts.sections is not None
    assert [each.section for each in facts.sections] == list(SECTION_NAMES)
    medication = next(each for each in facts.sections if each.section is Section.MEDICATION)
    assert medication.is_delivered
    assert medication.as_of is not None


def test_the_last_drill_counts_whatever_outages_came_after(
    config: BoxConfig, clock: HeldClock
) -> None:
    journal = box_journal(config, clock)
    for is_drill in (True, False):
        journal.begin(Beginning("AB", is_drill=is_drill))
        clock.move(timedelta(minutes=5))
        journal.end("AB")

    drill = gather(config, clock, Surroundings()).drill

    assert drill is not None
    assert (drill.number, drill.is_drill) == (1, True)


def test_reports_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    (tmp_path / "0001.jsonl").mkdir()

    assert last_drill(ReportShelf(tmp_path, shipped_plan())) is None
