"""The real web program with a clock a journey moves: seconds to add stand in a file.

python -m tests.journeys.later_web BOX_TOML SECONDS_FILE
"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from appliance.clock import TRUSTED, Judgement, SystemClock
from appliance.config import BoxConfig, load_config
from appliance.files import write_atomically
from appliance.web.server import run_web
from tests.simulators.web_process import WebProcess, web_process


@dataclass(frozen=True)
class LaterClock:
    """The machine's own clock, some seconds later."""

    path: Path

    def now(self) -> datetime:
        return SystemClock().now() + timedelta(seconds=self._later_s())

    def monotonic(self) -> float:
        return SystemClock().monotonic() + self._later_s()

    def judged(self) -> Judgement:
        return TRUSTED

    def _later_s(self) -> float:
        return float(self.path.read_text())


@dataclass(frozen=True)
class LaterWeb:
    """A running web and the clock it goes by."""

    web: WebProcess
    path: Path

    def move(self, **step: float) -> None:
        """Let so much time pass, wall and monotonic alike."""
        move_clock(self.path, timedelta(**step))


def move_clock(path: Path, step: timedelta) -> None:
    """Let so much time pass for the web; it reads the file whenever it likes."""
    later = float(path.read_text()) + step.total_seconds()
    write_atomically(path, str(later).encode())


@contextlib.contextmanager
def later_web(
    folder: Path, settings: Callable[[BoxConfig], BoxConfig] = lambda one: one
) -> Iterator[LaterWeb]:
    """Run the web of a locked box until the block ends, by a clock the journey moves."""
    path = folder / "later"
    path.write_text("0")
    with web_process(folder, settings) as web:
        web.stop()
        web.program = ("tests.journeys.later_web", str(web.config_path), str(path))
        web.start()
        yield LaterWeb(web, path)


if __name__ == "__main__":
    run_web(load_config(Path(sys.argv[1])), LaterClock(Path(sys.argv[2])))
