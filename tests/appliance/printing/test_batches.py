"""What goes to the printer next, and how much of it; the PDF files are real."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from appliance.errors import PaperError
from appliance.paper.document import Document
from appliance.printing.batches import MOST_PAGES, SIDES_AHEAD, Source, in_turn, may_hand_over
from appliance.printing.jobs import Part, new_job
from appliance.records.terms import CitizenId
from printers.models import JobStage
from tests.appliance.printing.documents import document
from tests.appliance.printing.test_jobs import NOW, ORDER, PACK, part, sheet


def lists(number: int, pages: int = 1) -> Iterator[Document]:
    for each in range(1, number + 1):
        yield document(each, pages, CitizenId(f"c-{each}"))


def sizes(documents: Iterator[Document]) -> list[int]:
    source, found = Source(documents), []
    while batch := source.next_batch(len(found) + 1, is_two_sided=False, is_ended=lambda: False):
        found.append(len(batch.part.sheets))
        source.taken()
    return found


def test_first_citizen_comes_alone_and_then_twice_as_many_each_time() -> None:
    assert sizes(lists(12)) == [1, 2, 4, 5]


def test_cover_travels_with_the_first_citizen() -> None:
    def pack() -> Iterator[Document]:
        yield document(0, 1)
        yield from lists(4)

    assert sizes(pack()) == [2, 2, 1]


def test_batch_is_never_so_long_that_a_list_for_a_bed_waits_for_minutes() -> None:
    assert sizes(lists(60, pages=3)) == [1, 2, 4, 8, *[MOST_PAGES // 3] * 3, 6]


def test_document_longer_than_a_batch_is_a_batch() -> None:
    assert sizes(lists(2, pages=MOST_PAGES + 1)) == [1, 1]


def test_same_batch_comes_again_until_it_is_noted() -> None:
    source = Source(lists(3))

    first = source.next_batch(1, is_two_sided=False, is_ended=lambda: False)
    again = source.next_batch(1, is_two_sided=False, is_ended=lambda: False)

    assert first is not None
    assert again is not None
    assert first.part == again.part


def test_sheets_made_before_a_fault_come_out_before_it_is_told() -> None:
    def faulty() -> Iterator[Document]:
        yield from lists(2)
        raise PaperError("no more")

    source = Source(faulty())
    batches = []
    while batch := source.next_batch(2, is_two_sided=False, is_ended=lambda: False):
        batches.append(batch)
        source.taken()

    assert [len(each.part.sheets) for each in batches] == [2]
    assert isinstance(source.failure, PaperError)


def test_document_that_is_no_pdf_is_a_fault_and_no_batch() -> None:
    source = Source(iter([replace(document(1, 1), pdf=b"%PDF-broken")]))

    assert source.next_batch(1, is_two_sided=False, is_ended=lambda: False) is None
    assert source.failure is not None


def test_nothing_is_kept_of_a_batch_called_off_in_the_middle() -> None:
    made = []

    def noted() -> Iterator[Document]:
        for each in lists(5):
            made.append(each.serial)
            yield each

    source = Source(noted())
    batch = source.next_batch(3, is_two_sided=False, is_ended=lambda: True)

    assert batch is None
    assert len(made) == 1


def test_two_sided_batch_counts_the_blank_backs() -> None:
    batch = Source(lists(2)).next_batch(2, is_two_sided=True, is_ended=lambda: False)

    assert batch is not None
    assert batch.part.is_two_sided
    assert batch.part.all_sides == 3
    assert batch.pdf.count(b"/Type /Page\n") == 3


def test_short_jobs_go_ahead_of_packs_and_equals_stay_in_order() -> None:
    pack, other = new_job(PACK, NOW), new_job(PACK, NOW)
    bed, form = new_job(ORDER, NOW), new_job(replace(PACK, kind="fluid_form", unit_id=None), NOW)

    assert in_turn([pack, form, other, bed]) == [bed, pack, form, other]


def at_the_printer(left: int, *, is_counted: bool = True) -> Part:
    pages = SIDES_AHEAD * 2
    whole = replace(part(JobStage.PRINTING), sheets=(sheet(1, pages),), is_counted=is_counted)
    return replace(whole, sides_out=pages - left)


@pytest.mark.parametrize(
    ("parts", "handed"),
    [
        ([], 1),
        ([at_the_printer(SIDES_AHEAD)], 1),
        ([at_the_printer(SIDES_AHEAD + 1)], 0),
        ([at_the_printer(SIDES_AHEAD * 2, is_counted=False)], 1),
        ([at_the_printer(1), at_the_printer(1)], 0),
    ],
)
def test_printer_gets_its_next_batch_before_it_runs_dry_but_never_a_pile(
    parts: list[Part], handed: int
) -> None:
    assert may_hand_over(parts) == bool(handed)
