"""A goal that does not hold is seen; a figure without one only tells."""

import pytest

from tests.bench.harness import Goal, result, table


@pytest.mark.parametrize(("value", "holds"), [(4.9, True), (5.0, True), (5.1, False)])
def test_a_goal_of_its_own_is_judged_by_the_value(value, holds):
    judged = result("night", "", (value, None, "%"), Goal(5, is_ratio=False))

    assert judged.holds is holds
    assert ("DOES NOT HOLD" in table([judged])) is not holds


@pytest.mark.parametrize(("value", "holds"), [(20.0, True), (21.0, False)])
def test_a_goal_of_a_ratio_is_judged_by_the_peer(value, holds):
    assert result("time", "peer", (value, 10.0, "ms"), Goal(2)).holds is holds


def test_a_figure_without_a_goal_has_no_verdict():
    told = result("size", "restic", (1.0, 2000.0, "KiB"))

    assert told.holds
    assert told.ratio == 0.0005
    assert "hold" not in table([told]).lower()
    assert "2000 KiB restic" in table([told])
