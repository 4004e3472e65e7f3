"""One letter or all of them on paper, and not twice by a slip of the finger."""

import pytest

from tests.appliance.web.conftest import Phone, WebBox

LETTERS = "/skemaer/breve"


def test_one_letter_comes_alone_and_all_come_together(box: WebBox, agnes: Phone) -> None:
    one = box.services.plan.letters[1].id

    alone = agnes.post(LETTERS, brev=one)
    agnes.post(LETTERS)
    box.print_all()

    every, single = box.services.desk.queue.jobs()
    assert alone.headers["Location"] == "/udskrifter"
    assert len(single.sheets) == 1
    assert len(every.sheets) == len(box.services.plan.letters)


@pytest.mark.parametrize("kind", [{}, {"brev": "sygehus"}])
def test_same_letter_again_is_asked_about_by_its_name(
    box: WebBox, agnes: Phone, kind: dict[str, str]
) -> None:
    agnes.post(LETTERS, **kind)

    asked = agnes.post(LETTERS, **kind)
    agnes.post(LETTERS, bekraeft="1", **kind)

    letter = next(each for each in box.services.plan.letters if each.id == "sygehus")
    assert "Den er allerede på vej. Udskriv en mere?" in asked.text
    assert (letter.title if kind else "Breve") in asked.text
    assert len(box.services.desk.queue.jobs()) == 2


def test_letter_the_plan_does_not_have_is_not_ordered(box: WebBox, phone: Phone) -> None:
    assert phone.post(LETTERS, brev="ukendt").status_code == 404
    assert phone.post(LETTERS, brev="sygehus").headers["Location"] == "/skemaer#bestilt"
    assert len(box.services.desk.queue.jobs()) == 1


def test_page_of_a_letter_offers_that_one_and_all(phone: Phone) -> None:
    page = phone.get("/indsatsplan/breve/sygehus").text

    assert 'name="brev" value="sygehus"' in page
    assert "Udskriv alle breve (" in page
