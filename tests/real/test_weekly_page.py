"""The weekly test page through a real print service under the box's own configuration."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.config import BoxConfig, parse_config
from appliance.health.printer_test import read_test
from appliance.paper.output import printer_from
from appliance.printing.printer_test import PrinterTester
from printers.models import JobStage
from tests.real.job_steps import NEEDS_CUPS
from tests.real.test_production_cups import under_production
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.lab_tools import wait_until

pytestmark = NEEDS_CUPS


@pytest.fixture
def lab() -> Iterator[CupsLab]:
    made = CupsLab()
    under_production(made)
    with made:
        yield made


@pytest.fixture
def config(lab: CupsLab, tmp_path: Path) -> BoxConfig:
    raw = {
        "box": {"id": "boks-1", "name": "Plejecenter Lindehuset", "state_dir": "state"},
        "hub": {"url": "http://127.0.0.1:9"},
        "printer": {"kind": "cups", "cups_socket": lab.socket},
    }
    return parse_config(raw, "box.toml", tmp_path)


@pytest.fixture
def clock() -> HeldClock:
    """Hold a Tuesday at 10.00 in Denmark."""
    return HeldClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


@pytest.fixture
def tester(config: BoxConfig, clock: HeldClock) -> PrinterTester:
    return PrinterTester(config, printer_from(config.printer), clock)


def stage_after_turn(tester: PrinterTester) -> JobStage | None:
    tester.take_turn()
    return None if tester.last is None else tester.last.stage


def test_the_page_comes_out_once_and_its_fate_is_kept(
    tester: PrinterTester, config: BoxConfig, eve: LabPrinter, clock: HeldClock
) -> None:
    wait_until(lambda: stage_after_turn(tester) is JobStage.DONE, "the page")
    clock.move(timedelta(hours=2))
    tester.take_turn()

    (words,) = eve.words()
    last = read_test(config.box.state_dir)
    assert last is not None
    assert f"Udskrift {last.serial}" in words
    assert "Linje 1 af 12" in words
    assert (last.pages_out, last.problem) == (1, "")


def test_a_printer_that_was_off_at_ten_prints_when_it_is_mended(
    tester: PrinterTester, eve: LabPrinter, clock: HeldClock
) -> None:
    eve.unplug()
    off = stage_after_turn(tester)
    eve.plug_in()
    too_soon = stage_after_turn(tester)
    clock.move(timedelta(hours=1))

    wait_until(lambda: stage_after_turn(tester) is JobStage.DONE, "the page")

    assert (off, too_soon) == (JobStage.FAILED, JobStage.FAILED)
    assert len(eve.words()) == 1


def test_a_jammed_page_is_gone_from_the_printer_before_the_night(
    tester: PrinterTester, lab: CupsLab, eve: LabPrinter, clock: HeldClock
) -> None:
    eve.set("jam_at", 1)
    wait_until(lambda: stage_after_turn(tester) is JobStage.BLOCKED, "the jam")
    clock.move(timedelta(minutes=10))

    given_up = stage_after_turn(tester)
    eve.cure("jam_at")

    assert given_up is JobStage.CANCELLED
    wait_until(lambda: list(lab.spool.glob("d*")) == [], "an empty spool")
