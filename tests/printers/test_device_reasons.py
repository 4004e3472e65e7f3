from typing import Any

import pytest

from printers.device import DeviceReport, Presence
from printers.device_reasons import (
    error_from,
    identity,
    job_state_from,
    job_wishes,
    printer_state_from,
    queue_with,
    refusal,
    sharpened,
)
from printers.errors import (
    JobRefusedError,
    PrinterBusyError,
    PrinterError,
    PrinterNeedsHelpError,
    PrinterStoppedError,
    PrinterUnreachableError,
    WrongMediaError,
)
from printers.ipp.attributes import Attributes
from printers.ipp.errors import (
    IppBusyError,
    IppError,
    IppFormatError,
    IppHttpError,
    IppHungUpError,
    IppStatusError,
    IppUnreachableError,
)
from printers.models import JobHandle, JobStage, JobState
from printers.reasons import PrinterReason

THROUGH_CUPS = JobHandle("7F3A", pages=10, number=1, uuid="urn:uuid:of-cups")
STRAIGHT = JobHandle("7F3A", pages=10, number=4, uuid="urn:uuid:mine#30", is_direct=True)
UNKNOWN = (JobStage.UNKNOWN, PrinterReason.JOB_UNKNOWN)
FAILED = (JobStage.FAILED, PrinterReason.JOB_ABORTED)
MUCH_BYTES = b"\x00\x01"


def told(normal: dict[str, Any], changed: dict[str, Any]) -> Attributes:
    """Take the normal attributes with some changed; None takes one away."""
    given = {**normal, **{name.replace("_", "-"): value for name, value in changed.items()}}
    kept = {name: value for name, value in given.items() if value is not None}
    return Attributes({k: v if isinstance(v, tuple) else (v,) for k, v in kept.items()})


def device(*keywords: str, **changed: Any) -> Attributes:
    """Describe an idle duplex printer as it does itself."""
    normal = {
        "document-format-supported": ("application/octet-stream", "application/pdf"),
        "media-supported": ("iso_a5_148x210mm", "iso_a4_210x297mm"),
        "printer-is-accepting-jobs": True,
        "printer-state": 3,
        "printer-state-reasons": keywords or ("none",),
        "printer-up-time": 100,
        "sides-supported": ("one-sided", "two-sided-long-edge"),
    }
    return told(normal, changed)


def job(state: int, counted: int | None = 0, **changed: Any) -> Attributes:
    """Describe my job of ten pages as the printer does."""
    normal = {
        "job-id": 4,
        "job-impressions-completed": counted,
        "job-name": "7F3A",
        "job-state": state,
        "job-state-reasons": ("none",),
        "job-uuid": "urn:uuid:mine",
        "time-at-creation": 30,
    }
    return told(normal, changed)


def report(printer: Attributes | None = None, job: Attributes | None = None) -> DeviceReport:
    return DeviceReport(Presence.ANSWERS, printer or device(), job)


@pytest.mark.parametrize(
    ("job_attributes", "printer", "expected"),
    [
        (job(9, 10), device(), (JobStage.DONE, None)),
        (job(9, 10), device("media-empty-warning"), (JobStage.DONE, None)),
        (job(9, 9), device(), UNKNOWN),
        (job(9, 11), device(), UNKNOWN),
        (job(9, None), device(), UNKNOWN),
        (job(8, 3), device(), FAILED),
        (job(7, 3), device(), (JobStage.CANCELLED, None)),
        (job(7, 3, job_state_reasons="job-canceled-by-user"), device(), (JobStage.CANCELLED, None)),
        (job(7, 3, job_state_reasons="job-canceled-at-device"), device(), FAILED),
        (job(7, 3, job_state_reasons=("none", "aborted-by-system")), device(), FAILED),
        (job(6, 3), device("media-jam-error"), (JobStage.BLOCKED, PrinterReason.JAM)),
        (job(6, 3), device(), (JobStage.BLOCKED, PrinterReason.ATTENTION)),
        (job(5, 3), device(printer_state=4), (JobStage.PRINTING, None)),
        (job(5, 3), device(printer_state=None), (JobStage.PRINTING, None)),
        (job(5, 3), device("toner-low-warning"), (JobStage.PRINTING, None)),
        (job(5, 3), device("cover-open-error"), (JobStage.BLOCKED, PrinterReason.DOOR)),
        (job(5, 3), device(printer_state=5), (JobStage.BLOCKED, PrinterReason.ATTENTION)),
        (job(4), device(), (JobStage.WAITING, None)),
        (job(4, job_state_reasons="job-incoming"), device(), (JobStage.WAITING, None)),
        (
            job(4, job_state_reasons="job-password-wait"),
            device(),
            (JobStage.FAILED, PrinterReason.HELD),
        ),
        (job(3), device(), (JobStage.WAITING, None)),
        (job(3), device("media-empty-error"), (JobStage.WAITING, PrinterReason.PAPER)),
        (job(77), device(), UNKNOWN),
        (job(0), device(), UNKNOWN),
        (told({"job-state": MUCH_BYTES}, {}), device(), UNKNOWN),
    ],
)
def test_what_the_printer_says_becomes_a_stage_and_a_reason(
    job_attributes: Attributes, printer: Attributes, expected: object
) -> None:
    state = job_state_from(report(printer, job_attributes), THROUGH_CUPS)

    assert (state.stage, state.reason) == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"job_uuid": "urn:uuid:another"},
        {"time_at_creation": 31},
        {"time_at_creation": None},
        {"job_name": "8A00"},
        {"time_at_creation": -5},
    ],
)
def test_number_that_belongs_to_another_job_by_now_is_unknown(changed: dict[str, Any]) -> None:
    state = job_state_from(report(device(), job(9, 10, **changed)), STRAIGHT)

    assert state == JobState(JobStage.UNKNOWN, None, PrinterReason.JOB_UNKNOWN)


