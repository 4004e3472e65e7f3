"""Two people, one phone: whoever comes next sees nothing of what the one before did."""

import pytest

from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import AASE, NINNA, NORD, SYD

FIND = f"/afsnit/{SYD.id}/borgere"
NORDS = f"/afsnit/{NORD.id}/borgere"
AASES = f"/borgere/{AASE.id}/medicin"


def use(phone: Phone) -> None:
    """Leave a trace of every kind: words, a filter, a CPR, broken glass, a print."""
    phone.post("/soeg", ord="insulin")
    phone.post(FIND, find="Egon")
    phone.post(f"/borgere/{AASE.id}/cpr")
    phone.post(f"/afsnit/{NORD.id}/brudt-glas", grund="akut")
    phone.post(f"/udskriv/medicinliste/{NINNA.id}", bekraeft="1")


def hand_over(phone: Phone, way: str) -> None:
    if way == "Skift bruger":
        assert phone.post("/log-ud").headers["Location"] == "/"
        assert "Hvem er du?" in phone.get("/").text
        phone.log_in("GRE")
    else:
        phone.log_in("GRE")


@pytest.mark.parametrize("way", ["Skift bruger", "without logging out"])
def test_next_person_sees_nothing_of_the_one_before(box: WebBox, agnes: Phone, way: str) -> None:
    token = agnes.cookie()
    use(agnes)

    hand_over(agnes, way)

    assert "insulin" not in agnes.get("/soeg").text
    assert 'value="Egon"' not in agnes.get(FIND).text
    assert AASE.family_name in agnes.get(FIND).text
    assert "010130-••••" in agnes.get(AASES).text
    assert agnes.get(NORDS).status_code == 404
    assert NINNA.family_name not in agnes.get("/udskrifter").text
    assert "strip glass" not in agnes.get("/afsnit").text
    assert box.services.glass.live(token or "") == ()
    assert box.services.notes.words(token or "", "search") == ""


def test_whoever_holds_the_old_cookie_is_out(box: WebBox, agnes: Phone) -> None:
    old = box.phone()
    old.client.set_cookie("nodboks", agnes.cookie() or "")

    hand_over(agnes, "without logging out")

    assert old.get("/afsnit").headers["Location"] == "/"
    assert box.services.sessions.count() == 1
