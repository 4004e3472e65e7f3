"""`make screens`: walk through a demo box with a browser and take a picture of every screen.

Writes `build/screens/<phone|laptop|dark>-<screen>.png` and contact sheets. The box is the one of
`make demo`, with invented citizens; nothing is asserted here: the pictures are for the eye. What a
page must hold is tested in `tests/journeys/`.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.contact_prints import write_contacts
from tests.journeys.browsing import CHROMIUM, LAPTOP, PHONE, QUIET
from tests.simulators.web_process import free_port

_OUT = Path("build/screens")
_LOOKS = {
    "phone": {"viewport": PHONE},
    "laptop": {"viewport": LAPTOP},
    "dark": {"viewport": PHONE, "color_scheme": "dark"},
}
_UNIT = "solgaarden"
_OPEN = (
    ("welcome", "/velkommen"), ("status", "/status"), ("clock", "/ur"), ("self-test", "/selvtest"),
    ("plan", "/indsatsplan"), ("plan-round", "/indsatsplan/kontaktrunde"),
    ("plan-decisions", "/indsatsplan/beslutninger"), ("plan-letter", "/indsatsplan/breve/sygehus"),
    ("plan-card", "/indsatsplan/kort/nattevagt"), ("plan-log", "/indsatsplan/log"),
    ("plan-report", "/indsatsplan/rapport"),
    ("plan-whole", "/indsatsplan/plan"), ("plan-start", "/indsatsplan/start"),
    ("plan-extent", "/indsatsplan/omfang"), ("plan-call-in", "/indsatsplan/tilkald"),
    ("plan-letters", "/indsatsplan/breve"), ("forms", "/skemaer"),
    ("self-test-2", "/selvtest?trin=2"), ("self-test-done", "/selvtest?trin=3"),
)  # fmt: skip
_UP_WITHIN_S = 240


@dataclass(frozen=True, slots=True)
class DemoBox:
    """A running demo: where it is and what opens it."""

    address: str
    card_code: str
    initials: str
    login_code: str


def main() -> int:
    """Write the pictures; return 0."""
    if not CHROMIUM.exists():
        print("screens: Debian's chromium is missing")
        return 1
    shutil.rmtree(_OUT, ignore_errors=True)
    _OUT.mkdir(parents=True)
    with a_demo_box() as box, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        for number, look in enumerate(_LOOKS):
            _walk(browser, box, look, is_first=number == 0)
        browser.close()
    names = sorted(path.stem for path in _OUT.glob("*.png"))
    narrow = [name for name in names if not name.startswith("laptop")]
    wide = [name for name in names if name.startswith("laptop")]
    contacts = write_contacts(_OUT, narrow, columns=6, size_mm=(134, 290))
    print(
        f"screens: {len(narrow)} on a phone, {len(wide)} on a laptop, {contacts} sheets in {_OUT}"
    )
    return 0


@contextmanager
def a_demo_box() -> Iterator[DemoBox]:
    """Run `nodboks demo` in a folder of its own until the block ends."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        log_path = Path(folder) / "demo.log"
        command = [sys.executable, "-m", "appliance", "demo", "--port", str(port)]
        with log_path.open("wb") as log:
            demo = subprocess.Popen(
                [*command, "--out", f"{folder}/box"], stdout=log, stderr=subprocess.STDOUT
            )
        try:
            yield _told(log_path, f"http://127.0.0.1:{port}")
        finally:
            demo.terminate()
            demo.wait(30)


def _told(log_path: Path, address: str) -> DemoBox:
    """Read what the demo tells its visitor, as soon as it has told it."""
    deadline = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < deadline:
        text = log_path.read_text(errors="replace")
        card = re.search(r"card code: ([\d ]+)", text)
        login = re.search(r"initials (\w+), code (\d+)", text)
        if card and login:
            return DemoBox(address, card[1].strip(), login[1], login[2])
        time.sleep(0.2)
    raise TimeoutError(log_path.read_text(errors="replace"))


