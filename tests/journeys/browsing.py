"""A browser for the journeys: pages that ask nobody but the box, and what is measured on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.simulators.box_state import CARD_CODE, LOGIN_CODE
from tests.simulators.web_process import WebProcess

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 568}
LAPTOP = {"width": 1366, "height": 768}
# What axe calls best practice and WCAG 2.2 AA, target size included.
_AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}


@contextmanager
def a_page(browser: Browser, web: WebProcess, **settings: object) -> Iterator[Page]:
    """Open a page in a browser of its own; fail if it ever asks anybody but the box."""
    context = browser.new_context(base_url=web.address, **({"viewport": PHONE} | settings))
    page = context.new_page()
    page.set_default_timeout(45_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert all(url.startswith((web.address, "data:")) for url in asked)


def unlock(page: Page, code: str = CARD_CODE) -> None:
    """Open the box with the emergency card."""
    page.goto("/")
    if not page.locator("#kode").is_visible():
        page.locator("summary").click()
    page.locator("#kode").fill(code)
    page.locator("#initialer").fill("AB")
    page.get_by_role("button", name="Lås op").click()


def log_in(page: Page, initials: str, code: str = LOGIN_CODE) -> None:
    """Come in to an open box with initials and a code."""
    page.goto("/")
    page.locator("#login-initialer").fill(initials)
    page.locator("#personlig-kode").fill(code)
    page.get_by_role("button", name="Log ind").click()


def is_wider_than_screen(page: Page) -> bool:
    """Tell whether the page has to be pushed sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def small_controls(page: Page) -> list[str]:
    """Return what a thumb misses."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll("
        "'a:not(.skip), button, textarea, label.choice,"
        " input:not([type=hidden], [type=radio], [type=checkbox])')]"
        ".filter((item) => item.checkVisibility())"
        ".filter((item) => item.getBoundingClientRect().height < 44)"
        ".map((item) => `${location.pathname}: ${item.outerHTML}`)"
    )
    return found


def axe_violations(page: Page) -> list[str]:
    """Return what axe has to say, with the address."""
    result = Axe().run(page, options=_AXE)
    return [f"{page.url}\n{result.generate_report()}"] if result.violations_count else []