def test_job_older_than_the_printers_own_start_is_unknown() -> None:
    restarted = report(device(printer_up_time=12), job(9, 10))

    assert job_state_from(restarted, STRAIGHT).stage is JobStage.UNKNOWN


@pytest.mark.parametrize("up_time", [100, 30, None])
def test_printer_that_kept_its_memory_is_believed(up_time: int | None) -> None:
    kept = report(device(printer_up_time=up_time), job(9, 10))

    assert job_state_from(kept, STRAIGHT) == JobState(JobStage.DONE, 10)


def test_handle_without_an_identity_goes_by_name_and_number() -> None:
    nameless = JobHandle("7F3A", 10, 4, "", is_direct=True)

    assert job_state_from(report(device(), job(9, 10, job_name=None)), nameless).pages_out == 10


def test_vanished_job_is_unknown() -> None:
    assert job_state_from(report(), STRAIGHT) == JobState(
        JobStage.UNKNOWN, None, PrinterReason.JOB_UNKNOWN
    )


@pytest.mark.parametrize(
    ("presence", "stage", "reason"),
    [
        (Presence.ABSENT, JobStage.BLOCKED, PrinterReason.UNREACHABLE),
        (Presence.BUSY, JobStage.WAITING, PrinterReason.BUSY),
        (Presence.MUTE, JobStage.BLOCKED, PrinterReason.ATTENTION),
    ],
)
def test_silent_printer_ends_no_job(
    presence: Presence, stage: JobStage, reason: PrinterReason
) -> None:
    assert job_state_from(DeviceReport(presence), STRAIGHT) == JobState(stage, None, reason)


def test_identity_tells_a_second_life_of_the_same_uuid() -> None:
    assert identity(job(5)) == "urn:uuid:mine#30"
    assert identity(job(5, time_at_creation=2)) != identity(job(5))


@pytest.mark.parametrize(
    ("printer", "expected"),
    [
        (device(), None),
        (device("media-empty-error", "media-jam-error"), None),
        (device(printer_is_accepting_jobs=False), PrinterReason.STOPPED),
        (device(printer_is_accepting_jobs=None), None),
        (device(media_supported=("na_letter_8.5x11in",)), PrinterReason.MEDIA),
        (device(media_supported=None), None),
        (device(document_format_supported=("image/urf",)), PrinterReason.JOB_REFUSED),
        (device(document_format_supported="application/octet-stream"), PrinterReason.JOB_REFUSED),
        (device(document_format_supported=None), None),
    ],
)
def test_job_is_refused_only_when_it_would_be_in_vain(
    printer: Attributes, expected: PrinterReason | None
) -> None:
    assert refusal(report(printer)) is expected


@pytest.mark.parametrize(
    ("presence", "reason"),
    [
        (Presence.ABSENT, PrinterReason.UNREACHABLE),
        (Presence.BUSY, PrinterReason.BUSY),
        (Presence.MUTE, PrinterReason.ATTENTION),
    ],
)
def test_silent_printer_is_not_ready_and_says_why(
    presence: Presence, reason: PrinterReason
) -> None:
    state = printer_state_from(DeviceReport(presence))

    assert not state.is_ready
    assert state.reasons == (reason,)


def test_printer_without_paper_is_ready_and_says_so() -> None:
    state = printer_state_from(report(device("media-empty-error")))

    assert state.is_ready
    assert state.reasons == (PrinterReason.PAPER,)
    assert (state.accepts_a4, state.can_duplex) == (True, True)


