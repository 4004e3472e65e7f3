from datetime import timedelta

import pytest

from appliance.clock import HeldClock
from appliance.policy import SESSION_IDLE
from tests.appliance.web.conftest import Phone, WebBox

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0"


@pytest.mark.parametrize(("user_agent", "after_s"), [("", 300), (WINDOWS, 600)])
def test_page_says_after_how_long_it_is_covered(box: WebBox, user_agent: str, after_s: int) -> None:
    phone = box.phone()
    phone.client.environ_base["HTTP_USER_AGENT"] = user_agent
    box.keeper.open()
    phone.log_in("AGN")

    page = phone.get("/afsnit").text

    assert f'data-after="{after_s}" hidden>' in page
    assert "Skærmen er dækket. Tryk for at fortsætte." in page


def test_cover_offers_to_switch_user_and_a_stranger_s_page_has_none(
    box: WebBox, agnes: Phone
) -> None:
    cover = agnes.get("/afsnit").text.partition('class="cover"')[2]

    assert 'action="/log-ud"' in cover
    assert "Skift bruger" in cover
    assert 'class="cover"' not in box.phone().get("/").text


def test_tap_is_answered_while_the_session_lives_and_prolongs_it(
    agnes: Phone, clock: HeldClock
) -> None:
    for _ in range(3):
        clock.move(SESSION_IDLE - timedelta(minutes=1))
        assert agnes.get("/her").status_code == 204

    clock.move(SESSION_IDLE)

    assert agnes.get("/her").status_code == 403


def test_tap_after_a_lock_is_refused(box: WebBox, agnes: Phone) -> None:
    box.keeper.lock()

    assert agnes.get("/her").status_code == 403


def test_laptop_may_lie_untouched_for_half_an_hour(box: WebBox, clock: HeldClock) -> None:
    box.keeper.open()
    phone = box.phone()
    phone.client.environ_base["HTTP_USER_AGENT"] = WINDOWS
    phone.log_in("AGN")

    clock.move(timedelta(minutes=29))
    assert phone.get("/afsnit").status_code == 200
    clock.move(timedelta(minutes=30))
    assert phone.get("/afsnit").headers["Location"] == "/"
