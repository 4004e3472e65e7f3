"""The ladder on a phone: a real browser, with its own trust and its own clock, decides."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.journeys.browsing import (
    CHROMIUM,
    PHONE,
    QUIET,
    SMALLEST,
    axe_violations,
    is_wider_than_screen,
    unlock,
)
from tests.simulators.box_front import ServedBox, served_box
from tests.simulators.box_state import CARD_CODE
from tests.simulators.screen_certificates import NAME, Leaf, ScreenAuthority

pytestmark = pytest.mark.slow

EXPIRED = Leaf(days=-1, age_days=90)
NOT_BEGUN = Leaf(age_days=-2)  # what a phone sees whose clock is behind
AUTHORITY = ScreenAuthority()
LINK = "Sikker forbindelse"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium: apt-get install chromium fonts-noto-core")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def trusting(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A phone that carries the municipality's authority."""
    if not shutil.which("certutil"):
        pytest.skip("apt install libnss3-tools")
    home = tmp_path_factory.mktemp("home")
    database = home / ".pki" / "nssdb"
    database.mkdir(parents=True)
    root = home / "ca.pem"
    root.write_bytes(AUTHORITY.pem(AUTHORITY.root))
    for words in (("-N", "--empty-password"), ("-A", "-n", "ca", "-t", "C,,", "-i", str(root))):
        subprocess.run(["certutil", "-d", f"sql:{database}", *words], check=True)
    with a_browser(playwright, home) as browser:
        yield browser


@pytest.fixture(scope="module")
def stranger(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A private phone, which does not."""
    with a_browser(playwright, tmp_path_factory.mktemp("home")) as browser:
        yield browser


@contextmanager
def a_browser(playwright: Playwright, home: Path) -> Iterator[Browser]:
    names = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    browser = playwright.chromium.launch(
        executable_path=str(CHROMIUM), args=[*QUIET, names], env={"HOME": str(home)}
    )
    yield browser
    browser.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., ServedBox]]:
    with ExitStack() as served:
        yield lambda mode="preferred": served.enter_context(served_box(tmp_path, mode, AUTHORITY))


@contextmanager
def a_page(browser: Browser, box: ServedBox, **settings: object) -> Iterator[Page]:
    """Open a page over http; fail if it ever asks anybody but the box, or scripts complain."""
    context = browser.new_context(base_url=box.http, **({"viewport": PHONE} | settings))
    page = context.new_page()
    page.set_default_timeout(45_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert all(url.startswith((box.http, box.https, "data:")) for url in asked)
    assert not broken


def has_asked(page: Page) -> None:
    """Wait until the phone has made up its mind."""
    page.wait_for_load_state("networkidle")


def test_phone_that_accepts_the_certificate_is_led_to_the_secure_page(
    trusting: Browser, serve: Callable[..., ServedBox]
) -> None:
    box = serve()
    box.install()
    with a_page(trusting, box) as page:
        page.goto("/")
        page.get_by_role("link", name=LINK).click()
        expect(page).to_have_title("Låst – Nødboks")
        assert page.url == f"{box.https}/"
        expect(page.get_by_role("link", name=LINK)).to_have_count(0)

        page.locator("#kode").fill(CARD_CODE)
        page.get_by_role("button", name="Lås op").click()
        page.get_by_role("link", name="Afsnit Syd").click()

        expect(page.get_by_role("link", name="Aase Prøvesen")).to_be_visible()
        (cookie,) = [one for one in page.context.cookies() if one["name"] == "__Host-nodboks"]
        assert (cookie["secure"], cookie["httpOnly"]) == (True, True)


@pytest.mark.parametrize("leaf", [EXPIRED, NOT_BEGUN], ids=["expired", "not begun"])
def test_phone_whose_clock_refuses_the_certificate_sees_nothing_of_it(
    trusting: Browser, serve: Callable[..., ServedBox], leaf: Leaf
) -> None:
    box = serve()
    box.install(leaf)
    with a_page(trusting, box) as page:
        page.goto("/")
        has_asked(page)

        expect(page.get_by_text(LINK)).to_be_hidden()
        unlock(page)
        expect(page).to_have_title("Forside – Nødboks")


@pytest.mark.parametrize("kind", ["untrusted", "none on nginx"])
def test_phone_that_cannot_use_https_goes_on_over_http_to_the_record(
    stranger: Browser, serve: Callable[..., ServedBox], kind: str
) -> None:
    box = serve()
    box.install()
    if kind == "none on nginx":
        (box.front.tls / "chain.pem").unlink()
    with a_page(stranger, box) as page:
        page.goto("/")
        has_asked(page)

        expect(page.get_by_text(LINK)).to_be_hidden()
        unlock(page)
        page.goto("/borgere/c-7f3a/medicin")
        expect(page.get_by_text("CAVE: Penicillin – udslæt")).to_be_visible()


def test_front_that_hangs_is_never_offered_late(
    trusting: Browser, serve: Callable[..., ServedBox]
) -> None:
    box = serve()
    box.install()
    with a_page(trusting, box) as page:
        page.add_init_script(
            "const real = fetch; window.fetch = (...all) =>"
            " new Promise((done) => setTimeout(done, 2300)).then(() => real(...all));"
        )
        page.goto("/")
        page.wait_for_timeout(3000)

        expect(page.get_by_text(LINK)).to_be_hidden()


def test_phone_without_scripts_is_offered_it_and_told_the_way_back(
    trusting: Browser, serve: Callable[..., ServedBox]
) -> None:
    box = serve()
    box.install()
    with a_page(trusting, box, java_script_enabled=False) as page:
        page.goto("/")

        expect(page.get_by_text("Virker den ikke, så gå tilbage hertil.")).to_be_visible()
        page.get_by_role("link", name=LINK).click()
        assert page.url == f"{box.https}/"


def test_where_https_is_required_a_strange_phone_still_gets_its_paper(
    stranger: Browser, serve: Callable[..., ServedBox]
) -> None:
    box = serve("required")
    box.install()
    with a_page(stranger, box) as page:
        unlock(page)
        page.goto("/borgere/c-7f3a/medicin")
        expect(page.get_by_text("Journaler vises kun på den sikre forbindelse.")).to_be_visible()
        expect(page.get_by_role("link", name=LINK)).to_be_visible()

        page.get_by_role("link", name="Til forsiden").click()
        page.get_by_role("button", name="Udskriv nødpakken for Afsnit Syd").click()
        page.get_by_role("button", name="Ja, alle").click()

        expect(page.get_by_text("Udskrevet", exact=True)).to_be_visible()
        assert box.web.paper


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_ladder_and_nothing_is_too_wide(
    trusting: Browser, serve: Callable[..., ServedBox], scheme: str
) -> None:
    box = serve("required")
    box.install()
    found: list[str] = []
    with a_page(trusting, box, color_scheme=scheme, viewport=SMALLEST) as page:
        for path in ("/", "/status", "/afsnit", "/soeg", "/udskrifter"):
            if path == "/afsnit":
                unlock(page)
            page.goto(path)
            has_asked(page)
            found += axe_violations(page)
            found += [path] if is_wider_than_screen(page) else []

    assert not found, "\n".join(found)
