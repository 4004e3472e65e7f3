"""The plan can be read by anybody, whatever else does not work."""

from dataclasses import replace
from datetime import date

from appliance.plan.shipped import shipped_plan
from appliance.web.app import create_app
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of
from tests.simulators.box_people import EMPTY, NORD, SYD


def test_the_whole_plan_stands_on_one_page(phone: Phone) -> None:
    page = words_of(phone.get("/indsatsplan/plan").text)

    for words in (
        "Planen er ikke godkendt endnu.", "Efter 8 timer", "Sundhedskrisestab og kommunikation",
        "Kontaktliste", "IT-vagten", "Nummeret mangler i planen",
    ):  # fmt: skip
        assert words in page
    for chapter in shipped_plan().chapters:
        assert chapter.title in page


def test_every_card_says_what_to_do_first_and_what_not(phone: Phone) -> None:
    for card in shipped_plan().cards:
        page = words_of(phone.get(f"/indsatsplan/kort/{card.id}").text)

        assert card.title in page
        assert "De første fem minutter" in page
        assert "Gør ikke" in page


def test_112_stands_on_the_card_and_a_number_nobody_gave_is_said_to_be_missing(
    phone: Phone,
) -> None:
    page = phone.get("/indsatsplan/plan").text + phone.get("/indsatsplan/kort/nattevagt").text

    assert "112" in page
    assert page.count("Nummeret mangler i planen") > 3


def test_a_card_that_is_not_there_is_not_found(phone: Phone) -> None:
    assert phone.get("/indsatsplan/kort/findes-ikke").status_code == 404


def test_the_number_of_it_that_the_box_knows_stands_on_screen_as_on_paper(phone: Phone) -> None:
    assert 'href="tel:87000000"' in phone.get("/indsatsplan/plan").text


def test_a_letter_is_from_the_place_of_care_and_never_from_the_box(box: WebBox) -> None:
    syd = replace(SYD, name="Plejecenter Enggården, Afsnit Syd")
    nord = replace(NORD, name="Plejecenter Enggården, Afsnit Nord")
    box.hold(units=(syd, nord, replace(EMPTY, name=syd.name)))
    locked = box.phone().get("/indsatsplan/breve/sygehus").text
    opened = box.unlocked_phone().get("/indsatsplan/breve/sygehus").text

    assert "<strong>Plejecenter Enggården</strong>" in opened
    assert "Enggården" not in locked
    assert f"<strong>{box.config.box.name}</strong>" not in locked


def test_another_municipality_s_plan_is_shown_with_its_numbers_and_its_standing(
    box: WebBox,
) -> None:
    plan = shipped_plan()
    duty = replace(
        plan.responsibility, approver="Direktøren", approved_on=date(2025, 1, 2),
        next_review=date(2026, 1, 2),
    )  # fmt: skip
    contacts = (replace(plan.contacts[0], phone="87 00 00 00"), *plan.contacts[1:])
    own = replace(plan, responsibility=duty, contacts=contacts, is_stand_in=True)
    app = create_app(box.config, replace(box.services, plan=own))

    page = Phone(app.test_client()).get("/indsatsplan/plan").text

    assert 'href="tel:87000000"' in page
    assert "Planen skulle være gennemgået nu." in page
    assert "Kommunens egen indsatsplan kan ikke læses." in page
    assert "02.01.2025 · Direktøren" in page
    assert "ikke godkendt" not in page
