"""Numbered paper after an outage: each sheet is accounted for, down to nothing, then signed off."""

import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from appliance.care_journal.events import SheetAccounted, SheetFate
from appliance.clock import ClockLevel, Judgement
from appliance.errors import LogNotKeptError
from appliance.outage.journal import Beginning
from appliance.vault.print_note import FILE
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.journal.conftest import TO_ENTER, Writer
from tests.simulators.box_people import AASE, NINNA, NORD, SYD

PAPER = "/papir"


@pytest.fixture
def list_of_aase(box: WebBox, agnes: Phone) -> str:
    """The number of a list that came out in an outage."""
    box.services.outage.begin(Beginning("AGN"))
    agnes.post(f"/udskriv/medicinliste/{AASE.id}")
    box.print_all()
    return box.services.desk.queue.jobs()[0].sheets[0].serial


def fate(box: WebBox, serial: str) -> SheetFate | None:
    said = box.services.journal.now().sheets[serial].what
    return said.fate if isinstance(said, SheetAccounted) else None


def test_every_sheet_of_the_outage_is_asked_for_by_number(
    box: WebBox, agnes: Phone, list_of_aase: str
) -> None:
    agnes.post("/skemaer/vaeskeskema", antal="2")
    box.print_all()

    shown = agnes.get(PAPER).text

    assert list_of_aase in shown
    assert AASE.name in shown
    assert "3 ark er ikke gjort op" in shown


@pytest.mark.parametrize("typed", ["{}", " {} ", "Udskrift {}"])
def test_typed_number_leads_to_its_sheet(agnes: Phone, list_of_aase: str, typed: str) -> None:
    answer = agnes.post(f"{PAPER}/nummer", nummer=typed.format(list_of_aase))

    assert answer.headers["Location"] == f"{PAPER}/{list_of_aase}"
    assert "Medicinliste" in agnes.get(answer.headers["Location"]).text


def test_what_is_no_number_is_said_and_stays_in_the_field(agnes: Phone, list_of_aase: str) -> None:
    answer = agnes.post(f"{PAPER}/nummer", nummer="aase")

    assert answer.status_code == 422
    assert "Nummeret kan ikke læses." in answer.text
    assert 'value="aase"' in answer.text
    assert list_of_aase in answer.text


@pytest.mark.parametrize(
    ("said", "left"), [("unused", 0), ("back", 1), ("entered", 0), ("missing", 0)]
)
def test_what_is_said_of_a_sheet_counts_it_down(
    box: WebBox, agnes: Phone, list_of_aase: str, said: str, left: int
) -> None:
    agnes.post(f"{PAPER}/{list_of_aase}", hvad=said, bemaerkning="lå i kassen")

    assert fate(box, list_of_aase) == said
    assert f"{left} ark er ikke gjort op" in agnes.get(PAPER).text
    assert "lå i kassen" in agnes.get(f"{PAPER}/{list_of_aase}").text


def test_many_sheets_are_accounted_for_at_once_and_the_same_twice_is_one(
    box: WebBox, agnes: Phone, list_of_aase: str
) -> None:
    for _ in range(2):
        agnes.post(PAPER, ark=list_of_aase, hvad="unused")

    assert fate(box, list_of_aase) is SheetFate.UNUSED
    assert len(box.keeper.journal) == 1


def test_nothing_ticked_or_nothing_said_is_asked_for(agnes: Phone, list_of_aase: str) -> None:
    assert agnes.post(PAPER, hvad="unused").status_code == 422
    assert agnes.post(PAPER, ark=list_of_aase).status_code == 422


def test_slip_is_put_right_by_saying_something_else(
    box: WebBox, agnes: Phone, list_of_aase: str
) -> None:
    agnes.post(f"{PAPER}/{list_of_aase}", hvad="missing")
    agnes.post(f"{PAPER}/{list_of_aase}", hvad="back")

    assert fate(box, list_of_aase) is SheetFate.BACK


