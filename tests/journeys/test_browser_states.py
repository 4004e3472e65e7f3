"""Each state a box can be in, and each way a screen can be set, in a real browser."""

import resource
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.records.models import Citizen, Visit
from appliance.records.terms import CitizenId, Section
from tests.journeys.browsing import (
    SMALLEST,
    a_page,
    axe_violations,
    is_wider_than_screen,
    log_in,
    small_controls,
    unlock,
)
from tests.simulators.box_people import AASE, CITIZENS, EGON, SYD
from tests.simulators.box_roads import ROUTE
from tests.simulators.box_state import Town
from tests.simulators.web_process import WebProcess, web_process

pytestmark = pytest.mark.slow
CITIZENS_PAGE = f"/afsnit/{SYD.id}/borgere"
DAY = f"/koerelister/{SYD.id}"
PATHS = (
    "/afsnit", "/afsnit/vaelg", CITIZENS_PAGE, f"/borgere/{AASE.id}/medicin", "/koerelister", DAY,
    f"{DAY}/{ROUTE}", "/udskrifter", "/indsatsplan", "/skemaer", "/status",
)  # fmt: skip
LONG = "W" * 60
# What WCAG 1.4.12 says a reader may set without losing anything.
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important;"
    " word-spacing: .16em !important } p { margin-bottom: 2em !important }"
)


@pytest.fixture(scope="module")
def calm_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    """A box nothing is wrong with, for those who only look at it."""
    with web_process(tmp_path_factory.mktemp("calm")) as process:
        yield process


def hold(web: WebProcess, **changes: object) -> None:
    web.keeper.town = replace(web.keeper.town, **changes)  # type: ignore[arg-type]


def look(page: Page) -> list[str]:
    """Return what is wrong with the page as it is now."""
    wide = [f"{page.url} is wider than the screen"] if is_wider_than_screen(page) else []
    return [*wide, *small_controls(page), *axe_violations(page)]


def walk(page: Page, paths: tuple[str, ...] = PATHS) -> list[str]:
    """Return what is wider than the screen or too small for a thumb on any of the pages."""
    found: list[str] = []
    for path in paths:
        page.goto(path)
        found += [f"{path} is wider than the screen"] if is_wider_than_screen(page) else []
        found += small_controls(page)
    return found


def test_laptop_at_double_size_shows_everything_in_one_column(
    browser: Browser, calm_web: WebProcess
) -> None:
    with a_page(browser, calm_web, viewport={"width": 683, "height": 384}) as page:
        unlock(page)

        assert walk(page) == []


def test_smallest_phone_with_wide_spaced_text_loses_nothing(
    browser: Browser, calm_web: WebProcess
) -> None:
    with a_page(browser, calm_web, viewport=SMALLEST) as page:
        unlock(page)
        found = []
        for path in PATHS:
            page.goto(path)
            page.evaluate(
                "(text) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);"
                " document.adoptedStyleSheets = [sheet]; }",
                SPACED,
            )
            found += [path] if is_wider_than_screen(page) else []

    assert found == []


def test_forced_colours_leave_every_button_and_warning_a_border(
    browser: Browser, calm_web: WebProcess
) -> None:
    with a_page(browser, calm_web, forced_colors="active") as page:
        unlock(page)
        bare = []
        for path in PATHS:
            page.goto(path)
            bare += page.evaluate(
                "[...document.querySelectorAll('.button, .box, .tag, .tiles a, .rows')]"
                ".filter((item) => item.checkVisibility()"
                " && getComputedStyle(item).borderLeftWidth === '0px')"
                ".map((item) => `${location.pathname}: ${item.className}`)"
            )
        chosen = page.goto(DAY) and page.locator(".button[aria-current]")

        assert bare == []
        assert chosen is not None
        expect(chosen).to_have_text("Hele døgnet")


def test_nothing_moves_for_whoever_asked_for_stillness(
    browser: Browser, calm_web: WebProcess
) -> None:
    with a_page(browser, calm_web, reduced_motion="reduce") as page:
        unlock(page)
        moving = []
        for path in PATHS:
            page.goto(path)
            moving += page.evaluate(
                "[...document.querySelectorAll('*')].filter((item) => {"
                " const style = getComputedStyle(item);"
                " return style.animationName !== 'none' ||"
                " !/^0s(, 0s)*$/.test(style.transitionDuration); }).map((item) => item.tagName)"
            )

    assert moving == []


def test_unit_of_five_hundred_comes_in_pages_and_the_field_finds_the_last(
    browser: Browser, web: WebProcess
) -> None:
    many = tuple(
        Citizen(CitizenId(f"c-{number}"), SYD.id, f"Efternavn{number}", "Ida", dwelling=str(number))
        for number in range(1, 501)
    )
    hold(web, citizens=many, medication=(), flags=(), attachments=())
    with a_page(browser, web) as page:
        unlock(page)
        page.goto(CITIZENS_PAGE)
        expect(page.get_by_text("Viser 1–100 af 500.")).to_be_visible()
        found = look(page)
        page.get_by_role("link", name="Næste side").click()
        expect(page.get_by_text("Viser 101–200 af 500.")).to_be_visible()
        page.locator("#find").fill("Efternavn499")
        page.get_by_role("button", name="Find").click()

        expect(page.get_by_role("link", name="Ida Efternavn499")).to_be_visible()
        expect(page.get_by_text("Viser 1 af 500 (søgt på: Efternavn499)")).to_be_visible()
    assert found == []


