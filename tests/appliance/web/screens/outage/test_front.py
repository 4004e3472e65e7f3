"""From a calm day through an outage to its end, on a phone without a code."""

import re
from datetime import timedelta

import pytest

from appliance.clock import ClockLevel, Judgement
from appliance.outage.events import Kind
from appliance.outage.journal import Beginning
from appliance.outage.limits import MOST_PER_CLIENT, Share
from appliance.outage.probe_status import Probed, ProbeStatus, Seen, write_probes
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of

HOME = "/indsatsplan"


@pytest.fixture
def on(box: WebBox) -> WebBox:
    """A box on which an outage began just now."""
    box.services.outage.begin(Beginning("AB"))
    return box


def shown(phone: Phone, path: str = HOME) -> str:
    return words_of(phone.get(path).text)


def kinds(box: WebBox) -> list[Kind]:
    return [event.kind for event in box.services.outage.outage().events]


def test_before_anything_has_happened_the_plan_can_be_read_and_begun(phone: Phone) -> None:
    page = shown(phone)

    assert "Indsatsplan ved IT-nedbrud" in page
    assert "Boksen kan ikke se, om omsorgssystemet virker." in page
    assert "Nattevagt" in page
    assert 'href="/indsatsplan/start"' in phone.get(HOME).text


def test_whoever_has_no_number_in_the_plan_is_named_and_the_number_said_to_be_missing(
    box: WebBox, phone: Phone
) -> None:
    box.services.outage.begin(Beginning("AB"))

    page = shown(phone)

    assert "IT-vagten: 87 00 00 00" in page
    assert "Brand og redning, vagtcentralen: Nummeret mangler i planen" in page


def test_what_comes_next_and_when_stands_in_the_language_of_the_page(
    box: WebBox, phone: Phone
) -> None:
    box.services.outage.begin(Beginning("AB"))

    danish = shown(phone)
    phone.post("/visning", sprog="en", tilbage=HOME)

    assert "Det næste kommer efter 1 time: Find ud af, hvor stort det er" in danish
    assert "Efter 8 timer: Sundhedskrisestab og kommunikation" in danish
    assert "Next comes after 1 hour: Find ud af" in shown(phone)
    plan = shown(phone, f"{HOME}/plan")
    assert all(words in plan for words in ("At once", "After 1 day ", "After 3 days"))


def test_the_way_in_is_on_the_locked_page_and_in_the_menu(box: WebBox, phone: Phone) -> None:
    assert 'href="/indsatsplan"' in phone.get("/").text
    assert 'href="/indsatsplan"' in box.unlocked_phone().get("/afsnit").text
    assert 'href="/indsatsplan"' in box.phone().get("/").text


def test_beginning_asks_first_and_says_who_when_and_what(box: WebBox, phone: Phone) -> None:
    assert "Ja, start nøddrift" in shown(phone, "/indsatsplan/start")
    assert kinds(box) == []

    answer = phone.post("/indsatsplan/start", initialer="ab", siden="60", nede="Internettet")

    outage = box.services.outage.outage()
    assert answer.headers["Location"] == HOME
    assert outage.start is not None
    assert (outage.start.what.by, outage.start.what.minutes) == ("AB", 60)
    assert outage.down == ("Internettet",)
    assert "1 t. 0 min. siden nedbruddet begyndte man. 23. nov. 2026 kl. 02.00" in shown(phone)


def test_nobody_begins_without_initials(box: WebBox, phone: Phone) -> None:
    answer = phone.post("/indsatsplan/start", initialer=" - ", nede="Internettet")

    assert (answer.status_code, kinds(box)) == (422, [])
    assert "Skriv dine initialer." in answer.text
    assert re.search(r'value="Internettet" checked', answer.text)


def test_odd_answers_begin_an_outage_now_with_nothing_said_to_be_down(
    box: WebBox, phone: Phone
) -> None:
    phone.post("/indsatsplan/start", initialer="AB", siden="-99999", nede="<b>alt</b>")

    outage = box.services.outage.outage()
    assert outage.down == ()
    assert box.services.outage.lapse().lasted.time == timedelta(0)


def test_initials_are_typed_once_in_a_browser(on: WebBox, phone: Phone) -> None:
    phone.post("/indsatsplan/gjort", initialer="cd", trin="ring-it")
    assert "Du skriver som CD." in shown(phone)
    assert 'name="initialer"' not in phone.get(HOME).text

    phone.post("/indsatsplan/gjort", trin="udskriv")

    done = on.services.outage.outage().all_of(Kind.STEP)
    assert [(each.what.about, each.what.by) for each in done] == [
        ("ring-it", "CD"), ("udskriv", "CD"),
    ]  # fmt: skip
    assert 'name="initialer"' in on.phone().get(HOME).text


