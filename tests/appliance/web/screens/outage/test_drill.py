"""A drill: every page and every sheet says so, and at the end stands a report with times."""

from datetime import timedelta

from pypdf import PdfReader

from tests.appliance.outage.nights import a_full_disk
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of
from tests.simulators.box_people import AASE


def paper(box: WebBox) -> list[str]:
    """Return the text of every sheet that came out."""
    found = sorted(box.config.printer.folder.glob("*.pdf"))
    return ["".join(page.extract_text() for page in PdfReader(each).pages) for each in found]


def print_list(box: WebBox, nurse: Phone) -> None:
    nurse.post(f"/udskriv/medicinliste/borger/{AASE.id}", bekraeft="1")
    box.print_all()


def test_everything_printed_during_a_drill_is_marked_and_nothing_before_or_after(
    box: WebBox, agnes: Phone
) -> None:
    print_list(box, agnes)
    agnes.post("/indsatsplan/oevelse")
    print_list(box, agnes)
    agnes.post("/indsatsplan/slut")
    print_list(box, agnes)

    assert ["ØVELSE" in text for text in paper(box)] == [False, True, False]


def test_a_real_outage_takes_the_mark_off_the_paper(box: WebBox, agnes: Phone) -> None:
    agnes.post("/indsatsplan/oevelse")
    assert "Øvelsen bliver afsluttet." in words_of(agnes.get("/indsatsplan/start").text)

    agnes.post("/indsatsplan/start", siden="0")
    print_list(box, agnes)

    assert ["ØVELSE" in text for text in paper(box)] == [False]


def test_on_a_full_disk_a_real_outage_begins_and_takes_the_mark_off_as_well(
    box: WebBox, agnes: Phone
) -> None:
    agnes.post("/indsatsplan/oevelse")
    with a_full_disk():
        began = agnes.post("/indsatsplan/start", siden="0")
        page = words_of(agnes.get("/indsatsplan").text)
        log = agnes.get("/indsatsplan/log")
    print_list(box, agnes)

    assert (began.status_code, log.status_code) == (303, 200)
    assert "ØVELSE" not in page
    assert ["ØVELSE" in text for text in paper(box)] == [False]


def test_a_drill_ends_with_a_report_of_its_times(box: WebBox, agnes: Phone) -> None:
    agnes.post("/indsatsplan/oevelse")
    box.clock.move(timedelta(minutes=2))
    print_list(box, agnes)
    box.services.desk._look_around()
    box.clock.move(timedelta(minutes=10))
    agnes.post("/indsatsplan/gjort", trin="ring-it")
    agnes.post("/indsatsplan/slut")

    report = words_of(agnes.get("/indsatsplan/log").text)

    for words in (
        "Log for øvelsen", "Varede 12 min.", "Første papir efter 2 min.", "Punkter gjort 1 af 5",
        "Mangler Ring til brand og redning.",
    ):  # fmt: skip
        assert words in report


def test_the_report_of_a_drill_is_kept_through_the_next_outage(box: WebBox, agnes: Phone) -> None:
    agnes.post("/indsatsplan/oevelse")
    box.clock.move(timedelta(minutes=7))
    agnes.post("/indsatsplan/slut")
    agnes.post("/indsatsplan/start", siden="0")

    assert "Øvelse man. 23. nov. 2026 kl. 03.00" in words_of(agnes.get("/indsatsplan/log").text)
    assert "Varede 7 min." in words_of(agnes.get("/indsatsplan/log/1").text)


def test_a_locked_box_prints_the_drill_pack_and_it_is_the_first_paper(
    box: WebBox, phone: Phone
) -> None:
    phone.post("/indsatsplan/oevelse", initialer="BKR")
    box.clock.move(timedelta(minutes=2))
    assert "/skemaer/oevelsespakke-med-opdigtede-borgere" in phone.get("/indsatsplan").text

    phone.post("/skemaer/oevelsespakke-med-opdigtede-borgere")
    box.print_all()
    box.services.desk._look_around()
    phone.post("/indsatsplan/slut", initialer="BKR")

    (text,) = paper(box)
    assert "Anna Øvelse-Ager" in text
    assert "Første papir efter 2 min." in words_of(phone.get("/indsatsplan/rapport").text)


def test_a_real_outage_stops_the_drill_pack_and_offers_it_no_more(
    box: WebBox, phone: Phone
) -> None:
    address = "/skemaer/oevelsespakke-med-opdigtede-borgere"
    assert address in phone.get("/skemaer").text
    phone.post("/indsatsplan/oevelse", initialer="BKR")
    phone.post(address)

    phone.post("/indsatsplan/start", siden="0", initialer="AHO")
    box.services.desk._look_around()
    box.print_all()

    (job,) = box.services.desk.queue.jobs()
    assert (job.is_stopped, paper(box)) == (True, [])
    assert address not in phone.get("/skemaer").text
    assert phone.post(address).status_code == 404
    assert len(box.services.desk.queue.jobs()) == 1


def test_a_drill_stops_no_drill_pack(box: WebBox, phone: Phone) -> None:
    phone.post("/indsatsplan/oevelse", initialer="BKR")
    phone.post("/skemaer/oevelsespakke-med-opdigtede-borgere")

    box.services.desk._look_around()
    box.print_all()

    assert len(paper(box)) == 1


def test_outside_a_drill_the_plan_s_page_does_not_offer_the_drill_pack(phone: Phone) -> None:
    assert "oevelsespakke" not in phone.get("/indsatsplan").text
    phone.post("/indsatsplan/start", siden="0", initialer="AHO")

    assert "oevelsespakke" not in phone.get("/indsatsplan").text


def test_whoever_begins_a_drill_is_told_whose_data_is_shown(phone: Phone) -> None:
    page = words_of(phone.get("/indsatsplan/oevelse").text)

    assert "Øv papiret med øvelsespakken: dens borgere er opdigtede" in page
    assert "Låser du boksen op, viser den jeres rigtige borgere, også under øvelsen." in page
