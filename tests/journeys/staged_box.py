"""A whole demo box for a journey: town published, box enrolled, chosen programs running."""

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import SystemClock
from appliance.demo.box import BOX_ID
from appliance.demo.night import Stage, staged, wait_for_keeper
from appliance.demo.processes import Programs, programs_running, run_program
from appliance.sealed_log.outbox import log_folder
from appliance.vault.keeper_client import KeeperClient


@dataclass(frozen=True)
class RunningBox:
    """The stage, its programs and a client of its keeper."""

    stage: Stage
    programs: Programs
    keeper: KeeperClient

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.stage.config.web.port}"

    def kill(self, name: str) -> None:
        """Kill a program the way the out-of-memory killer does, and wait until it is dead."""
        process = self.programs.running[name]
        process.kill()
        process.wait(90)

    def sync(self) -> str:
        return run_program("appliance", "sync", "--config", str(self.stage.config_path))

    def log(self, command: str, *more: str) -> str:
        """Run the hub's own program on the log as the box would upload it."""
        folder = log_folder(self.stage.config.box.state_dir)
        fleet = ["--fleet", str(self._hub / "fleet.toml"), "--box", BOX_ID]
        return run_program("provisioning", "log", command, str(folder), *fleet, *more)

    @property
    def audit_key(self) -> list[str]:
        """The option that opens the log with the key of the municipality's safe."""
        return ["--identity", str(self._hub / "trust" / "offline" / "audit.key")]

    @property
    def _hub(self) -> Path:
        return self.stage.config_path.parents[1] / "hub"


@contextlib.contextmanager
def running_box(out: Path, *names: str, units: int = 1) -> Iterator[RunningBox]:
    """Stage a box in the folder and run the named programs until the block ends."""
    with (
        staged(out, free_port(), SystemClock(), units) as stage,
        programs_running(stage.config_path, stage.logs, *names) as programs,
    ):
        yield RunningBox(stage, programs, wait_for_keeper(stage.config))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
