"""A nurse who writes in the care journal, and forms filled in as the page shows them."""

import html
import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from appliance.care_journal.state import Journal
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import AASE

OF_AASE = f"/borgere/{AASE.id}/journal"
NOTE, OBSERVATION, MEDICINE = (f"{OF_AASE}/{each}" for each in ("notat", "observation", "medicin"))
PANODIX = f"{MEDICINE}/m-panodix"
TO_ENTER = "/noedjournal/tastes-ind"
EFFECTS = "/noedjournal/effekt"
_INPUT = re.compile(r"<input [^>]*>")
_VALUE = re.compile(r'(\w+)="([^"]*)"')


def fields(page: str) -> dict[str, str]:
    """Return what a browser would send of a page's last form if nobody touched it."""
    last = page[page.rindex("data-kept") :]
    found: dict[str, str] = {}
    for tag in _INPUT.findall(last.partition("</form>")[0]):
        said = dict(_VALUE.findall(tag))
        is_left = said.get("type") in ("radio", "checkbox") and "checked" not in tag
        if "name" in said and not is_left:
            found[said["name"]] = html.unescape(said.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', last):
        found[name] = html.unescape(text)
    return found


@dataclass
class Writer:
    """Somebody at a phone who fills in the forms of the journal."""

    phone: Phone
    box: WebBox
    sent: dict[str, str] = field(default_factory=dict)

    def fill(self, path: str, **typed: str) -> TestResponse:
        """Open a form, type, and press the button."""
        self.sent = {**fields(self.phone.get(path).text), **typed}
        return self.send(path.partition("?")[0])

    def send(self, path: str, **changed: str) -> TestResponse:
        """Send the last form, once more or changed."""
        form = {**self.sent, **changed}
        form.pop("formular", None)
        return self.phone.post(path, **form)

    def note(self, text: str = "Sover roligt.", **typed: str) -> TestResponse:
        """Write a note of Aase."""
        return self.fill(NOTE, tekst=text, **typed)

    def give_panodix(self, **typed: str) -> TestResponse:
        """Give Aase something for her knee."""
        return self.fill(PANODIX, **{"udfald": "given", "grund_pn": "ondt i knæet", **typed})

    def see_effect(self, text: str = "Virkede", dose: str = "", **typed: str) -> TestResponse:
        """Write how a dose worked: that of the id, or the newest."""
        self.sent = {**fields(self.phone.get(EFFECTS).text), "effekt": text, **typed}
        return self.send(f"/noedjournal/{dose or self.last_id()}/effekt")

    def page(self) -> str:
        """Return Aase's journal."""
        return self.phone.get(OF_AASE).text

    def journal(self) -> Journal:
        """Return what counts; in a drill what is practised too."""
        is_drill = self.box.services.outage.on_paper().is_drill
        return self.box.services.journal.now(is_drill=is_drill)

    def last_id(self) -> str:
        """Return the id of what was written last."""
        return self.journal().entries[-1].event.id

    def wait(self, **time: float) -> None:
        """Let time pass; the phone is touched all the while."""
        self.box.clock.at += timedelta(**time)


@pytest.fixture
def writer(agnes: Phone, box: WebBox) -> Writer:
    return Writer(agnes, box)
