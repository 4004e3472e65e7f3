from datetime import UTC, datetime

import pytest

from appliance.outage.probe_status import Probed, ProbeStatus, Seen
from appliance.outage.suspicion import NOTHING_SEEN, Verdict, suspicion_of

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FIVE_MINUTES = 300.0


def status(*, for_s: float = 0.0, **states: bool) -> ProbeStatus:
    return ProbeStatus(
        5000.0, tuple(Seen(Probed(name), is_up, AT, for_s) for name, is_up in states.items())
    )


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (status(care_system=True), Verdict.WORKS),
        (status(care_system=False, for_s=239), Verdict.DOUBTFUL),
        (status(care_system=False, for_s=240), Verdict.DOWN),
        (status(hub=False, for_s=900), Verdict.DOWN),
        (status(hub=False, care_system=True, for_s=900), Verdict.WORKS),
        (status(internet=False, for_s=900), Verdict.UNKNOWN),
        (None, Verdict.UNKNOWN),
    ],
)
def test_a_minute_after_the_look(seen: ProbeStatus | None, verdict: Verdict) -> None:
    assert suspicion_of(seen, 5060.0, FIVE_MINUTES).verdict is verdict


def test_everything_that_is_down_is_told_from_near_to_far() -> None:
    seen = status(link=True, gateway=False, hub=False, care_system=False, for_s=900)

    found = suspicion_of(seen, 5000.0, FIVE_MINUTES)

    assert found.down == (Probed.GATEWAY, Probed.HUB, Probed.CARE_SYSTEM)
    assert (found.since, found.for_s) == (AT, 900.0)


def test_an_old_look_makes_no_outage() -> None:
    assert suspicion_of(status(care_system=False, for_s=9e5), 50_000.0, 60) == NOTHING_SEEN


def test_each_time_it_goes_down_is_told_from_the_one_before() -> None:
    first = suspicion_of(status(care_system=False, for_s=900), 5000.0, 60)

    assert first.key == "down 2026-11-23T02:00:00Z"
    assert NOTHING_SEEN.key == ""
