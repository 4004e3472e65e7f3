"""One odd record costs nobody else their paper."""

import pytest

from appliance.paper.fallback import or_else


def test_what_works_is_used_and_nothing_is_logged(caplog):
    assert or_else(lambda: 1, lambda: 2, "900-00001") == 1
    assert caplog.text == ""


def test_what_breaks_is_replaced_and_logged_without_its_words(caplog):
    def breaks():
        raise ValueError("Åse Ågård")

    assert or_else(breaks, lambda: 2, "900-00001") == 2
    assert "900-00001 could not be made: ValueError" in caplog.text
    assert "Åse" not in caplog.text


def test_a_stop_from_outside_is_no_odd_record():
    def stopped():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        or_else(stopped, lambda: 2, "900-00001")
