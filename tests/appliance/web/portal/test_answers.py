"""What a phone that probes for internet is told."""

from datetime import timedelta

import pytest

from appliance.web.portal.guests import UNUSED_AFTER_S
from appliance.web.portal.probes import PROBES
from tests.appliance.web.conftest import Phone, WebBox

each_probe = pytest.mark.parametrize("probe", PROBES, ids=lambda one: f"{one.host}{one.path}")


def probe_with(phone: Phone, probe, **more):
    return phone.get(probe.path, headers={"Host": probe.host}, **more)


@each_probe
def test_new_phone_is_sent_to_our_page(phone: Phone, probe) -> None:
    answer = probe_with(phone, probe)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "http://10.77.0.1:8080/velkommen"
    assert answer.headers["Cache-Control"] == "no-store"


@each_probe
def test_phone_that_was_let_in_gets_exactly_the_answer_it_waits_for(phone: Phone, probe) -> None:
    phone.post("/velkommen")

    answer = probe_with(phone, probe)

    assert answer.status_code == probe.success.status
    assert answer.text == probe.success.body
    assert dict(probe.success.headers).items() <= dict(answer.headers).items()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@each_probe
def test_phone_nobody_uses_any_more_is_told_the_network_is_dead(
    box: WebBox, phone: Phone, probe
) -> None:
    phone.post("/velkommen")
    box.clock.move(timedelta(seconds=UNUSED_AFTER_S))

    answer = probe_with(phone, probe)

    assert (answer.status_code, answer.text) == (503, "")


def test_page_that_is_looked_at_keeps_the_phone_on_the_network(box: WebBox, phone: Phone) -> None:
    phone.post("/velkommen")

    for _ in range(3):
        box.clock.move(timedelta(seconds=UNUSED_AFTER_S * 0.9))
        phone.get("/status")

    assert probe_with(phone, PROBES[0]).status_code == 204


def test_page_that_polls_by_itself_does_not(box: WebBox) -> None:
    phone = box.unlocked_phone()
    phone.post("/udskriv/pakke/u-syd")
    job = box.services.desk.queue.jobs()[0]

    for _ in range(3):
        box.clock.move(timedelta(seconds=UNUSED_AFTER_S / 2))
        phone.get(f"/udskrifter/{job.id}.json")

    assert probe_with(phone, PROBES[0]).status_code == 503


def test_typing_the_card_s_code_lets_the_phone_in(phone: Phone) -> None:
    phone.unlock()

    assert probe_with(phone, PROBES[0]).status_code == 204


def test_other_phones_are_not_let_in_with_it(box: WebBox, phone: Phone) -> None:
    phone.post("/velkommen")

    other = box.phone().get(
        PROBES[0].path,
        headers={"Host": PROBES[0].host},
        environ_overrides={"REMOTE_ADDR": "10.77.0.99"},
    )

    assert other.status_code == 302


def test_form_sent_to_a_probe_s_name_is_refused(phone: Phone) -> None:
    probe = PROBES[0]

    answer = phone.client.post(probe.path, headers={"Host": probe.host})

    assert answer.status_code == 400


def test_probe_that_asks_for_the_head_only_gets_no_body(phone: Phone) -> None:
    phone.post("/velkommen")
    apple = next(probe for probe in PROBES if probe.host == "captive.apple.com")

    answer = phone.client.head(apple.path, headers={"Host": apple.host})

    assert (answer.status_code, answer.text) == (200, "")


def test_forged_form_lets_nobody_in(phone: Phone) -> None:
    phone.client.post("/velkommen", data={"formular": "forged"})

    assert probe_with(phone, PROBES[0]).status_code == 302


def test_first_page_says_what_network_this_is_and_asks_for_nothing_but_the_code(
    phone: Phone,
) -> None:
    page = phone.get("/velkommen").text

    assert "Du er på nødboksens netværk" in page
    assert "Der er ikke internet her." in page
    assert "Udskriv nødpakken nu" in page
    assert "Skriv 10.77.0.1 i browseren." in page


def test_going_on_leads_to_the_front_page(phone: Phone) -> None:
    answer = phone.post("/velkommen")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