def _walk(browser: Browser, box: DemoBox, look: str, *, is_first: bool) -> None:
    context = browser.new_context(base_url=box.address, **_LOOKS[look])
    page = context.new_page()
    take = _Camera(page, look)
    for name, path in _OPEN:
        page.goto(path)
        take(name)
    page.goto("/")
    if is_first:
        take("locked")
        page.locator("#kode").fill(box.card_code)
        page.locator("#initialer").fill("AB")
        page.get_by_role("button", name="Lås op").click()
        page.wait_for_url("**/afsnit", timeout=60_000)
        take("units-just-opened")
        page.get_by_role("button", name="Log ud").click()
    take("login")
    page.locator("#login-initialer").fill(box.initials)
    page.locator("#personlig-kode").fill(box.login_code)
    page.get_by_role("button", name="Log ind").click()
    for name, path in _inside(page):
        page.goto(path)
        take(name)
    _practise(page, take)
    context.close()


def _practise(page: Page, take: "_Camera") -> None:
    """Begin a drill, look at its invented citizens, and end it again."""
    page.goto("/indsatsplan/oevelse")
    take("drill-begin")
    page.get_by_role("button", name="Ja, start øvelse").click()
    take("drill")
    page.goto("/afsnit")
    take("drill-real-units")
    page.goto("/indsatsplan")
    page.get_by_role("button", name="Øv med opdigtede borgere").click()
    take("practice-units")
    page.goto("/borgere/oevelse-1/medicin")
    take("practice-medication")
    page.goto("/borgere/oevelse-1")
    take("practice-citizen")
    page.get_by_role("button", name="Tilbage til den rigtige boks").click()
    take("drill-door")
    page.goto("/indsatsplan/slut")
    page.get_by_label("Hvem er du? (initialer)").fill("AB")
    page.get_by_role("button", name="Ja, afslut").click()


def _inside(page: Page) -> Iterator[tuple[str, str]]:
    """Give every screen of whoever is in; what is about one citizen is about the first listed."""
    yield "units", "/afsnit"
    yield "citizens", f"/afsnit/{_UNIT}/borgere"
    yield "citizens-important-first", f"/afsnit/{_UNIT}/borgere?orden=vigtigst"
    page.goto(f"/afsnit/{_UNIT}/borgere")
    first = page.locator("#beboere a").first.get_attribute("href") or ""
    yield "medication", first
    yield "citizen", re.sub(r"/medicin$", "", first)
    yield "journal", "/noedjournal"
    for name, last in (("citizen", ""), ("note", "/notat"), ("medicine", "/medicin")):
        yield f"journal-{name}", re.sub(r"/medicin$", f"/journal{last}", first)
    yield "journal-to-enter", "/noedjournal/tastes-ind"
    yield "sheets-of-citizen", re.sub(r"/borgere/(.*)/medicin$", r"/udskriv/borger/\1", first)
    yield "sheets-of-unit", f"/udskriv/afsnit/{_UNIT}"
    yield "forms", "/skemaer"
    yield "citizen-documents", re.sub(r"/medicin$", "/dokumenter", first)
    yield "unit-documents", f"/afsnit/{_UNIT}/dokumenter"
    yield "search", "/soeg"
    yield "prints", "/udskrifter"
    yield "status-inside", "/status"
    yield "routes", f"/koerelister/{_UNIT}"
    yield "boards", "/tavler"
    yield "board-needs", f"/tavler/{_UNIT}/livsnoedvendige"
    yield "board-visits", f"/tavler/{_UNIT}/besoeg"
    yield "paper-back", "/papir"
    yield "runner-pack", "/loeberpakke"
    yield "lock", "/laas"
    yield "not-found", "/findes-ikke"


class _Camera:
    """Takes whole pages, numbered in the order of the walk."""

    def __init__(self, page: Page, look: str) -> None:
        self._page, self._look, self._taken = page, look, 0

    def __call__(self, name: str) -> None:
        self._taken += 1
        self._page.screenshot(
            path=_OUT / f"{self._look}-{self._taken:02}-{name}.png", full_page=True
        )


if __name__ == "__main__":
    sys.exit(main())
