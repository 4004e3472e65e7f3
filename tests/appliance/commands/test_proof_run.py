"""`nodboks prove`: the open copy is tried by day, and nobody who prints or browses waits for it."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from appliance.cli import nodboks
from appliance.clock import HeldClock
from appliance.commands.proof_run import CopyChangedError, ProofRun, prove_by_hand
from appliance.config import load_config, to_toml
from appliance.errors import LockedError, StorageError, UnreadableSnapshotError
from appliance.paper.proof import read_proof, write_proof
from appliance.paper.sheets import SHEETS
from appliance.plan.shipped import SHIPPED
from tests.appliance.vault.boxes import serving
from tests.simulators.box_people import AASE, CITIZENS, personal_words
from tests.simulators.box_state import (
    SimulatedKeeper,
    config_in,
    new_ram_folder,
    remove_ram_folder,
    town_of,
)

NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def ram():
    folder = new_ram_folder()
    yield folder
    remove_ram_folder(folder)


@pytest.fixture
def config(tmp_path, ram):
    return config_in(tmp_path, ram)


@pytest.fixture
def keeper(config):
    keeper = SimulatedKeeper(config.records_dir, town_of(NIGHT), HeldClock(NIGHT))
    keeper.open()
    return keeper


def with_odd_name(keeper):
    odd = replace(AASE, given_name="Aase 漢")
    keeper.town = replace(keeper.town, citizens=(odd, *CITIZENS[1:]))
    keeper.open()


def test_whole_copy_is_tried_and_told_to_be_strict(config, keeper, capsys):
    code = prove_by_hand(config, keeper.clock)

    proof = read_proof(config.web_dir)
    assert code == 0
    assert proof.version == 1
    assert proof.citizens == len(CITIZENS)
    assert proof.not_strict == 0
    assert f"proof of snapshot 1: {proof.sheets} sheets" in capsys.readouterr().out


def test_odd_character_is_told_by_opaque_id_and_nothing_else(config, keeper, capsys, caplog):
    with_odd_name(keeper)

    code = prove_by_hand(config, keeper.clock)

    said = capsys.readouterr()
    written = (config.web_dir / "proof.json").read_text(encoding="utf-8")
    line = f"medication_list, citizen {AASE.id} in {AASE.unit_id}: repaired: Navn (U+6F22)"
    assert code == 1
    assert line in said.out
    for text in (said.out, said.err, written, caplog.text):
        assert [word for word in personal_words() if word in text] == []


def test_the_municipality_s_own_plan_is_tried_and_not_the_shipped_one(
    config, keeper, tmp_path, capsys
):
    own = shutil.copytree(SHIPPED, tmp_path / "plan")
    card = own / "cards" / "nattevagt.md"
    card.write_text(card.read_text(encoding="utf-8").replace("nødkortet", "漢", 1), "utf-8")
    config = replace(config, box=replace(config.box, plan_dir=own))

    code = prove_by_hand(config, keeper.clock)

    assert code == 1
    assert "action_cards, about nobody: repaired" in capsys.readouterr().out


def test_a_proof_burns_no_serial_number(config, keeper):
    prove_by_hand(config, keeper.clock)

    assert not (config.box.state_dir / "serials").exists()


@pytest.mark.slow
def test_locked_box_has_nothing_to_prove(config, keeper):
    keeper.lock()

    with pytest.raises(LockedError):
        prove_by_hand(config, keeper.clock)
    assert "idle True" in in_background(config).stdout  # no fault, and nothing to tell
    assert read_proof(config.web_dir) is None


class Rest:
    """What happens between two sheets: at one of them the test does something."""

    def __init__(self, at, do):
        self.left = at
        self.do = do

    def __call__(self, _seconds):
        self.left -= 1
        if self.left == 0:
            self.do()


def test_a_lock_ends_the_proof_between_two_sheets(config, keeper):
    rest = Rest(3, keeper.lock)

    with pytest.raises(LockedError):
        ProofRun(config, keeper.clock, rest).prove()
    assert rest.left == 0


def test_newer_copy_ends_the_proof_of_the_old_one(config, keeper):
    def open_newer():
        keeper.clock.move(timedelta(hours=1))
        keeper.open()

    with pytest.raises(CopyChangedError):
        ProofRun(config, keeper.clock, Rest(2, open_newer)).prove()


def test_records_wiped_under_the_proof_are_a_lock_and_no_finding(config, keeper, monkeypatch):
    lists = SHEETS["medication_list"]
    once = iter([True])

    def make(material, wanted, context):
        if next(once, False):
            keeper.lock()
        return lists.build(material, wanted, context)

    monkeypatch.setitem(SHEETS, "medication_list", replace(lists, build=make))

    with pytest.raises(LockedError):
        ProofRun(config, keeper.clock).prove()


def test_records_that_are_none_are_told_by_code(config, keeper):
    records = config.records_dir / "records-1.db"
    records.chmod(0o600)
    records.write_bytes(b"not a database at all")

    with pytest.raises(UnreadableSnapshotError):
        prove_by_hand(config, keeper.clock)


@pytest.mark.slow
def test_in_the_background_each_copy_is_proven_once(config, keeper):
    first, second = in_background(config), in_background(config)
    keeper.clock.move(timedelta(hours=1))
    keeper.open()
    third = in_background(config)

    assert "proof of snapshot 1" in first.stdout
    assert "idle True" in first.stdout
    assert "proof of" not in second.stdout
    assert "proof of snapshot 2" in third.stdout


BACKGROUND = """
import os, sys
from pathlib import Path
from appliance.box_clock.clock import BoxClock
from appliance.config import load_config
from appliance.commands.proof_run import prove_in_background
config = load_config(Path(sys.argv[1]))
code = prove_in_background(config, BoxClock(config.box.ram_dir))
print("idle", os.sched_getscheduler(0) == os.SCHED_IDLE)
sys.exit(code)
"""


def in_background(config):
    """Run it as a process of its own: it gives up its priority for good."""
    program = [sys.executable, "-c", BACKGROUND, str(config_file(config))]
    return subprocess.run(program, capture_output=True, text=True, check=False, timeout=500)


def config_file(config):
    path = config.box.state_dir.parent / "box.toml"
    settings = {
        "box": {"id": "box-17", "name": "Solgården", "state_dir": str(config.box.state_dir),
                "ram_dir": str(config.box.ram_dir)},
        "hub": {"url": "http://127.0.0.1:9/"},
    }  # fmt: skip
    path.write_text(to_toml(settings), encoding="utf-8")
    assert load_config(path).records_dir == config.records_dir
    return path


def test_proof_of_other_software_is_made_again(config, keeper):
    proof = ProofRun(config, keeper.clock).prove()
    write_proof(config.web_dir, replace(proof, software="0.0.1"))

    assert not ProofRun(config, keeper.clock).is_done()


@pytest.mark.slow
def test_background_proof_that_cannot_be_written_fails_once_and_loudly(config, keeper):
    config.web_dir.touch()  # a file where the folder should be

    ended = in_background(config)

    assert ended.returncode == 1
    assert StorageError.__name__ in ended.stderr
    assert prove_by_hand(config, keeper.clock) == 0


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="needs Linux's idle scheduling")
def test_whoever_browses_or_prints_has_the_processor_to_themselves():
    # Both on one core: while one uses it for a second, what gives way gets next to nothing.
    gives_way = (
        "import os, sys\n"
        "from appliance.commands.proof_run import give_way\n"
        "os.sched_setaffinity(0, {int(sys.argv[1])})\n"
        "give_way()\n"
        "print('at it', flush=True)\n"
        "while True: pass"
    )
    is_busy = (
        "import os, sys, time\n"
        "def used_by_other():\n"
        "    told = open(f'/proc/{sys.argv[2]}/stat').read().rpartition(')')[2].split()\n"
        "    return (int(told[11]) + int(told[12])) / os.sysconf('SC_CLK_TCK')\n"
        "os.sched_setaffinity(0, {int(sys.argv[1])})\n"
        "before, own = used_by_other(), time.process_time()\n"
        "while time.process_time() - own < 1: pass\n"
        "print(used_by_other() - before)"
    )
    core = str(min(os.sched_getaffinity(0)))
    command = [sys.executable, "-c", gives_way, core]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as idle:
        assert idle.stdout is not None
        idle.stdout.readline()
        busy = [sys.executable, "-c", is_busy, core, str(idle.pid)]
        idle_s = float(subprocess.run(busy, capture_output=True, text=True, check=True).stdout)
        idle.kill()

    assert idle_s < 1 / 5


@pytest.mark.slow
def test_status_tells_whether_the_sheets_of_the_open_copy_were_tried(config, keeper):
    path = config_file(config)
    with serving(keeper, config.keeper_socket):
        before = CliRunner().invoke(nodboks, ["status", "--config", str(path)]).output
        CliRunner().invoke(nodboks, ["prove", "--config", str(path)])
        after = CliRunner().invoke(nodboks, ["status", "--config", str(path)]).output

    assert "the sheets of snapshot 1 have not been tried yet" in before
    assert "proof of snapshot 1" in after
    assert "see: nodboks prove" not in after


def test_after_each_sheet_there_is_a_rest(config, keeper):
    rests = []

    proof = ProofRun(config, keeper.clock, rests.append).prove()

    assert len(rests) == proof.sheets > len(CITIZENS)
