"""Contact round, call-in, extent, letters, log: written by anybody, read by all."""

import re
from datetime import timedelta

import pytest

from appliance.outage.events import Kind
from appliance.outage.journal import Beginning
from appliance.outage.limits import NAME_LENGTH
from appliance.plan.models import place_key
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.outage.pages import last, shown
from tests.appliance.web.screens.test_medication import words_of
from tests.simulators.box_people import personal_words

NEAREST = "Nærmeste plejecenter"
NO_NUMBER = "Nummeret mangler i planen"
ALL = ("kontaktrunde", "tilkald", "beslutninger", "omfang", "breve", "breve/sygehus", "log")


@pytest.mark.parametrize("path", ALL)
def test_without_an_outage_every_page_can_be_read_and_none_written_on(
    phone: Phone, path: str
) -> None:
    answer = phone.get(f"/indsatsplan/{path}")

    assert answer.status_code == 200
    assert f'action="/indsatsplan/{path}"' not in answer.text


@pytest.mark.parametrize(
    ("path", "form"),
    [("kontaktrunde", {"navn": "X", "svar": "hit"}), ("tilkald", {"hvem": "X", "svar": "comes"}),
     ("omfang", {}), ("log", {"tekst": "x"}), ("breve/sygehus", {"hvem": "X"}),
     ("beslutninger", {"om": "andet", "hvad": "X", "navne": "Y"})],
)  # fmt: skip
def test_a_form_sent_all_the_same_is_answered_in_words(
    phone: Phone, path: str, form: dict[str, str]
) -> None:
    answer = phone.post(f"/indsatsplan/{path}", initialer="AB", **form)

    assert answer.status_code == 422
    assert "N-912" in answer.text


def test_everybody_of_the_plan_is_rung_and_the_answer_stands_with_who_and_when(
    box: WebBox, nurse: Phone
) -> None:
    box.clock.move(timedelta(minutes=20))

    nurse.post("/indsatsplan/kontaktrunde", hvem=place_key(NEAREST), svar="silent", igen="04:00")

    page = shown(nurse, "kontaktrunde")
    assert f"{NEAREST} {NO_NUMBER} Intet svar AB kl. 03.20 Ring igen kl. 04.00 Fortryd" in page
    assert "Intet svar: 1" in page
    assert "Ikke ringet til: 5" in page


def test_when_the_hour_has_come_to_ring_again_the_page_says_so(box: WebBox, nurse: Phone) -> None:
    nurse.post("/indsatsplan/kontaktrunde", hvem=place_key(NEAREST), svar="silent", igen="04:00")
    assert "Ring igen kl. 04.00 Nu" not in shown(nurse, "kontaktrunde")

    box.clock.move(timedelta(hours=1))

    assert "Ring igen kl. 04.00 Nu" in shown(nurse, "kontaktrunde")


def test_a_place_that_is_not_in_the_plan_is_added_once(nurse: Phone) -> None:
    for answer in ("silent", "hit"):
        nurse.post("/indsatsplan/kontaktrunde", navn="Botilbud Øst", svar=answer)

    page = nurse.get("/indsatsplan/kontaktrunde").text
    assert len(re.findall("<h2>Botilbud Øst</h2>", page)) == 1
    assert "Ramt: 1" in words_of(page)


def test_units_of_the_copy_are_rung_while_the_box_is_open(box: WebBox, nurse: Phone) -> None:
    assert "Afsnit Nord" not in shown(nurse, "kontaktrunde")
    box.unlocked_phone()

    page = shown(nurse, "kontaktrunde")

    assert "Afsnit Nord" in page
    assert not [word for word in personal_words() if re.search(rf"\b{word}\b", page)]


@pytest.mark.parametrize(
    ("form", "code"),
    [({"svar": "hit"}, "N-909"), ({"navn": "X", "svar": "måske"}, "N-909"),
     ({"navn": "X", "svar": "hit", "igen": "99"}, "N-910"),
     ({"navn": "Aase 010130-1234", "svar": "hit"}, "N-911")],
)  # fmt: skip
def test_a_call_that_is_not_whole_is_asked_for_again(
    box: WebBox, nurse: Phone, form: dict[str, str], code: str
) -> None:
    answer = nurse.post("/indsatsplan/kontaktrunde", **form)

    assert (answer.status_code, code in answer.text) == (422, True)
    assert last(box).kind is Kind.NOTE


def test_a_colleague_is_called_answers_and_answers_again(nurse: Phone) -> None:
    nurse.post("/indsatsplan/tilkald", hvem="cd", svar="silent")
    nurse.post("/indsatsplan/tilkald", hvem="CD", svar="comes", kommer="06:30")

    page = shown(nurse, "tilkald")

    assert "CD: Kommer kl. 06.30 AB kl. 03.00" in page
    assert "CD: Intet svar" not in page


def test_a_call_in_needs_somebody(nurse: Phone) -> None:
    assert nurse.post("/indsatsplan/tilkald", hvem="--", svar="comes").status_code == 422


