"""Which numbers may be on paper: from the ledger, and from before a power cut."""

from dataclasses import replace

import pytest

from appliance.printing.papers_out import CONTINUED, papers_out
from appliance.printing.print_memory import notes_of
from printers.models import JobStage
from tests.appliance.printing.test_jobs import made, part, sheet


def of_kind(kind: str) -> object:
    only = replace(part(JobStage.DONE), sheets=(replace(sheet(1), kind=kind, citizen_id=None),))
    return made(only)


def test_what_came_out_has_its_number_its_name_and_its_time() -> None:
    (paper,) = papers_out([made(part(JobStage.DONE))])

    assert (paper.serial, paper.title, paper.citizen_id) == ("417-00001", "Medicinliste", "c-1")
    assert (paper.unit_id, paper.printed_by, paper.is_sure) == ("u-syd", "AB", True)


@pytest.mark.parametrize(
    ("stage", "out", "expected"),
    [
        (JobStage.UNKNOWN, 0, [False]),
        (JobStage.CANCELLED, 1, [True]),
        (JobStage.WAITING, 0, []),
    ],
)
def test_unsure_paper_is_asked_for_and_said_and_what_never_came_is_not(
    stage: JobStage, out: int, expected: list[bool]
) -> None:
    assert [each.is_sure for each in papers_out([made(part(stage, out=out))])] == expected


def test_sheet_of_before_the_power_cut_is_still_asked_for_and_none_comes_twice() -> None:
    job = made(part(JobStage.DONE))
    kept = list(notes_of(job))

    assert [each.serial for each in papers_out([], kept)] == ["417-00001"]
    assert len(papers_out([job], kept)) == 1


def test_note_that_pages_are_missing_may_still_be_paper_in_a_hand() -> None:
    (note,) = notes_of(made(part(JobStage.DONE)))

    (paper,) = papers_out([], [replace(note, state="missing")])

    assert not paper.is_sure


@pytest.mark.parametrize(
    ("kind", "number"),
    [("fluid", 1), ("pack_cover", 1), ("of_newer_software", 1), ("wall_poster", 0), ("letters", 0)],
)
def test_forms_and_covers_come_back_and_the_plan_and_the_poster_need_not(
    kind: str, number: int
) -> None:
    assert len(papers_out([of_kind(kind)])) == number  # type: ignore[list-item]


def test_what_is_filled_in_is_gone_on_with_and_a_list_is_not() -> None:
    assert {"fluid", "administration_grid", "as_needed_form"} <= CONTINUED
    assert "medication_list" not in CONTINUED
