"""Let a real process write the log and kill it at random moments; run as a program of its own.

    python -m tests.appliance.sealed_log.killed_writer FOLDER ROUNDS SEED

Prints, one a line, every payload the writer was told is in the log. Forks from one small process
without threads, so that hundreds of kills take seconds.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from appliance.clock import SystemClock
from appliance.sealed_log.writer import Limits, SealedLog

PREFIX = b"age-encryption.org/v1\n"
KEY = b"\x05" * 32
# Small segments, so that kills also hit rotations.
LIMITS = Limits(segment_bytes=200_000, unsynced_lines=4)
# A long line takes the kernel some pages: a kill can leave half of it.
_LONG = 150_000


def write_until_killed(folder: Path, number: int, told: int) -> None:
    """Write lines and tell each that the log answered for."""
    log = SealedLog(folder, KEY, SystemClock(), LIMITS)
    chance = random.Random(number)
    for count in range(100_000):
        name = f"{number}-{count}"
        padding = b" " * (_LONG if chance.random() < 0.3 else 400)
        state = log.append([PREFIX + name.encode() + padding], is_durable=chance.random() < 0.2)
        if state.waiting == 0 and not state.problem:
            os.write(told, f"{name}\n".encode())


def one_round(folder: Path, number: int, at_least: int, delay_s: float) -> bytes:
    """Fork a writer, kill it some time after it was told of so many lines; return all it was."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        write_until_killed(folder, number, writer)
        os._exit(1)
    os.close(writer)
    told = b""
    while told.count(b"\n") < at_least:
        told += os.read(reader, 65536)
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(reader, 65536):
        told += piece
    os.close(reader)
    return told.rpartition(b"\n")[0]


def main() -> None:
    """Run all the rounds on one folder."""
    folder, rounds, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    for number in range(rounds):
        # Every other one is killed while it opens the log, if the machine is slow enough.
        at_least = chance.randrange(1, 6) if number % 2 else 0
        told = one_round(folder, number, at_least, chance.uniform(0.002, 0.06))
        if told:
            print(told.decode(), flush=True)


if __name__ == "__main__":
    main()
