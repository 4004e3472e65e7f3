from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from appliance.clock import HeldClock
from appliance.printing.jobs import Phase
from printers.errors import PrinterUnreachableError
from printers.models import JobStage
from printers.reasons import PrinterReason
from tests.appliance.printing.printer_on_strings import PrinterOnStrings
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of
from tests.simulators.box_people import AASE, CITIZENS, FILLERS, NINNA, NORD
from tests.simulators.box_state import town_of

pytestmark = pytest.mark.slow  # seconds, not milliseconds

LIST = f"/udskriv/medicinliste/{AASE.id}"


@pytest.fixture
def printer(box: WebBox) -> PrinterOnStrings:
    """A printer that does as the test says."""
    printer = PrinterOnStrings()
    box.services.desk.printer = printer
    return printer


def job_of(box: WebBox) -> str:
    return box.services.desk.queue.jobs()[0].id


def test_list_comes_out_as_paper_under_a_name_that_says_nothing(box: WebBox, agnes: Phone) -> None:
    answer = agnes.post(LIST)
    box.print_all()

    (paper,) = box.config.printer.folder.glob("*.pdf")
    text = "".join(page.extract_text() for page in PdfReader(paper).pages)
    assert answer.headers["Location"] == "/udskrifter"
    assert "Aase" not in paper.name
    assert "Eliquix" in text
    assert "010130-1234" in text
    assert "af AGN" in text


def test_pack_has_a_cover_and_a_list_for_every_citizen(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    agnes.post("/udskriv/pakke/u-syd")
    box.print_all()

    text = "".join(
        page.extract_text() for job in printer.taken for page in PdfReader(BytesIO(job.pdf)).pages
    )
    (job,) = box.services.desk.queue.jobs()
    citizens = [sum(sheet.citizen_id is not None for sheet in part.sheets) for part in job.parts]
    assert citizens[:4] == [1, 2, 4, 6]
    assert len(job.sheets) == 1 + 2 + 13 + 20  # cover, lists, everybody, forms
    assert all(each.family_name in text for each in FILLERS)
    assert NINNA.family_name not in text
    assert "Nødpakke for Afsnit Syd" in words_of(agnes.get("/udskrifter").text)


def test_jobs_are_told_in_words_until_the_pages_are_counted(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    printer.stage, printer.pages_out = JobStage.PRINTING, 0
    agnes.post(LIST)
    waiting = words_of(agnes.get("/udskrifter").text)
    box.print_all()
    printing = words_of(agnes.get("/udskrifter").text)
    printer.stage = JobStage.DONE
    box.print_all()
    printed = words_of(agnes.get("/udskrifter").text)
    agnes.post(f"/udskrifter/{job_of(box)}/papir", svar="ja")
    counted = words_of(agnes.get("/udskrifter").text)

    assert "Medicinliste: Aase Prøvesen · 101 Bestilt af AGN kl. 03.00" in waiting
    assert "Venter i køen." in waiting
    assert "Side 0 af" in printing
    assert "Har du" in printed
    assert "Udskrevet" in counted
    assert "Udskriv igen" in counted


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ((JobStage.WAITING, None), "Sendt til printeren:"),
        ((JobStage.BLOCKED, PrinterReason.PAPER), "Printeren mangler papir. Læg papir i skuffen."),
        ((JobStage.UNKNOWN, PrinterReason.JOB_UNKNOWN), "Ukendt – kom siderne ud?"),
        ((JobStage.FAILED, PrinterReason.JOB_ABORTED), "Printeren afbrød udskriften."),
        ((JobStage.CANCELLED, None), "Stoppet"),
    ],
)
def test_every_state_is_said_in_words(
    box: WebBox,
    agnes: Phone,
    printer: PrinterOnStrings,
    told: tuple[JobStage, PrinterReason | None],
    words: str,
) -> None:
    printer.stage, printer.reason = told
    agnes.post(LIST)
    box.print_all()

    assert words in words_of(agnes.get("/udskrifter").text)


