"""Start programs in another wall time; see `wall_clock.c`."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

_SOURCE = Path(__file__).with_suffix(".c")


def build_wall_clock(folder: Path) -> Path:
    """Compile the library; skip the test where there is no compiler."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("needs gcc")
    library = folder / "wall_clock.so"
    options = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library)]
    subprocess.run([compiler, *options, str(_SOURCE)], check=True)
    return library


def live_in(patched: pytest.MonkeyPatch, library: Path, moment: datetime) -> None:
    """Let programs that are started from now on take the present for that moment."""
    offset: timedelta = moment - datetime.now(UTC)
    patched.setenv("LD_PRELOAD", str(library))
    patched.setenv("WALL_CLOCK_OFFSET_S", str(int(offset.total_seconds())))
