import pytest

from appliance.web.screens.preferences import safe_path
from tests.appliance.web.conftest import Phone


def test_language_is_switched_and_kept(phone: Phone) -> None:
    answer = phone.post("/visning", sprog="en", tilbage="/status")

    page = phone.get("/status").text
    assert answer.headers["Location"] == "/status"
    assert '<html lang="en">' in page
    assert "Status of the box" in page
    assert ">Dansk<" in page


def test_night_is_switched_on_and_off(phone: Phone) -> None:
    phone.post("/visning", tema="nat")
    night = phone.get("/").text
    phone.post("/visning", tema="dag")

    assert 'data-theme="nat"' in night
    assert 'data-theme="dag"' in phone.get("/").text


def test_unknown_choices_change_nothing(phone: Phone) -> None:
    phone.post("/visning", sprog="xx", tema='"><script>')

    assert '<html lang="da">' in phone.get("/").text


def test_cookie_somebody_made_up_is_ignored(phone: Phone) -> None:
    phone.client.set_cookie("sprog", "../../etc")
    phone.client.set_cookie("tema", 'nat"><script>')

    assert '<html lang="da">' in phone.get("/").text


@pytest.mark.parametrize(
    "path", ["//evil.dk", "https://evil.dk", "/\\evil.dk", "evil", "", "/a:b", "/\r\nX: y", "/@x"]
)
def test_nobody_is_led_to_another_site(path: str) -> None:
    assert safe_path(path) == "/"


def test_page_made_by_a_form_leads_back_to_the_front(phone: Phone) -> None:
    page = phone.unlock("1").text

    assert 'name="tilbage" value="/"' in page
