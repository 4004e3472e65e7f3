"""Every page of the plan has its sheet beside it, printed without a code."""

import re

import pytest
from pypdf import PdfReader

from appliance.outage.journal import Beginning
from appliance.printing.jobs import Phase
from tests.appliance.web.conftest import Phone, WebBox

pytestmark = pytest.mark.slow  # seconds, not milliseconds

SHEETS = {
    "/indsatsplan": ["plan_set"],
    "/indsatsplan/plan": ["plan_set", "response_plan", "contact_list"],
    "/indsatsplan/kort/nattevagt": ["action_cards"],
    "/indsatsplan/kontaktrunde": ["contact_round"],
    "/indsatsplan/omfang": ["extent_summary"],
    "/indsatsplan/tilkald": ["call_in_list"],
    "/indsatsplan/beslutninger": ["decision_log"],
    "/indsatsplan/breve": ["letters"],
    "/indsatsplan/breve/sygehus": ["letters"],
}


def buttons(phone: Phone, path: str) -> list[str]:
    return re.findall(r'method="post" action="(/skemaer/[a-z-]+)"', phone.get(path).text)


def words_on_paper(box: WebBox) -> str:
    found = sorted(box.config.printer.folder.glob("*.pdf"))
    pages = [page for each in found for page in PdfReader(each).pages]
    return " ".join(page.extract_text() for page in pages)


@pytest.mark.parametrize("path", SHEETS)
def test_buttons_of_a_page_print_its_sheets_on_a_locked_box(
    box: WebBox, phone: Phone, path: str
) -> None:
    answers = [phone.post(address) for address in buttons(phone, path)]
    box.print_all()

    jobs = sorted(box.services.desk.queue.jobs(), key=lambda job: job.ordered_at)
    assert [answer.headers["Location"] for answer in answers] == ["/skemaer#bestilt"] * len(answers)
    assert sorted(job.order.kind for job in jobs) == sorted(SHEETS[path])
    assert {job.phase for job in jobs} == {Phase.PRINTED}


def test_letters_say_when_it_began_and_in_a_drill_that_it_is_one(box: WebBox, phone: Phone) -> None:
    box.services.outage.begin(Beginning("AB", minutes_ago=60, is_drill=True))

    phone.post(buttons(phone, "/indsatsplan/breve")[0])
    box.print_all()

    words = words_on_paper(box)
    assert "23. nov. 2026 kl. 02.00" in words
    assert "ØVELSE" in words


def test_plan_s_paper_comes_though_the_log_of_the_outage_cannot_be_read(
    box: WebBox, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    (box.config.box.state_dir / "outage" / "0001.jsonl").mkdir(parents=True)

    phone.post("/skemaer/kontaktrunde")
    box.print_all()

    (job,) = box.services.desk.queue.jobs()
    assert job.phase is Phase.PRINTED
    assert "outage: " in caplog.text