@pytest.mark.usefixtures("on")
def test_somebody_else_takes_over_the_phone(phone: Phone) -> None:
    phone.post("/indsatsplan/gjort", initialer="cd", trin="ring-it")

    answer = phone.post("/indsatsplan/hvem", tilbage="/indsatsplan/log")

    assert answer.headers["Location"] == "/indsatsplan/log"
    assert 'name="initialer"' in phone.get(HOME).text


def test_whoever_is_logged_in_signs_with_their_own_initials(on: WebBox) -> None:
    agnes = on.logged_in("AGN")

    agnes.post("/indsatsplan/gjort", trin="ring-it")

    (done,) = on.services.outage.outage().all_of(Kind.STEP)
    assert done.what.by == "AGN"


def test_whoever_came_in_with_the_card_and_no_initials_types_them_once(on: WebBox) -> None:
    phone = on.phone()
    phone.unlock(initials="")

    phone.post("/indsatsplan/gjort", initialer="GH", trin="ring-it")
    phone.post("/indsatsplan/gjort", trin="udskriv")

    done = on.services.outage.outage().all_of(Kind.STEP)
    assert [each.what.by for each in done] == ["GH", "GH"]
    assert "Du skriver som GH." in shown(phone)


def test_what_is_done_says_by_whom_and_when_and_can_be_undone(on: WebBox, phone: Phone) -> None:
    on.clock.move(timedelta(minutes=14))
    phone.post("/indsatsplan/gjort", initialer="AB", trin="ring-it")
    assert "Ring til IT-vagten. AB kl. 03.14 Fortryd" in shown(phone)
    (done,) = on.services.outage.outage().all_of(Kind.STEP)

    phone.post("/indsatsplan/fortryd", nr=str(done.number), tilbage=HOME)

    assert "Ring til IT-vagten. IT-vagten: 87 00 00 00 Gjort" in shown(phone)
    assert kinds(on) == [Kind.START, Kind.STEP, Kind.UNDO]


def test_the_second_to_sign_changes_nothing(on: WebBox, phone: Phone) -> None:
    phone.post("/indsatsplan/gjort", initialer="AB", trin="ring-it")

    on.phone().post("/indsatsplan/gjort", initialer="CD", trin="ring-it")

    assert kinds(on) == [Kind.START, Kind.STEP]


@pytest.mark.parametrize("point", ["", "findes-ikke"])
def test_a_point_that_is_not_in_the_plan_is_no_point(on: WebBox, phone: Phone, point: str) -> None:
    answer = phone.post("/indsatsplan/gjort", initialer="AB", trin=point)

    assert (answer.status_code, kinds(on)) == (422, [Kind.START])


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 40, "²"])
def test_an_odd_number_undoes_nothing(on: WebBox, phone: Phone, number: str) -> None:
    answer = phone.post("/indsatsplan/fortryd", initialer="AB", nr=number)

    assert (answer.status_code, kinds(on)) == (400, [Kind.START])


def test_the_beginning_cannot_be_undone_and_nobody_is_sent_elsewhere(
    on: WebBox, phone: Phone
) -> None:
    answer = phone.post("/indsatsplan/fortryd", initialer="AB", nr="1", tilbage="//evil.dk")

    assert (answer.headers["Location"], kinds(on)) == ("/", [Kind.START])


def test_nothing_can_be_signed_before_it_has_begun(phone: Phone) -> None:
    answer = phone.post("/indsatsplan/gjort", initialer="AB", trin="ring-it")

    assert answer.status_code == 422
    assert "Der er ingen nøddrift eller øvelse i gang." in answer.text


def test_six_hours_in_the_page_warns_and_eight_hours_in_it_asks(on: WebBox, phone: Phone) -> None:
    on.clock.move(timedelta(hours=6, minutes=30))
    assert "Om 1 t. 30 min. skal der tages stilling: Sundhedskrisestab" in shown(phone)
    on.clock.move(timedelta(hours=2))

    page = shown(phone)

    assert "Nedbruddet har varet 8 timer. Der skal tages stilling:" in page
    assert "Skal sundhedskrisestaben samles?" in page


