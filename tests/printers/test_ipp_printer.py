"""What IppPrinter does with a real printer program is in tests/real/."""

import pytest

from printers.errors import (
    JobRefusedError,
    JobUnknownError,
    PrinterBusyError,
    PrinterError,
    PrinterNeedsHelpError,
    PrinterUnreachableError,
    WrongMediaError,
)
from printers.ipp.codes import JobStatus, Operation
from printers.ipp.message import decode
from printers.ipp_printer import IppPrinter, take_up
from printers.models import JobHandle, JobStage, PrintJob
from printers.reasons import PrinterReason
from tests.simulators.ipp_stranger import HANG_UP, SILENCE, Answer, IppStranger, ok, reply
from tests.simulators.ipp_words import HEALTHY, job_group

JOB = PrintJob("7F3A", b"%PDF-1.7", 2)
YES = reply()
NO_JOBS = [reply(), reply()]
READY = [reply(HEALTHY), YES, *NO_JOBS]
HANDLE = JobHandle("7F3A", 2, 4, "urn:uuid:4#30", is_direct=True)


def printer(stranger: IppStranger) -> IppPrinter:
    return IppPrinter(stranger.uri, stranger.patience)


def asked(stranger: IppStranger) -> list[int]:
    return [decode(request).code for request in stranger.requests]


def test_handle_tells_the_way_and_what_the_job_is_at_the_printer() -> None:
    with IppStranger([*READY, reply(job_group(4)), reply(job_group(4))]) as stranger:
        handle = printer(stranger).submit(JOB)

    assert handle == JobHandle(
        "7F3A", 2, 4, "urn:uuid:4#30", device_uri=stranger.uri, is_direct=True
    )


def test_printer_that_does_not_describe_its_job_has_taken_it_all_the_same() -> None:
    with IppStranger([*READY, reply(job_group(4)), SILENCE]) as stranger:
        handle = printer(stranger).submit(JOB)

    assert (handle.number, handle.uuid) == (4, "")


def test_printer_that_cannot_validate_is_sent_the_job() -> None:
    cannot = reply(code=0x0501)
    answers = [reply(HEALTHY), cannot, *NO_JOBS, reply(job_group(4)), reply(job_group(4))]

    with IppStranger(answers) as stranger:
        assert printer(stranger).submit(JOB).number == 4


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([SILENCE], PrinterBusyError),
        ([HANG_UP, HANG_UP], PrinterUnreachableError),
        ([ok(b"<html>")], PrinterNeedsHelpError),
        ([reply(HEALTHY), reply(code=0x040B)], WrongMediaError),
        ([reply(HEALTHY), SILENCE], PrinterBusyError),
        ([*READY, reply(code=0x0400)], JobRefusedError),
        ([*READY, reply(code=0x0507), reply(HEALTHY), *NO_JOBS], PrinterBusyError),
        ([*READY, HANG_UP, reply(HEALTHY), *NO_JOBS], PrinterUnreachableError),
        ([*READY, HANG_UP, HANG_UP, HANG_UP], PrinterUnreachableError),
        ([*READY, SILENCE, SILENCE], PrinterBusyError),
    ],
)
def test_job_that_was_not_taken_is_named(answers: list[Answer], kind: type[PrinterError]) -> None:
    with IppStranger(answers) as stranger, pytest.raises(kind):
        printer(stranger).submit(JOB)

    assert asked(stranger).count(Operation.PRINT_JOB) <= 1


@pytest.mark.parametrize("broken", [HANG_UP, SILENCE, ok(b"half an ans")])
def test_job_the_printer_took_before_the_line_broke_is_not_sent_again(broken: Answer) -> None:
    there = [reply(HEALTHY), reply(job_group(5)), reply(job_group(4, "OTHER"))]

    with IppStranger([*READY, broken, *there, reply(job_group(5))]) as stranger:
        handle = printer(stranger).submit(JOB)

    assert handle.number == 5
    assert asked(stranger).count(Operation.PRINT_JOB) == 1


def test_job_somebody_would_have_to_release_is_stopped_and_called_so() -> None:
    held = job_group(4, status=JobStatus.HELD)
    reasons = next(each for each in held.attributes if each.name == "job-state-reasons")
    waiting_for_a_code = type(reasons)(
        reasons.name, (type(reasons.values[0])(reasons.values[0].tag, "job-password-wait"),)
    )
    others = tuple(each for each in held.attributes if each is not reasons)
    asks_for_a_code = reply(type(held)(held.tag, (*others, waiting_for_a_code)))

    with IppStranger([reply(HEALTHY), asks_for_a_code, YES]) as stranger:
        state = printer(stranger).job_state(HANDLE)

    assert (state.stage, state.reason) == (JobStage.FAILED, PrinterReason.HELD)
    assert asked(stranger)[-1] == Operation.CANCEL_JOB


