"""Kill a real writer hundreds of times, and enumerate what a power cut may leave.

The hub's own `verify` judges what is left: whole, apart from the gaps the box itself states.
"""

import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.sealed_log.segment_file import SegmentFile
from appliance.sealed_log.writer import Limits, SealedLog
from provisioning.sealed_log.findings import Kind
from provisioning.sealed_log.reading import read_log
from provisioning.sealed_log.verify import verify
from tests.appliance.sealed_log import killed_writer
from tests.appliance.sealed_log.logs import BoxLog, entry

pytestmark = pytest.mark.slow  # seconds, not milliseconds
ROUNDS = 250


def test_nothing_acknowledged_is_lost_over_hundreds_of_kills_at_random_moments(tmp_path):
    folder = tmp_path / "log"
    command = [sys.executable, "-m", killed_writer.__name__, str(folder), str(ROUNDS), "20261123"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=400)
    told = done.stdout.decode().split()

    after = BoxLog(folder)
    after.log = SealedLog(folder, killed_writer.KEY, after.clock)
    after.add(entry())
    after.log.close()
    verified = verify(*read_log(folder), killed_writer.KEY)
    written = [placed.line.payload for placed in verified.lines if placed.line.is_sealed]
    names = Counter(payload.split(b"\n")[1].strip().decode("latin-1") for payload in written[:-1])

    assert verified.is_whole, [finding for finding in verified.findings if finding.is_fault][:3]
    assert len(told) > ROUNDS
    assert [name for name in told if names[name] != 1] == []
    assert [placed.line.number for placed in verified.lines] == list(
        range(1, len(verified.lines) + 1)
    )
    gaps = [finding for finding in verified.findings if finding.kind is Kind.GAP]
    print(f"{ROUNDS} kills, {len(told)} acknowledged, {len(gaps)} gaps stated")


@dataclass(frozen=True)
class DiskState:
    """What is in each file, and how much of it surely survives."""

    files: dict[str, tuple[bytes, int]]
    durable_number: int

    def variants(self):
        """Yield what a cut may leave: of what was not synced nothing, a part, zeros, or all."""
        for name, (content, synced) in self.files.items():
            loose = len(content) - synced
            for kept in {0, 1, loose // 2, loose - 1, loose} if loose else ():
                yield {**self._safe(), name: content[: synced + max(kept, 0)]}
            if loose:
                yield {**self._safe(), name: content[:synced] + bytes(loose)}
                yield {**self._safe(), name: content[: synced + loose // 2] + bytes(loose // 2)}
        yield self._safe()

    def _safe(self):
        return {name: content[:synced] for name, (content, synced) in self.files.items()}


@pytest.fixture
def synced_sizes(monkeypatch):
    """Know how much of each segment has been synced."""
    sizes: dict[str, int] = {}
    real = SegmentFile.sync

    def sync(segment):
        real(segment)
        sizes[str(segment.path)] = segment.size

    monkeypatch.setattr(SegmentFile, "sync", sync)
    return sizes


def states_of(box, synced_sizes):
    """Write a night of looks and prints; yield the disk after every step."""
    chance = random.Random(7)
    for minute in range(40):
        box.add(entry(minute=minute), is_durable=chance.random() < 0.3)
        found = box.segments()
        files = {path.name: (path.read_bytes(), synced_sizes.get(str(path), 0)) for path in found}
        yield DiskState(files, box.log.state().number)


def test_every_state_a_power_cut_may_leave_is_taken_up_without_a_fault(tmp_path, synced_sizes):
    box = BoxLog(tmp_path / "log", limits=Limits(segment_bytes=6000, unsynced_lines=8))
    cuts = 0
    for state in states_of(box, synced_sizes):
        for files in state.variants():
            cuts += 1
            folder = tmp_path / f"cut-{cuts}"
            folder.mkdir()
            for name, content in files.items():
                (folder / name).write_bytes(content)
            judge(folder, state.durable_number)
    assert cuts > 150
    box.log.close()


def judge(folder: Path, durable_number: int) -> None:
    again = BoxLog(folder)
    again.add(entry(minute=99))
    again.add(entry(minute=100))
    again.sign()
    again.log.close()
    verified = verify(*read_log(folder), again.public_key)
    numbers = [placed.line.number for placed in verified.lines]

    assert verified.is_whole, (folder.name, verified.findings)
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= durable_number + 2
    for path in folder.iterdir():
        path.unlink()
