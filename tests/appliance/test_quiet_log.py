"""When the log is told nothing."""

import logging

import pytest

from appliance.quiet_log import silenced


def test_a_part_of_the_box_is_silent_only_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("appliance.test_quiet_log.deep")

    def log_and_break() -> None:
        with silenced("appliance.test_quiet_log"):
            log.error("inside")
            raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        log_and_break()
    log.error("after")

    assert "inside" not in caplog.text
    assert "after" in caplog.text
