"""When to sync, as a table; and that no turn is ever lost, whatever the numbers are."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.sync.pace import LONGEST_WAIT_S
from appliance.sync.triggers import Plan, Reason, Situation, due

PLAN = Plan(cadence_s=900, old_after=timedelta(hours=24), share=0.5)
NIGHTLY = replace(PLAN, cadence_s=24 * 3600)
# All is well, half an interval has gone by.
QUIET = Situation(
    since_start_s=10_000,
    since_try_s=450,
    failures=0,
    chance=0.5,
    data_age=timedelta(hours=1),
    link_up_s=None,
)
FRESH = replace(QUIET, since_try_s=None)
FAILED = replace(QUIET, failures=1)
OLD = replace(QUIET, data_age=timedelta(hours=25))

TABLE = [
    # the box has started: its place in line in the first minute
    (PLAN, replace(FRESH, since_start_s=0), None),
    (PLAN, replace(FRESH, since_start_s=29), None),
    (PLAN, replace(FRESH, since_start_s=30), Reason.START),
    (PLAN, replace(FRESH, since_start_s=0, data_age=None), Reason.START),
    (replace(PLAN, share=0), replace(FRESH, since_start_s=0), Reason.START),
    (replace(PLAN, share=0.99), replace(FRESH, since_start_s=58), None),
    (replace(PLAN, share=0.99), replace(FRESH, since_start_s=60), Reason.START),
    # its turn has come: a tenth earlier or later by chance
    (PLAN, QUIET, None),
    (PLAN, replace(QUIET, since_try_s=899), None),
    (PLAN, replace(QUIET, since_try_s=900), Reason.SCHEDULE),
    (PLAN, replace(QUIET, since_try_s=810, chance=0), Reason.SCHEDULE),
    (PLAN, replace(QUIET, since_try_s=809, chance=0), None),
    (PLAN, replace(QUIET, since_try_s=989, chance=1), None),
    (PLAN, replace(QUIET, since_try_s=991, chance=1), Reason.SCHEDULE),
    # the last try failed: a minute, two, four …, between half and whole by chance, to half an hour
    (PLAN, replace(FAILED, since_try_s=59, chance=1), None),
    (PLAN, replace(FAILED, since_try_s=60, chance=1), Reason.RETRY),
    (PLAN, replace(FAILED, failures=2, since_try_s=60, chance=0), Reason.RETRY),
    (PLAN, replace(FAILED, failures=2, since_try_s=119, chance=1), None),
    (PLAN, replace(FAILED, failures=5, since_try_s=959, chance=1), None),
    (PLAN, replace(FAILED, failures=5, since_try_s=960, chance=1), Reason.RETRY),
    (PLAN, replace(FAILED, failures=99, since_try_s=1799, chance=1), None),
    (PLAN, replace(FAILED, failures=99, since_try_s=1800, chance=1), Reason.RETRY),
    (NIGHTLY, replace(FAILED, since_try_s=60, chance=1), Reason.RETRY),
    # the network came up: it settles, then the place in line; a try is never less than a minute old
    (PLAN, replace(QUIET, link_up_s=34), None),
    (PLAN, replace(QUIET, link_up_s=35), Reason.LINK_UP),
    (PLAN, replace(QUIET, link_up_s=35, since_try_s=59), None),
    (PLAN, replace(FAILED, failures=99, link_up_s=35, since_try_s=61), Reason.LINK_UP),
    (PLAN, replace(FRESH, since_start_s=36, link_up_s=35), Reason.LINK_UP),
    # the data is old: every quarter of an hour, however rare the turns are otherwise
    (NIGHTLY, replace(OLD, since_try_s=899), None),
    (NIGHTLY, replace(OLD, since_try_s=900), Reason.OLD_DATA),
    (NIGHTLY, replace(QUIET, since_try_s=900), None),
    (NIGHTLY, replace(QUIET, since_try_s=900, data_age=timedelta(hours=24)), None),
    (NIGHTLY, replace(QUIET, since_try_s=900, data_age=None), Reason.OLD_DATA),
    (NIGHTLY, replace(OLD, failures=6, since_try_s=900, chance=1), None),
    (replace(NIGHTLY, old_after=timedelta(minutes=30)), replace(QUIET, since_try_s=900),
     Reason.OLD_DATA),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "situation", "reason"), TABLE)
def test_it_is_time_for_the_reason_in_the_table(
    plan: Plan, situation: Situation, reason: Reason | None
):
    assert due(plan, situation) is reason


shares = st.floats(0, 1, exclude_max=True)
situations = st.builds(
    Situation,
    since_start_s=st.floats(0, 1e7),
    since_try_s=st.none() | st.floats(0, 1e7),
    failures=st.integers(0, 10_000),
    chance=st.floats(0, 1),
    data_age=st.none() | st.timedeltas(timedelta(days=-9000), timedelta(days=9000)),
    link_up_s=st.none() | st.floats(0, 1e7),
)


@given(share=shares, cadence_min=st.integers(1, 1440), situation=situations)
def test_after_the_longest_wait_it_is_always_time(
    share: float, cadence_min: int, situation: Situation
):
    plan = Plan(cadence_min * 60, timedelta(hours=24), share)
    longest = max(LONGEST_WAIT_S, 1.1 * plan.cadence_s, 60)
    waited = replace(situation, since_start_s=60.0)
    if situation.since_try_s is not None:
        waited = replace(waited, since_try_s=longest + 1)

    assert due(plan, waited) is not None


@given(share=shares, situation=situations.filter(lambda one: (one.since_try_s or 99) < 60))
def test_no_reason_is_good_enough_within_a_minute_of_the_last_try(
    share: float, situation: Situation
):
    assert due(replace(PLAN, share=share), replace(situation, since_try_s=59)) is None
