"""Any sheet can be ordered by whoever may, and blank forms by anybody, whatever is locked."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from appliance.paper.sheet_kind import MOST_COPIES, Subject
from appliance.paper.sheets import SHEETS
from appliance.printing.jobs import Job, Phase
from appliance.records.terms import Role, StaffId
from appliance.web.screens.sheets import address_of
from printers.errors import PrinterUnreachableError
from printers.models import PrintJob
from tests.appliance.printing.printer_on_strings import PrinterOnStrings
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of
from tests.simulators.box_people import AASE, NINNA, NORD, SYD, staff

pytestmark = pytest.mark.slow  # seconds, not milliseconds

FORM = "/skemaer/vaeskeskema"
KEY_LIST = f"/udskriv/noegleliste/afsnit/{SYD.id}"


@pytest.fixture
def printer(box: WebBox) -> PrinterOnStrings:
    """A printer that does as the test says."""
    printer = PrinterOnStrings()
    box.services.desk.printer = printer
    return printer


def jobs(box: WebBox) -> list[Job]:
    return box.services.desk.queue.jobs()


def words_on_job(job: PrintJob) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(job.pdf)).pages)


def words_on(printer: PrinterOnStrings) -> str:
    return " ".join(map(words_on_job, printer.taken))


def test_every_sheet_has_an_address_of_its_own_in_plain_letters() -> None:
    found = [address_of(kind) for kind in SHEETS.values()]

    assert len(set(found)) == len(found)
    assert all(address.replace("-", "").isascii() and address.islower() for address in found)


def test_sheets_about_a_citizen_and_a_unit_are_listed_and_no_others(agnes: Phone) -> None:
    about_one = agnes.get(f"/udskriv/borger/{AASE.id}").text
    about_all = agnes.get(f"/udskriv/afsnit/{SYD.id}").text

    for kind in SHEETS.values():
        button = f'lang="da">{kind.title}</button>'
        is_for_her = Role.NURSE in kind.roles
        is_about_one = is_for_her and Subject.CITIZEN in kind.subjects
        is_about_all = is_for_her and Subject.UNIT in kind.subjects
        assert (button in about_one, button in about_all) == (is_about_one, is_about_all), kind.name


def test_form_about_a_citizen_comes_with_the_name_as_often_as_asked(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    agnes.post(f"/udskriv/vaeskeskema/borger/{AASE.id}", antal="3")
    box.print_all()

    (job,) = jobs(box)
    assert (job.order.kind, job.order.copies, len(job.sheets)) == ("fluid", 3, 3)
    assert words_on(printer).count("Udskrift ") == 3
    assert "010130-1234" in words_on(printer)
    assert "Væskeskema: Aase Prøvesen · 101" in words_of(agnes.get("/udskrifter").text)


def test_list_of_a_unit_comes_with_english_headings_where_asked(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    agnes.post(f"/udskriv/livsnoedvendige-behov/afsnit/{SYD.id}", engelsk="1")
    box.print_all()

    (job,) = jobs(box)
    assert job.order.is_bilingual
    assert job.phase is Phase.PRINTED
    assert len(printer.taken) == 1


@pytest.mark.parametrize(
    "path",
    [
        f"/udskriv/noedpakke/borger/{AASE.id}",
        f"/udskriv/medicinliste/afsnit/{SYD.id}",
        f"/udskriv/ukendt/borger/{AASE.id}",
        f"/udskriv/vaeskeskema/borger/{NINNA.id}",
        f"/udskriv/noedpakke/afsnit/{NORD.id}",
    ],
)
def test_sheet_that_cannot_be_about_that_or_not_by_this_visitor_does_not_exist(
    box: WebBox, agnes: Phone, path: str
) -> None:
    assert agnes.post(path).status_code == 404
    assert jobs(box) == []


def test_driver_may_print_no_citizen_s_sheet(box: WebBox) -> None:
    driver = box.logged_in("DOR")

    assert driver.post(f"/udskriv/medicinliste/borger/{AASE.id}").status_code == 403
    assert jobs(box) == []


def test_sheet_a_role_may_not_have_comes_neither_first_nor_again_nor_is_it_shown(
    box: WebBox,
) -> None:
    assistant = replace(staff()["Agnes"], id=StaffId("s-olga"), initials="OLG", role=Role.ASSISTANT)
    box.keeper.town = replace(box.keeper.town, accounts=(*staff().values(), assistant))
    box.logged_in("GRE").post(KEY_LIST)
    box.print_all()
    (job,) = jobs(box)
    olga = box.logged_in("OLG")
    again = f"/udskrifter/{job.id}"
    ticked = {"ark": job.sheets[0].serial}

    refused = [
        olga.post(KEY_LIST).status_code,
        olga.post(f"{again}/igen").status_code,
        olga.post(f"{again}/mangler", **ticked).status_code,
        olga.get(f"{again}/sider").status_code,
    ]
    box.print_all()

    assert job.phase is Phase.PRINTED
    assert refused == [404, 404, 404, 404]
    assert "Nøgleliste" not in words_of(olga.get("/udskrifter").text)
    assert [each.id for each in jobs(box)] == [job.id]


def test_blank_forms_come_out_of_a_locked_box_for_anybody(
    box: WebBox, phone: Phone, printer: PrinterOnStrings
) -> None:
    page = words_of(phone.get("/skemaer").text)
    answer = phone.post(FORM, antal="2")
    box.print_all()

    (job,) = jobs(box)
    assert "De kan udskrives uden kode." in page
    assert answer.headers["Location"] == "/skemaer#bestilt"
    assert (job.phase, len(job.sheets)) == (Phase.PRINTED, 2)
    assert "Væskeskema" in words_on(printer)
    assert "Printeren siger, at alle" in words_of(phone.get("/skemaer").text)


def test_blank_form_comes_with_english_headings_where_asked(
    box: WebBox, phone: Phone, printer: PrinterOnStrings
) -> None:
    phone.post(FORM)
    phone.post(FORM, engelsk="1")
    box.print_all()

    danish, both = [words_on_job(job) for job in printer.taken]
    assert "Fluid form" not in danish
    assert "Fluid form" in both


def test_locked_page_leads_to_the_forms(phone: Phone) -> None:
    assert 'href="/skemaer"' in phone.get("/").text


def test_sheet_about_somebody_is_no_form(box: WebBox, phone: Phone) -> None:
    for kind in SHEETS.values():
        if Subject.NOBODY not in kind.subjects:
            assert phone.post(f"/skemaer/{address_of(kind)}").status_code == 404
    assert jobs(box) == []


def test_page_of_forms_tells_of_nobody_else_s_paper(agnes: Phone, phone: Phone) -> None:
    agnes.post(f"/udskriv/medicinliste/{AASE.id}")

    page = phone.get("/skemaer").text

    assert AASE.family_name not in page
    assert "Bestilt" not in page


@pytest.mark.parametrize(("asked", "copies"), [("0", 1), ("999", MOST_COPIES), ("to", 1), ("", 1)])
def test_odd_number_of_copies_is_brought_within_what_there_can_be(
    box: WebBox, phone: Phone, asked: str, copies: int
) -> None:
    phone.post(FORM, antal=asked)

    assert jobs(box)[0].order.copies == copies


def test_nobody_can_fill_the_queue_with_forms(box: WebBox, phone: Phone) -> None:
    for _ in range(5):
        phone.post(FORM)

    assert len(jobs(box)) == 3
    assert "Der venter allerede skemaer på at komme ud." in phone.get("/skemaer").text


def test_lock_drops_a_list_and_lets_a_blank_form_come(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    printer.refuses = PrinterUnreachableError()
    agnes.post(FORM)
    agnes.post(f"/udskriv/medicinliste/{AASE.id}")
    box.print_all()
    agnes.post("/laas")
    printer.refuses = None
    box.print_all()

    a_list, form = jobs(box)
    assert (a_list.phase, a_list.trouble) == (Phase.FAILED, "N-404")
    assert form.phase is Phase.PRINTED
    assert AASE.family_name not in words_on(printer)
