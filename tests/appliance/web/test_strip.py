from datetime import UTC, datetime, timedelta

import pytest

from appliance.clock import HeldClock
from appliance.records.age import judge_age
from appliance.records.alerts import age_sentence
from appliance.web.strip import Wording, strip_of
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_state import town_of

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "wording", "level"),
    [
        (timedelta(0), Wording.MINUTES, "fresh"),
        (timedelta(minutes=119), Wording.MINUTES, "fresh"),
        (timedelta(minutes=120), Wording.HOURS, "fresh"),
        (timedelta(hours=23, minutes=59), Wording.HOURS, "fresh"),
        (timedelta(hours=24), Wording.OLD, "old"),
        (timedelta(hours=72), Wording.VERY_OLD, "very-old"),
        (timedelta(days=-2), Wording.UNKNOWN, "old"),
    ],
)
def test_strip_speaks_louder_as_data_ages(age: timedelta, wording: Wording, level: str) -> None:
    strip = strip_of(NOW - age, NOW)

    assert (strip.wording, strip.level) == (wording, level)


def test_data_of_unknown_age_says_so() -> None:
    strip = strip_of(None, NOW)

    assert strip.wording is Wording.UNKNOWN
    assert strip.needs_confirmation


@pytest.mark.parametrize("age", [timedelta(minutes=2), timedelta(days=1000), timedelta(days=-2)])
def test_with_a_clock_nobody_vouches_for_the_strip_is_never_calm(age: timedelta) -> None:
    sure, unsure = strip_of(NOW - age, NOW), strip_of(NOW - age, NOW, is_clock_trusted=False)

    assert (unsure.is_clock_trusted, unsure.level != "fresh") == (False, True)
    assert unsure.needs_confirmation == sure.needs_confirmation


def test_yesterday_is_judged_by_the_danish_day() -> None:
    late = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)
    after_midnight = datetime(2026, 11, 22, 23, 1, tzinfo=UTC)

    assert not strip_of(late, NOW).is_today
    assert strip_of(after_midnight, NOW).is_today


@pytest.mark.parametrize("hours", [25, 80])
def test_screen_says_the_same_about_old_data_as_the_paper(
    box: WebBox, clock: HeldClock, hours: int
) -> None:
    age = timedelta(hours=hours)
    box.keeper.town = town_of(clock.now(), age)
    phone = box.unlocked_phone()

    sentence = age_sentence(judge_age(clock.now() - age, clock.now()))

    assert sentence is not None
    assert sentence in phone.get("/afsnit").text


def test_screen_says_the_same_about_unknown_age_as_the_paper(box: WebBox) -> None:
    box.hold(as_of=None)

    page = box.unlocked_phone().get("/afsnit").text

    assert str(age_sentence(judge_age(None, NOW))) in page


def test_locked_page_tells_the_age_of_the_installed_copy(phone: Phone) -> None:
    assert "Kopien er lavet kl. 02.05 · 55 min siden" in phone.get("/").text


def test_locked_box_without_data_says_so(box: WebBox, phone: Phone) -> None:
    box.installed[0] = None

    assert "Der er ingen data i boksen." in phone.get("/").text


def test_data_from_last_night_is_shown_with_its_date(box: WebBox, clock: HeldClock) -> None:
    box.installed[0] = clock.now() - timedelta(hours=5)

    page = box.phone().get("/").text
    assert "Kopien er lavet søn. 22. nov. 2026 kl. 22.00 · 5 timer siden" in page


def test_data_from_earlier_today_is_shown_by_the_clock(box: WebBox, clock: HeldClock) -> None:
    clock.move(timedelta(hours=8))
    box.installed[0] = clock.now() - timedelta(hours=5)

    assert "Kopien er lavet kl. 06.00 · 5 timer siden" in box.phone().get("/").text
