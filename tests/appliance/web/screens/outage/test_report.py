"""The reports of drills and outages on the screen: open, without citizens, printable."""

from datetime import timedelta

from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.outage.test_drill import paper
from tests.appliance.web.screens.test_medication import words_of


def hold_drill(box: WebBox, phone: Phone) -> None:
    phone.post("/indsatsplan/oevelse", initialer="BKR")
    box.clock.move(timedelta(minutes=3))
    phone.post("/indsatsplan/gjort", trin="ring-it", initialer="AHO")
    form = {"navn": "Engen", "svar": "spared", "initialer": "AHO"}
    phone.post("/indsatsplan/kontaktrunde", **form)
    box.clock.move(timedelta(minutes=9))
    phone.post("/indsatsplan/slut", initialer="CD")


def test_the_end_of_a_drill_leads_to_its_report(phone: Phone) -> None:
    phone.post("/indsatsplan/oevelse", initialer="BKR")

    answer = phone.post("/indsatsplan/slut", initialer="CD")

    assert answer.location == "/indsatsplan/rapport"


def test_the_report_is_open_to_anybody_while_the_box_is_locked(box: WebBox, phone: Phone) -> None:
    hold_drill(box, phone)

    words = words_of(box.phone().get("/indsatsplan/rapport").text)

    for each in (
        "Rapport: øvelse nr. 1", "Varede 12 min.", "Startet af BKR", "Afsluttet af CD",
        "Punkter gjort 1 af 5", "Ring til IT-vagten. AHO efter 3 min.",
        "Ring til brand og redning. Ikke gjort", "Engen – Ikke ramt AHO efter 3 min.",
    ):  # fmt: skip
        assert each in words


def test_before_any_drill_the_page_says_that_there_is_none(phone: Phone) -> None:
    answer = phone.get("/indsatsplan/rapport")

    assert answer.status_code == 200
    assert "Der er ikke afsluttet nogen øvelse eller nøddrift på denne boks endnu." in answer.text
    assert "/skemaer/rapport" not in answer.text


def test_a_drill_that_is_on_has_no_report_yet(phone: Phone) -> None:
    phone.post("/indsatsplan/oevelse", initialer="BKR")

    assert phone.get("/indsatsplan/rapport/1").status_code == 404


def test_earlier_reports_are_found_again(box: WebBox, phone: Phone) -> None:
    hold_drill(box, phone)
    phone.post("/indsatsplan/start", siden="0", initialer="AHO")
    phone.post("/indsatsplan/slut", initialer="AHO")

    page = phone.get("/indsatsplan/rapport")

    assert "Rapport: nøddrift nr. 2" in page.text
    assert 'href="/indsatsplan/rapport/1"' in page.text
    assert "Rapport: øvelse nr. 1" in phone.get("/indsatsplan/rapport/1").text
    assert phone.get("/indsatsplan/rapport/3").status_code == 404


def test_the_report_is_printed_as_a_numbered_sheet_without_the_mark_of_a_drill(
    box: WebBox, phone: Phone
) -> None:
    hold_drill(box, phone)

    phone.post("/skemaer/rapport-over-oevelse-eller-nedbrud")
    box.print_all()

    (text,) = paper(box)
    assert "Øvelse nr. 1" in text
    assert "ØVELSE" not in text


def test_the_watch_keeps_the_report_while_nobody_asks(box: WebBox, phone: Phone) -> None:
    hold_drill(box, phone)

    box.services.desk._look_around()

    kept = box.config.box.state_dir / "outage" / "reports" / "0001.json"
    assert '"held_by": "BKR"' in kept.read_text()
