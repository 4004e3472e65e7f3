from datetime import timedelta

import pytest

from appliance.web.devices import idle_time

PHONE, LAPTOP = timedelta(minutes=15), timedelta(minutes=30)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605 Mobile/15E148",
        "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 16; SM-X910) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
        "Mozilla/5.0 (iPad; CPU OS 19_1 like Mac OS X) AppleWebKit/605",
        "CaptiveNetworkSupport-501.100.2 wispr",
        "curl/8.14",
        "",
    ],
)
def test_phones_tablets_and_whatever_is_unknown_are_phones(user_agent: str) -> None:
    assert idle_time(user_agent) == PHONE


@pytest.mark.parametrize(
    "user_agent",
    [
        WINDOWS,
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
    ],
)
def test_laptops_are_laptops(user_agent: str) -> None:
    assert idle_time(user_agent) == LAPTOP


def test_phone_that_asks_for_the_laptop_s_page_gives_itself_away_by_its_hint() -> None:
    assert idle_time(WINDOWS, "?1") == PHONE
    assert idle_time(WINDOWS, "?0") == LAPTOP


def test_hint_alone_makes_no_laptop() -> None:
    assert idle_time("", "?0") == PHONE
