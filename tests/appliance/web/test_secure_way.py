"""The ladder: https is offered, wanted or absent, and paper can be had on every rung."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.certificates.kept import Certificate
from appliance.config import TlsSection
from appliance.web import security
from appliance.web.secure_way import NOTHING, origin_of, secure_way
from tests.appliance.web.conftest import Phone, WebBox, a_web_box
from tests.appliance.web.test_guards import addresses, ask
from tests.simulators.box_people import AASE, SYD, personal_words
from tests.simulators.box_state import CARD_CODE, LOGIN_CODE
from tests.simulators.screen_certificates import NAME, OTHER_NAME

SECURE = f"https://{NAME}"
LINK = f'href="{SECURE}/"'
# As the front writes them; a phone's own are overwritten there.
FROM_PHONE = {"X-Forwarded-For": "10.77.0.42", "X-Forwarded-Proto": "http"}
OVER_HTTPS = FROM_PHONE | {"X-Forwarded-Proto": "https"}

Made = Callable[..., WebBox]


@pytest.fixture
def made(clock, tmp_path: Path) -> Iterator[Made]:
    """Make a box behind its front, with a certificate that lasts so many days, or none."""
    boxes = []

    def make(mode: str = "preferred", days: float | None = 90, **more: object) -> WebBox:
        tls = TlsSection(**({"mode": mode, "names": (NAME,)} | more))  # type: ignore[arg-type]

        def behind_front(config):
            return replace(config, tls=tls, web=replace(config.web, behind_proxy=True))

        opened = a_web_box(tmp_path, clock, behind_front)
        box = opened.__enter__()
        boxes.append(opened)
        box.certificate[0] = certificate(clock, days)
        return box

    yield make
    for opened in boxes:
        opened.__exit__(None, None, None)


def certificate(clock, days: float | None) -> Certificate:
    if days is None:
        return Certificate(problem="no certificate has come yet")
    now = clock.now()
    return Certificate((NAME,), "CN=x", now - timedelta(days=1), now + timedelta(days=days))


def phone_of(box: WebBox, headers: dict[str, str]) -> Phone:
    phone = box.phone()
    for name, value in headers.items():
        phone.client.environ_base[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return phone


def test_page_over_http_offers_the_secure_one_and_may_ask_for_it(made: Made) -> None:
    page = phone_of(made(), FROM_PHONE).get("/")

    assert LINK in page.text
    assert re.search(rf'data-probe="{SECURE}/static/icon\.[0-9a-f]+\.svg"', page.text)
    assert f"connect-src 'self' {SECURE};" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("days", [90, -400])
def test_whether_it_still_lasts_the_phone_decides_and_not_the_box_s_clock(
    made: Made, days: int
) -> None:
    assert LINK in phone_of(made(days=days), FROM_PHONE).get("/").text


def test_open_box_offers_it_at_its_login(made: Made) -> None:
    box = made()
    box.keeper.open()

    assert LINK in phone_of(box, FROM_PHONE).get("/").text


@pytest.mark.parametrize("case", [{"days": None}, {"mode": "off"}, {"names": ()}])
def test_without_a_certificate_a_name_or_the_wish_nothing_is_offered(
    made: Made, case: dict[str, object]
) -> None:
    page = phone_of(made(**case), FROM_PHONE).get("/")

    assert "https:" not in page.text
    assert page.headers["Content-Security-Policy"] == security.CONTENT_SECURITY_POLICY


def test_secure_page_offers_nothing_and_asks_nobody(made: Made) -> None:
    page = phone_of(made(), OVER_HTTPS).get("/")

    assert page.status_code == 200
    assert "https:" not in page.text
    assert page.headers["Content-Security-Policy"] == security.CONTENT_SECURITY_POLICY


def test_no_answer_ever_binds_a_phone_to_https(made: Made) -> None:
    box = made("required")
    for headers in (FROM_PHONE, OVER_HTTPS):
        phone = phone_of(box, headers)
        phone.unlock()
        for _, method, path in addresses(box):
            answer = ask(phone, method, path)

            assert "Strict-Transport-Security" not in answer.headers
            assert not answer.headers.get("Location", "").startswith("https:")


def test_log_in_over_http_goes_on_where_https_is_preferred(made: Made) -> None:
    box = made()
    phone = phone_of(box, FROM_PHONE)

    phone.unlock()

    assert phone.get(f"/borgere/{AASE.id}/medicin").status_code == 200


def test_session_of_https_is_worth_nothing_over_http_and_the_other_way_round(made: Made) -> None:
    box = made()
    secure, plain = phone_of(box, OVER_HTTPS), phone_of(box, FROM_PHONE)
    secure.unlock()
    plain.unlock()
    given = secure.cookie(security.SECURE_COOKIE)
    assert given is not None

    for phone, name, value in (
        (plain, security.SECURE_COOKIE, given),  # a browser would not even send it
        (secure, security.COOKIE, plain.cookie() or ""),
    ):
        phone.client.delete_cookie(security.COOKIE)
        phone.client.delete_cookie(security.SECURE_COOKIE)
        phone.client.set_cookie(name, value)

        assert phone.get("/afsnit").headers["Location"] == "/"


def test_cookie_over_https_is_one_no_http_page_can_set_or_read(made: Made) -> None:
    cookie = phone_of(made(), OVER_HTTPS).get("/").headers["Set-Cookie"]

    assert cookie.startswith("__Host-nodboks=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_audit_and_login_delay_know_the_phone_and_not_the_front(made: Made) -> None:
    box = made()

    phone_of(box, FROM_PHONE).unlock()
    box.services.log.stop()

    assert {entry.who.device for entry in box.keeper.logged} == {"10.77.0.42"}


def test_two_addresses_in_the_header_mean_the_one_the_front_saw(made: Made) -> None:
    box = made()

    phone_of(box, FROM_PHONE | {"X-Forwarded-For": "1.2.3.4, 10.77.0.42"}).unlock()
    box.services.log.stop()

    assert {entry.who.device for entry in box.keeper.logged} == {"10.77.0.42"}


def test_without_a_front_nobody_is_believed_about_who_or_how(box: WebBox) -> None:
    phone = phone_of(box, FROM_PHONE | {"X-Forwarded-Proto": "https"})

    page = phone.get("/")
    phone.unlock()
    box.services.log.stop()

    assert "Secure" not in page.headers["Set-Cookie"]
    assert {entry.who.device for entry in box.keeper.logged} == {"127.0.0.1"}


def test_browser_that_asked_for_another_site_is_sent_to_the_front_s_port(made: Made) -> None:
    answer = phone_of(made(), FROM_PHONE).get("/", headers={"Host": "evil.dk"})

    assert answer.headers["Location"] == "http://10.77.0.1/"


def test_pages_answer_to_the_name_of_the_certificate(made: Made) -> None:
    answered = phone_of(made(), OVER_HTTPS).get("/", headers={"Host": NAME})
    turned_away = phone_of(made(mode="off"), FROM_PHONE).get("/", headers={"Host": NAME})

    assert (answered.status_code, turned_away.status_code) == (200, 302)


@pytest.mark.parametrize(
    ("days", "code", "is_linked"),
    [(90, "N-905", True), (-1, "N-906", True), (None, "N-906", False)],
)
def test_where_https_is_required_no_record_is_shown_over_http(
    made: Made, days: float | None, code: str, *, is_linked: bool
) -> None:
    box = made("required", days)
    phone = phone_of(box, FROM_PHONE)
    phone.unlock()

    for path in (f"/borgere/{AASE.id}/medicin", f"/afsnit/{SYD.id}/borgere", "/soeg"):
        page = phone.get(path)

        assert (page.status_code, code in page.text, LINK in page.text) == (403, True, is_linked)


def test_where_https_is_required_nothing_of_a_citizen_leaves_over_http(made: Made) -> None:
    box = made("required")
    box.keeper.open()
    secure, plain = phone_of(box, OVER_HTTPS), phone_of(box, FROM_PHONE)
    assert secure.log_in("AGN").status_code == 303
    secure.post(f"/udskriv/medicinliste/{AASE.id}")
    plain.unlock()
    names = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in personal_words()))
    assert names.search(secure.get(f"/afsnit/{SYD.id}/borgere").text)

    for endpoint, method, path in addresses(box):
        answer = ask(plain, method, path)

        assert answer.status_code < 500, path
        assert not names.findall(answer.text), path
        if endpoint in ("login.log_out", "login.lock"):
            plain.unlock()


def test_where_https_is_required_the_secure_page_shows_everything(made: Made) -> None:
    phone = phone_of(made("required"), OVER_HTTPS)
    phone.unlock()

    assert AASE.family_name in phone.get(f"/borgere/{AASE.id}/medicin").text


@pytest.mark.parametrize("days", [90, -1, None])
@pytest.mark.parametrize("way_in", ["card", "code"])
def test_nurse_gets_her_paper_over_http_whatever_the_certificate(
    made: Made, days: float | None, way_in: str
) -> None:
    box = made("required", days)
    phone = phone_of(box, FROM_PHONE)
    if way_in == "card":
        assert phone.unlock().headers["Location"] == "/afsnit"
    else:
        box.keeper.open()
        phone.log_in("AGN")

    units = phone.get("/afsnit").text
    ordered = phone.post(f"/udskriv/pakke/{SYD.id}")
    box.print_all()

    assert "Udskriv nødpakken for Afsnit Syd" in units
    assert ordered.headers["Location"] == "/udskrifter"
    assert list(box.config.printer.folder.glob("*.pdf"))
    assert "Nødpakke for Afsnit Syd" in phone.get("/udskrifter").text


def test_paper_can_be_followed_answered_printed_again_and_stopped_over_http(made: Made) -> None:
    box = made("required")
    phone = phone_of(box, FROM_PHONE)
    phone.unlock()
    phone.post(f"/udskriv/pakke/{SYD.id}")
    (job,) = box.services.desk.queue.jobs()
    assert phone.get(f"/udskrifter/{job.id}.json").status_code == 200
    box.print_all()

    assert phone.post(f"/udskrifter/{job.id}/papir", svar="ja").status_code == 303
    assert phone.post(f"/udskrifter/{job.id}/igen").status_code == 303
    again = next(one for one in box.services.desk.queue.jobs() if one.id != job.id)
    assert phone.post(f"/udskrifter/{again.id}/stop").status_code == 303


def test_list_ordered_over_https_does_not_exist_over_http(made: Made) -> None:
    box = made("required")
    secure, plain = phone_of(box, OVER_HTTPS), phone_of(box, FROM_PHONE)
    secure.unlock()
    secure.post(f"/udskriv/medicinliste/{AASE.id}")
    plain.unlock()
    (job,) = box.services.desk.queue.jobs()

    assert plain.get(f"/udskrifter/{job.id}.json").status_code == 404
    assert "Der er ikke udskrevet noget endnu." in plain.get("/udskrifter").text
    assert AASE.family_name in secure.get("/udskrifter").text


def test_doors_over_http_say_what_can_be_done_here(made: Made) -> None:
    box = made("required", None)
    phone = phone_of(box, FROM_PHONE)

    locked = phone.get("/").text
    phone.unlock()
    inside = phone.get("/afsnit").text

    for page in (locked, inside):
        assert "Her kan du udskrive nødpakken." in page
    assert "/borgere" not in inside
    assert "/soeg" not in inside


def test_status_tells_of_the_certificate_to_people_and_programs(made: Made, clock) -> None:
    box = made()
    phone = phone_of(box, FROM_PHONE)

    page, answer = phone.get("/status").text, phone.get("/status.json").json
    assert answer is not None
    assert NAME in page
    assert answer["https_names"] == [NAME]
    assert answer["certificate_ends"] == "2027-02-21T02:00:00Z"
    assert "N-102" not in answer["problems"]

    for days in (-1, None):
        box.certificate[0] = certificate(clock, days)
        assert "N-102" in phone.get("/status").text
        assert "N-102" in (phone.get("/status.json").json or {})["problems"]
    assert "Intet certifikat" in phone.get("/status").text


def test_box_without_https_says_nothing_of_it(box: WebBox) -> None:
    answer = box.phone().get("/status.json").json

    assert "certifikat" not in box.phone().get("/status").text
    assert (answer or {})["https_names"] == []


def test_first_name_the_certificate_covers_is_the_one_offered(made: Made, clock) -> None:
    config = made(names=(OTHER_NAME, NAME), port=8443).config
    found = secure_way(config, certificate(clock, 9), clock.now(), is_secure=False)

    assert found.origin == f"{SECURE}:8443"
    assert found.is_open
    assert secure_way(config, certificate(clock, 9), clock.now(), is_secure=True) == NOTHING
    assert origin_of(NAME, 443) == SECURE


def test_codes_are_tried_over_http_as_before(made: Made) -> None:
    box = made("required")
    phone = phone_of(box, FROM_PHONE)

    assert phone.unlock("1234 5678 9012 3456 7890").status_code == 422
    assert phone.unlock(CARD_CODE).status_code == 303
    assert phone.log_in("AGN", LOGIN_CODE).status_code == 303
