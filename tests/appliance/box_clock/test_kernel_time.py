import ctypes
from datetime import UTC, datetime

import pytest

from appliance.box_clock import kernel_time
from appliance.box_clock.kernel_time import read_battery_clock, read_kernel_time
from appliance.clock import SystemClock


class _OtherKernel:
    """A C library whose kernel answers as a test wants."""

    def __init__(self, result, status, maxerror):
        self._answer = result, status, maxerror

    def adjtimex(self, asked):
        found = ctypes.cast(asked, ctypes.POINTER(kernel_time._Timex)).contents
        assert found.modes == 0  # it only ever asks
        result, found.status, found.maxerror = self._answer
        return result


def test_kernel_of_this_machine_answers():
    before = SystemClock().now()
    told = read_kernel_time()

    assert before <= told.system <= SystemClock().now()
    assert 0 < told.monotonic_s <= SystemClock().monotonic()


@pytest.mark.parametrize(
    ("answer", "is_synchronised"),
    [
        ((0, 0x2001, 20_000), True),
        ((5, 0x40, 16_000_000), False),
        ((0, 0x2001, 16_000_000), False),
        ((-1, 0, 0), False),  # forbidden by a filter on system calls
    ],
)
def test_only_a_synchronised_clock_counts(monkeypatch, answer, is_synchronised):
    monkeypatch.setattr(kernel_time, "_LIBC", _OtherKernel(*answer))

    assert read_kernel_time().is_synchronised is is_synchronised


def test_first_chip_that_answers_is_the_battery_clock(tmp_path):
    for name, content in (("rtc0", "flat"), ("rtc1", "1764554400\n"), ("rtc2", "0\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "since_epoch").write_text(content)

    assert read_battery_clock(tmp_path) == datetime(2025, 12, 1, 2, 0, tzinfo=UTC)


def test_machine_without_a_battery_has_no_such_clock(tmp_path):
    assert read_battery_clock(tmp_path / "none") is None
