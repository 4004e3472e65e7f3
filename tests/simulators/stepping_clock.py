"""Real processes whose system clock a test can step; only their own view of it moves.

A few lines of C, preloaded, because nothing on a shared machine may really set the clock. The
monotonic clock stays true, as on a machine whose clock somebody sets.
"""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

_SOURCE = Path(__file__).with_suffix(".c")


@dataclass(frozen=True)
class SteppingClock:
    """How far the system clock of the processes is from the true time, kept in a file."""

    file: Path
    library: Path

    def step(self, off: timedelta) -> None:
        """Set the system clock of every process to the true time plus this."""
        moved = self.file.with_suffix(".new")
        moved.write_text(f"{off.total_seconds():.0f}\n", encoding="ascii")
        moved.replace(self.file)

    @property
    def environment(self) -> dict[str, str]:
        """Return what a process must be started with."""
        return {"LD_PRELOAD": str(self.library), "STEPPING_CLOCK": str(self.file)}


def stepping_clock(folder: Path, off: timedelta = timedelta(0)) -> SteppingClock:
    """Return a clock that is off by so much; skip the test where there is no C compiler."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("needs a C compiler: apt-get install gcc libc6-dev")
    library = folder / "stepping_clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, _SOURCE], check=True)
    clock = SteppingClock(folder / "stepping_clock", library)
    clock.step(off)
    return clock
