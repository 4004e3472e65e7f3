import math
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock, SystemClock
from appliance.config import HubSection
from appliance.sync.fetcher import HubFetcher
from appliance.sync.throttle import Throttle
from tests.simulators.hub import Hub

pytestmark = pytest.mark.vault


def test_without_a_limit_nothing_is_held_back(clock: HeldClock):
    throttle = Throttle(0, clock)

    assert throttle.pause_after(10**9) == 0
    assert throttle.piece_size == 64 * 1024


def test_a_second_of_bytes_is_paused_for_a_second(clock: HeldClock):
    throttle = Throttle(800, clock)

    assert throttle.pause_after(100_000) == pytest.approx(1)
    assert throttle.pause_after(50_000) == pytest.approx(1.5)


def test_a_line_that_stood_still_is_not_allowed_to_catch_up(clock: HeldClock):
    throttle = Throttle(800, clock)
    throttle.pause_after(100_000)
    clock.move(timedelta(minutes=10))

    assert throttle.pause_after(100_000) == pytest.approx(1)


@given(
    kbit_s=st.integers(64, 1_000_000),
    pieces=st.lists(st.tuples(st.integers(1, 65536), st.floats(0, 3)), max_size=50),
)
def test_whatever_comes_the_average_never_passes_the_limit(
    kbit_s: int, pieces: list[tuple[int, float]]
):
    clock = HeldClock(SystemClock().now())
    throttle = Throttle(kbit_s, clock)
    started, received = clock.monotonic(), 0
    for size, gap in pieces:
        clock.move(timedelta(seconds=gap))
        received += size
        # A real sleep is never shorter than asked for; the held clock has whole microseconds.
        clock.move(timedelta(microseconds=math.ceil(throttle.pause_after(size) * 1e6)))

    assert received * 8 <= kbit_s * 1000 * (clock.monotonic() - started) * 1.001 + 1


@given(kbit_s=st.integers(64, 10_000_000))
def test_pauses_are_too_short_to_look_like_a_hub_that_hangs(kbit_s: int):
    throttle = Throttle(kbit_s, HeldClock(SystemClock().now()))

    assert throttle.pause_after(throttle.piece_size) <= 0.15


@pytest.mark.slow
@pytest.mark.parametrize("is_resumed", [False, True])
def test_a_transfer_takes_as_long_as_the_limit_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_resumed: bool
):
    pauses: list[float] = []
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: (pauses.append(seconds), sleep(seconds)))
    content = b"age-encryption.org/v1\n" + bytes(600_000)
    (tmp_path / "object").write_bytes(content)
    start = 400_000 if is_resumed else 0
    with Hub(tmp_path).serving() as hub:
        section = HubSection(url=hub.url, max_kbit_s=4000)
        fetcher = HubFetcher(section, SystemClock())
        began = time.monotonic()
        pieces = list(fetcher.pieces(f"{hub.url}/object", len(content), start))
        seconds = time.monotonic() - began
        fetcher.close()

    assert b"".join(piece.content for piece in pieces) == content[start:]
    least = (len(content) - start) * 8 / 4_000_000
    assert least * 0.95 < seconds
    assert sum(pauses) < least * 1.1  # the rest is the machine's own slowness
