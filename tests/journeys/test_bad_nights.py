"""Nights when something is broken: a named error, an exit code, and the old copy stays."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.demo.box import BOX_ID
from appliance.demo.hub import Hub
from appliance.demo.night import Stage, staged, wait_for_keeper
from appliance.demo.processes import programs_running
from appliance.snapshot.installed import Installed
from appliance.vault.card_code import new_card_code

pytestmark = [pytest.mark.slow, pytest.mark.vault]


@dataclass(frozen=True)
class Night:
    """A box that fetched well once; its hub can be broken and mended."""

    stage: Stage
    out: Path

    @property
    def hub(self) -> Hub:
        return Hub(self.out / "hub")

    @property
    def repository(self) -> Path:
        return self.hub.public / "boxes" / BOX_ID

    def version(self) -> int:
        return Installed(self.stage.config.box.state_dir).current().manifest.version

    def run(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "appliance", *arguments]
        command += ["--config", str(self.stage.config_path)]
        return subprocess.run(command, capture_output=True, text=True, input=typed, check=False)

    def publish(self, feed: Path) -> subprocess.CompletedProcess[str]:
        places = ["--fleet", str(self.hub.fleet), "--out", str(self.hub.public)]
        command = [sys.executable, "-m", "provisioning", "publish", "--feed", str(feed), *places]
        return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    out = tmp_path_factory.mktemp("bad") / "demo"
    with staged(out, 8080, SystemClock()) as stage:
        night = Night(stage, out)
        assert night.run("sync").returncode == 0
        yield night


def expect_refusal(night: Night, code: str) -> None:
    """Sync, and see that it fails by name and that the box keeps what it had."""
    before = night.version()

    done = night.run("sync")

    assert done.returncode == 1
    assert f"error {code}" in done.stderr
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr
    assert night.version() == before


@pytest.fixture
def newer(night):
    """A newer snapshot on the hub, in a repository that is put back afterwards."""
    kept = night.out / "kept"
    shutil.copytree(night.repository, kept)
    assert night.publish(night.out / "feed").returncode == 0
    yield night
    shutil.rmtree(night.repository)
    kept.rename(night.repository)


def test_a_dead_hub(night):
    away = night.hub.public.rename(night.out / "away")
    try:
        expect_refusal(night, "N-302")
    finally:
        away.rename(night.hub.public)


def newest_object(night: Night) -> Path:
    sealed = (night.repository / "targets").glob("*.age")
    return max(sealed, key=lambda path: path.stat().st_mtime_ns)


def test_one_flipped_bit_in_the_snapshot(newer):
    target = newest_object(newer)
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(content)

    expect_refusal(newer, "N-202")


def test_a_snapshot_that_stops_half_way(newer):
    target = newest_object(newer)
    target.write_bytes(target.read_bytes()[:-1000])

    expect_refusal(newer, "N-")


def test_a_forged_signature(newer):
    timestamp = newer.repository / "metadata" / "timestamp.json"
    timestamp.write_bytes(timestamp.read_bytes().replace(b'"version": 2', b'"version": 9'))
    timestamp.write_bytes(timestamp.read_bytes().replace(b'"version":2', b'"version":9'))

    expect_refusal(newer, "N-201")


def test_a_broken_line_in_the_feed_names_file_and_line_and_publishes_nothing(night):
    feed = night.out / "broken-feed"
    shutil.copytree(night.out / "feed", feed)
    (broken,) = feed.glob("solgaarden/MedicationStatement*.ndjson")
    lines = broken.read_bytes().splitlines(keepends=True)
    broken.write_bytes(b"".join([*lines[:4], lines[4][:40] + b"\n", *lines[5:]]))
    before = sorted((night.repository / "metadata").iterdir())

    done = night.publish(feed)

    assert done.returncode == 1
    assert f"{broken.name}:5" in done.stdout + done.stderr
    assert sorted((night.repository / "metadata").iterdir()) == before


def test_a_feed_without_a_manifest(night):
    feed = night.out / "no-manifest"
    shutil.copytree(night.out / "feed" / "solgaarden", feed)
    (feed / "manifest.json").unlink()

    done = night.publish(feed)

    assert done.returncode == 1
    assert "manifest.json" in done.stderr
    assert "--as-of" in done.stderr


def test_a_wrong_card_code_and_then_the_right_one(night):
    with programs_running(night.stage.config_path, night.stage.logs, "keeper"):
        wait_for_keeper(night.stage.config)

        wrong = night.run("unlock", typed=f"{new_card_code()}\n")
        right = night.run("unlock", typed=f"{night.stage.card_code}\n")

    assert wrong.returncode == 1
    assert "error N-401" in wrong.stderr
    assert right.returncode == 0, right.stderr
