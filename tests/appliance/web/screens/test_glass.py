"""Breaking the glass: asked why, entered first, that unit only, an hour, this session only."""

import html
import re
import time
from datetime import timedelta

import pytest

from appliance.clock import HeldClock
from appliance.errors import KeeperDownError
from appliance.records.models import Citizen
from appliance.records.terms import CitizenId
from appliance.sealed_log.entry import Action
from appliance.web.screens.glass import LONGEST_REASON, REASONS, reason_of
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import AASE, CITIZENS, EMPTY, NINNA, NORD, SYD, personal_words
from tests.waiting import eventually

GLASS = f"/afsnit/{NORD.id}/brudt-glas"
NORDS = f"/afsnit/{NORD.id}/borgere"
NINNAS = f"/borgere/{NINNA.id}/medicin"
REASON = "Fald på stuen, ingen andre i huset"


def break_glass(phone: Phone, reason: str = REASON) -> None:
    answer = phone.post(GLASS, tekst=reason)
    assert (answer.status_code, answer.headers["Location"]) == (303, NORDS)


# Breaking the glass is how one comes there; ordering a list needs its name besides the unit's.
NOT_OF_NORD = ("glass.ask", "glass.break_glass", "glass.end", "routes.print_lists")


def of_nord(box: WebBox) -> list[tuple[str, str]]:
    """Return (method, path) of every view of Nord or of who lives there."""
    ids = {"unit_id": NORD.id, "citizen_id": NINNA.id, "document_id": "d-nords"}
    rules = [rule for rule in box.app.url_map.iter_rules() if rule.arguments]
    with box.app.test_request_context():
        found = [
            (method, box.app.url_for(rule.endpoint, **{name: ids[name] for name in rule.arguments}))
            for rule in rules
            if rule.arguments <= ids.keys() and rule.endpoint not in NOT_OF_NORD
            for method in sorted(rule.methods & {"GET", "POST"})
        ]
    return [
        (method, path.replace("u-nord/dokumenter/d-nords", "u-nord/dokumenter/d-nordplan"))
        for method, path in found
    ]


def statuses(box: WebBox, phone: Phone) -> set[int]:
    return {
        (phone.get(path) if method == "GET" else phone.post(path)).status_code
        for method, path in of_nord(box)
    }


def test_other_units_stand_there_by_name_and_nothing_else(agnes: Phone) -> None:
    page = agnes.get("/afsnit").text
    others = page.partition("Andre afsnit")[2]

    assert f'<a href="{GLASS}">Afsnit Nord</a>' in others
    assert EMPTY.name not in page
    assert not re.search(r"\d+ (beboer|livsnødvendig)", others)
    assert not [word for word in personal_words() if word in page]


def test_page_says_what_it_means_before_it_asks_why(agnes: Phone) -> None:
    page = agnes.get(GLASS).text

    for words in (
        "60 minutter",
        "Din leder, afsnittets leder og kommunen kan se",
        *REASONS.values(),
    ):
        assert words in page
    assert "<title>Nødadgang – Nødboks</title>" in page
    assert agnes.get(NORDS).status_code == 404


@pytest.mark.parametrize("typed", ["", "akut", "1234567890 12345", "         "])
def test_without_a_reason_there_is_no_access_and_what_was_typed_stays(
    box: WebBox, agnes: Phone, typed: str
) -> None:
    box.keeper.logged.clear()

    answer = agnes.post(GLASS, tekst=typed)

    assert answer.status_code == 422
    assert "Vælg en grund, eller skriv mindst 10 bogstaver." in answer.text
    assert f">{typed}</textarea>" in answer.text
    assert (agnes.get(NORDS).status_code, box.keeper.logged) == (404, [])


def test_reason_is_chosen_or_written_or_both() -> None:
    assert reason_of("akut", "") == "En borger har akut brug for hjælp."
    assert reason_of("", " Fald  på\nstuen 4 ") == "Fald på stuen 4"
    assert reason_of("vagt", "kort") == "Jeg dækker afsnittet i denne vagt. kort"
    assert reason_of("andet", "kort") == ""
    assert len(reason_of("", "x" * 999)) == LONGEST_REASON


