"""Pages that did not come out come again, under new numbers that name the old ones."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from appliance.clock import HeldClock
from appliance.printing.jobs import Phase, with_part
from appliance.printing.pages import (
    PageState,
    lost_sheets,
    numbers,
    pages_of,
    pages_of_sheets,
)
from appliance.printing.papers_out import title_of
from printers.models import JobStage
from tests.appliance.printing.printer_on_strings import PrinterOnStrings
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of
from tests.appliance.web.screens.test_printing import LIST, job_of, move_aase
from tests.simulators.box_people import AASE

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture
def printer(box: WebBox) -> PrinterOnStrings:
    """A printer that does as the test says."""
    printer = PrinterOnStrings()
    box.services.desk.printer = printer
    return printer


def pages_of_paper(printer: PrinterOnStrings) -> list[str]:
    return [
        page.extract_text() for job in printer.taken for page in PdfReader(BytesIO(job.pdf)).pages
    ]


def test_list_printed_again_names_the_number_it_replaces_on_paper_and_in_the_log(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    agnes.post(LIST)
    box.print_all()
    (old,) = box.services.desk.queue.jobs()[0].sheets
    before = len(printer.taken)
    agnes.post(f"/udskrifter/{job_of(box)}/igen")
    box.print_all()

    (new,) = box.services.desk.queue.jobs()[0].sheets
    again = pages_of_paper(printer)[before:]
    assert new.serial != old.serial
    assert all(f"Genudskrift af {old.serial}" in page for page in again)
    assert box.keeper.logged[-1].about == f"{new.serial} replaces {old.serial}"


def test_first_print_replaces_nothing(box: WebBox, agnes: Phone, printer: PrinterOnStrings) -> None:
    agnes.post(LIST)
    box.print_all()

    assert "Genudskrift" not in " ".join(pages_of_paper(printer))


def lost_pack(box: WebBox, agnes: Phone, printer: PrinterOnStrings) -> str:
    """Print a pack whose third batch nobody knows the fate of; return the job's id."""
    agnes.post("/udskriv/pakke/u-syd")
    box.services.desk.step()
    job = job_of(box)
    box.print_all()
    third = box.services.desk.queue.jobs()[0].parts[2]
    box.services.desk.queue.ledger.change(
        job, lambda now: with_part(now, replace(third, stage=JobStage.UNKNOWN, sides_out=1))
    )
    printer.taken.clear()
    return job


