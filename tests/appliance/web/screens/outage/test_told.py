"""What another box says of itself stands beside what people noted in the round."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.beacon.hearing import Heard
from appliance.beacon.statement import Ready, Standing, Word
from appliance.beacon.told import Told, told_of
from appliance.clock import HeldClock
from appliance.outage.journal import Beginning
from appliance.plan.models import place_key
from appliance.web.app import create_app
from tests.appliance.beacon.boxes import AT, neighbour
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.outage.pages import shown

NEAREST = "Nærmeste plejecenter"


def told(word: Word, seconds: float = 0.0) -> Told:
    """Return what is told of a box that was heard so many seconds ago."""
    clock = HeldClock(AT)
    heard = Heard(neighbour(1), word, clock.monotonic())
    clock.move(timedelta(seconds=seconds))
    return told_of(heard, clock)


def with_word(box: WebBox, found: Told) -> Phone:
    """Return a phone at a box that has heard this of the nearest care centre."""

    def words(_box: str, name: str) -> Told | None:
        return found if name == NEAREST else None

    services = replace(box.services, told=words)
    return Phone(create_app(box.config, services).test_client())


def test_a_row_tells_what_the_box_there_says_beside_what_people_noted(
    box: WebBox, nurse: Phone
) -> None:
    outage = Word(Standing.OUTAGE, 24, ("care_system", "later"), Ready.NO)
    phone = with_word(box, told(outage))
    before = shown(phone, "kontaktrunde")
    nurse.post("/indsatsplan/kontaktrunde", hvem=place_key(NEAREST), svar="spared", initialer="AB")
    after = shown(phone, "kontaktrunde")

    assert before.count("nøddrift siden") == 1
    assert "Nede: Omsorgssystemet" in before
    assert "Printeren dér er ikke klar." in before
    assert "Meldt ramt af boksen: 1" in before
    assert "Ikke ramt: 1" in after
    assert "nøddrift siden" in after
    assert "Meldt ramt af boksen" not in after


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (told(Word()), ": ingen nøddrift."),
        (told(Word(Standing.DRILL, 3)), ": øvelse, ingen nøddrift."),
        (told(Word(Standing.OUTAGE, 3), 400), "Boksen er ikke hørt siden "),
    ],
)
def test_a_box_without_an_outage_or_fallen_silent_is_never_counted_as_hit(
    box: WebBox, found: Told, words: str
) -> None:
    box.services.outage.begin(Beginning("AB"))
    page = shown(with_word(box, found), "kontaktrunde")

    assert words in page
    assert "Meldt ramt af boksen" not in page


def test_a_row_tells_the_same_in_english(box: WebBox) -> None:
    phone = with_word(box, told(Word(Standing.OUTAGE, 24)))
    phone.post("/visning", sprog="en")

    assert "Reported by the box" in shown(phone, "kontaktrunde")
