"""What goes wrong is caught where it must cost nobody else anything, and told without its words."""

import logging
from typing import NoReturn

import pytest

from appliance.attempts import Failed, Lasting, attempt

LOG = logging.getLogger("appliance.test_attempts")


def odd() -> NoReturn:
    raise ValueError("Åse Ågård")


def test_what_works_is_given_and_what_breaks_is_told() -> None:
    assert attempt(lambda: 1) == 1
    failed = attempt(odd)
    assert isinstance(failed, Failed)
    assert str(failed.error) == "Åse Ågård"


def test_known_error_and_a_stop_from_outside_pass() -> None:
    def stopped() -> NoReturn:
        raise KeyboardInterrupt

    with pytest.raises(ValueError, match="Åse"):
        attempt(odd, ValueError)
    with pytest.raises(KeyboardInterrupt):
        attempt(stopped)
    with pytest.raises(ValueError, match="Åse"):
        Lasting(LOG, "a round", ValueError).do(odd, None)


def test_fault_that_stays_is_logged_once_and_again_when_it_comes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rounds = Lasting(LOG, "a round")

    given = [rounds.do(odd, 0), rounds.do(odd, 0), rounds.do(lambda: 1, 0), rounds.do(odd, 0)]

    assert given == [0, 0, 1, 0]
    assert caplog.text.count("a round: ValueError at test_attempts.py") == 2
    assert "Åse" not in caplog.text