def test_what_is_down_is_ticked_and_shown_again(box: WebBox, nurse: Phone) -> None:
    nurse.client.post(
        "/indsatsplan/omfang",
        data={"formular": nurse.token(), "nede": ["Internettet", "Telefonerne", "opdigtet"]},
    )

    assert box.services.outage.outage().down == ("Internettet", "Telefonerne")
    page = nurse.get("/indsatsplan/omfang").text
    assert len(re.findall(" checked", page)) == 2


def test_a_letter_is_filled_in_and_says_who_was_told(nurse: Phone) -> None:
    nurse.post("/indsatsplan/breve/sygehus", hvem="Akutmodtagelsen, pr. telefon")

    page = shown(nurse, "breve/sygehus")

    assert "ude af drift siden man. 23. nov. 2026 kl. 03.00" in page
    assert "____ (telefonnummer)" in page
    assert "Akutmodtagelsen, pr. telefon AB kl. 03.00" in page
    assert "1 har fået besked" in shown(nurse, "breve")


def test_a_letter_nobody_has_written_is_not_there(nurse: Phone) -> None:
    assert nurse.get("/indsatsplan/breve/findes-ikke").status_code == 404
    assert nurse.post("/indsatsplan/breve/findes-ikke", hvem="X").status_code == 404


def test_the_log_tells_everything_and_what_was_taken_back_stays(box: WebBox, nurse: Phone) -> None:
    nurse.post("/indsatsplan/gjort", trin="ring-it")
    nurse.post("/indsatsplan/fortryd", nr=str(last(box).number))
    nurse.post("/indsatsplan/kontaktrunde", hvem=place_key(NEAREST), svar="hit")

    page = shown(nurse, "log")

    for line in (
        "1. Nøddriften begyndte AB kl. 03.00", "2. Begyndt AB kl. 03.00",
        "3. Gjort: Ring til IT-vagten.",
        "Fortrudt: linje 3", f"Ringet til: {NEAREST} – Ramt",
    ):  # fmt: skip
        assert line in page
    assert 'class="box undone"' in nurse.get("/indsatsplan/log").text


def test_a_line_is_cut_to_its_length_and_shown_as_it_is(box: WebBox, nurse: Phone) -> None:
    nurse.post("/indsatsplan/log", tekst="<script>alert(1)</script>" + "x" * 999)

    page = nurse.get("/indsatsplan/log").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert len(last(box).what.text) == 200


def test_names_are_cut_to_their_length(box: WebBox, nurse: Phone) -> None:
    nurse.post("/indsatsplan/kontaktrunde", navn="x" * 999, svar="hit")

    assert len(last(box).what.name) == NAME_LENGTH


@pytest.mark.parametrize("text", ["", "   ", "\u202e\u200b"])
def test_an_empty_line_is_none(nurse: Phone, text: str) -> None:
    assert nurse.post("/indsatsplan/log", tekst=text).status_code == 422


def test_earlier_outages_can_be_read_and_not_written_on(box: WebBox, nurse: Phone) -> None:
    nurse.post("/indsatsplan/slut")
    box.services.outage.begin(Beginning("CD"))
    assert "Tidligere Nøddrift man. 23. nov. 2026 kl. 03.00" in shown(nurse, "log")

    page = nurse.get("/indsatsplan/log/1").text

    assert "Begyndt" in words_of(page)
    assert 'action="/indsatsplan/log"' not in page
    assert nurse.get("/indsatsplan/log/77").status_code == 404


def test_the_pages_stand_in_english_for_whoever_asks(nurse: Phone) -> None:
    nurse.post("/visning", sprog="en", tilbage="/")

    for path, words in (
        ("", "since the outage began"), ("kontaktrunde", "Not affected"), ("log", "Points done"),
        ("beslutninger", "Other decisions"), ("tilkald", "Call-in list"), ("omfang", "Extent"),
    ):  # fmt: skip
        assert words in shown(nurse, path), path


def test_other_decisions_have_a_heading_only_where_some_stand_or_can_be_written(
    phone: Phone, nurse: Phone
) -> None:
    while_on = shown(nurse, "beslutninger")
    nurse.post("/indsatsplan/slut", initialer="AB")

    assert "Andre beslutninger" in while_on
    assert "Andre beslutninger" not in shown(phone, "beslutninger")


def test_nothing_of_the_plan_s_log_names_a_citizen(box: WebBox, nurse: Phone) -> None:
    box.unlocked_phone()
    for path in ALL:
        nurse.get(f"/indsatsplan/{path}")
    nurse.post("/indsatsplan/slut")
    box.services.desk._look_around()

    files = sorted((box.config.box.state_dir / "outage").rglob("*.json*"))
    kept = "".join(path.read_text() for path in files)

    assert "0001.json" in {path.name for path in files}
    assert not [word for word in personal_words() if re.search(rf"\b{word}\b", kept)]
