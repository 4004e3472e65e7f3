"""Run a box's print desk as a program of its own, to be killed: `python -m tests…desk_process`.

The records were opened by whoever started it; the sealed log is kept in memory. Used by the
journeys that kill the one who prints.
"""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from appliance.box_clock.clock import BoxClock
from appliance.config import BoxConfig, PrinterSection
from appliance.printing.box_desk import box_desk
from appliance.vault.log_sender import LogSender
from tests.simulators.box_state import SimulatedKeeper, config_in, town_of


def desk_config(folder: Path, ram: Path, socket: str) -> BoxConfig:
    """Return the settings of a box whose printer is a queue of a lab."""
    printer = PrinterSection("cups", queue="nodboks", cups_socket=Path(socket))
    return replace(config_in(folder, ram), printer=printer)


def keeper_of(config: BoxConfig) -> SimulatedKeeper:
    """Return a keeper that opens the invented unit."""
    clock = BoxClock(config.box.ram_dir)
    return SimulatedKeeper(config.records_dir, town_of(clock.now()), clock)


def start_desk(folder: Path, ram: Path, socket: str) -> "subprocess.Popen[bytes]":
    """Start the program."""
    command = [sys.executable, "-m", "tests.simulators.desk_process", folder, ram, socket]
    return subprocess.Popen(command)


def main(folder: str, ram: str, socket: str) -> None:
    """Print whatever is in the queue until killed."""
    config = desk_config(Path(folder), Path(ram), socket)
    log = LogSender(keeper_of(config).log)
    with box_desk(config, BoxClock(config.box.ram_dir), log):
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