def test_job_is_stopped_where_the_printer_still_knows_it() -> None:
    with IppStranger([reply(HEALTHY), reply(job_group(4)), YES]) as stranger:
        printer(stranger).cancel(HANDLE)

    assert asked(stranger)[-1] == Operation.CANCEL_JOB


def test_job_that_is_over_needs_no_stopping() -> None:
    over = reply(code=0x0404)

    with IppStranger([reply(HEALTHY), reply(job_group(4)), over]) as stranger:
        printer(stranger).cancel(HANDLE)

    assert asked(stranger)[-1] == Operation.CANCEL_JOB


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([reply(HEALTHY), reply(code=0x0406)], JobUnknownError),
        ([reply(HEALTHY), reply(job_group(4, "8A00"))], JobUnknownError),
        ([SILENCE], PrinterBusyError),
        ([HANG_UP, HANG_UP], PrinterUnreachableError),
        ([reply(HEALTHY), reply(job_group(4)), reply(code=0x0403)], JobRefusedError),
        ([ok(b"<html>")], PrinterNeedsHelpError),
    ],
)
def test_job_that_cannot_be_stopped_is_named(
    answers: list[Answer], kind: type[PrinterError]
) -> None:
    with IppStranger(answers) as stranger, pytest.raises(kind):
        printer(stranger).cancel(HANDLE)


def test_job_of_the_print_service_is_taken_up_at_the_printer() -> None:
    through_cups = JobHandle("7F3A", 2, 71, "urn:uuid:of-cups", device_jobs_before=3)

    with IppStranger([reply(HEALTHY), reply(job_group(4)), reply()]) as stranger:
        found = take_up(through_cups, stranger.uri)

    assert found is not None
    own = found[1]
    assert (own.number, own.uuid, own.is_direct) == (4, "urn:uuid:4#30", True)
    assert (own.print_id, own.device_uri) == ("7F3A", stranger.uri)


def test_nothing_is_taken_up_where_the_printer_has_no_such_job() -> None:
    with IppStranger([reply(HEALTHY), reply(job_group(4, "8A00")), reply()]) as stranger:
        assert take_up(JobHandle("7F3A", 2, 71, "urn:uuid:of-cups"), stranger.uri) is None


@pytest.mark.parametrize("uri", ["", "usb://Brother/HL-L2375DW", "ipps://eve/ipp/print"])
def test_nothing_is_taken_up_from_a_printer_that_cannot_be_asked(uri: str) -> None:
    assert take_up(HANDLE, uri) is None


def test_nothing_is_taken_up_from_what_speaks_no_ipp() -> None:
    with IppStranger([ok(b"<html>")]) as stranger:
        assert take_up(HANDLE, stranger.uri) is None


def test_silence_is_no_proof_that_the_printer_has_no_such_job() -> None:
    with IppStranger([HANG_UP, HANG_UP]) as stranger, pytest.raises(PrinterUnreachableError):
        take_up(HANDLE, stranger.uri)


@pytest.mark.parametrize(
    ("status", "is_taken"),
    [
        (JobStatus.PENDING, True),
        (JobStatus.PROCESSING, True),
        (JobStatus.COMPLETED, True),
        (JobStatus.ABORTED, False),
        (JobStatus.CANCELLED, False),
    ],
)
def test_job_is_sent_again_only_where_the_printer_gave_it_up(
    status: JobStatus, *, is_taken: bool
) -> None:
    mine = job_group(4, status=status, counted=2)

    is_over = status >= JobStatus.CANCELLED
    listed = [reply(), reply(mine)] if is_over else [reply(mine)]

    with IppStranger([reply(HEALTHY), *listed, reply(HEALTHY), reply(mine)]) as there:
        assert (printer(there).taken(JOB, above=3) is not None) is is_taken


@pytest.mark.parametrize("listed", [reply(), reply(job_group(3)), reply(job_group(9, "8A00"))])
def test_job_the_printer_has_not_seen_since_may_be_sent(listed: Answer) -> None:
    with IppStranger([reply(HEALTHY), listed, reply()]) as stranger:
        assert printer(stranger).taken(JOB, above=3) is None


def test_address_of_another_kind_is_unreachable() -> None:
    with pytest.raises(PrinterUnreachableError, match="usb:"):
        IppPrinter("usb://Brother/HL-L2375DW")


def test_printer_tells_how_it_is() -> None:
    with IppStranger([reply(HEALTHY)]) as stranger:
        state = printer(stranger).state()

    assert (state.is_ready, state.reasons, state.can_duplex) == (True, (), False)
