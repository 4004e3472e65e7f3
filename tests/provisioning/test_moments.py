from datetime import UTC, datetime

import click
import pytest

from provisioning.moments import Moment


def test_time_is_danish_unless_it_says_more() -> None:
    found = [Moment().convert(text, None, None) for text in ("2026-11-26T04:00", "2026-11-26T03Z")]

    assert found == [datetime(2026, 11, 26, 3, tzinfo=UTC)] * 2


@pytest.mark.parametrize("text", ["i går", "", "2026-13-01", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_is_wrong_use(text) -> None:
    with pytest.raises(click.BadParameter, match="not a time"):
        Moment().convert(text, None, None)
