"""A box that lost the time, and a nurse who sets it with her phone, in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.box_clock.clock import BoxClock
from appliance.box_clock.note import ClockNote, write_note
from appliance.clock import DANISH_TIME, ClockLevel, SystemClock
from tests.journeys.browsing import (
    LAPTOP,
    PHONE,
    SMALLEST,
    a_page,
    axe_violations,
    is_wider_than_screen,
    unlock,
)
from tests.simulators.web_process import WebProcess

pytestmark = pytest.mark.slow


def lose_the_time(web: WebProcess) -> None:
    """Let the box show a time two days before something it knows has happened."""
    clock = SystemClock()
    late_s = (clock.now() - timedelta(days=2, hours=1)).timestamp() - clock.monotonic()
    write_note(web.config.box.ram_dir, ClockNote(clock.now(), set_offset_s=late_s))


def propose(page: Page, *, with_script: bool) -> None:
    before = SystemClock().now().astimezone(DANISH_TIME)
    page.goto("/ur")
    now = SystemClock().now().astimezone(DANISH_TIME)
    if with_script:
        days = "|".join(f"{each:%Y-%m-%d}" for each in (before, now))  # two at midnight
        expect(page.locator("#dato")).to_have_value(re.compile(days))
    else:
        page.locator("#dato").fill(now.strftime("%Y-%m-%d"))
        page.locator("#klokken").fill(now.strftime("%H:%M:%S"))
    page.get_by_role("button", name="Sammenlign").click()
    expect(page.get_by_text("Boksens ur er 2 dage bagud.")).to_be_visible()


@pytest.mark.parametrize("with_script", [True, False])
def test_nurse_without_a_colleague_reads_a_clock_twice(
    browser: Browser, web: WebProcess, *, with_script: bool
) -> None:
    lose_the_time(web)
    settings = {"java_script_enabled": with_script, "timezone_id": "Europe/Copenhagen"}
    with a_page(browser, web, **settings) as page:
        unlock(page)
        page.get_by_role("link", name="Boksens ur er usikkert.").click()
        propose(page, with_script=with_script)
        expect(page.locator("#dato")).to_have_value("")
        now = SystemClock().now().astimezone(DANISH_TIME)
        page.locator("#dato").fill(now.strftime("%Y-%m-%d"))
        page.locator("#klokken").fill(now.strftime("%H:%M"))
        page.get_by_role("button", name="Ja, klokken er").click()

        expect(page.get_by_text("Uret er stillet manuelt.")).to_be_visible()
        expect(page.get_by_text("min gamle")).to_be_visible()
    clock = BoxClock(web.config.box.ram_dir)
    assert clock.judged().level is ClockLevel.MANUAL
    assert abs(clock.now() - SystemClock().now()) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", PHONE), ("dark", PHONE), ("light", LAPTOP)]
)
def test_pages_of_the_clock_can_be_read_and_used_by_everybody(
    browser: Browser, web: WebProcess, scheme: str, viewport: dict[str, int]
) -> None:
    lose_the_time(web)
    settings = {"color_scheme": scheme, "viewport": viewport, "timezone_id": "Europe/Copenhagen"}
    found: list[str] = []
    with a_page(browser, web, **settings) as page:
        unlock(page)
        propose(page, with_script=True)
        for path in ("/ur", "/ur/bekraeft", "/afsnit"):
            page.goto(path)
            found += axe_violations(page)

    assert found == []


def test_pages_of_the_clock_fit_the_smallest_phone(browser: Browser, web: WebProcess) -> None:
    lose_the_time(web)
    with a_page(browser, web, viewport=SMALLEST, timezone_id="Europe/Copenhagen") as page:
        unlock(page)
        propose(page, with_script=True)
        for path in ("/ur", "/ur/bekraeft"):
            page.goto(path)
            assert not is_wider_than_screen(page)
            sizes = [box.bounding_box() for box in page.locator("main .button, .clock a").all()]
            assert all(size is not None and size["height"] >= 44 for size in sizes)
