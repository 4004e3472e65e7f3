"""Practise with invented citizens in a real browser, from the begin of a drill to the way out."""

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
from tests.simulators.web_process import WebProcess

pytestmark = pytest.mark.slow
ANNA = "/borgere/oevelse-1"
PATHS = (
    "/afsnit", "/afsnit/oevelse/borgere", ANNA, f"{ANNA}/medicin", f"{ANNA}/journal",
    f"{ANNA}/journal/notat", "/tavler", "/tavler/oevelse/livsnoedvendige", "/koerelister/oevelse",
    "/udskrifter", "/papir", "/noedjournal/tastes-ind",
)  # fmt: skip


def go_in(page: Page) -> None:
    """Begin a drill on a locked box, and go in without a code."""
    page.goto("/indsatsplan/oevelse")
    page.get_by_label("Hvem er du? (initialer)").fill("ab")
    page.get_by_role("button", name="Ja, start øvelse").click()
    page.get_by_role("button", name="Øv med opdigtede borgere").click()


@pytest.mark.parametrize("with_script", [True, False])
def test_from_the_begin_of_a_drill_to_a_list_in_the_hand_and_out_again(
    browser: Browser, web: WebProcess, *, with_script: bool
) -> None:
    with a_page(browser, web, java_script_enabled=with_script) as page:
        go_in(page)
        page.get_by_role("link", name="Øvelsesafsnittet (opdigtet)").first.click()
        page.get_by_role("link", name="Anna Øvelse-Ager").first.click()
        expect(page.get_by_text("Øvesulin").first).to_be_visible()
        page.get_by_role("button", name="Udskriv medicinliste").first.click()
        expect(page.get_by_text("Medicinliste").first).to_be_visible()

        page.get_by_role("button", name="Tilbage til den rigtige boks").click()

        expect(page.get_by_role("heading", name="Nødboksen er låst")).to_be_visible()
        expect(page.get_by_role("button", name="Øv med opdigtede borgere")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP, SMALLEST], ids=["phone", "laptop", "smallest"])
def test_every_page_of_it_is_for_every_eye_and_thumb(
    browser: Browser, web: WebProcess, viewport: dict[str, int]
) -> None:
    found: list[str] = []
    with a_page(browser, web, viewport=viewport) as page:
        go_in(page)
        for path in PATHS:
            page.goto(path)
            found += axe_violations(page) + small_controls(page)
            found += [f"{path} is wider than the screen"] if is_wider_than_screen(page) else []

    assert not found, "\n".join(sorted(set(found)))
