"""A browser and a web for the journeys that need them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.journeys.browsing import CHROMIUM, QUIET
from tests.simulators.web_process import WebProcess, web_process

expect.set_options(timeout=45_000)  # as long as a page waits for what it is to press


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium: apt-get install chromium fonts-noto-core")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[WebProcess]:
    """The real web program of a locked box."""
    with web_process(tmp_path) as process:
        yield process
