from dataclasses import replace

from appliance.printing.jobs import Answer, Job
from appliance.printing.last_papers import last_papers
from appliance.records.terms import CitizenId, UnitId
from printers.models import JobStage
from tests.appliance.printing.test_jobs import NOW, ORDER, made, part

UNIT = ORDER.unit_id or UnitId("")


def job(stage: JobStage, number: int, citizen: str = "c-1", out: int = 0) -> Job:
    """A list of one citizen under serial 417-<number>."""
    one = part(stage, number, out)
    sheets = (replace(one.sheets[0], citizen_id=CitizenId(citizen), digest=f"d-{number}"),)
    return made(replace(one, sheets=sheets))


def test_newest_list_that_came_out_is_the_one_on_paper_and_older_numbers_are_known() -> None:
    papers = last_papers([job(JobStage.DONE, 2), job(JobStage.DONE, 1)], UNIT)

    (paper,) = papers.values()
    assert paper.serials == ("417-00002", "417-00001")
    assert (paper.digest, paper.is_sure, paper.printed_at) == ("d-2", True, NOW)


def test_list_nobody_is_sure_of_hides_no_older_one_and_is_not_trusted() -> None:
    (paper,) = last_papers([job(JobStage.UNKNOWN, 2, out=1), job(JobStage.DONE, 1)], UNIT).values()

    assert (paper.serials, paper.is_sure) == (("417-00002", "417-00001"), False)


def test_list_that_never_left_the_box_is_no_paper() -> None:
    never = replace(job(JobStage.FAILED, 2).parts[0], handle=None)

    (paper,) = last_papers([made(never), job(JobStage.DONE, 1)], UNIT).values()

    assert (paper.serials, paper.is_sure) == (("417-00001",), True)


def test_person_who_says_the_list_is_not_there_is_believed() -> None:
    missed = replace(job(JobStage.DONE, 1), answer=Answer.MISSING, missing=(1, 2))

    assert last_papers([missed], UNIT) == {}


def test_papers_of_another_unit_and_other_sheets_do_not_count() -> None:
    cover = job(JobStage.DONE, 1)
    sheets = (replace(cover.sheets[0], kind="pack_cover"),)
    other = made(replace(cover.parts[0], sheets=sheets))

    assert last_papers([job(JobStage.DONE, 2)], UnitId("u-nord")) == {}
    assert last_papers([other], UNIT) == {}
