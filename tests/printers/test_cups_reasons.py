from typing import Any

import pytest

from printers.cups_reasons import (
    HISTORY_LOST,
    endpoint,
    error_from_ipp,
    is_history_lost,
    job_options,
    job_state_from,
    printer_state_from,
    refusal,
)
from printers.errors import (
    FolderFullError,
    JobRefusedError,
    JobUnknownError,
    PrinterError,
    PrinterStoppedError,
    PrinterUnreachableError,
    PrintServiceDownError,
    QueueMissingError,
)
from printers.models import JobHandle, JobStage, JobState
from printers.reasons import PrinterReason

HANDLE = JobHandle("7F3A", pages=10, number=1, uuid="urn:uuid:mine")
BEGUN = 1_795_460_070


def queue(*keywords: str, **changed: Any) -> dict[str, Any]:
    """Describe an idle duplex printer as cupsd 2.4.2 does."""
    normal = {
        "device-uri": "ipp://localhost:60000/ipp/print",
        "media-supported": ["iso_a5_148x210mm", "iso_a4_210x297mm"],
        "printer-is-accepting-jobs": True,
        "printer-state": 3,
        "printer-state-reasons": list(keywords) or ["none"],
        "sides-supported": ["one-sided", "two-sided-long-edge"],
    }
    return {**normal, **{name.replace("_", "-"): value for name, value in changed.items()}}


def job(state: int, counted: int | None = 0, **changed: Any) -> dict[str, Any]:
    """Describe my job of ten pages as cupsd 2.4.2 does."""
    normal = {
        "job-impressions-completed": counted,
        "job-printer-state-message": "",
        "job-state": state,
        # What 2.4.2 says of nearly everything that is over.
        "job-state-reasons": "processing-to-stop-point",
        "job-uuid": HANDLE.uuid,
        "number-of-documents": 1,
        "time-at-processing": BEGUN,
    }
    return {**normal, **{name.replace("_", "-"): value for name, value in changed.items()}}


def stage_of(
    job_attributes: dict[str, Any], queue_attributes: dict[str, Any], *, is_reachable: bool = True
) -> tuple[JobStage, PrinterReason | None]:
    state = job_state_from(job_attributes, queue_attributes, HANDLE, is_reachable=is_reachable)
    return state.stage, state.reason


UNKNOWN = (JobStage.UNKNOWN, PrinterReason.JOB_UNKNOWN)
FAILED = (JobStage.FAILED, PrinterReason.JOB_ABORTED)


@pytest.mark.parametrize(
    ("job_attributes", "queue_attributes", "expected"),
    [
        (job(9, 10), queue(), (JobStage.DONE, None)),
        (job(9, 9), queue(), UNKNOWN),
        (job(9, 11), queue(), UNKNOWN),
        (job(9, None), queue(), UNKNOWN),
        (job(9, 10), queue(HISTORY_LOST), UNKNOWN),
        (job(9, 4), queue(HISTORY_LOST), UNKNOWN),
        (job(9, 10), queue("media-empty-warning"), (JobStage.DONE, None)),
        (job(8, 3), queue(), FAILED),
        (job(6, 0), queue(), FAILED),
        (job(7, 3), queue(), (JobStage.CANCELLED, None)),
        (job(7, 3, job_printer_state_message="Print job canceled at printer."), queue(), FAILED),
        (
            job(
                7, job_state_reasons=["job-canceled-by-user"], job_printer_state_message="Printing."
            ),
            queue(),
            (JobStage.CANCELLED, None),
        ),
        (job(4), queue(), (JobStage.FAILED, PrinterReason.HELD)),
        (job(3, time_at_processing=None), queue(), (JobStage.WAITING, None)),
        (
            job(3, time_at_processing=None),
            queue("media-jam-warning"),
            (JobStage.WAITING, PrinterReason.JAM),
        ),
        (job(3, time_at_processing=None, number_of_documents=0), queue(), (JobStage.WAITING, None)),
        (job(3, number_of_documents=0), queue(), UNKNOWN),
        (job(3), queue("paused", printer_state=5), (JobStage.BLOCKED, PrinterReason.STOPPED)),
        (job(5, 2), queue(printer_state=4), (JobStage.PRINTING, None)),
        (job(5, 2), queue("toner-low-warning"), (JobStage.PRINTING, None)),
        (job(5, 2), queue("media-empty-warning"), (JobStage.BLOCKED, PrinterReason.PAPER)),
        (
            job(5, 2),
            queue(printer_is_accepting_jobs=False),
            (JobStage.BLOCKED, PrinterReason.STOPPED),
        ),
        (job(5, 10, job_uuid="urn:uuid:another"), queue(), UNKNOWN),
    ],
)
def test_job_attributes_become_a_stage_and_a_reason(
    job_attributes: dict[str, Any],
    queue_attributes: dict[str, Any],
    expected: tuple[JobStage, PrinterReason | None],
) -> None:
    assert stage_of(job_attributes, queue_attributes) == expected


