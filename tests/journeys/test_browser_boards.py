"""The boards and the paper of an outage in a real browser: ticked, taken back, and down to zero."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.records.models import Visit
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
from tests.simulators.box_people import AASE, EGON
from tests.simulators.web_process import WebProcess

pytestmark = pytest.mark.slow

_LEFT = re.compile(r"\d+ besøg er ikke set endnu")
NEEDS, VISITS = "/tavler/u-syd/livsnoedvendige", "/tavler/u-syd/besoeg"


@pytest.fixture
def web(web: WebProcess) -> WebProcess:
    """A box whose copy has visits of today: one that should be over, one to come."""
    now = web.keeper.clock.now()
    visits = (
        Visit("v-1", AASE.id, now - timedelta(minutes=1), 0, "Rute 1", 1, tasks=("Øjendråber",)),
        Visit("v-2", EGON.id, now + timedelta(minutes=1), 20, "Rute 1", 2, tasks=("Tilsyn",)),
    )
    web.keeper.town = replace(web.keeper.town, others=visits)
    return web


def tick_and_take_back(page: Page) -> None:
    """Say of Aase seen, then that nobody was met, take that back, and see what stands."""
    page.goto("/afsnit")
    page.get_by_role("link", name="Tavler").click()
    page.get_by_role("link", name="Behov, der ikke kan vente: Afsnit Syd").click()
    expect(page.get_by_text("Insulin hver morgen og aften")).to_be_visible()
    page.get_by_role("button", name=f"Set nu: {AASE.name}").click()
    expect(page.get_by_text("af AB")).to_be_visible()
    page.get_by_role("button", name=f"Ikke truffet: {AASE.name}").click()
    page.get_by_label("Hvad så du").fill("lukkede ikke op")
    page.get_by_role("button", name="Gem").click()
    expect(page.get_by_text("lukkede ikke op")).to_be_visible()
    page.get_by_role("button", name=f"Fortryd: {AASE.name}").click()
    expect(page.get_by_text("lukkede ikke op")).to_have_count(0)
    expect(page.get_by_text("Set i denne vagt", exact=True)).to_be_visible()


def account_for_paper(page: Page) -> None:
    """Print a list, say of its number what became of it, and sign off when nothing is left."""
    page.goto(f"/borgere/{AASE.id}/medicin")
    page.get_by_role("button", name="Udskriv medicinliste").first.click()
    expect(page.get_by_text("ude.").first).to_be_visible(timeout=60_000)
    page.goto("/indsatsplan/slut")
    page.get_by_role("link", name="Gør papiret op").click()
    expect(page.get_by_text("1 ark er ikke gjort op")).to_be_visible()
    serial = page.locator('input[name="ark"]').get_attribute("value") or ""
    page.get_by_label("Nummer på arket").fill(serial.replace("-000", " "))
    page.get_by_role("button", name="Find arket").click()
    page.get_by_role("button", name="Skrevet på: skal tastes ind").click()
    page.get_by_role("link", name="Skal tastes ind (1)").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Tastet ind", exact=True).click()
    expect(page.get_by_text("0 ark er ikke gjort op")).to_be_visible()
    page.get_by_role("button", name="Afslut papir og nødjournal").click()
    expect(page.get_by_text("Alt er gjort op.")).to_be_visible()


def begin_outage(page: Page) -> None:
    """Begin an outage on the plan."""
    page.goto("/indsatsplan/start")
    page.get_by_role("button", name="Ja, start nøddrift").click()


@pytest.mark.parametrize("with_script", [True, False])
def test_ticked_taken_back_and_paper_down_to_zero(
    browser: Browser, web: WebProcess, *, with_script: bool
) -> None:
    with a_page(browser, web, java_script_enabled=with_script) as page:
        unlock(page)
        begin_outage(page)

        tick_and_take_back(page)
        account_for_paper(page)

        assert AASE.name not in page.url


def test_tap_on_one_phone_is_seen_on_the_other_by_itself(browser: Browser, web: WebProcess) -> None:
    with a_page(browser, web) as one, a_page(browser, web) as other:
        unlock(one)
        log_in(other, "AGN")
        other.goto(VISITS)
        left = int(other.get_by_text(_LEFT).inner_text().split()[0])

        one.goto(VISITS)
        one.get_by_role("button", name=f"Set nu: {AASE.name}").first.click()

        expect(other.get_by_text(f"{left - 1} besøg er ikke set endnu")).to_be_visible()


def test_every_page_is_for_thumbs_eyes_and_small_phones(browser: Browser, web: WebProcess) -> None:
    with a_page(browser, web) as page:
        unlock(page)
        begin_outage(page)
        page.goto(f"/borgere/{AASE.id}/medicin")
        page.get_by_role("button", name="Udskriv medicinliste").first.click()
        expect(page.get_by_text("ude.").first).to_be_visible(timeout=60_000)
        for path in ("/tavler", NEEDS, VISITS, "/papir", "/papir/311-00004", "/noedjournal"):
            for size in (SMALLEST, PHONE, LAPTOP):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.goto(path)
                assert not is_wider_than_screen(page), (path, size)
                assert small_controls(page) == []
            assert axe_violations(page) == []
        page.goto(NEEDS)
        page.get_by_role("button", name=f"Ikke truffet: {AASE.name}").click()
        assert axe_violations(page) == []
        assert small_controls(page) == []
