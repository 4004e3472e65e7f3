"""A cupsd of its own, a simulated printer and a queue for each test that asks."""

from collections.abc import Iterator

import pytest

from printers.cups_printer import CupsPrinter
from tests.real.job_steps import QUEUE
from tests.simulators.cups_lab import CupsLab, LabPrinter


@pytest.fixture
def lab() -> Iterator[CupsLab]:
    with CupsLab() as running:
        yield running


@pytest.fixture
def eve(lab: CupsLab) -> LabPrinter:
    printer = lab.add_printer("eve", "-2")
    lab.queue(QUEUE, printer)
    return printer


@pytest.fixture
def printer(lab: CupsLab, eve: LabPrinter) -> CupsPrinter:
    assert eve.name in lab.printers
    return CupsPrinter(QUEUE, lab.socket)