@pytest.mark.parametrize("number", [0, 1])
def test_unit_of_nobody_or_one_has_a_calm_front_page(
    browser: Browser, web: WebProcess, number: int
) -> None:
    as_of = web.keeper.town.as_of
    web.keeper.town = Town(as_of, CITIZENS[:number], (), flags=(), attachments=(), with_roads=False)
    with a_page(browser, web) as page:
        unlock(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Hvad skal du bruge?")
        found = look(page)
        page.get_by_role("link", name="Kørelister").click()
        found += look(page)
        words = (
            "Du har ikke adgang til nogen afsnit med beboere.",
            "Der er ingen besøg i kopien den dag.",
        )

        expect(page.get_by_text(words[number])).to_be_visible()
    assert found == []


def test_old_copy_without_visits_says_both_on_the_route_lists(
    browser: Browser, web: WebProcess
) -> None:
    then = web.keeper.clock.now() - timedelta(hours=80)
    hold(web, as_of=then, missing=frozenset({Section.VISITS}), accounts=())
    with a_page(browser, web) as page:
        unlock(page)
        page.goto(DAY)
        found = look(page)

        expect(page.get_by_text("Besøg er ikke med i kopien. Spørg en kollega.")).to_be_visible()
        expect(page.locator("header").get_by_text("Spørg lægen")).to_be_visible()
        expect(page.get_by_text("Der er ingen besøg i kopien den dag.")).to_have_count(0)
    assert found == []


def test_forty_routes_with_long_names_are_a_list_of_forty(
    browser: Browser, web: WebProcess
) -> None:
    start = web.keeper.clock.now()
    names = [f"Rute {number} {LONG}" for number in range(40)]
    routes = tuple(Visit(f"w{name}", EGON.id, start, 10, name, 1, LONG) for name in names)
    hold(web, others=routes, with_roads=False)
    with a_page(browser, web, viewport=SMALLEST) as page:
        unlock(page)
        page.goto(DAY)
        found = look(page)

        expect(page.locator(".rows li")).to_have_count(40)
        expect(page.get_by_role("button", name="Udskriv alle 40 lister")).to_be_visible()
        page.locator(".rows li a").first.click()
        found += look(page)
    assert found == []


def test_dead_printer_is_said_where_paper_is_waited_for(browser: Browser, web: WebProcess) -> None:
    folder = web.config.printer.folder
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).write_text("no folder any more")
    with a_page(browser, web) as page:
        unlock(page)
        page.goto(f"{DAY}/{ROUTE}")
        page.get_by_role("button", name="Køreliste – hjemmepleje").click()

        expect(page.get_by_text("Boksen kan ikke gemme udskriften.").first).to_be_visible()
        expect(page.get_by_role("button", name="Udskriv de manglende")).to_be_visible()
        assert look(page) == []


def test_full_disk_prints_nothing_and_says_what_still_works(
    browser: Browser, web: WebProcess
) -> None:
    with a_page(browser, web) as page:
        unlock(page)
        page.goto(f"{DAY}/{ROUTE}")
        children = Path(f"/proc/{web.process.pid}/task/{web.process.pid}/children").read_text()
        for pid in map(int, children.split()):
            # Whatever this process would write from here on is refused, as on a full disk.
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
        page.get_by_role("button", name="Køreliste – hjemmepleje").click()

        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert look(page) == []
        page.goto(f"{DAY}/{ROUTE}")
        expect(page.get_by_text("Aase Prøvesen")).to_be_visible()
    assert web.paper == []


@pytest.mark.parametrize("with_script", [True, False])
def test_coordinator_comes_in_and_sees_the_drivers_list_and_has_its_keys_on_paper(
    browser: Browser, web: WebProcess, *, with_script: bool
) -> None:
    web.keeper.open()
    with a_page(browser, web, java_script_enabled=with_script) as page:
        log_in(page, "DOR")
        expect(page.get_by_role("link", name="Medicinlister")).to_have_count(0)
        page.locator(".tiles").get_by_role("link", name="Kørelister").click()
        page.get_by_role("link", name="Madservice").click()
        expect(page.get_by_text("Diabeteskost", exact=True)).to_be_visible()
        page.get_by_role("button", name="Nøgleliste").click()
        page.get_by_role("button", name="Ja, jeg har den").click()
        expect(page.get_by_text("Udskrevet", exact=True)).to_be_visible()

        assert page.goto(f"/borgere/{AASE.id}/medicin").status == 403  # type: ignore[union-attr]
    assert len(web.paper) == 1