@pytest.mark.parametrize(
    ("listed", "is_duplex", "wanted"),
    [
        (("one-sided", "two-sided-long-edge"), True, ["media", "sides"]),
        (("one-sided", "two-sided-long-edge"), False, ["media", "sides"]),
        (("one-sided",), True, ["media"]),
        (None, False, ["media"]),
    ],
)
def test_sides_are_asked_for_only_where_the_printer_lists_them(
    listed: object, *, is_duplex: bool, wanted: list[str]
) -> None:
    wishes = job_wishes(report(device(sides_supported=listed)), is_duplex=is_duplex)

    assert [each.name for each in wishes] == wanted
    assert wishes[0].values[0].content == "iso_a4_210x297mm"
    if len(wishes) > 1:
        assert wishes[1].values[0].content == ("two-sided-long-edge" if is_duplex else "one-sided")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (IppUnreachableError("x"), PrinterUnreachableError),
        (IppHungUpError("x"), PrinterUnreachableError),
        (IppBusyError("x"), PrinterBusyError),
        (IppStatusError(0x040B), WrongMediaError),
        (IppStatusError(0x0506), PrinterStoppedError),
        (IppStatusError(0x0504), PrinterNeedsHelpError),
        (IppStatusError(0x0500), JobRefusedError),
        (IppStatusError(0x040A), JobRefusedError),
        (IppFormatError("x"), PrinterNeedsHelpError),
        (IppHttpError(404), PrinterNeedsHelpError),
    ],
)
def test_what_the_client_met_becomes_the_error_a_person_can_act_on(
    error: IppError, expected: type[PrinterError]
) -> None:
    named = error_from(error)

    assert type(named) is expected
    assert named.detail == str(error)


QUEUE = {
    "media-supported": ["iso_a4_210x297mm"],
    "printer-state-reasons": ["media-jam-warning", "cups-ipp-missing-job-history"],
}


def test_what_cups_copied_gives_way_to_the_printers_own_word() -> None:
    now = queue_with(report(device("cover-open-error")), QUEUE)

    assert now["printer-state-reasons"] == ["cups-ipp-missing-job-history", "cover-open-error"]
    assert now["media-supported"] == ["iso_a4_210x297mm"]


def test_printer_that_lost_its_a4_since_the_queue_was_made_is_seen() -> None:
    now = queue_with(report(device(media_supported=("na_letter_8.5x11in",))), QUEUE)

    assert "iso_a4_210x297mm" not in now["media-supported"]


@pytest.mark.parametrize("presence", [Presence.ABSENT, Presence.BUSY, Presence.MUTE])
def test_queue_stands_as_cups_says_where_the_printer_says_nothing(presence: Presence) -> None:
    assert queue_with(DeviceReport(presence), QUEUE) is QUEUE


PRINTING = JobState(JobStage.PRINTING, 1)
DONE = JobState(JobStage.DONE, 10)
LOST = JobState(JobStage.UNKNOWN, 10, PrinterReason.JOB_UNKNOWN)
STOPPED_QUEUE = JobState(JobStage.BLOCKED, 1, PrinterReason.STOPPED)


@pytest.mark.parametrize(
    ("by_cups", "seen", "expected"),
    [
        # The printer is ahead of CUPS while the job is under way.
        (PRINTING, report(device(), job(5, 4)), JobState(JobStage.PRINTING, 4)),
        (
            PRINTING,
            report(device("media-jam-error"), job(5, 4)),
            JobState(JobStage.BLOCKED, 4, PrinterReason.JAM),
        ),
        (PRINTING, report(device(), job(3, None)), JobState(JobStage.WAITING, 1)),
        (PRINTING, report(device(), job(9, 10)), JobState(JobStage.PRINTING, 10)),
        (PRINTING, report(device(), job(8, 4)), JobState(JobStage.PRINTING, 4)),
        (
            PRINTING,
            report(device(), job(4, 0, job_state_reasons="job-hold-until-specified")),
            JobState(JobStage.FAILED, 0, PrinterReason.HELD),
        ),
        (
            STOPPED_QUEUE,
            report(device(), job(5, 4)),
            JobState(JobStage.BLOCKED, 4, PrinterReason.STOPPED),
        ),
        # A job that waits in CUPS is not the printer's job of that name.
        (
            JobState(JobStage.WAITING, 0),
            report(device(), job(9, 10)),
            JobState(JobStage.WAITING, 0),
        ),
        # "Done" needs both.
        (DONE, report(device(), job(9, 10)), DONE),
        (DONE, report(device(), job(9, None)), DONE),
        (DONE, report(device(), job(9, 9)), JobState(*UNKNOWN[:1], 9, UNKNOWN[1])),
        (DONE, report(device(), job(8, 10)), LOST),
        (DONE, report(device(), job(7, 10)), LOST),
        (DONE, report(device(), job(5, 10)), JobState(JobStage.PRINTING, 10)),
        # Where CUPS cannot say, the printer may say what went wrong, not that it went well.
        (LOST, report(device(), job(8, 2)), JobState(JobStage.FAILED, 2, FAILED[1])),
        (LOST, report(device(), job(9, 10)), LOST),
        # What CUPS ended stays ended.
        (
            JobState(JobStage.CANCELLED, 1),
            report(device(), job(5, 2)),
            JobState(JobStage.CANCELLED, 2),
        ),
        # A printer that knows of no such job adds nothing.
        (DONE, report(), DONE),
        (PRINTING, DeviceReport(Presence.BUSY), PRINTING),
        (DONE, report(device(), job(8, 3, time_at_creation=-1)), DONE),
    ],
)
def test_two_witnesses_are_never_happier_than_the_less_happy_one(
    by_cups: JobState, seen: DeviceReport, expected: JobState
) -> None:
    assert sharpened(by_cups, seen, THROUGH_CUPS) == expected