@pytest.mark.usefixtures("on")
def test_a_phone_that_writes_without_end_is_told_to_wait(phone: Phone) -> None:
    token = phone.token()
    for _ in range(MOST_PER_CLIENT[Share.NOTES]):
        phone.client.post(
            "/indsatsplan/log", data={"formular": token, "initialer": "AB", "tekst": "x"}
        )

    answer = phone.post("/indsatsplan/log", tekst="jeg har skrevet meget")

    assert answer.status_code == 503
    assert "Der er skrevet meget i planen den sidste time." in answer.text
    assert "jeg har skrevet meget" in answer.text


def test_ending_asks_first_and_can_be_taken_back(on: WebBox, phone: Phone) -> None:
    assert "Ja, afslut nøddrift" in shown(phone, "/indsatsplan/slut")
    assert kinds(on) == [Kind.START]

    answer = phone.post("/indsatsplan/slut", initialer="AB")
    assert answer.headers["Location"] == "/indsatsplan/log"
    assert "Nøddriften er slut" in shown(phone)
    assert "Saml alle udfyldte ark." in shown(phone)
    phone.post("/indsatsplan/genoptag")

    assert on.services.outage.outage().is_on
    assert kinds(on) == [Kind.START, Kind.END, Kind.RESUME]


@pytest.mark.usefixtures("on")
def test_the_end_leads_to_what_is_left_also_on_a_locked_box(phone: Phone) -> None:
    phone.post("/indsatsplan/slut", initialer="AB")

    page = phone.get("/indsatsplan/log").text

    left = page.partition('id="bagefter"')[2].partition("</section>")[0]
    assert "Nøddriften er slut" in left
    assert "Notater, der skal tastes ind" in left
    assert 'href="/papir"' in left


def test_the_day_after_an_end_nobody_is_asked_whether_it_was_one(on: WebBox, phone: Phone) -> None:
    phone.post("/indsatsplan/slut", initialer="AB")
    assert "Den er ikke slut: fortsæt" in shown(phone)

    on.clock.move(timedelta(days=1))

    assert "Den er ikke slut: fortsæt" not in shown(phone)
    assert "Den varede 0 min." in shown(phone)


def test_what_is_not_on_cannot_be_ended(phone: Phone) -> None:
    assert phone.get("/indsatsplan/slut").headers["Location"] == HOME
    assert phone.post("/indsatsplan/slut", initialer="AB").status_code == 422


@pytest.mark.usefixtures("on")
def test_pages_of_what_is_on_already_lead_back(phone: Phone) -> None:
    assert phone.get("/indsatsplan/start").headers["Location"] == HOME
    assert phone.get("/indsatsplan/oevelse").headers["Location"] == HOME


def see(box: WebBox, what: Probed, *, is_up: bool, for_s: float) -> None:
    seen = Seen(what, is_up, box.clock.now() - timedelta(seconds=for_s), for_s)
    write_probes(box.config.box.state_dir, ProbeStatus(box.clock.monotonic(), (seen,)))


@pytest.mark.parametrize(
    ("is_up", "for_s", "said"),
    [
        (True, 900, "Normal drift. Omsorgssystemet svarer."),
        (False, 60, "Omsorgssystemet svarer ikke lige nu. Boksen prøver igen."),
        (False, 900, "Omsorgssystemet har ikke svaret siden man. 23. nov. 2026 kl. 02.45."),
    ],
)
def test_the_page_says_what_the_box_sees(
    box: WebBox, phone: Phone, *, is_up: bool, for_s: float, said: str
) -> None:
    see(box, Probed.CARE_SYSTEM, is_up=is_up, for_s=for_s)

    assert said in shown(phone)
    assert kinds(box) == []  # it suggests; a person begins


def test_a_care_system_that_is_back_is_said_while_the_outage_is_on(
    on: WebBox, phone: Phone
) -> None:
    see(on, Probed.CARE_SYSTEM, is_up=True, for_s=900)
    assert "svarer igen" not in shown(phone)
    on.clock.move(timedelta(hours=1))
    see(on, Probed.CARE_SYSTEM, is_up=True, for_s=300)

    assert "Omsorgssystemet svarer igen siden man. 23. nov. 2026 kl. 03.55. Brug det." in shown(
        phone
    )


def test_over_a_power_cut_with_a_lost_clock_the_page_says_that_it_may_be_longer(
    on: WebBox, phone: Phone
) -> None:
    on.services.outage._boot = "bbbb2222"
    on.clock.judgement = Judgement(ClockLevel.UNSURE, on.clock.now())
    on.clock.ticks_s += 600

    assert "Det kan være længere: boksen har været uden strøm" in shown(phone)