def test_printer_that_is_off_is_told_and_mended_without_ordering_again(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    printer.refuses = PrinterUnreachableError()
    agnes.post(LIST)
    box.print_all()
    waiting = words_of(agnes.get("/udskrifter").text)
    printer.refuses = None
    box.print_all()

    assert "Venter på hjælp Printeren svarer ikke. Tjek strøm og kabel. N-806" in waiting
    assert box.services.desk.queue.jobs()[0].phase is Phase.PRINTED


def test_missing_pages_can_be_printed_again_as_a_new_job(box: WebBox, agnes: Phone) -> None:
    agnes.post(LIST)
    box.print_all()
    old = job_of(box)

    agnes.post(f"/udskrifter/{old}/papir", svar="nej")
    agnes.post(f"/udskrifter/{old}/igen")

    newest = box.services.desk.queue.jobs()[0]
    assert newest.order.replaces == old
    assert "Der mangler sider" in words_of(agnes.get("/udskrifter").text)
    assert "Udskrevet igen" in words_of(agnes.get("/udskrifter").text)


def test_answer_that_is_neither_yes_nor_no_is_refused(box: WebBox, agnes: Phone) -> None:
    agnes.post(LIST)

    assert agnes.post(f"/udskrifter/{job_of(box)}/papir", svar="måske").status_code == 400


def test_job_can_be_stopped(box: WebBox, agnes: Phone, printer: PrinterOnStrings) -> None:
    printer.stage = JobStage.PRINTING
    agnes.post(LIST)
    box.print_all()

    agnes.post(f"/udskrifter/{job_of(box)}/stop")
    box.print_all()

    assert len(printer.cancelled) == 1
    assert "Stoppet" in words_of(agnes.get("/udskrifter").text)


def test_same_sheet_twice_is_asked_about(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    printer.stage = JobStage.PRINTING
    agnes.post(LIST)

    asked = agnes.post(LIST)
    agnes.post(LIST, bekraeft="1")

    assert "Den er allerede på vej. Udskriv en mere?" in asked.text
    assert len(box.services.desk.queue.jobs()) == 2


@pytest.mark.parametrize("age", [timedelta(hours=73), timedelta(days=-3)])
def test_very_old_data_and_data_of_unknown_age_are_asked_about(
    box: WebBox, clock: HeldClock, age: timedelta
) -> None:
    box.keeper.town = town_of(clock.now(), age)
    phone = box.unlocked_phone()

    asked = phone.post("/udskriv/pakke/u-syd")
    before = len(box.services.desk.queue.jobs())
    phone.post("/udskriv/pakke/u-syd", bekraeft="1")

    assert "Brug dem kun som støtte." in asked.text
    assert (before, len(box.services.desk.queue.jobs())) == (0, 1)


def test_data_a_day_old_is_printed_without_asking(box: WebBox, clock: HeldClock) -> None:
    box.keeper.town = town_of(clock.now(), timedelta(hours=30))

    assert box.unlocked_phone().post(LIST).status_code == 303


def test_script_follows_a_job_with_the_words_of_the_page(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    printer.stage, printer.pages_out = JobStage.PRINTING, 0
    agnes.post(LIST)
    box.print_all()

    answer = agnes.get(f"/udskrifter/{job_of(box)}.json")

    assert answer.json is not None
    assert answer.json["is_under_way"] is True
    assert "Side 0 af" in answer.json["html"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_page_refreshes_itself_without_scripts_only_while_paper_moves(
    box: WebBox, agnes: Phone
) -> None:
    agnes.post(LIST)
    moving = agnes.get("/udskrifter").text
    box.print_all()

    address = "5;url=/udskrifter?af=sig-selv"
    refresh = f'<noscript><meta http-equiv="refresh" content="{address}"></noscript>'
    assert refresh in moving
    assert refresh not in agnes.get("/udskrifter").text


def test_jobs_of_other_units_are_neither_shown_nor_touched(box: WebBox, agnes: Phone) -> None:
    box.unlocked_phone().post(f"/udskriv/medicinliste/{NINNA.id}")
    job = job_of(box)

    assert "Ninna" not in agnes.get("/udskrifter").text
    for path in (f"/udskrifter/{job}.json", f"/udskrifter/{job}/stop"):
        answer = agnes.get(path) if path.endswith("json") else agnes.post(path)
        assert answer.status_code == 404


def test_citizen_gone_from_the_new_copy_is_told_by_the_job(box: WebBox, agnes: Phone) -> None:
    agnes.post(LIST)
    box.hold(citizens=(NINNA,))
    box.keeper.open()
    box.print_all()

    page = words_of(agnes.get("/udskrifter").text)

    assert "Medicinliste: borgeren er ikke på afsnittet i den nye kopi" in page
    assert "Arket kunne ikke laves." in page


def move_aase(box: WebBox) -> None:
    """Let the next copy say that Aase now lives in Nord."""
    moved = replace(AASE, unit_id=NORD.id)
    box.hold(citizens=(moved, *(each for each in CITIZENS if each is not AASE)))
    box.keeper.open()


def test_citizen_who_moved_away_is_neither_named_nor_printed_again(
    box: WebBox, agnes: Phone
) -> None:
    agnes.post(LIST)
    box.print_all()
    move_aase(box)

    page = agnes.get("/udskrifter").text
    again = agnes.post(f"/udskrifter/{job_of(box)}/igen")

    assert AASE.family_name not in page
    assert "/igen" not in page
    assert again.status_code == 404
    assert len(box.services.desk.queue.jobs()) == 1


def test_card_holder_s_reprint_of_a_moved_citizen_is_an_order_of_the_new_unit(box: WebBox) -> None:
    holder = box.unlocked_phone()
    holder.post(LIST)
    box.print_all()
    move_aase(box)

    holder.post(f"/udskrifter/{job_of(box)}/igen")

    assert box.services.desk.queue.jobs()[0].order.unit_id == NORD.id


def test_list_ordered_before_the_citizen_moved_is_not_made(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    agnes.post(LIST)
    move_aase(box)
    box.print_all()

    job = box.services.desk.queue.jobs()[0]
    assert printer.taken == []
    assert (job.phase, job.trouble) == (Phase.FAILED, "N-600")


def test_order_of_a_whole_unit_can_be_given_again(box: WebBox, agnes: Phone) -> None:
    agnes.post("/udskriv/pakke/u-syd")

    agnes.post(f"/udskrifter/{job_of(box)}/igen")

    again, first = box.services.desk.queue.jobs()
    assert again.order.is_same_paper(first.order)


@pytest.mark.parametrize("way", ["/laas", "card panel"])
def test_sheet_waiting_for_the_printer_does_not_come_out_after_the_lock(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings, way: str
) -> None:
    printer.refuses = PrinterUnreachableError()
    agnes.post(LIST)
    box.print_all()
    if way == "/laas":
        agnes.post(way)
    else:
        box.keeper.lock()
        box.services.records.current()
    printer.refuses = None
    box.print_all()

    job = box.services.desk.queue.jobs()[0]
    assert printer.taken == []
    assert (job.phase, job.trouble) == (Phase.FAILED, "N-404")


def test_order_of_a_box_that_was_locked_meanwhile_fails_with_a_reason(box: WebBox) -> None:
    phone = box.unlocked_phone()
    phone.post(LIST)
    box.keeper.lock()
    box.print_all()
    phone.unlock(initials="")

    page = words_of(phone.get("/udskrifter").text)

    assert "Ikke udskrevet Nødboksen er låst." in page


def test_order_without_initials_says_only_when(box: WebBox) -> None:
    phone = box.phone()
    phone.unlock(initials="")
    phone.post(LIST)

    assert "Bestilt kl. 03.00" in words_of(phone.get("/udskrifter").text)
