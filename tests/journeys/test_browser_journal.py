"""The emergency journal in a browser: from the first note of the night to the last one typed in."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.records.models import Observation
from tests.journeys.browsing import (
    SMALLEST,
    a_page,
    axe_violations,
    is_wider_than_screen,
    log_in,
    small_controls,
    unlock,
)
from tests.simulators.box_people import AASE
from tests.simulators.web_process import WebProcess

pytestmark = pytest.mark.slow  # a browser: seconds, not milliseconds
OF_AASE = "/borgere/c-7f3a/journal"
MEDICINE = f"{OF_AASE}/medicin"
TO_ENTER = "/noedjournal/tastes-ind"
PATHS = (
    "/noedjournal", "/noedjournal/afsnit/u-syd", OF_AASE, f"{OF_AASE}/notat", MEDICINE,
    f"{MEDICINE}/m-panodix", f"{MEDICINE}/andet", f"{OF_AASE}/observation",
    "/noedjournal/effekt", TO_ENTER, "/borgere/c-7f3a", "/borgere/c-7f3a/medicin", "/afsnit",
)  # fmt: skip


def save(page: Page) -> None:
    page.get_by_role("button", name="Gem").click()
    expect(page.get_by_text("Gemt i boksen kl.")).to_be_visible()


def write_note(page: Page, text: str) -> None:
    page.goto(f"{OF_AASE}/notat")
    page.get_by_label("Hvad er der sket?").fill(text)
    save(page)


def give_panodix_yesterday(page: Page) -> None:
    page.goto(f"{MEDICINE}/m-panodix")
    page.get_by_label("Givet", exact=True).check()
    page.get_by_label("PN: Hvad blev det givet for?").fill("ondt i knæet")
    page.get_by_label("Kl.", exact=True).fill("1200")
    page.get_by_label("I går").check()
    save(page)


@pytest.mark.parametrize("with_script", [True, False])
def test_from_the_first_note_to_the_last_one_typed_in(
    browser: Browser, web: WebProcess, *, with_script: bool
) -> None:
    with a_page(browser, web, java_script_enabled=with_script) as page:
        unlock(page)
        page.get_by_role("link", name="Nødjournal").click()
        page.get_by_role("link", name="Afsnit Syd").click()
        page.get_by_role("link", name="Aase Prøvesen").click()
        page.get_by_role("link", name="Skriv notat").click()
        page.get_by_label("Hvad er der sket?").fill("Faldt ved sengen.\nIngen skade.")
        save(page)

        page.get_by_role("link", name="Streg over").click()
        page.get_by_label("Hvorfor streges den over?").fill("forkert borger")
        page.get_by_role("button", name="Streg over").click()
        expect(page.locator("s")).to_contain_text("Faldt ved sengen.")

        give_panodix_yesterday(page)
        page.get_by_role("link", name="1 PN-effekt skal ses nu").click()
        page.get_by_label("Effekt").fill("Smerterne er væk")
        page.get_by_role("button", name="Gem").click()
        expect(page.get_by_text("Ingen effekter venter.")).to_be_visible()

        page.goto(TO_ENTER)
        expect(page.get_by_text("1 notat mangler")).to_be_visible()
        page.get_by_role("link", name="Panodix").click()
        page.get_by_role("button", name="Vis CPR").click()
        expect(page.get_by_text("010130-1234")).to_be_visible()
        page.get_by_role("button", name="Tastet ind", exact=True).click()
        page.get_by_role("button", name="Afslut papir og nødjournal").click()
        expect(page.get_by_text("Alt er gjort op. Afsluttet af AB")).to_be_visible()


def test_words_stay_on_the_page_while_the_box_is_out_of_reach_and_are_saved_once(
    browser: Browser, web: WebProcess
) -> None:
    with a_page(browser, web) as page:
        unlock(page)
        page.goto(f"{OF_AASE}/notat")
        page.get_by_label("Hvad er der sket?").fill("Faldt ved sengen.")
        page.context.set_offline(True)
        page.get_by_role("button", name="Gem").click()
        expect(page.get_by_text("Boksen svarer ikke, eller du er logget ud.")).to_be_visible()
        expect(page.get_by_label("Hvad er der sket?")).to_have_value("Faldt ved sengen.")

        page.context.set_offline(False)
        save(page)

        assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert len(web.keeper.journal) == 1


def test_words_stay_on_the_page_of_a_box_that_was_locked_and_nothing_is_left_on_the_phone(
    browser: Browser, web: WebProcess
) -> None:
    with a_page(browser, web) as page:
        unlock(page)
        page.goto(f"{OF_AASE}/notat")
        page.get_by_label("Hvad er der sket?").fill("Faldt ved sengen.")
        web.keeper.lock()
        page.get_by_role("button", name="Gem").click()

        expect(page.get_by_text("Boksen svarer ikke, eller du er logget ud.")).to_be_visible()
        expect(page.get_by_label("Hvad er der sket?")).to_have_value("Faldt ved sengen.")
    assert web.keeper.journal == []


@pytest.mark.parametrize("with_script", [True, False])
def test_words_typed_before_a_logout_in_another_tab_are_saved_after_the_next_login(
    browser: Browser, web: WebProcess, *, with_script: bool
) -> None:
    with a_page(browser, web, java_script_enabled=with_script) as other:
        unlock(other)
        page = other.context.new_page()
        page.goto(f"{OF_AASE}/notat")
        page.get_by_label("Hvad er der sket?").fill("Faldt ved sengen.")
        other.get_by_role("button", name="Log ud").click()
        page.get_by_role("button", name="Gem").click()

        with page.expect_popup() as beside:
            page.get_by_role("link", name="Log ind i et nyt vindue").click()
        log_in(beside.value, "AGN")
        again = "Gem" if with_script else "Jeg er logget ind: vis det, jeg skrev"
        page.get_by_role("button", name=again).click()

        expect(page.get_by_text("Du er logget ind igen.")).to_be_visible()
        expect(page.get_by_label("Hvad er der sket?")).to_have_value("Faldt ved sengen.")
        assert web.keeper.journal == []
        save(page)
    assert len(web.keeper.journal) == 1


def test_box_restarts_under_the_nurse_and_the_journal_is_back(
    browser: Browser, web: WebProcess
) -> None:
    with a_page(browser, web) as page:
        unlock(page)
        write_note(page, "Faldt ved sengen.")
        web.keeper.lock()
        web.kill()
        web.start()
        unlock(page)
        page.goto(OF_AASE)

        expect(page.get_by_text("Faldt ved sengen.")).to_be_visible()


def test_every_page_of_the_journal_fits_the_smallest_phone_a_thumb_and_axe(
    browser: Browser, web: WebProcess
) -> None:
    wide: list[str] = []
    small: list[str] = []
    found: list[str] = []
    with a_page(browser, web, viewport=SMALLEST) as page:
        unlock(page)
        write_note(page, "Faldt ved sengen.")
        give_panodix_yesterday(page)
        last = re.findall(r"[0-9a-f]{16}", web.keeper.journal[-1])[0]
        for path in (*PATHS, f"{TO_ENTER}/{last}", f"/noedjournal/{last}/stregning",
                     f"{MEDICINE}/m-panodix?ret={last}"):  # fmt: skip
            page.goto(path)
            wide += [path] if is_wider_than_screen(page) else []
            small += small_controls(page)
            found += axe_violations(page)

    assert not wide
    assert not small, "\n".join(small)
    assert not found, "\n".join(found)


def test_menu_of_a_phone_is_one_line_and_a_long_measurement_fits_the_smallest(
    browser: Browser, web: WebProcess
) -> None:
    title = "Respirationsfrekvens efter gang"
    long = Observation("o-1", AASE.id, title, "18", "pr. min.")
    web.keeper.town = replace(web.keeper.town, others=(long,))
    with a_page(browser, web, viewport=SMALLEST) as page:
        unlock(page)
        page.goto(f"{OF_AASE}/observation")
        tops = "links => new Set(links.map((link) => link.offsetTop)).size"

        assert page.get_by_text(title).is_visible()
        assert not is_wider_than_screen(page)
        assert page.locator("header nav a").evaluate_all(tops) == 1
