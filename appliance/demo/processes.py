"""Start the box's programs as real processes, and start again whichever dies.

Stands in for systemd in the demo and in the journeys: same programs, same arguments, nothing
shared but files and sockets. Stops only what it started.
"""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import NodboksError

_RESTART_AFTER_S = 0.5
_STOP_WITHIN_S = 8.0


class ProgramFailedError(NodboksError):
    """A program of the demo ended with an error; `detail` holds the end of what it said."""

    code = "N-901"
    sentence = "Et af demoens programmer stoppede."
    next_step = "Læs linjerne ovenfor, og prøv igen."


def run_program(module: str, *arguments: str) -> str:
    """Run one of our command-line programs to its end and return what it printed.

    Raises:
        ProgramFailedError: it ended with another exit code than 0.

    """
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        end = (done.stderr or done.stdout).strip()[-2000:]
        raise ProgramFailedError(f"{module} {arguments[0]} ended with {done.returncode}: {end}")
    return done.stdout


@dataclass(slots=True)
class Programs:
    """The long-running programs of one box."""

    config: Path
    log_folder: Path
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    once: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self, name: str) -> None:
        """Start `nodboks <name>` for this box; its log lines go to a file of its own."""
        self.running[name] = self._popen(name)

    def _popen(self, name: str, *options: str) -> "subprocess.Popen[bytes]":
        self.log_folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "appliance", name, *options, "--config", str(self.config)]
        with (self.log_folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def keep_alive(self) -> None:
        """Watch until stopped, and restart what died; run this in a thread of its own."""
        while not self._stopping.wait(_RESTART_AFTER_S):
            for name, process in list(self.running.items()):
                if process.poll() is not None and not self._stopping.is_set():
                    self.start(name)

    def run_once_more(self, name: str, *options: str) -> None:
        """Run a program that ends by itself, unless it is still at it."""
        before = self.once.get(name)
        if before is None or before.poll() is not None:
            self.once[name] = self._popen(name, *options)

    def stop(self) -> None:
        """Ask every program to stop, and make those that do not."""
        self._stopping.set()
        every = [*self.running.values(), *self.once.values()]
        for process in every:
            process.terminate()
        deadline = time.monotonic() + _STOP_WITHIN_S
        for process in every:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def programs_running(config: Path, log_folder: Path, *names: str) -> Iterator[Programs]:
    """Run the named programs, restarted when they die, for as long as the block lasts."""
    programs = Programs(config, log_folder)
    watch = threading.Thread(target=programs.keep_alive, daemon=True)
    try:
        for name in names:
            programs.start(name)
        watch.start()
        yield programs
    finally:
        programs.stop()