def test_one_tap_prints_only_what_is_missing_and_names_it_until_then(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    job = lost_pack(box, agnes, printer)
    before = box.services.desk.queue.jobs()[0]
    lost = lost_sheets(before)
    unknown = len(numbers(pages_of(before), PageState.UNKNOWN))
    told = words_of(agnes.get("/udskrifter").text)

    agnes.post(f"/udskrifter/{job}/mangler")
    box.print_all()

    again = box.services.desk.queue.jobs()[0]
    assert f"{unknown} sider kom måske ikke ud." in told
    assert all(sheet.serial in told for sheet in lost)
    assert len(lost) == 3
    assert [sheet.citizen_id for sheet in again.sheets] == [one.citizen_id for one in lost]
    assert f"Genudskrift af {lost[0].serial}" in pages_of_paper(printer)[0]
    assert box.services.desk.queue.job(job).phase is Phase.MISSING


def test_missing_sheets_are_printed_once_however_often_somebody_taps(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    job = lost_pack(box, agnes, printer)

    first = agnes.post(f"/udskrifter/{job}/mangler")
    second = agnes.post(f"/udskrifter/{job}/mangler")

    assert (first.status_code, second.status_code) == (303, 422)
    assert len(box.services.desk.queue.jobs()) == 2
    assert "Udskriv de manglende" not in agnes.get("/udskrifter").text


def test_person_ticks_the_sheets_that_are_not_there(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    agnes.post("/udskriv/pakke/u-syd")
    box.print_all()
    job = box.services.desk.queue.jobs()[0]
    cover, second = job.sheets[0], job.sheets[4]
    asked = agnes.post(f"/udskrifter/{job.id}/papir", svar="nej").headers["Location"]
    page = words_of(agnes.get(asked).text)
    printer.taken.clear()

    agnes.client.post(
        f"/udskrifter/{job.id}/mangler",
        data={"formular": agnes.token(), "vaelger": "1", "ark": [cover.serial, second.serial]},
    )
    box.print_all()

    told = box.services.desk.queue.job(job.id)
    first = " ".join(pages_of_paper(printer)[: cover.pages])
    again = box.services.desk.queue.jobs()[0]
    assert "Hvilke ark mangler der sider af?" in page
    assert told.missing == pages_of_sheets(job, (cover.serial, second.serial))
    states = [page.state for page in pages_of(told)]
    assert states.count(PageState.CONFIRMED) == job.pages - len(told.missing)
    assert f"Genudskrift af {cover.serial}" in first
    # The cover counts what is in the hand: new numbers where printed again, else those of before.
    others = [one.serial for one in job.sheets if one.citizen_id and one is not second]
    assert [serial for serial in others if serial not in first] == []
    assert second.serial not in first
    assert again.sheets[1].serial in first


def test_no_says_of_no_sheet_that_it_is_missing_and_can_be_taken_back(
    box: WebBox, agnes: Phone
) -> None:
    agnes.post("/udskriv/pakke/u-syd")
    box.print_all()
    job = job_of(box)

    asked = agnes.post(f"/udskrifter/{job}/papir", svar="nej").headers["Location"]
    page = agnes.get(asked).text
    no = box.services.desk.queue.job(job)
    agnes.post(f"/udskrifter/{job}/papir", svar="ja")

    assert " checked" not in page
    assert {each.state for each in pages_of(no)} == {PageState.PRINTED}
    assert "Kom måske" not in agnes.get("/papir").text
    assert "Jeg har dem alligevel" in page
    assert box.services.desk.queue.job(job).phase is Phase.CONFIRMED


def test_every_sheet_is_named_once_and_only_those_the_box_lost_are_ticked(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    job = box.services.desk.queue.job(lost_pack(box, agnes, printer))
    lost = [sheet.serial for sheet in lost_sheets(job)]

    page = agnes.get(f"/udskrifter/{job.id}/sider").text

    rows = page.split('<li><label class="choice">')[1:]
    ticked = [
        sheet.serial for sheet, row in zip(job.sheets, rows, strict=True) if " checked" in row
    ]
    assert [sheet.serial for sheet in job.sheets if page.count(f">{sheet.serial}<") != 1] == []
    assert ticked == lost
    assert all(title_of(sheet.kind) in row for sheet, row in zip(job.sheets, rows, strict=True))


def test_nothing_is_printed_where_no_sheet_is_ticked(box: WebBox, agnes: Phone) -> None:
    agnes.post(LIST)
    box.print_all()

    answer = agnes.post(f"/udskrifter/{job_of(box)}/mangler", vaelger="1")

    assert "Sæt kryds ved mindst ét ark." in answer.text
    assert len(box.services.desk.queue.jobs()) == 1


def test_sheet_missed_first_is_still_missed_when_another_one_is(box: WebBox, agnes: Phone) -> None:
    agnes.post("/udskriv/pakke/u-syd")
    box.print_all()
    job = box.services.desk.queue.jobs()[0]

    for sheet in (job.sheets[1], job.sheets[4]):
        agnes.post(f"/udskrifter/{job.id}/mangler", vaelger="1", ark=sheet.serial)

    told = box.services.desk.queue.job(job.id)
    assert told.missing == pages_of_sheets(job, (job.sheets[1].serial, job.sheets[4].serial))


def test_paper_can_be_printed_again_from_a_numbered_sheet_on(box: WebBox, agnes: Phone) -> None:
    agnes.post("/udskriv/pakke/u-syd")
    box.print_all()
    job = box.services.desk.queue.jobs()[0]

    citizens = [sheet for sheet in job.sheets if sheet.citizen_id]
    first = citizens[-1].serial
    agnes.post(f"/udskrifter/{job.id}/igen", fra=first.replace("-", " "))
    odd = [agnes.post(f"/udskrifter/{job.id}/igen", fra=each) for each in ("7", "999-00001", "")]
    box.print_all()

    again = box.services.desk.queue.jobs()[0]
    expected = job.sheets[job.sheets.index(citizens[-1]) :]
    assert [each.citizen_id for each in again.sheets] == [one.citizen_id for one in expected]
    assert {each.status_code for each in odd} == {422}
    assert all("Nummeret er ikke fra denne udskrift." in each.text for each in odd)


def test_list_printed_ten_minutes_ago_is_asked_about(
    box: WebBox, agnes: Phone, clock: HeldClock
) -> None:
    agnes.post(LIST)
    box.print_all()
    clock.move(timedelta(minutes=10))

    asked = agnes.post(LIST)
    agnes.post(LIST, bekraeft="1")

    assert "Den blev udskrevet kl. 03.00 af AGN. Udskriv en mere?" in asked.text
    assert f"Medicinliste: {AASE.name} · {AASE.dwelling}" in asked.text
    assert len(box.services.desk.queue.jobs()) == 2


def test_citizen_who_left_the_unit_is_named_as_not_printed_and_the_others_come(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    agnes.post("/udskriv/pakke/u-syd")
    box.print_all()
    job = box.services.desk.queue.jobs()[0]
    move_aase(box)
    printer.taken.clear()
    serials = [sheet.serial for sheet in job.sheets[1:] if sheet.citizen_id != AASE.id][:2]
    gone = next(sheet.serial for sheet in job.sheets if sheet.citizen_id == AASE.id)

    agnes.client.post(
        f"/udskrifter/{job.id}/mangler",
        data={"formular": agnes.token(), "vaelger": "1", "ark": [*serials, gone]},
    )
    box.print_all()

    again = box.services.desk.queue.jobs()[0]
    assert (again.phase, again.trouble, len(again.sheets)) == (Phase.FAILED, "N-600", 2)
    assert AASE.family_name not in " ".join(pages_of_paper(printer))


def test_only_lists_that_changed_since_the_last_print_come_again(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    agnes.post("/udskriv/pakke/u-syd")
    box.print_all()
    before = box.services.desk.queue.jobs()[0]
    changed = tuple(
        replace(one, brand="Nytbix") if one.citizen_id == AASE.id else one
        for one in box.keeper.town.medication
    )
    box.hold(medication=changed)
    box.keeper.open()
    printer.taken.clear()

    agnes.post("/udskriv/aendret-siden-sidste-udskrift/afsnit/u-syd")
    box.print_all()

    after = box.services.desk.queue.jobs()[0]
    old = next(sheet.serial for sheet in before.sheets if sheet.citizen_id == AASE.id)
    paper = pages_of_paper(printer)
    assert [sheet.citizen_id for sheet in after.sheets] == [None, AASE.id]
    assert "Stadig gyldige (12)" in paper[0]
    assert old in paper[0]
    assert f"Genudskrift af {old}" in paper[-1]
    assert "Nytbix" in " ".join(paper)


def test_keeper_is_told_what_came_out_and_what_a_person_said_of_it(
    box: WebBox, agnes: Phone
) -> None:
    agnes.post(LIST)
    box.print_all()
    agnes.post(f"/udskrifter/{job_of(box)}/papir", svar="ja")

    (sheet,) = box.services.desk.queue.jobs()[0].sheets
    told = [(note.serial, note.citizen_id, note.state) for note in box.keeper.prints]
    assert told == [
        (sheet.serial, AASE.id, "printed"),
        (sheet.serial, AASE.id, "confirmed"),
    ]
    assert box.keeper.prints[0].digest == sheet.digest != ""
