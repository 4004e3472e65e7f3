import re

import pytest

from appliance.web import security
from appliance.web.security import CONTENT_SECURITY_POLICY, is_own_host
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.test_guards import addresses, ask
from tests.simulators.box_people import personal_words
from tests.simulators.box_state import CARD_CODE

ALLOWED = ("10.77.0.1", "nodboks.internal", "[::1]")
_TITLE = re.compile(r"<title>(.*?)</title>")
_ADDRESS = re.compile(r'(?:href|action|src|data-poll|content)="([^"]*)"')


@pytest.mark.parametrize(
    "host", ["10.77.0.1", "10.77.0.1:8080", "NODBOKS.internal", "nodboks.internal.", "[::1]:80"]
)
def test_own_names_are_served(host: str) -> None:
    assert is_own_host(host, ALLOWED)


@pytest.mark.parametrize(
    "host", ["", "evil.dk", "10.77.0.1.evil.dk", "evil.dk:80:80", "[::2]", "10.77.0.1@evil", "a b"]
)
def test_foreign_names_are_not(host: str) -> None:
    assert not is_own_host(host, ALLOWED)


@pytest.mark.parametrize("host", ["example.org", "evil.dk:8080", "ø", ""])
def test_browser_that_asked_for_another_site_is_sent_to_the_box(phone: Phone, host: str) -> None:
    answer = phone.get("/generate_204?navn=x", headers={"Host": host.encode().decode("latin-1")})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "http://10.77.0.1:8080/"
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("port", "address"), [(80, "http://10.77.0.1/"), (8123, "http://10.77.0.1:8123/")]
)
def test_box_s_own_address_names_its_port_where_a_browser_must_know_it(
    port: int, address: str
) -> None:
    assert security.own_address(ALLOWED, port) == address


def test_form_sent_to_a_foreign_name_is_refused(box: WebBox, phone: Phone) -> None:
    form = {"formular": phone.token(), "kode": CARD_CODE}

    answer = phone.client.post("/laas-op", data=form, headers={"Host": "evil.dk"})

    assert answer.status_code == 400
    assert box.keeper.status().locked


def test_every_answer_carries_the_headers(box: WebBox, agnes: Phone) -> None:
    for endpoint, method, path in addresses(box):
        headers = ask(agnes, method, path).headers

        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in headers
        assert "Clear-Site-Data" not in headers
        assert headers["Cache-Control"] == "no-store", endpoint
        if endpoint in ("login.log_out", "login.lock"):
            agnes.unlock()


def test_no_title_and_no_address_holds_a_person(box: WebBox) -> None:
    phone = box.unlocked_phone()
    phone.post("/soeg", ord="Aase Prøvesen")
    phone.post("/afsnit/u-syd/borgere", find="Mønsted")
    phone.post("/borgere/c-7f3a/cpr")
    phone.post("/udskriv/medicinliste/c-7f3a")

    for _, method, path in addresses(box):
        if method == "GET":
            page = phone.get(path)
            told = [*_TITLE.findall(page.text), *_ADDRESS.findall(page.text), path]
            told.append(page.headers.get("Location", ""))
            assert not [word for word in personal_words() for text in told if word in text]


def test_page_has_one_title_that_names_the_product(agnes: Phone) -> None:
    assert _TITLE.findall(agnes.get("/borgere/c-7f3a/medicin").text) == ["Medicinliste – Nødboks"]


def test_cookie_is_for_this_site_and_no_script(box: WebBox) -> None:
    cookie = box.phone().get("/").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    assert "Expires" not in cookie


def test_cookie_is_secure_where_the_connection_is(box: WebBox) -> None:
    answer = box.phone().get("/", base_url="https://nodboks.internal")

    assert "Secure" in answer.headers["Set-Cookie"]


def test_form_that_is_far_too_large_is_refused(phone: Phone) -> None:
    answer = phone.post("/laas-op", kode="1" * (security.MAX_BODY_BYTES + 1))

    assert answer.status_code == 413
    assert "Der er skrevet for meget i feltet." in answer.text


def test_form_with_far_too_many_fields_is_refused(phone: Phone) -> None:
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="f{number}"\r\n\r\n1\r\n'
        for number in range(security.MAX_FORM_PARTS + 1)
    )

    answer = phone.client.post(
        "/laas-op", data=f"{parts}--x--\r\n", content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code == 413


def test_every_page_shows_how_old_the_data_is(box: WebBox) -> None:
    phone = box.unlocked_phone()

    pages = [(path, phone.get(path)) for _, method, path in addresses(box) if method == "GET"]
    shown = [(path, page.text) for path, page in pages if "<main" in page.text]

    assert len(shown) >= 8
    assert all(text.count('<div class="strip') == 1 for _, text in shown)
