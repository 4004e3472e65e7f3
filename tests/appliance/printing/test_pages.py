from dataclasses import replace

import pytest

from appliance.printing.jobs import Answer, Part, finished
from appliance.printing.pages import (
    PageState,
    again,
    lost_sheets,
    may_be_there,
    numbers,
    pages_of,
    pages_of_sheets,
    ranges,
    sheets_from,
)
from printers.models import JobStage
from tests.appliance.printing.test_jobs import HANDLE, made, part, sheet

R, H, P, D = PageState.RENDERED, PageState.HANDED_OVER, PageState.PRINTING, PageState.PRINTED
C, M, U = PageState.CONFIRMED, PageState.MISSING, PageState.UNKNOWN


def batch(stage: JobStage, out: int = 0, **more: object) -> Part:
    """Two sheets of two pages as one job at the printer."""
    whole = Part(1, (sheet(1), sheet(2)), stage=stage, sides_out=out, handle=HANDLE)
    return replace(whole, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "states"),
    [
        (batch(JobStage.WAITING), [H, H, H, H]),
        (batch(JobStage.PRINTING, 0), [P, H, H, H]),
        (batch(JobStage.PRINTING, 2), [D, D, P, H]),
        (batch(JobStage.BLOCKED, 1), [D, P, H, H]),
        (batch(JobStage.DONE, 4), [D, D, D, D]),
        (batch(JobStage.UNKNOWN, 2), [D, D, U, U]),
        (batch(JobStage.FAILED, 3), [D, D, D, U]),
        (batch(JobStage.CANCELLED, 1), [D, U, U, U]),
        (batch(JobStage.WAITING, handle=None), [R, R, R, R]),
        (batch(JobStage.UNKNOWN, handle=None), [U, U, U, U]),
        (batch(JobStage.FAILED, handle=None), [M, M, M, M]),
    ],
)
def test_each_page_is_told_as_far_as_anybody_knows(told: Part, states: list[PageState]) -> None:
    assert [page.state for page in pages_of(made(told))] == states


def test_pages_are_numbered_through_the_job_and_within_their_sheet() -> None:
    pages = pages_of(made(part(JobStage.DONE, 1, 2), part(JobStage.WAITING, 2)))

    assert [(page.number, page.sheet.serial, page.page) for page in pages] == [
        (1, "417-00001", 1), (2, "417-00001", 2), (3, "417-00002", 1), (4, "417-00002", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "missing", "states"),
    [
        (Answer.ALL_THERE, (), [C, C, C, C]),
        (Answer.MISSING, (3, 4), [C, C, M, M]),
        (Answer.MISSING, (), [D, D, D, U]),
    ],
)
def test_person_has_the_last_word_on_every_page_they_speak_of(
    answer: Answer, missing: tuple[int, ...], states: list[PageState]
) -> None:
    job = made(batch(JobStage.UNKNOWN, 3), answer=answer, missing=missing)

    assert [page.state for page in pages_of(job)] == states


def test_counted_pages_of_a_two_sided_batch_are_the_printed_ones() -> None:
    sheets = (sheet(1, 1), sheet(2, 2))
    job = made(batch(JobStage.UNKNOWN, 2, sheets=sheets, is_two_sided=True))

    assert [page.state for page in pages_of(job)] == [D, U, U]


@pytest.mark.parametrize(
    ("some", "words"),
    [([], ""), ([3], "3"), ([8, 5, 6, 7], "5–8"), ([1, 3, 4, 9], "1, 3–4, 9")],
)
def test_page_numbers_are_written_as_people_say_them(some: list[int], words: str) -> None:
    assert ranges(some) == words


def test_sheet_that_lacks_a_page_is_lost_as_a_whole_and_a_good_one_is_not() -> None:
    job = made(batch(JobStage.UNKNOWN, 3))

    assert [each.serial for each in lost_sheets(job)] == ["417-00002"]
    assert numbers(pages_of(job), U) == (4,)


def test_pages_on_their_way_are_not_lost() -> None:
    assert lost_sheets(made(batch(JobStage.PRINTING, 1))) == ()


def test_paper_again_from_a_sheet_on_is_asked_for_by_the_number_it_bears() -> None:
    job = made(batch(JobStage.DONE, 4))

    assert [each.serial for each in sheets_from(job, "417-00001")] == ["417-00001", "417-00002"]
    assert [each.serial for each in sheets_from(job, "417-00002")] == ["417-00002"]
    assert sheets_from(job, "417-00005") == ()


@pytest.mark.parametrize(
    ("told", "may"),
    [
        (batch(JobStage.DONE, 4), True),
        (batch(JobStage.UNKNOWN, 1), True),
        (batch(JobStage.FAILED, handle=None), False),
    ],
)
def test_all_can_be_there_where_the_printer_was_given_all_of_it(told: Part, *, may: bool) -> None:
    assert may_be_there(made(told)) is may


def test_order_for_lost_sheets_names_the_job_and_the_numbers_it_replaces() -> None:
    job = made(batch(JobStage.UNKNOWN, 2))

    order = again(job, lost_sheets(job))

    assert (order.replaces, order.only) == ("j", ("417-00002",))
    assert [each.serial for each in order.earlier] == ["417-00001", "417-00002"]
    assert [each.citizen_id for each in order.chosen] == ["c-2"]


def test_sheets_a_person_ticks_are_all_of_their_pages() -> None:
    assert pages_of_sheets(made(batch(JobStage.DONE, 4)), ["417-00002"]) == (3, 4)


def test_page_of_an_ended_job_that_never_left_the_box_is_missing() -> None:
    job = finished(made(batch(JobStage.WAITING, handle=None)), "N-404")

    assert {page.state for page in pages_of(job)} == {M}