def test_number_the_box_does_not_know_is_taken_all_the_same(agnes: Phone) -> None:
    assert "Boksen kender ikke nummeret" in agnes.get(f"{PAPER}/311-00004").text

    agnes.post(f"{PAPER}/311-00004", hvad="back")

    assert "311-00004" in agnes.get(f"{PAPER}?vis=tastes-ind").text
    assert agnes.get(f"{PAPER}/31100004").status_code == 404


def test_superseded_list_is_to_be_struck_out_and_locked_away(
    box: WebBox, agnes: Phone, list_of_aase: str
) -> None:
    box.clock.at = box.clock.at.replace(hour=4)
    agnes.post(f"/udskriv/medicinliste/{AASE.id}")
    box.print_all()
    newer = box.services.desk.queue.jobs()[0].sheets[0].serial

    shown = agnes.get(f"{PAPER}?vis=afloest").text

    assert f"Afløst af {newer}: streg over" in shown
    assert f'value="{list_of_aase}"' in shown
    assert f'value="{newer}"' not in shown


def test_paper_of_before_the_outage_is_not_asked_for(box: WebBox, agnes: Phone) -> None:
    agnes.post(f"/udskriv/medicinliste/{AASE.id}")
    box.print_all()
    box.clock.at = box.clock.at.replace(hour=4)
    box.services.outage.begin(Beginning("AGN"))

    assert "0 ark er ikke gjort op" in agnes.get(PAPER).text


def test_paper_of_another_unit_is_counted_and_neither_shown_nor_accounted_for(
    box: WebBox, agnes: Phone
) -> None:
    box.services.outage.begin(Beginning("AGN"))
    card = box.unlocked_phone()
    card.post(f"/udskriv/medicinliste/{NINNA.id}")
    box.print_all()
    serial = box.services.desk.queue.jobs()[0].sheets[0].serial

    shown = agnes.get(f"{PAPER}?vis=alle").text

    assert serial not in shown
    assert "1 mere på afsnit, du ikke har adgang til." in shown
    assert agnes.get(f"{PAPER}/{serial}").status_code == 404
    assert agnes.post(f"{PAPER}/{serial}", hvad="unused").status_code == 404
    assert agnes.post(PAPER, ark=serial, hvad="unused").status_code == 422
    assert serial in card.get(PAPER).text


def test_sign_off_is_refused_while_a_sheet_or_a_note_is_open_and_then_taken(
    box: WebBox, agnes: Phone, list_of_aase: str
) -> None:
    writer = Writer(agnes, box)
    writer.note()
    refused = writer.phone.post(f"{PAPER}/afslut")
    assert refused.status_code == 422
    assert "1 ark er ikke gjort op" in refused.text
    assert "1 notat skal tastes ind" in refused.text

    writer.phone.post(f"{TO_ENTER}/{writer.last_id()}")
    assert writer.phone.post(f"{TO_ENTER}/afslut").status_code == 422
    assert "1 ark er ikke gjort op" in writer.phone.get(TO_ENTER).text
    writer.phone.post(f"{PAPER}/{list_of_aase}", hvad="unused")
    assert writer.phone.post(f"{PAPER}/afslut").status_code == 303

    assert writer.journal().signed_off is not None
    assert "Alt er gjort op. Afsluttet af AGN" in writer.phone.get(PAPER).text


def test_open_page_of_the_end_tells_the_count_and_no_name(
    box: WebBox, agnes: Phone, list_of_aase: str
) -> None:
    assert AASE.name in agnes.get(PAPER).text
    stranger = box.phone()

    asked = stranger.get("/indsatsplan/slut").text
    box.keeper.lock()
    locked = stranger.get("/indsatsplan/slut").text

    assert "1 ark er ikke gjort op" in asked
    assert 'href="/papir"' in asked
    assert AASE.family_name not in asked
    assert list_of_aase not in asked
    assert "Lås boksen op for at se" in locked


