"""The strip on every page, and what it says of time."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, g

from appliance.clock import ClockLevel, Judgement
from appliance.outage.events import Happening, Kind
from appliance.outage.journal import Beginning
from appliance.web.outage_view import duration
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import AASE

PATHS = ("/", "/status", "/indsatsplan/plan", "/findes-ikke")


def strips(phone: Phone, path: str = "/status") -> str:
    """Return the words of everything that stands in a strip."""
    return " ".join(phone.get(path).text.partition("<main")[0].split())


def test_without_an_outage_no_page_speaks_of_one(phone: Phone) -> None:
    assert not [path for path in PATHS if "Nøddrift" in strips(phone, path)]


def test_while_an_outage_is_on_every_page_says_since_when(box: WebBox, phone: Phone) -> None:
    box.services.outage.begin(Beginning("AB", minutes_ago=30))
    box.clock.move(timedelta(minutes=5))

    for path in PATHS:
        assert "Nøddrift siden kl. 02.30" in strips(phone, path), path
    assert "Nøddrift siden kl. 02.30" in strips(box.unlocked_phone(), f"/borgere/{AASE.id}/medicin")


def test_the_day_after_the_day_is_said_as_well(box: WebBox, phone: Phone) -> None:
    box.services.outage.begin(Beginning("AB"))
    box.clock.move(timedelta(days=1))

    assert "Nøddrift siden man. 23. nov. 2026 kl. 03.00" in strips(phone)


def test_with_a_clock_nobody_vouches_for_the_strip_says_how_long(box: WebBox, phone: Phone) -> None:
    box.clock.judgement = Judgement(ClockLevel.UNSURE, box.clock.now())
    box.services.outage.begin(Beginning("AB"))
    box.clock.move(timedelta(hours=2))

    assert "Nøddrift i 2 t. 0 min." in strips(phone)


def test_a_drill_is_said_on_every_page(box: WebBox, phone: Phone) -> None:
    box.services.outage.begin(Beginning("AB", is_drill=True))

    for path in PATHS:
        assert "ØVELSE. Alt, der udskrives, bliver mærket ØVELSE." in strips(phone, path), path


@pytest.mark.parametrize(
    ("hours", "said"),
    [(5.9, ""), (6.5, "Om 1 t. 30 min. skal der tages stilling"), (8, "Der skal tages stilling")],
)
def test_from_the_sixth_hour_every_page_warns_and_from_the_eighth_it_asks(
    box: WebBox, phone: Phone, hours: float, said: str
) -> None:
    box.services.outage.begin(Beginning("AB"))
    box.clock.move(timedelta(hours=hours))

    assert ("tages stilling" in strips(phone)) == bool(said)
    assert said in strips(phone)


def test_once_decided_nobody_is_asked_any_more(box: WebBox, phone: Phone) -> None:
    box.services.outage.begin(Beginning("AB"))
    box.clock.move(timedelta(hours=8))
    for which in ("krisestab", "kommunikation"):
        box.services.outage.write(Happening(Kind.DECISION, "AB", which))

    assert "tages stilling" not in strips(phone)


def test_a_log_that_cannot_be_read_takes_no_page_with_it(box: WebBox, phone: Phone) -> None:
    folder: Path = box.config.box.state_dir / "outage"
    (folder / "0001.jsonl").mkdir(parents=True)

    assert phone.get("/").status_code == 200
    assert phone.get("/indsatsplan/plan").status_code == 200
    assert phone.get("/indsatsplan/kort/nattevagt").status_code == 200
    assert "N-500" in phone.get("/indsatsplan").text


@pytest.mark.parametrize(
    ("time", "danish", "english"),
    [
        (timedelta(seconds=59), "0 min.", "0 min"),
        (timedelta(minutes=59, seconds=59), "59 min.", "59 min"),
        (timedelta(hours=74, minutes=5), "74 t. 5 min.", "74 h 5 min"),
        (timedelta(seconds=-5), "0 min.", "0 min"),
    ],
)
def test_a_duration_is_written_to_the_minute(time: timedelta, danish: str, english: str) -> None:
    with Flask(__name__).app_context():
        said = []
        for language in ("da", "en"):
            g.language = language
            said.append(duration(time))

    assert said == [danish, english]
