"""A box that was cut off for thirty days, its clock anywhere: it starts, opens by card, prints.

The real programs run under a faked wall clock; the hub is gone and what it signed has run out.
"""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.certificates.chain import read_chain
from appliance.certificates.kept import write_chain
from appliance.certificates.own_key import make_request
from appliance.clock import SystemClock
from appliance.demo.hub import Hub
from appliance.demo.night import staged, wait_for_keeper
from appliance.demo.processes import programs_running, run_program
from appliance.records.models import Citizen
from tests.journeys.phone import Phone, plain
from tests.journeys.staged_box import free_port
from tests.simulators.screen_certificates import NAME, Leaf, ScreenAuthority, key_of
from tests.simulators.stepping_clock import stepping_clock
from tests.waiting import eventually

pytestmark = pytest.mark.slow
NOW = datetime.now(UTC)
CLOCKS = {
    "thirty days on": NOW + timedelta(days=30),
    "twenty days on": NOW + timedelta(days=20),
    "in 1970": datetime(1970, 1, 2, 3, tzinfo=UTC),
    "three years on": NOW + timedelta(days=3 * 365),
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """A box that fetched once; its certificate ran out, and the hub went away for good."""
    out = tmp_path_factory.mktemp("thirty") / "demo"
    with staged(out, free_port(), SystemClock()) as stage:
        run_program("appliance", "sync", "--config", str(stage.config_path))
        give_expired_certificate(stage)
        Hub(out / "hub").public.rename(out / "gone")
        yield stage


def give_expired_certificate(stage):
    settings = stage.config_path.read_text()
    settings = settings.replace("[web]\n", "[web]\nbehind_proxy = true\n")
    stage.config_path.write_text(f'{settings}\n[tls]\nnames = ["{NAME}"]\n')
    state_dir = stage.config.box.state_dir
    key = key_of(make_request(state_dir, (NAME,)).pem)
    write_chain(state_dir, read_chain(ScreenAuthority().chain(key, Leaf(days=-1, age_days=90))))


@pytest.fixture(params=CLOCKS.values(), ids=CLOCKS.keys())
def other_time(request, tmp_path, monkeypatch):
    """Programs started from now on live then; what must not jump does not."""
    clock = stepping_clock(tmp_path, request.param - datetime.now(UTC))
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)
    return request.param


@pytest.fixture
def phone(stage, other_time):
    """A phone at the box, which was started in that other time with no network."""
    assert other_time
    with programs_running(stage.config_path, stage.logs, "keeper", "web", "worker"):
        wait_for_keeper(stage.config)
        phone = Phone(f"http://127.0.0.1:{stage.config.web.port}")
        eventually(lambda: phone.open("/"))
        yield phone


def pages_of(paper: Path) -> str:
    done = subprocess.run(
        ["pdftotext", str(paper), "-"], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_box_offline_for_long_with_a_wrong_clock_opens_by_card_shows_and_prints(stage, phone):
    was_locked = "Nødboksen er låst" in phone.page
    phone.submit("/laas-op", kode=stage.card_code, initialer="AHO")
    phone.open(phone.links(r"/afsnit/[^\"]+/borgere")[0])
    phone.open(phone.links(r"/borgere/[^\"]+/medicin")[0])
    name = plain(re.search(r'<p class="name"><strong>(.*?)</strong>', phone.page)[1])
    folder = stage.config.printer.folder
    before = set(folder.glob("*.pdf")) if folder.exists() else set()
    phone.submit(r"/udskriv/medicinliste/.+")
    if "bekraeft" in phone.page:  # old or undated data is asked about, never refused
        phone.submit(r"/udskriv/medicinliste/.+", bekraeft="1")
    printed = eventually(lambda: folder.exists() and set(folder.glob("*.pdf")) - before)

    assert was_locked
    assert NAME in phone.open("/status")  # the certificate is there, and in nobody's way
    assert name.split()[-1] in pages_of(printed.pop())
    phone.open("/laas")
    phone.submit("/laas")
    assert "Nødboksen er låst" in phone.page


@pytest.mark.usefixtures("other_time")
def test_sync_without_hub_and_with_that_clock_says_so_and_the_copy_stays(stage):
    command = [sys.executable, "-m", "appliance", "sync", "--config", str(stage.config_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert re.search(r"error N-(205|30\d)", done.stderr)
    assert "Traceback" not in done.stderr


def test_nothing_of_those_nights_is_readable_on_the_card(stage):
    """Runs last: every clock has been there, with its look-ups, prints and logs."""
    people = [one for one in stage.town.units[0] if isinstance(one, Citizen)]
    secrets = {one.cpr.encode() for one in people if one.cpr}
    secrets |= {one.family_name.encode() for one in people}
    secrets |= {b"AGE-SECRET-KEY", b"SQLite format 3", b"$argon2id$", stage.card_code.encode()}
    written = {path: path.read_bytes() for path in stage.config_path.parent.rglob("*")
               if path.is_file()}  # fmt: skip

    hits = [path.name for path, content in written.items() for one in secrets if one in content]

    assert len(secrets) > 40
    assert hits == []
