"""The box burned; two people open the records of its SD card with what Debian ships.

Nothing of this software runs after the card was pulled: `age`, `zstd`, `sqlite3` and the drill of
SLOTS.md and FORMAT.md.
"""

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.demo.hub import Hub
from appliance.demo.night import staged
from appliance.demo.processes import run_program
from appliance.records.models import Citizen

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("age") and shutil.which("zstd")), reason="needs Debian's age and zstd"
    ),
]


@pytest.fixture(scope="module")
def sd_card(tmp_path_factory):
    """The state folder of a box that has a base and a delta, and the keys of the two safes."""
    out = tmp_path_factory.mktemp("drill") / "demo"
    with staged(out, 8080, SystemClock()) as stage:
        hub = Hub(out / "hub")
        hub.publish(*(out / name for name in ("feed", "fmk", "beskeder", "dokumenter")))
        run_program("appliance", "sync", "--config", str(stage.config_path))
        copied = out / "sd-card"
        shutil.copytree(stage.config.box.state_dir, copied)
        citizens = sum(isinstance(one, Citizen) for one in stage.town.units[0])
        yield copied, hub.trust / "offline" / "recovery.key", citizens


def pipe(*command: object, given: bytes = b"") -> bytes:
    words = [str(word) for word in command]
    return subprocess.run(words, input=given, capture_output=True, check=True).stdout


def manifest_of(state_dir: Path) -> dict:
    """Read the signed file list by hand: plain JSON."""
    newest = max(state_dir.rglob("*targets.json"), key=lambda path: path.stat().st_mtime_ns)
    return json.loads(newest.read_bytes())["signed"]["nodboks"]


def test_recovery_key_and_stock_tools_open_base_and_delta_of_a_dead_box(sd_card, tmp_path):
    state_dir, recovery_key, citizens = sd_card
    manifest = manifest_of(state_dir)
    key, base, records = (tmp_path / name for name in ("device.key", "base.db", "records.db"))
    sealed = {one["name"]: state_dir / "objects" / one["sha256"] for one in manifest["objects"]}

    key.write_bytes(pipe("age", "-d", "-i", recovery_key, state_dir / "slots" / "recovery.age"))
    opened = {
        name: pipe("age", "-d", "-i", key, file)
        for name, file in sealed.items()
        if name.endswith(".zst.age")
    }
    base.write_bytes(pipe("zstd", "-d", given=opened["base.zst.age"]))
    patch = ("zstd", "-d", "--long=31", f"--patch-from={base}")
    records.write_bytes(pipe(*patch, given=opened["delta.zst.age"]))

    with closing(sqlite3.connect(records)) as database:
        assert database.execute("SELECT count(*) FROM citizens").fetchone() == (citizens,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_nothing_else_on_the_card_opens_without_the_safes(sd_card):
    state_dir, _, _ = sd_card
    written = [path.read_bytes() for path in state_dir.rglob("*") if path.is_file()]

    assert not any(
        b"AGE-SECRET-KEY" in content or b"SQLite format 3" in content for content in written
    )
