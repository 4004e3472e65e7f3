"""A machine whose clock a test can set, synchronise and give a battery."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.box_clock.clock import BoxClock
from appliance.box_clock.kernel_time import KernelTime

TODAY = datetime(2026, 12, 1, 2, 14, tzinfo=UTC)


@dataclass
class SimulatedMachine:
    """What the kernel would say; `asked` counts the looks at the chip with the battery."""

    system: datetime = TODAY
    monotonic_s: float = 100.0
    is_synchronised: bool = False
    battery: datetime | None = None
    asked: int = 0

    def clock(self, ram_dir: Path) -> BoxClock:
        """Return the clock of a program on this machine."""
        return BoxClock(ram_dir, self.read, self.read_battery)

    def read(self) -> KernelTime:
        return KernelTime(self.system, self.monotonic_s, self.is_synchronised)

    def read_battery(self) -> datetime | None:
        self.asked += 1
        return self.battery

    def run(self, step: timedelta) -> None:
        """Let time pass."""
        self.system += step
        self.monotonic_s += step.total_seconds()
        if self.battery is not None:
            self.battery += step