def test_unplugged_printer_is_seen_though_cups_says_printing() -> None:
    jammed = queue("media-jam-warning", printer_state=4)

    assert stage_of(job(5, 2), jammed, is_reachable=False) == (
        JobStage.BLOCKED,
        PrinterReason.UNREACHABLE,
    )


def test_pages_are_counted_while_the_job_is_under_way() -> None:
    state = job_state_from(job(5, 4), queue(), HANDLE, is_reachable=True)

    assert state == JobState(JobStage.PRINTING, 4)


def test_number_taken_over_by_another_job_tells_no_pages() -> None:
    other = job(9, 10, job_uuid="urn:uuid:another")

    assert job_state_from(other, queue(), HANDLE, is_reachable=True).pages_out is None


def test_mark_of_an_earlier_loss_does_not_discredit_a_later_job() -> None:
    marked = queue(HISTORY_LOST)
    later = JobHandle("8A00", 10, 2, "urn:uuid:mine", was_history_lost=is_history_lost(marked))

    state = job_state_from(job(9, 10), marked, later, is_reachable=True)

    assert state == JobState(JobStage.DONE, 10)


@pytest.mark.parametrize(
    ("queue_attributes", "is_reachable", "expected"),
    [
        (queue(), True, None),
        (queue("media-empty-warning", "media-jam-warning"), True, None),
        (queue(), False, PrinterReason.UNREACHABLE),
        (queue(printer_state=5), True, PrinterReason.STOPPED),
        (queue(printer_is_accepting_jobs=False), True, PrinterReason.STOPPED),
        (queue(media_supported=["na_letter_8.5x11in"]), True, PrinterReason.MEDIA),
        (queue(media_supported="iso_a4_210x297mm"), True, None),
    ],
)
def test_job_is_refused_only_when_it_would_be_in_vain(
    queue_attributes: dict[str, Any], *, is_reachable: bool, expected: PrinterReason | None
) -> None:
    assert refusal(queue_attributes, is_reachable=is_reachable) is expected


def test_queue_without_a_media_list_gets_the_benefit_of_the_doubt() -> None:
    old_driver = queue()
    del old_driver["media-supported"]

    assert refusal(old_driver, is_reachable=True) is None


def test_printer_without_paper_is_ready_and_says_so() -> None:
    state = printer_state_from(queue("media-empty-warning"), is_reachable=True)

    assert state.is_ready
    assert state.reasons == (PrinterReason.PAPER,)
    assert state.can_duplex


def test_refusal_is_the_first_reason_and_named_once() -> None:
    stopped = queue("paused", "toner-low-warning", printer_state=5)

    state = printer_state_from(stopped, is_reachable=True)

    assert not state.is_ready
    assert state.reasons == (PrinterReason.STOPPED, PrinterReason.TONER_LOW)


def test_letter_printer_does_not_accept_a4() -> None:
    letter = queue(media_supported=["na_letter_8.5x11in"])

    assert not printer_state_from(letter, is_reachable=True).accepts_a4


@pytest.mark.parametrize(
    ("listed", "is_duplex", "sides"),
    [
        (["one-sided", "two-sided-long-edge"], True, "two-sided-long-edge"),
        (["one-sided", "two-sided-long-edge"], False, "one-sided"),
        ("one-sided", True, None),
        ([], False, None),
    ],
)
def test_sides_are_asked_for_only_where_the_printer_lists_them(
    listed: object, *, is_duplex: bool, sides: str | None
) -> None:
    options = job_options(queue(sides_supported=listed), is_duplex=is_duplex)

    assert options.pop("sides", None) == sides
    assert options == {
        "media": "iso_a4_210x297mm",
        "page-logging": "off",
        "outputorder": "normal",
    }


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("ipp://localhost:60000/ipp/print", ("localhost", 60000)),
        ("ipps://printer.local/ipp/print", ("printer.local", 631)),
        ("socket://10.0.0.7", ("10.0.0.7", 9100)),
        ("usb://Brother/HL-L2375DW?serial=1", None),
        ("file:///dev/null", None),
        ("ipp:///no-host", None),
    ],
)
def test_address_of_a_printer_is_read_from_its_uri(
    uri: str, expected: tuple[str, int] | None
) -> None:
    assert endpoint(uri) == expected


@pytest.mark.parametrize(
    ("code", "missing", "expected"),
    [
        (1030, QueueMissingError, QueueMissingError),
        (1030, JobUnknownError, JobUnknownError),
        (1282, QueueMissingError, PrintServiceDownError),
        (1280, QueueMissingError, PrintServiceDownError),
        (1284, QueueMissingError, PrinterUnreachableError),
        (1286, QueueMissingError, PrinterStoppedError),
        (1027, JobUnknownError, JobRefusedError),
        (1042, JobUnknownError, JobRefusedError),
        (1033, JobUnknownError, FolderFullError),
    ],
)
def test_ipp_status_becomes_the_error_a_person_can_act_on(
    code: int, missing: type[PrinterError], expected: type[PrinterError]
) -> None:
    error = error_from_ipp(code, "some text", missing)

    assert type(error) is expected
    assert error.detail == f"IPP status 0x{code:04x}: some text"
