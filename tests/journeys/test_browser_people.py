"""Several people, several screens, in a real browser: broken glass, shift codes, the cover."""

import pytest
from playwright.sync_api import Browser, Page, expect

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
from tests.simulators.box_people import NINNA
from tests.simulators.web_process import WebProcess

pytestmark = pytest.mark.slow
NORDS = "/afsnit/u-nord/borgere"


@pytest.fixture
def open_web(web: WebProcess) -> WebProcess:
    web.keeper.open()
    return web


def break_glass(page: Page) -> None:
    page.goto("/afsnit")
    page.get_by_role("link", name="Afsnit Nord").click()
    page.get_by_label("En borger har akut brug for hjælp.").check()
    page.get_by_role("button", name="Giv mig adgang").click()


def screens(page: Page) -> list[str]:
    """Show every screen of this journey in turn, and return what is wrong with each."""
    found: list[str] = []

    def look() -> None:
        found.extend([*axe_violations(page), *small_controls(page)])
        if is_wider_than_screen(page):
            found.append(f"{page.url} is wider than the screen")

    log_in(page, "AGN")
    look()
    page.goto("/afsnit/u-nord/brudt-glas")
    look()
    page.get_by_role("button", name="Giv mig adgang").click()
    look()
    break_glass(page)
    look()
    page.get_by_role("button", name="Log ud").click()
    log_in(page, "GRE")
    look()
    for path in ("/brudt-glas", "/vagtkode"):
        page.goto(path)
        look()
    page.get_by_role("button", name="Lav en vagtkode").click()
    look()
    page.evaluate("document.getElementById('daekket').hidden = false")
    look()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [SMALLEST, PHONE, LAPTOP], ids=["small", "phone", "laptop"])
def test_screens_are_in_reach_of_everybody(
    browser: Browser, open_web: WebProcess, scheme: str, viewport: dict[str, int]
) -> None:
    with a_page(browser, open_web, color_scheme=scheme, viewport=viewport) as page:
        found = screens(page)

    assert not found, "\n".join(found)


@pytest.mark.parametrize("with_script", [True, False])
def test_nurse_breaks_the_glass_and_gives_it_back(
    browser: Browser, open_web: WebProcess, *, with_script: bool
) -> None:
    with a_page(browser, open_web, java_script_enabled=with_script) as page:
        log_in(page, "AGN")
        break_glass(page)
        expect(page.get_by_text(NINNA.name)).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="Nødadgang")).to_be_visible()

        page.get_by_role("button", name="Afslut").click()

        expect(page.get_by_role("status").filter(has_text="Nødadgang")).to_have_count(0)
        page.goto(NORDS)
        expect(page.get_by_text("Siden findes ikke.")).to_be_visible()


def test_phone_left_alone_is_covered_until_somebody_taps(
    browser: Browser, open_web: WebProcess
) -> None:
    with a_page(browser, open_web, user_agent="an unknown phone") as page:
        page.clock.install()
        log_in(page, "AGN")
        page.goto("/afsnit/u-syd/borgere")
        name = page.get_by_text("Aase Prøvesen").first
        page.clock.run_for(4 * 60_000)
        expect(name).to_be_visible()

        page.clock.run_for(70_000)

        expect(name).to_be_hidden()
        page.get_by_role("button", name="Skærmen er dækket. Tryk for at fortsætte.").click()
        expect(name).to_be_visible()


def test_each_touch_puts_the_cover_off(browser: Browser, open_web: WebProcess) -> None:
    with a_page(browser, open_web, user_agent="an unknown phone") as page:
        page.clock.install()
        log_in(page, "AGN")
        page.goto("/afsnit/u-syd/borgere")
        for _ in range(3):
            page.clock.run_for(4 * 60_000)
            page.locator("#find").press("a")

        expect(page.locator(".cover")).to_be_hidden()


@pytest.mark.parametrize("button", ["Skærmen er dækket. Tryk for at fortsætte.", "Skift bruger"])
def test_cover_gives_no_page_back_to_a_session_that_is_over(
    browser: Browser, open_web: WebProcess, button: str
) -> None:
    with a_page(browser, open_web) as page:
        page.clock.install()
        log_in(page, "AGN")
        page.goto("/afsnit/u-syd/borgere")
        page.clock.run_for(11 * 60_000)  # a laptop
        open_web.keeper.lock()

        page.get_by_role("button", name=button).click()

        expect(page).to_have_title("Låst – Nødboks")


def test_colleague_comes_in_with_the_code_the_card_holder_reads_aloud(
    browser: Browser, web: WebProcess
) -> None:
    with a_page(browser, web) as holder, a_page(browser, web) as colleague:
        unlock(holder)
        code = holder.locator(".told strong").inner_text()

        log_in(colleague, "XYZ", code)

        expect(colleague.get_by_role("link", name="Afsnit Nord")).to_be_visible()
        expect(colleague.locator(".told")).to_have_count(0)
