"""Trying a device on a calm day."""

from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import personal_words


def test_device_that_keeps_cookies_and_sends_forms_can_be_used(phone: Phone) -> None:
    first = phone.get("/selvtest").text
    second = phone.get("/selvtest?trin=2").text
    sent = phone.post("/selvtest")
    last = phone.get(sent.headers["Location"]).text

    assert "Boksen kan nås" in first
    assert "Enheden kan bruges." not in first + second
    assert (sent.status_code, sent.headers["Location"]) == (303, "/selvtest?trin=3")
    assert "Enheden kan bruges." in last


def test_browser_without_cookies_is_told_what_to_do(box: WebBox) -> None:
    phone = Phone(box.app.test_client(use_cookies=False))
    phone.get("/selvtest")

    page = phone.get("/selvtest?trin=2").text

    assert "Browseren gemmer ikke cookies." in page
    assert 'action="/selvtest"' not in page
    assert "Enheden kan bruges." not in phone.get("/selvtest?trin=3").text


def test_nobody_is_shown_even_while_the_box_is_open(box: WebBox) -> None:
    page = box.unlocked_phone().get("/selvtest?trin=2").text

    assert [word for word in personal_words() if word in page] == []


def test_unknown_step_is_the_first(phone: Phone) -> None:
    assert 'href="/selvtest?trin=2"' in phone.get("/selvtest?trin=%00x").text