def test_disk_that_refuses_says_so_and_nothing_is_counted_down(
    box: WebBox, agnes: Phone, list_of_aase: str
) -> None:
    box.keeper.journal_problem = LogNotKeptError("full")

    answer = agnes.post(f"{PAPER}/{list_of_aase}", hvad="unused", bemaerkning="lå i kassen")

    assert answer.status_code == 503
    assert 'value="lå i kassen"' in answer.text
    assert "1 ark er ikke gjort op" in agnes.get(PAPER).text


def test_list_can_be_had_on_paper(box: WebBox, agnes: Phone, list_of_aase: str) -> None:
    agnes.post(f"/udskriv/papir-der-skal-tilbage/afsnit/{SYD.id}")
    box.print_all()

    newest = max(
        (box.config.printer.folder).glob("*.pdf"), key=lambda path: path.stat().st_mtime_ns
    )
    text = "".join(page.extract_text() for page in PdfReader(newest).pages)
    assert list_of_aase in text
    assert NORD.name not in text


def test_what_was_printed_before_and_cannot_be_read_is_not_signed_away(
    box: WebBox, agnes: Phone
) -> None:
    box.services.outage.begin(Beginning("AGN"))
    (box.config.records_dir / FILE).write_text("damaged")

    shown = agnes.get(PAPER).text
    refused = agnes.post(f"{PAPER}/afslut")

    assert "Boksen kan ikke læse, hvad der blev udskrevet, før strømmen gik." in shown
    assert "Afslut papir" not in shown
    assert refused.status_code == 422
    assert "Lås boksen, og lås den op igen." in refused.text
    assert "0 ark er ikke gjort op" not in agnes.get("/indsatsplan/slut").text


def test_paper_of_a_clock_nobody_vouched_for_is_asked_for_after_the_clock_was_set(
    box: WebBox,
) -> None:
    right = box.clock.at
    box.clock.at, sure = right - timedelta(days=400), box.clock.judgement
    box.clock.judgement = Judgement(ClockLevel.UNSURE, right - timedelta(hours=1))
    box.logged_in("AGN").post(f"/udskriv/medicinliste/{AASE.id}", bekraeft="1")
    box.print_all()
    box.clock.at, box.clock.judgement = right, sure
    box.services.outage.begin(Beginning("AGN"))

    assert "1 ark er ikke gjort op" in box.logged_in("AGN").get(PAPER).text


def ticked(page: str) -> set[str]:
    return set(re.findall(r'name="ark" value="([0-9-]+)" checked', page))


@pytest.mark.parametrize(
    ("heap", "kinds"),
    [
        ("alle", {"medication_list", "fluid"}),
        ("Medicinliste", {"medication_list"}),
        ("ukendt", set()),
    ],
)
def test_whole_heap_is_ticked_by_a_link(
    box: WebBox, agnes: Phone, list_of_aase: str, heap: str, kinds: set[str]
) -> None:
    agnes.post("/skemaer/vaeskeskema", antal="2")
    box.print_all()
    sheets = {
        each.serial: each.kind for job in box.services.desk.queue.jobs() for each in job.sheets
    }

    page = agnes.get(f"{PAPER}?kryds={heap}").text

    assert ticked(page) == {serial for serial, kind in sheets.items() if kind in kinds}
    assert f'href="{PAPER}?vis=ude&amp;kryds=alle#arkene"' in page
    assert list_of_aase in page


def test_press_without_a_tick_says_what_to_do(agnes: Phone, list_of_aase: str) -> None:
    answer = agnes.post(PAPER, hvad="back")

    assert answer.status_code == 422
    assert "Sæt kryds ved mindst ét ark." in answer.text
    assert list_of_aase in answer.text


def test_ticks_of_a_form_that_is_not_taken_stay(agnes: Phone, list_of_aase: str) -> None:
    answer = agnes.post(PAPER, ark=list_of_aase)

    assert ticked(answer.text) == {list_of_aase}
