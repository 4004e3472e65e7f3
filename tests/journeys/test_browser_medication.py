"""The nurse at 03:00 with a phone: from the locked box to paper, in a real browser."""

import re

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from tests.journeys.browsing import (
    LAPTOP,
    PHONE,
    SMALLEST,
    a_page,
    axe_violations,
    is_wider_than_screen,
    log_in,
    small_controls,
    unlock,
)
from tests.simulators.box_people import personal_words
from tests.simulators.box_roads import ROUTE
from tests.simulators.box_state import CARD_CODE
from tests.simulators.web_process import WebProcess

pytestmark = pytest.mark.slow

PATHS = (
    "/afsnit", "/afsnit/u-syd/borgere", "/borgere/c-7f3a/medicin", "/borgere/c-7f3a",
    "/soeg", "/udskrifter", "/ur",
    "/laas", "/status", "/findes-ikke", "/borgere/c-7f3a/dokumenter", "/afsnit/u-syd/dokumenter",
    "/udskriv/borger/c-7f3a", "/udskriv/afsnit/u-syd", "/skemaer",
    "/afsnit/vaelg", "/koerelister", "/koerelister/u-syd", f"/koerelister/u-syd/{ROUTE}",
    "/loeberpakke", "/vagtkode", "/velkommen", "/selvtest", "/selvtest?trin=2", "/selvtest?trin=3",
    "/noedpakke",
)  # fmt: skip


@pytest.mark.parametrize("with_script", [True, False])
def test_from_locked_box_to_paper_in_the_hand(
    browser: Browser, web: WebProcess, *, with_script: bool
) -> None:
    with a_page(browser, web, java_script_enabled=with_script) as page:
        page.goto("/")
        expect(page).to_have_title("Låst – Nødboks")
        expect(page.get_by_text("Boksen virker")).to_be_visible()
        unlock(page, "1234 5678 9012 3456 7890")
        expect(page.get_by_text("Koden er skrevet forkert.")).to_be_visible()
        expect(page.locator("#kode")).to_have_value("1234 5678 9012 3456 7890")
        unlock(page)
        page.get_by_role("link", name="Afsnit Syd").click()
        page.get_by_role("link", name="Aase Prøvesen").click()
        expect(page).to_have_title("Medicinliste – Nødboks")
        expect(page.get_by_text("CAVE: Penicillin – udslæt")).to_be_visible()
        page.get_by_role("button", name="Udskriv medicinliste").click()
        # With scripts the page follows by itself, without them it refreshes itself.
        page.get_by_role("button", name="Ja, jeg har den").click()
        expect(page.get_by_text("Udskrevet", exact=True)).to_be_visible()

        (paper,) = web.paper
        text = "".join(sheet.extract_text() for sheet in PdfReader(paper).pages)
        assert "Eliquix" in text
        assert "Aase" not in paper.name + page.url


def test_card_s_qr_code_fills_in_the_code_and_leaves_the_history(
    browser: Browser, web: WebProcess
) -> None:
    with a_page(browser, web) as page:
        page.goto(f"/k#{CARD_CODE}")
        expect(page.locator("#kode")).to_have_value(re.compile(r"(\d{4} ){4}\d{4}"))
        assert CARD_CODE not in page.url

        page.keyboard.press("Enter")

        expect(page).to_have_title("Forside – Nødboks")


def test_filter_works_while_typing(browser: Browser, web: WebProcess) -> None:
    with a_page(browser, web) as page:
        unlock(page)
        page.goto("/afsnit/u-syd/borgere")

        page.locator("#find").press_sequentially("møn")

        expect(page.get_by_role("link", name="Egon Mønsted")).to_be_visible()
        expect(page.get_by_role("link", name="Aase Prøvesen")).to_be_hidden()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("oestbye", ["Vera Østbye"]), ("bolig 102", ["Egon Mønsted"]), ("1938", []), ("12.", [])],
)
def test_filter_while_typing_finds_what_the_server_would(
    browser: Browser, web: WebProcess, typed: str, shown: list[str]
) -> None:
    with a_page(browser, web) as page:
        unlock(page)
        page.goto("/afsnit/u-syd/borgere")
        page.locator("#find").press_sequentially(typed)
        found = page.locator(".rows li:visible strong").all_text_contents()

        expect(page.get_by_text("Ingen fundet.")).to_be_visible(visible=not shown)
        expect(page.get_by_role("button", name="Vis alle 13")).to_be_visible(visible=not shown)
        page.get_by_role("button", name="Find", exact=True).click()
        assert page.locator(".rows li strong").all_text_contents() == found == shown


