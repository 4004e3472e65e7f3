"""Run one piece of work after another in processes of their own, so that a test can kill them.

The child program calls `serve_forks`: for each JSON line on stdin it forks a process that does the
work, prints its id, waits for it, prints how it ended. Forking a warm process makes a trial cost
milliseconds. The test talks to it through `warm_forks`.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL
Order = dict[str, str]


def serve_forks(work: Callable[[Order], int]) -> None:
    """Fork once for each order until stdin ends; `work` returns the exit code."""
    print("warm", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            _end(work, order)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _end(work: Callable[[Order], int], order: Order) -> NoReturn:
    code = 99
    try:
        code = work(order)
    finally:
        os._exit(code)


class WarmForks:
    """A warm process that does one order at a time."""

    def __init__(self, order: Order, orders: IO[str], answers: IO[str]) -> None:
        self._order = json.dumps(order)
        self._orders = orders
        self._answers = answers
        self._takes_s = 0.0

    def start(self) -> int:
        """Begin; return the process id."""
        self._orders.write(f"{self._order}\n")
        self._orders.flush()
        return int(self._answers.readline())

    def wait(self) -> int:
        """Return how it ended."""
        return int(self._answers.readline())

    def time_one(self) -> float:
        """Do one undisturbed; return how many seconds it took."""
        started = time.monotonic()
        self.start()
        assert self.wait() == 0
        self._takes_s = time.monotonic() - started
        return self._takes_s

    def kill_at_random(self, chance: random.Random) -> int:
        """Begin, kill it at any moment until a little after its end, and return how it ended.

        `time_one` told how long it takes; every trial corrects that, for a busy machine may be ten
        times slower or faster a second later, and all the kills would fall on one side of the end.
        """
        ended = self.kill_after(chance.uniform(0, self._takes_s))
        self._takes_s *= 1.1 if ended == KILLED else 0.7
        return ended

    def kill_after(self, seconds: float) -> int:
        """Begin, kill it after some seconds, and return how it ended."""
        process = self.start()
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        return self.wait()


@contextlib.contextmanager
def warm_forks(module: str, order: Order) -> Iterator[WarmForks]:
    """Run a module that serves forks, for the length of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "warm\n"
        yield WarmForks(order, process.stdin, process.stdout)
        process.stdin.close()
    assert process.returncode == 0