def test_unit_opens_for_an_hour_and_is_then_as_unknown_as_before(
    box: WebBox, agnes: Phone, clock: HeldClock
) -> None:
    before = statuses(box, agnes)
    break_glass(agnes)

    during = statuses(box, agnes)
    for _ in range(4):
        clock.move(timedelta(minutes=14))
        assert NINNA.family_name in agnes.get(NORDS).text
    clock.move(timedelta(minutes=4))

    # 422: the forms of the care journal, with nothing typed in them.
    assert (before, during) == ({404}, {200, 303, 422})
    assert statuses(box, agnes) == {404}
    unknown = agnes.get("/borgere/c-ukendt/medicin").text
    assert agnes.get(NINNAS).text == unknown.replace("c-ukendt", NINNA.id)


def test_only_that_unit_is_opened(box: WebBox, agnes: Phone) -> None:
    box.hold(citizens=(*CITIZENS, Citizen(CitizenId("c-mad"), EMPTY.id, "Berg", "Ida")))
    box.keeper.open()

    break_glass(agnes)

    assert NINNA.family_name in agnes.get(NORDS).text
    assert agnes.get("/borgere/c-mad/medicin").status_code == 404
    assert agnes.get(f"/afsnit/{EMPTY.id}/borgere").status_code == 404


def test_reason_is_in_the_log_before_the_page_is_open_and_looks_say_what_they_took(
    box: WebBox, agnes: Phone
) -> None:
    box.keeper.logged.clear()
    break_glass(agnes)
    agnes.get(NINNAS)
    agnes.get(f"/borgere/{AASE.id}/medicin")
    agnes.post("/soeg", ord="Nordskov")
    agnes.get("/soeg")
    agnes.post(f"/udskriv/medicinliste/{NINNA.id}", bekraeft="1")

    broken, nord, syd, search, order = box.keeper.logged
    assert (broken.action, broken.unit_id, broken.text) == (Action.BREAK_GLASS, NORD.id, REASON)
    assert (broken.who.role, nord.who.role, syd.who.role) == (
        "nurse",
        "nurse, break_glass",
        "nurse",
    )
    assert [whom.citizen_id for whom in search.whom] == [NINNA.id]
    assert search.who.role == order.who.role == "nurse, break_glass"


def test_log_that_cannot_be_reached_stops_no_nurse_and_the_entry_waits(
    box: WebBox, agnes: Phone
) -> None:
    box.keeper.log_problem = KeeperDownError()
    started = time.monotonic()

    break_glass(agnes)

    assert time.monotonic() - started < 30  # one wait is longer
    assert NINNA.family_name in agnes.get(NORDS).text
    box.keeper.log_problem = None
    assert eventually(lambda: Action.BREAK_GLASS in [entry.action for entry in box.keeper.logged])


def test_red_strip_says_which_unit_and_until_when_on_every_page(agnes: Phone) -> None:
    assert "strip glass" not in agnes.get("/status").text
    break_glass(agnes)

    for path in ("/afsnit", NORDS, NINNAS, "/soeg", "/udskrifter", "/status", "/laas", "/findes"):
        page = agnes.get(path).text
        assert "Nødadgang til Afsnit Nord til kl. 04.00." in page, path
        assert f'action="{GLASS}/afslut"' in page


