from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.care_journal.events import SheetAccounted, SheetFate, SignedOff
from appliance.care_journal.numbered_paper import (
    NumberedSheet,
    PaperCount,
    PaperOut,
    count,
    numbered,
    since_when,
)
from appliance.care_journal.state import Journal, fold
from appliance.policy import JOURNAL_SHOWN
from tests.appliance.care_journal.noted import AT, noted

LIST = PaperOut("417-00001", "medication_list", "Medicinliste", AT, "AB", "u-syd", "c-1")
LATER = replace(LIST, serial="417-00009", printed_at=AT + timedelta(hours=2))
FORM = PaperOut("417-00002", "fluid", "Væskeskema", AT)


def said(serial: str, fate: SheetFate, number: int = 1) -> Journal:
    return fold([noted(SheetAccounted(serial, fate), number)])


def by_number(*papers: PaperOut, journal: Journal | None = None) -> dict[str, NumberedSheet]:
    return {each.serial: each for each in numbered(papers, journal or Journal(), None)}


@pytest.mark.parametrize(
    ("fate", "left"),
    [
        (None, PaperCount(out=1)),
        (SheetFate.BACK, PaperCount(to_enter=1)),
        (SheetFate.UNUSED, PaperCount()),
        (SheetFate.ENTERED, PaperCount()),
        (SheetFate.MISSING, PaperCount()),
    ],
)
def test_sheet_is_open_until_it_is_blank_entered_or_looked_for(
    fate: SheetFate | None, left: PaperCount
) -> None:
    journal = said(LIST.serial, fate) if fate else Journal()

    assert count(numbered([LIST], journal, None)) == left
    assert left.open == left.out + left.to_enter


def test_last_word_on_a_number_counts() -> None:
    slip = noted(SheetAccounted(LIST.serial, SheetFate.MISSING), 1)
    found = noted(SheetAccounted(LIST.serial, SheetFate.BACK), 2)

    (sheet,) = numbered([LIST], fold([slip, found]), None)

    assert sheet.is_back


def test_number_nobody_knows_of_stays_on_the_list_until_it_is_typed_in() -> None:
    (sheet,) = numbered([], said("311-00004", SheetFate.BACK), None)

    assert (sheet.serial, sheet.paper, sheet.is_open) == ("311-00004", None, True)


def test_newer_list_of_the_same_citizen_supersedes_and_must_come_back_all_the_same() -> None:
    sheets = by_number(LIST, LATER, FORM)

    assert sheets[LIST.serial].superseded_by == LATER.serial
    assert sheets[LATER.serial].superseded_by == ""
    assert all(each.is_open for each in sheets.values())


@pytest.mark.parametrize(
    "newer",
    [
        replace(LATER, citizen_id="c-2"),
        replace(LATER, sheet="folder"),
        replace(LATER, is_sure=False),
        replace(FORM, serial="417-00009", printed_at=LATER.printed_at),
    ],
)
def test_nothing_else_supersedes(newer: PaperOut) -> None:
    assert not any(each.superseded_by for each in by_number(LIST, FORM, newer).values())


def test_what_is_several_sheets_at_once_is_never_called_superseded() -> None:
    routes = [replace(LIST, serial=f"417-0000{n}", citizen_id="") for n in (1, 2)]
    again = replace(routes[1], serial="417-00009", printed_at=LATER.printed_at)

    assert not any(each.superseded_by for each in by_number(*routes, again).values())


def test_form_that_is_continued_is_not_superseded() -> None:
    sheets = numbered([LIST, LATER], Journal(), None, {LIST.sheet})

    assert [each.superseded_by for each in sheets] == ["", ""]


def test_paper_of_before_the_outage_is_not_asked_for() -> None:
    sheets = numbered([LIST, LATER], Journal(), LATER.printed_at)

    assert [each.serial for each in sheets] == [LATER.serial]


UNSURE = replace(LIST, serial="417-00005", printed_at=AT - timedelta(days=90), is_clock_sure=False)


def test_paper_of_an_unsure_clock_is_asked_for_whatever_the_clock_said() -> None:
    sheets = numbered([UNSURE, LATER], Journal(), LATER.printed_at)

    assert [each.serial for each in sheets] == [UNSURE.serial, LATER.serial]


@pytest.mark.parametrize(
    ("before", "asked_for"),
    [("417-00004", True), ("417-00006", False), ("1000-00001", False), ("416-99999", True)],
)
def test_unsure_paper_with_a_number_from_before_the_outage_is_not(
    before: str, *, asked_for: bool
) -> None:
    sure = replace(LIST, serial=before, citizen_id="c-2")

    sheets = numbered([sure, UNSURE], Journal(), LATER.printed_at)

    assert (UNSURE.serial in {each.serial for each in sheets}) is asked_for


def test_number_and_not_an_unsure_clock_says_which_sheet_is_the_newer() -> None:
    sheets = by_number(LIST, UNSURE)

    assert sheets[LIST.serial].superseded_by == UNSURE.serial
    assert sheets[UNSURE.serial].superseded_by == ""


def test_paper_is_asked_for_from_the_first_outage_nobody_signed_for() -> None:
    first, second, third = (AT + timedelta(days=days) for days in (0, 3, 6))
    signed = noted(SignedOff(), 1, timedelta(days=1))
    now = AT + timedelta(days=7)

    assert since_when([], None, now) is None
    assert since_when([first, second], None, now) == first
    assert since_when([first, second, third], signed, now) == second
    assert since_when([first], signed, now) == first
    assert since_when([first], signed, signed.written_at + JOURNAL_SHOWN) == signed.written_at
