"""The plan at work in a real browser: without scripts, for thumbs, eyes and small phones."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browsing import (
    LAPTOP,
    PHONE,
    SMALLEST,
    a_page,
    axe_violations,
    is_wider_than_screen,
    small_controls,
)
from tests.journeys.later_web import LaterWeb, later_web
from tests.simulators.web_process import WebProcess

pytestmark = pytest.mark.slow

PATHS = tuple(
    f"/indsatsplan{path}"
    for path in (
        "", "/kontaktrunde", "/tilkald", "/beslutninger", "/omfang", "/breve", "/breve/sygehus",
        "/log", "/rapport", "/plan", "/kort/nattevagt", "/start", "/oevelse", "/slut",
    )
)  # fmt: skip
# With the day where it began before midnight.
SINCE = re.compile(r"Nøddrift siden (\w+\. \d+\. \w+\. \d{4} )?kl\. \d\d\.\d\d")


@pytest.fixture
def night(tmp_path: Path) -> Iterator[LaterWeb]:
    with later_web(tmp_path) as made:
        yield made


def begin(page: Page) -> None:
    """Begin an outage, as a nurse does who has never seen the page."""
    page.goto("/")
    page.get_by_role("link", name="Se indsatsplanen og ringe til de rigtige").click()
    page.get_by_role("link", name="Start nøddrift").click()
    page.get_by_label("Hvem er du? (initialer)").fill("ab")
    page.get_by_label("For en time siden").check()
    page.get_by_label("Internettet").check()
    page.get_by_role("button", name="Ja, start nøddrift").click()


def write_something_everywhere(page: Page) -> None:
    """Leave a trace on every page, one of them taken back."""
    page.goto("/indsatsplan")
    page.get_by_role("button", name="Gjort: Ring til IT-vagten.").click()
    page.get_by_role("button", name="Gjort: Ring til brand og redning.").click()
    page.get_by_role("button", name="Fortryd").first.click()
    page.goto("/indsatsplan/kontaktrunde")
    page.get_by_role("button", name="Intet svar").first.click()
    page.goto("/indsatsplan/tilkald")
    page.get_by_label("Kollegaens initialer").fill("cd")
    page.get_by_role("button", name="Kommer").click()
    page.goto("/indsatsplan/breve/sygehus")
    page.get_by_label("Hvem har fået besked, og hvordan?").fill("Akutmodtagelsen")
    page.get_by_role("button", name="Skriv ned").click()
    page.goto("/indsatsplan/log")
    page.get_by_label("Skriv i loggen").fill("Et meget langt ord: " + "Rengøringsassistent" * 8)
    page.get_by_role("button", name="Skriv i loggen").click()


@pytest.mark.parametrize("with_script", [True, False])
def test_from_a_calm_page_to_a_signed_checklist(
    browser: Browser, web: WebProcess, *, with_script: bool
) -> None:
    with a_page(browser, web, java_script_enabled=with_script) as page:
        begin(page)
        expect(page.get_by_text("1 t. 0 min. siden nedbruddet begyndte")).to_be_visible()

        page.get_by_role("button", name="Gjort: Ring til IT-vagten.").click()

        expect(page.get_by_text("Ring til IT-vagten. AB kl.")).to_be_visible()
        page.goto("/")
        expect(page.get_by_role("link", name=SINCE)).to_be_visible()


def test_a_browser_does_not_send_a_signature_without_initials(
    browser: Browser, web: WebProcess
) -> None:
    with a_page(browser, web) as first, a_page(browser, web) as second:
        begin(first)
        second.goto("/indsatsplan")

        second.get_by_role("button", name="Gjort: Ring til IT-vagten.").click()

        expect(second.get_by_label("Hvem er du? (initialer)").first).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_axe_finds_nothing(
    browser: Browser, night: LaterWeb, scheme: str, viewport: dict[str, int]
) -> None:
    found: list[str] = []
    with a_page(browser, night.web, color_scheme=scheme, viewport=viewport) as page:
        for path in PATHS:
            page.goto(path)
            found += axe_violations(page)
        begin(page)
        write_something_everywhere(page)
        for hours in (0, 5.5, 2):
            night.move(hours=hours)
            for path in PATHS:
                page.goto(path)
                found += axe_violations(page)

    assert not found, "\n".join(found)


def test_axe_finds_nothing_in_a_drill_and_in_what_went_wrong(
    browser: Browser, web: WebProcess
) -> None:
    found: list[str] = []
    with a_page(browser, web) as page:
        page.goto("/indsatsplan/oevelse")
        page.get_by_label("Hvem er du? (initialer)").fill("ab")
        page.get_by_role("button", name="Ja, start øvelse").click()
        for path in ("/indsatsplan", "/indsatsplan/start", "/indsatsplan/slut", "/status"):
            page.goto(path)
            found += axe_violations(page)
        page.goto("/indsatsplan/log")
        page.get_by_label("Skriv i loggen").fill("010130-1234")
        page.get_by_role("button", name="Skriv i loggen").click()
        expect(page.get_by_text("Det ligner et CPR-nummer.")).to_be_visible()
        found += axe_violations(page)

    assert not found, "\n".join(found)


def test_nothing_is_wider_than_the_smallest_phone(browser: Browser, night: LaterWeb) -> None:
    wide: list[str] = []
    with a_page(browser, night.web, viewport=SMALLEST) as page:
        begin(page)
        write_something_everywhere(page)
        night.move(hours=7.5)
        for path in PATHS:
            page.goto(path)
            wide += [path] if is_wider_than_screen(page) else []

    assert not wide


def test_every_control_is_large_enough_for_a_thumb(browser: Browser, night: LaterWeb) -> None:
    small: list[str] = []
    with a_page(browser, night.web) as page:
        for path in PATHS:
            page.goto(path)
            small += small_controls(page)
        begin(page)
        write_something_everywhere(page)
        night.move(hours=7.5)
        for path in PATHS:
            page.goto(path)
            small += small_controls(page)

    assert not small, "\n".join(sorted(set(small)))
