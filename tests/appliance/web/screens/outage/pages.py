"""Read the pages of an outage and what was written last."""

from appliance.outage.events import Event
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of


def shown(phone: Phone, path: str) -> str:
    return words_of(phone.get(f"/indsatsplan/{path}".rstrip("/")).text)


def last(box: WebBox) -> Event:
    return box.services.outage.outage().events[-1]