def test_what_is_given_back_is_closed_and_entered_once(box: WebBox, agnes: Phone) -> None:
    break_glass(agnes)
    box.keeper.logged.clear()

    answers = [agnes.post(f"{GLASS}/afslut") for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == ["/afsnit"] * 2
    assert agnes.get(NORDS).status_code == 404
    (entry,) = box.keeper.logged
    assert (entry.action, entry.unit_id) == (Action.GLASS_ENDED, NORD.id)


def test_each_unit_is_given_back_for_itself(box: WebBox, agnes: Phone) -> None:
    box.hold(citizens=(*CITIZENS, Citizen(CitizenId("c-mad"), EMPTY.id, "Berg", "Ida")))
    box.keeper.open()
    break_glass(agnes)
    agnes.post(f"/afsnit/{EMPTY.id}/brudt-glas", grund="akut")

    agnes.post(f"/afsnit/{EMPTY.id}/brudt-glas/afslut")

    assert agnes.get(f"/afsnit/{EMPTY.id}/borgere").status_code == 404
    assert agnes.get(NORDS).status_code == 200


def test_breaking_what_is_open_already_leads_there_and_is_no_entry(
    box: WebBox, agnes: Phone
) -> None:
    break_glass(agnes)
    box.keeper.logged.clear()

    assert agnes.get(GLASS).headers["Location"] == NORDS
    break_glass(agnes)
    assert agnes.get(f"/afsnit/{SYD.id}/brudt-glas").headers["Location"].endswith("u-syd/borgere")
    assert box.keeper.logged == []


@pytest.mark.parametrize("unit_id", [EMPTY.id, "u-ukendt"])
def test_unit_nobody_lives_on_looks_like_an_unknown_one(agnes: Phone, unit_id: str) -> None:
    assert agnes.get(f"/afsnit/{unit_id}/brudt-glas").status_code == 404
    assert agnes.post(f"/afsnit/{unit_id}/brudt-glas", tekst=REASON).status_code == 404


def test_card_holder_needs_no_glass_and_sees_none(box: WebBox) -> None:
    holder = box.unlocked_phone()

    assert "Andre afsnit" not in holder.get("/afsnit").text
    assert holder.get(GLASS).status_code == 404


@pytest.mark.parametrize("initials", ["BEN", "DOR"])
def test_it_and_drivers_cannot_break_it(box: WebBox, initials: str) -> None:
    phone = box.logged_in(initials)

    assert phone.post(GLASS, grund="akut").status_code == 403
    assert box.services.glass.concerning((NORD.id,)) == []


@pytest.mark.parametrize("way", ["log out", "lock", "another phone"])
def test_access_is_of_this_session_only(box: WebBox, agnes: Phone, way: str) -> None:
    break_glass(agnes)
    if way == "log out":
        agnes.post("/log-ud")
        agnes.log_in("AGN")
    elif way == "lock":
        agnes.post("/laas")
        box.keeper.open()
        agnes.log_in("AGN")

    phone = box.logged_in("AGN") if way == "another phone" else agnes

    assert phone.get(NORDS).status_code == 404
    assert "strip glass" not in phone.get("/afsnit").text


def test_print_of_the_hour_comes_out_and_is_nobody_s_to_see_after_it(
    box: WebBox, agnes: Phone
) -> None:
    break_glass(agnes)
    agnes.post(f"/udskriv/medicinliste/{NINNA.id}", bekraeft="1")
    box.print_all()
    assert NINNA.family_name in agnes.get("/udskrifter").text

    agnes.post(f"{GLASS}/afslut")

    assert NINNA.family_name not in agnes.get("/udskrifter").text
    job = box.services.desk.queue.jobs()[0].id
    assert agnes.get(f"/udskrifter/{job}.json").status_code == 404


@pytest.mark.parametrize("initials", ["GRE", "NIE"])
def test_leaders_of_both_units_see_who_why_and_when(
    box: WebBox, agnes: Phone, clock: HeldClock, initials: str
) -> None:
    leader = box.logged_in(initials)
    assert "Nødadgang: brugt 0 gange" in leader.get("/afsnit").text
    break_glass(agnes)
    clock.move(timedelta(minutes=12))

    assert "Nødadgang: brugt 1 gang<" in leader.get("/afsnit").text
    page = plain(leader.get("/brudt-glas").text)
    assert (
        f"AGN til Afsnit Nord »{REASON}« man. 23. nov. 2026 kl. 03.00, gælder til kl. 04.00" in page
    )

    agnes.post(f"{GLASS}/afslut")
    assert "kl. 03.00 til kl. 03.12" in plain(leader.get("/brudt-glas").text)


def test_list_shows_when_an_access_ran_out_and_is_empty_after_a_lock(
    box: WebBox, agnes: Phone, clock: HeldClock
) -> None:
    break_glass(agnes)
    clock.move(timedelta(minutes=70))
    assert "kl. 03.00 til kl. 04.00" in plain(box.logged_in("GRE").get("/brudt-glas").text)

    box.keeper.lock()
    box.services.records.current()

    page = box.logged_in("GRE").get("/brudt-glas").text
    assert "Ingen har brugt nødadgang, siden boksen blev åbnet." in page
    assert "Kommunen har dem alle i boksens log." in page


def test_only_leaders_see_the_list(box: WebBox, agnes: Phone) -> None:
    assert agnes.get("/brudt-glas").status_code == 403
    assert box.unlocked_phone().get("/brudt-glas").status_code == 403
    assert "/brudt-glas" not in agnes.get("/afsnit").text.replace(GLASS, "")


def plain(page: str) -> str:
    """Return the words of a page in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
