"""What anybody on the hotspot may type, and what is made of it."""

from datetime import UTC, datetime

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock
from appliance.outage.limits import TEXT_LENGTH
from appliance.web import plan_forms
from appliance.web.typed_forms import FormProblem
from tests.appliance.web.conftest import WebBox

_APP = Flask(__name__)


@given(st.text(max_size=400))
def test_any_text_at_all_becomes_one_short_line_or_is_refused(text: str) -> None:
    refused = ""
    with _APP.test_request_context(method="POST", data={"tekst": text}):
        try:
            line = plan_forms.line("tekst")
        except FormProblem as problem:
            line, refused = "", problem.words.code

    assert refused in ("", "N-911")
    assert len(line) <= TEXT_LENGTH
    assert line == " ".join(line.split())
    assert line.isprintable()


@pytest.mark.parametrize(
    "text",
    ["0101301234", "Aase 010130-1234 faldt", "010130 1234", "cpr:010130–1234", "311244ab12",
     "311244-AB12."],
)  # fmt: skip
def test_what_looks_like_a_cpr_number_is_refused(text: str) -> None:
    form = _APP.test_request_context(method="POST", data={"tekst": text})
    with form, pytest.raises(FormProblem) as caught:
        plan_forms.line("tekst")

    assert caught.value.words.code == "N-911"


@pytest.mark.parametrize(
    "text", ["Ring 87 00 00 00", "87000000", "kl. 14.30 den 24.11.2026", "bolig 104 til 112"]
)
def test_phone_numbers_and_times_are_no_cpr_number(text: str) -> None:
    with _APP.test_request_context(method="POST", data={"tekst": text}):
        assert plan_forms.line("tekst") == text


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("", None), ("03.30", 30), ("03:30", 30), ("02:59", 24 * 60 - 1), ("03.00", 24 * 60),
     ("3.01", 1)],
)  # fmt: skip
def test_a_clock_time_is_the_next_such_time(box: WebBox, typed: str, minutes: int | None) -> None:
    with box.app.test_request_context(method="POST", data={"igen": typed}):
        g.services = box.services  # it is 03.00 in Denmark

        assert plan_forms.minutes_until("igen") == minutes


@pytest.mark.parametrize(
    ("now", "minutes"),
    [(datetime(2027, 10, 30, 23, 30, 40, tzinfo=UTC), 210),
     (datetime(2027, 3, 28, 0, 30, 40, tzinfo=UTC), 90)],
)  # fmt: skip
def test_in_the_nights_when_the_clocks_are_changed_four_o_clock_is_four_o_clock(
    box: WebBox, clock: HeldClock, now: datetime, minutes: int
) -> None:
    clock.at = now
    with box.app.test_request_context(method="POST", data={"igen": "04:00"}):
        g.services = box.services

        assert plan_forms.minutes_until("igen") == minutes


@pytest.mark.parametrize("typed", ["25.00", "3", "snart", "03.60", "03.30 i morgen"])
def test_what_is_no_clock_time_is_refused(box: WebBox, typed: str) -> None:
    with box.app.test_request_context(method="POST", data={"igen": typed}):
        g.services = box.services

        with pytest.raises(FormProblem) as caught:
            plan_forms.minutes_until("igen")

    assert caught.value.words.code == "N-910"
