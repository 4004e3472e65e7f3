from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.printing.jobs import (
    Answer,
    Job,
    Part,
    Phase,
    Sheet,
    after_restart,
    finished,
    new_job,
    stopped,
    with_part,
)
from appliance.printing.orders import OnPaper, Order
from appliance.records.terms import CitizenId, UnitId
from printers.models import JobHandle, JobStage

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
AASE = CitizenId("c-7f3a")
ORDER = Order("medication_list", UnitId("u-syd"), AASE, "AB")
PACK = Order("pack", UnitId("u-syd"), ordered_by="AB")
FORM = Order("fluid", copies=50)
HANDLE = JobHandle("417-00001", 2)


def sheet(number: int, pages: int = 2) -> Sheet:
    return Sheet(f"417-{number:05}", "medication_list", pages, CitizenId(f"c-{number}"))


def part(stage: JobStage, number: int = 1, out: int = 0, problem: str = "") -> Part:
    return Part(number, (sheet(number),), False, stage, out, True, problem, HANDLE)


def made(*parts: Part, **more: object) -> Job:
    return Job("j", ORDER, NOW, parts, is_started=True, is_made=True, **more)  # type: ignore[arg-type]


def test_new_job_waits_under_an_id_that_says_nothing() -> None:
    job, other = new_job(ORDER, NOW), new_job(ORDER, NOW)

    assert job.phase is Phase.QUEUED
    assert job.phase.is_under_way
    assert job.id != other.id
    assert "7f3a" not in job.id


@pytest.mark.parametrize(
    ("stage", "phase"),
    [
        (JobStage.WAITING, Phase.HANDED_OVER),
        (JobStage.PRINTING, Phase.PRINTING),
        (JobStage.BLOCKED, Phase.BLOCKED),
        (JobStage.DONE, Phase.PRINTED),
        (JobStage.UNKNOWN, Phase.UNKNOWN),
        (JobStage.FAILED, Phase.FAILED),
        (JobStage.CANCELLED, Phase.STOPPED),
    ],
)
def test_job_of_one_document_is_as_far_as_the_document(stage: JobStage, phase: Phase) -> None:
    assert made(part(stage)).phase is phase


def test_worst_document_speaks_for_the_job() -> None:
    done, blocked = part(JobStage.DONE, 1, out=2), part(JobStage.BLOCKED, 2, problem="N-801")

    job = made(done, blocked)

    assert (job.phase, job.trouble) == (Phase.BLOCKED, "N-801")
    assert (job.pages_out, job.pages) == (2, 4)


def test_job_between_two_documents_is_printing() -> None:
    assert made(part(JobStage.DONE, 1, out=2), part(JobStage.WAITING, 2)).phase is Phase.PRINTING


def test_printed_is_not_done_until_a_person_says_so() -> None:
    job = made(part(JobStage.DONE, out=2))

    assert job.phase.asks_person
    assert replace(job, answer=Answer.ALL_THERE).phase is Phase.CONFIRMED
    assert replace(job, answer=Answer.MISSING).phase is Phase.MISSING


def test_job_that_is_still_being_made_says_so_unless_paper_moves() -> None:
    making = Job("j", ORDER, NOW, (part(JobStage.DONE, out=2),), is_started=True)
    printing = with_part(making, part(JobStage.PRINTING, 2, out=1))

    assert making.phase is Phase.MAKING
    assert printing.phase is Phase.PRINTING


def test_printer_that_does_not_answer_blocks_the_making() -> None:
    job = Job("j", ORDER, NOW, is_started=True, problem="N-806")

    assert (job.phase, job.trouble) == (Phase.BLOCKED, "N-806")


def test_job_that_failed_half_way_has_failed() -> None:
    assert made(part(JobStage.DONE, out=2), problem="N-600").phase is Phase.FAILED
    assert made(problem="N-404").phase is Phase.FAILED


def test_stopped_job_is_stopped_whatever_the_printer_says() -> None:
    assert made(part(JobStage.PRINTING), is_stopped=True).phase is Phase.STOPPED


def test_part_with_the_same_number_is_replaced() -> None:
    job = with_part(
        with_part(made(part(JobStage.WAITING, 2)), part(JobStage.DONE, 1)), part(JobStage.DONE, 2)
    )

    assert [(each.number, each.stage) for each in job.parts] == [
        (1, JobStage.DONE),
        (2, JobStage.DONE),
    ]


def test_batch_caught_in_mid_air_by_a_kill_is_unknown_and_one_only_made_is_made_again() -> None:
    in_the_air = replace(part(JobStage.WAITING, 2), handle=None, is_offered=True)
    failed = replace(part(JobStage.FAILED, 3), handle=None)
    only_made = replace(part(JobStage.WAITING, 4), handle=None)

    job = after_restart(made(part(JobStage.PRINTING, 1), in_the_air, failed, only_made))

    stages = [each.stage for each in job.parts]
    assert stages == [JobStage.PRINTING, JobStage.UNKNOWN, JobStage.FAILED]


def test_orders_for_the_same_sheets_are_recognised() -> None:
    assert ORDER.is_same_paper(replace(ORDER, ordered_by="CD", replaces="j"))
    assert not ORDER.is_same_paper(replace(ORDER, citizen_id=CitizenId("c-81d0")))
    assert not ORDER.is_same_paper(replace(ORDER, day="2026-11-24"))
    assert not ORDER.is_same_paper(replace(ORDER, part="WA7YO"))
    assert not ORDER.is_same_paper(replace(ORDER, is_bilingual=True))


def test_sheets_wanted_again_are_another_paper_than_the_whole_pack() -> None:
    earlier = (OnPaper("medication_list", AASE, "417-1"), OnPaper("pack_cover", None, "417-2"))
    again = replace(PACK, earlier=earlier, only=("417-1",))
    renumbered = replace(
        again, earlier=(OnPaper("medication_list", AASE, "417-9"),), only=("417-9",)
    )

    assert not again.is_same_paper(PACK)
    assert again.is_same_paper(renumbered)
    assert [each.citizen_id for each in again.chosen] == [AASE]


def test_only_paper_somebody_waits_for_at_a_bed_goes_ahead() -> None:
    again = replace(PACK, earlier=(OnPaper("pack_cover", None, "417-2"),), only=("417-2",))

    ahead = [ORDER.is_short, PACK.is_short, again.is_short, Order("fluid_form").is_short]

    assert ahead == [True, False, True, False]


def test_part_that_never_reached_the_printer_has_failed_when_the_job_ends() -> None:
    waiting = replace(part(JobStage.WAITING), handle=None)
    in_the_air = replace(waiting, number=2, is_offered=True)

    job = finished(made(waiting, in_the_air), "N-404")

    assert [each.stage for each in job.parts] == [JobStage.FAILED, JobStage.WAITING]


def test_stopped_job_calls_back_what_is_under_way_only() -> None:
    job = stopped(made(part(JobStage.DONE, 1, 2), part(JobStage.PRINTING, 2)))

    assert [each.is_recalled for each in job.parts] == [False, True]
    assert job.phase is Phase.STOPPED
    assert job.is_made


def test_blank_backs_are_sides_but_no_pages() -> None:
    sheets = (sheet(1, 1), sheet(2, 3), sheet(3, 1))
    two_sided = Part(1, sheets, is_two_sided=True, stage=JobStage.PRINTING, sides_out=3)
    job = made(two_sided)

    assert [side.number for side in two_sided.sides()] == [1, 3, 4, 5, 7]
    assert (two_sided.all_sides, two_sided.sides_left) == (7, 4)
    assert (job.pages, job.pages_out) == (5, 2)
