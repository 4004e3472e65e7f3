"""Decisions: with names and time, put off, taken back, and two who decide at once."""

import re
from datetime import timedelta

import pytest

from appliance.outage.events import Kind
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.outage.pages import last, shown


def test_a_decision_stands_with_names_time_and_choice(box: WebBox, nurse: Phone) -> None:
    box.clock.move(timedelta(hours=8))
    nurse.post("/indsatsplan/beslutninger", om="kommunikation", valg="1", navne="Chef Hansen")

    page = shown(nurse, "beslutninger")

    assert (
        "Taget stilling af Chef Hansen kl. 11.00: Også på kommunens hjemmeside og sociale medier"
        in page
    )
    assert "Skal sundhedskrisestaben samles?" in shown(nurse, "")


def test_a_decision_put_off_says_until_when_and_is_asked_for_again_then(
    box: WebBox, nurse: Phone
) -> None:
    box.clock.move(timedelta(hours=8))
    for which, choice in (("kommunikation", "0"), ("krisestab", "1")):
        nurse.post("/indsatsplan/beslutninger", om=which, valg=choice, navne="Chefen", igen="12:00")
    assert "Ikke nu. Der tages stilling igen kl. 12.00" in shown(nurse, "beslutninger")
    assert "Der skal tages stilling:" not in shown(nurse, "")

    box.clock.move(timedelta(hours=1))

    assert "Skal sundhedskrisestaben samles?" in shown(nurse, "")
    assert "Tag stilling igen nu" in shown(nurse, "beslutninger")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"om": "krisestab", "valg": "0"}, "N-913"),
        ({"om": "krisestab", "valg": "9", "navne": "Chefen"}, "N-909"),
        ({"om": "krisestab", "navne": "Chefen"}, "N-909"),
        ({"om": "krisestab", "valg": "1", "navne": "Chefen"}, "N-910"),
        ({"om": "findes-ikke", "valg": "0", "navne": "Chefen"}, "N-909"),
        ({"om": "andet", "navne": "Chefen"}, "N-909"),
    ],
)
def test_a_decision_without_names_choice_or_hour_is_none(
    box: WebBox, nurse: Phone, form: dict[str, str], code: str
) -> None:
    answer = nurse.post("/indsatsplan/beslutninger", **form)

    assert (answer.status_code, code in answer.text) == (422, True)
    assert last(box).kind is Kind.NOTE


SEEN = "set-kommunikation"


def seen(phone: Phone) -> str:
    """Return which event the form of a question was made with."""
    page = phone.client.get("/indsatsplan/beslutninger").text
    found = re.search(f'name="{SEEN}" value="([0-9]+)"', page)
    assert found is not None
    return found[1]


def test_of_two_who_decide_at_once_the_second_is_shown_the_first_and_asked_again(
    box: WebBox, nurse: Phone, phone: Phone
) -> None:
    holm = {"om": "kommunikation", "valg": "0", "navne": "Holm", "initialer": "HO"}
    krag = {"om": "kommunikation", "valg": "2", "navne": "Krag", "initialer": "KR"}
    both = seen(nurse), seen(phone)
    nurse.post("/indsatsplan/beslutninger", **holm, **{SEEN: both[0]})

    answer = phone.post("/indsatsplan/beslutninger", **krag, **{SEEN: both[1]})
    again = phone.post("/indsatsplan/beslutninger", **krag, **{SEEN: seen(phone)})

    assert (answer.status_code, "N-914" in answer.text) == (422, True)
    assert "Taget stilling af Holm" in answer.text
    assert 'value="Krag"' in answer.text
    assert (again.status_code, last(box).what.text) == (303, "Krag")


def test_decision_pressed_twice_stands_once(box: WebBox, nurse: Phone) -> None:
    form = {"om": "kommunikation", "valg": "0", "navne": "Holm", SEEN: seen(nurse)}

    statuses = [nurse.post("/indsatsplan/beslutninger", **form).status_code for _ in range(2)]

    assert statuses == [303, 303]
    assert [each.kind for each in box.services.outage.outage().events].count(Kind.DECISION) == 1


def test_answer_to_what_was_taken_back_meanwhile_is_asked_for_again(
    box: WebBox, nurse: Phone
) -> None:
    form = {"om": "kommunikation", "valg": "0", "navne": "Holm"}
    nurse.post("/indsatsplan/beslutninger", **form, **{SEEN: seen(nurse)})
    before = seen(nurse)
    nurse.post("/indsatsplan/fortryd", nr=str(last(box).number))

    answer = nurse.post("/indsatsplan/beslutninger", **form, **{SEEN: before})

    assert (answer.status_code, last(box).kind) == (422, Kind.UNDO)


def test_other_decisions_each_stand_for_themselves(nurse: Phone) -> None:
    for what in ("Alle besøg om natten i par", "Køkkenet laver kold mad"):
        nurse.post("/indsatsplan/beslutninger", om="andet", hvad=what, navne="Vagtleder")

    page = shown(nurse, "beslutninger")

    assert "Alle besøg om natten i par Vagtleder" in page
    assert "Køkkenet laver kold mad Vagtleder" in page


def test_a_decision_that_was_a_slip_is_open_again(box: WebBox, nurse: Phone) -> None:
    nurse.post("/indsatsplan/beslutninger", om="kommunikation", valg="0", navne="Chefen")
    box.clock.move(timedelta(hours=8))

    nurse.post("/indsatsplan/fortryd", nr=str(last(box).number))

    assert "Hvor meget skal der siges udadtil?" in shown(nurse, "")
