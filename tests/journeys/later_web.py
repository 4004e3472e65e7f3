"""The real web program with a clock a journey moves: seconds to add stand in a file.

python -m tests.journeys.later_web BOX_TOML SECONDS_FILE
"""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from appliance.clock import TRUSTED, Judgement, SystemClock
from appliance.config import load_config
from appliance.web.server import run_web


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


if __name__ == "__main__":
    run_web(load_config(Path(sys.argv[1])), LaterClock(Path(sys.argv[2])))