@pytest.mark.parametrize("with_script", [True, False])
def test_back_after_logout_shows_nothing(
    browser: Browser, web: WebProcess, *, with_script: bool
) -> None:
    with a_page(browser, web, java_script_enabled=with_script) as page:
        unlock(page)
        page.goto("/borgere/c-7f3a/medicin")
        page.get_by_role("button", name="Log ud").click()
        expect(page).to_have_title("Log ind – Nødboks")

        page.go_back()

        expect(page).to_have_title("Log ind – Nødboks")
        assert not [word for word in personal_words() if word in page.content()]


def test_page_is_covered_when_the_phone_shows_something_else(
    browser: Browser, web: WebProcess
) -> None:
    with a_page(browser, web) as page:
        unlock(page)
        page.goto("/borgere/c-7f3a/medicin")

        page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )

        expect(page.get_by_text("Aase Prøvesen").first).to_be_hidden()


def test_lock_throws_everybody_out(browser: Browser, web: WebProcess) -> None:
    with a_page(browser, web) as nurse, a_page(browser, web) as other:
        unlock(nurse)
        unlock(other)
        nurse.get_by_role("link", name="Lås boksen").click()
        nurse.get_by_role("button", name="Lås boksen").click()
        expect(nurse).to_have_title("Låst – Nødboks")

        other.goto("/borgere/c-7f3a/medicin")

        expect(other).to_have_title("Låst – Nødboks")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_axe_finds_nothing(
    browser: Browser, web: WebProcess, scheme: str, viewport: dict[str, int]
) -> None:
    found: list[str] = []
    with a_page(browser, web, color_scheme=scheme, viewport=viewport) as page:
        page.goto("/")
        found += axe_violations(page)
        unlock(page, "1")
        found += axe_violations(page)
        unlock(page)
        page.goto("/borgere/c-7f3a/medicin")
        page.get_by_role("button", name="Vis CPR").click()
        found += axe_violations(page)
        page.get_by_role("button", name="Udskriv medicinliste").click()
        for path in PATHS:
            page.goto(path)
            found += axe_violations(page)
        page.goto("/afsnit")
        page.get_by_role("button", name="Log ud").click()
        found += axe_violations(page)

    assert not found, "\n".join(found)


def test_nothing_is_wider_than_the_smallest_phone(browser: Browser, web: WebProcess) -> None:
    with a_page(browser, web, viewport=SMALLEST) as page:
        page.goto("/")
        wide = ["/"] if is_wider_than_screen(page) else []
        unlock(page)
        for path in PATHS:
            page.goto(path)
            wide += [path] if is_wider_than_screen(page) else []

    assert not wide


def test_every_control_is_large_enough_for_a_thumb(browser: Browser, web: WebProcess) -> None:
    small: list[str] = []
    with a_page(browser, web) as page:
        unlock(page)
        for path in PATHS:
            page.goto(path)
            small += small_controls(page)

    assert not small


def test_page_of_a_job_s_sheets_is_for_thumbs_small_phones_and_screen_readers(
    browser: Browser, web: WebProcess
) -> None:
    with a_page(browser, web, viewport=SMALLEST) as page:
        unlock(page)
        page.goto("/borgere/c-7f3a/medicin")
        page.get_by_role("button", name="Udskriv medicinliste").click()
        page.get_by_role("button", name="Nej, der mangler").click()
        expect(page).to_have_title("Sider – Nødboks")
        found = [*axe_violations(page), *small_controls(page)]
        is_wide = is_wider_than_screen(page)
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Udskriv de valgte igen").click()
        expect(page.get_by_text("Udskrevet igen")).to_be_visible()

    assert found == []
    assert not is_wide


def test_web_killed_in_mid_air_is_back_with_its_print_jobs(
    browser: Browser, web: WebProcess
) -> None:
    with a_page(browser, web) as page:
        unlock(page)
        page.goto("/borgere/c-7f3a/medicin")
        page.get_by_role("button", name="Udskriv medicinliste").click()
        expect(page.get_by_role("button", name="Ja, jeg har den")).to_be_visible()
        web.kill()
        web.start()
        page.goto("/udskrifter")
        expect(page).to_have_title("Log ind – Nødboks")
        log_in(page, "AGN")

        page.goto("/udskrifter")

        expect(page.get_by_text("Medicinliste: Aase Prøvesen · 101")).to_be_visible()


def test_web_stops_when_told_and_its_log_names_nobody(browser: Browser, web: WebProcess) -> None:
    with a_page(browser, web) as page:
        unlock(page)
        for path in PATHS:
            page.goto(path)

    code, log = web.stop(), web.log_path.read_text()

    assert code == 0
    assert not [word for word in [*personal_words(), CARD_CODE, "/borgere/"] if word in log]
