"""A printer that talks to one caller at a time is busy with somebody else, not gone."""

from collections.abc import Iterator

import pytest

from printers.cups_or_ipp_printer import CupsOrIppPrinter
from printers.cups_printer import CupsPrinter, add_everywhere_queue, connect
from printers.errors import PrinterBusyError
from printers.ipp.transport import Patience
from printers.ipp_printer import IppPrinter
from printers.models import JobStage, JobState
from printers.reasons import PrinterReason
from tests.real.job_steps import NEEDS_CUPS, QUEUE, job, wait_until_over, words
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.one_line import OneLine

pytestmark = NEEDS_CUPS


@pytest.fixture
def eve(lab: CupsLab) -> LabPrinter:
    return lab.add_printer("eve", "-2")


@pytest.fixture
def door(lab: CupsLab, eve: LabPrinter) -> Iterator[OneLine]:
    with OneLine(eve.port) as opened:
        add_everywhere_queue(connect(lab.socket), QUEUE, opened.uri)
        yield opened


def test_job_is_handed_over_and_followed_while_somebody_else_has_the_line(
    lab: CupsLab, eve: LabPrinter, door: OneLine
) -> None:
    printer = CupsOrIppPrinter(CupsPrinter(QUEUE, lab.socket))

    with door.occupy():
        state = printer.state()
        handle = printer.submit(job(3))
        waiting = printer.job_state(handle)

    assert state.is_ready
    assert waiting.reason is not PrinterReason.UNREACHABLE
    assert not waiting.stage.is_over
    assert wait_until_over(printer, handle) == JobState(JobStage.DONE, 3)
    assert eve.words() == words(3)


def test_straight_job_is_refused_as_busy_and_goes_when_the_line_is_free(
    eve: LabPrinter, door: OneLine
) -> None:
    printer = IppPrinter(door.uri, Patience(answer_s=1))

    with door.occupy(), pytest.raises(PrinterBusyError):
        printer.submit(job(2))
    said = printer.state()
    patient = IppPrinter(door.uri)
    handle = patient.submit(job(2))

    assert (said.is_ready, said.reasons) == (False, (PrinterReason.BUSY,))
    assert wait_until_over(patient, handle) == JobState(JobStage.DONE, 2)
    assert eve.words() == words(2)


def test_printer_that_turns_callers_away_is_busy_while_this_machine_talks_to_it(
    lab: CupsLab, door: OneLine
) -> None:
    printer = CupsOrIppPrinter(CupsPrinter(QUEUE, lab.socket))
    door.is_rude = True

    with door.occupy():
        straight = IppPrinter(door.uri).state()
        through = printer.state()
        waiting = printer.job_state(printer.submit(job(1)))

    assert straight.reasons == (PrinterReason.BUSY,)
    assert through.is_ready
    assert PrinterReason.UNREACHABLE not in (*through.reasons, waiting.reason)
    assert not waiting.stage.is_over


def test_printer_behind_the_door_that_goes_away_is_still_missed(
    lab: CupsLab, eve: LabPrinter, door: OneLine
) -> None:
    assert door.uri
    printer = CupsOrIppPrinter(CupsPrinter(QUEUE, lab.socket))
    assert printer.state().is_ready

    eve.unplug()

    assert printer.state().reasons == (PrinterReason.UNREACHABLE,)
