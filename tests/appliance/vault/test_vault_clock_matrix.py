"""Any clock at all: real keeper, web, printing and log; only the kernel's clock is simulated.

And real syncs under a system clock that is off, because TUF looks at that by itself.
"""

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader

from appliance.clock import ClockLevel, SystemClock
from appliance.config import PrinterSection, to_toml
from appliance.sealed_log.entry import Action, ClockTrust
from appliance.snapshot.installed import Installed
from appliance.vault.keeper_server import KeeperServer, TrustedPeers
from appliance.vault.keeper_service import KeeperService
from appliance.vault.sessions import SESSION_IDLE
from appliance.web.app import create_app
from appliance.web.server import build_services
from tests.appliance.snapshot.town import BOX
from tests.appliance.snapshot.town import Town as Municipality
from tests.appliance.vault.test_keeper_log import entries_of
from tests.appliance.web.conftest import Phone
from tests.simulators.box_people import AASE
from tests.simulators.box_state import town_of
from tests.simulators.hub import Hub
from tests.simulators.machine_time import TODAY, SimulatedMachine
from tests.simulators.stepping_clock import stepping_clock

pytestmark = pytest.mark.slow  # seconds, not milliseconds

CLOCKS = {
    "1970": datetime(1970, 1, 1, 0, 10, tzinfo=UTC),
    "+20 days": TODAY + timedelta(days=20),
    "+3 years": TODAY + timedelta(days=3 * 365),
}
PAGES = ("/", "/afsnit", "/afsnit/u-syd/borgere", f"/borgere/{AASE.id}/medicin", "/udskrifter",
         f"/borgere/{AASE.id}/dokumenter", "/status", "/status.json", "/ur")  # fmt: skip
every_clock = pytest.mark.parametrize("shown", CLOCKS.values(), ids=CLOCKS)


@dataclass
class Night:
    """Everything of one box at work."""

    machine: SimulatedMachine
    box: object
    config: object
    services: object
    phone: Phone

    def paper(self):
        """Let the print desk finish; return the words of every sheet that came out."""
        desk = self.services.desk
        desk.watch.look(desk.printer)
        while desk.step():
            pass
        sheets = sorted(self.config.printer.folder.glob("*.pdf"))
        return [page.extract_text() for path in sheets for page in PdfReader(path).pages]


@contextmanager
def night(box, machine, folder):
    """Run keeper and web of a box on a machine."""
    ram_dir = box.config.box.ram_dir
    config = replace(box.config, printer=PrinterSection("folder", folder / "paper"))
    keeper = KeeperService(config, machine.clock(ram_dir))
    keeper.start()
    trusted = TrustedPeers.around_this_process()
    server = KeeperServer(keeper, config.keeper_socket, trusted, SystemClock())
    with server.listening() as listener:
        thread = threading.Thread(target=server.serve, args=(listener,))
        thread.start()
        services = build_services(config, machine.clock(ram_dir))
        phone = Phone(create_app(config, services).test_client())
        try:
            yield Night(machine, box, config, services, phone)
        finally:
            services.desk.stop()
            services.log.stop()
            server.stop()
            thread.join()
    keeper.close()
    server.close()


@pytest.fixture
def stocked_box(box, tmp_path):
    """A box with last night's copy of the invented town, signed 22 November."""
    records = tmp_path / "town.db"
    town_of(TODAY).write(records)
    box.install(1, records)
    return box


def browse_search_print(evening):
    """Do what a nurse does, and refuse nothing on the way."""
    phone = evening.phone
    assert phone.unlock(evening.box.code).status_code == 303
    for path in PAGES:
        assert phone.get(path).status_code in (200, 302), path
    phone.post("/soeg", ord="Aase")
    assert AASE.family_name in phone.get("/soeg").text
    assert "Marevanix" in phone.get(f"/borgere/{AASE.id}/medicin").text
    ordered = phone.post(f"/udskriv/medicinliste/{AASE.id}", bekraeft="1")
    assert ordered.headers["Location"] == "/udskrifter"


@every_clock
def test_with_any_clock_the_nurse_unlocks_browses_searches_and_prints(stocked_box, tmp_path, shown):
    with night(stocked_box, SimulatedMachine(system=shown), tmp_path) as evening:
        browse_search_print(evening)
        sheets = evening.paper()

    assert all("Eliquix" in page or "Side 2" in page for page in sheets)
    assert all("skriv klokkeslæt i hånden" in page for page in sheets)
    assert "Marevanix" in "".join(sheets)  # stopped lately, by the copy's own date
    entries = entries_of(stocked_box)
    assert {Action.UNLOCK, Action.SEARCH, Action.PRINT_ORDERED, Action.SHEET_MADE} <= {
        entry.action for entry in entries
    }
    assert {entry.when.clock for entry in entries} == {ClockTrust.UNSURE}
    assert {entry.when.at.year for entry in entries} == {shown.year}


@every_clock
def test_clock_that_jumps_in_the_middle_logs_nobody_out_and_stops_nothing(
    stocked_box, tmp_path, shown
):
    machine = SimulatedMachine(is_synchronised=True)
    with night(stocked_box, machine, tmp_path) as evening:
        browse_search_print(evening)
        machine.system, machine.is_synchronised = shown, False
        for path in PAGES:
            assert evening.phone.get(path).status_code in (200, 302), path
        assert "skriv klokkeslæt" in evening.paper()[-1]
        machine.run(SESSION_IDLE)
        assert evening.phone.get("/afsnit").status_code == 303  # idle, by the monotonic clock

    trust = [entry.when.clock for entry in entries_of(stocked_box)]
    assert (trust[0], trust[-1]) == (ClockTrust.OK, ClockTrust.UNSURE)


@every_clock
def test_nurse_sets_any_clock_right_and_ages_and_paper_follow(stocked_box, tmp_path, shown):
    with night(stocked_box, SimulatedMachine(system=shown), tmp_path) as evening:
        phone = evening.phone
        phone.unlock(evening.box.code)
        right = {"dato": "2026-12-01", "klokken": "03.14"}
        phone.post("/ur", **right)
        forslag = phone.get("/ur/bekraeft").text.split('name="forslag" value="')[1].split('"')[0]
        phone.post("/ur/bekraeft", forslag=forslag, **right)
        browse_search_print(evening)
        sheets = evening.paper()
        level = evening.services.keeper.status().clock

        assert level is ClockLevel.MANUAL
        assert (
            "timer siden" in phone.get("/status").text or "min siden" in phone.get("/afsnit").text
        )
        assert all("Udskrevet tirs. 1. dec. 2026 kl. 03.14" in page for page in sheets)
    (done,) = [one for one in entries_of(stocked_box) if one.action is Action.CLOCK_SET]
    assert (done.about, done.when.at.year) == ("2026-12-01T02:14:00Z", shown.year)


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (CLOCKS["1970"] - TODAY, "sync: installed (version 2)"),
        (timedelta(days=20), "sync: installed (version 2)"),
        (timedelta(days=3 * 365), "N-205"),
    ],
    ids=CLOCKS,
)
def test_sync_with_any_system_clock_brings_the_copy_or_says_n_205_and_keeps_the_old(
    tmp_path, off, said
):
    town = Municipality(tmp_path / "town")
    town.publish()
    with Hub(town.public).serving() as hub:
        config = town.config(hub.url, tmp_path / "state")
        box = {"id": BOX, "name": "Test", "state_dir": tmp_path / "state", "ram_dir": tmp_path}
        settings = tmp_path / "box.toml"
        settings.write_text(to_toml({"box": box, "hub": {"url": hub.url}}), encoding="utf-8")
        assert "installed (version 1)" in synced(settings, {})
        town.publish()

        answer = synced(settings, stepping_clock(tmp_path, off).environment)

    current = Installed(config.box.state_dir).current()
    assert said in answer
    assert current.manifest.version == (1 if said == "N-205" else 2)
    assert town.opens(current, tmp_path / "opened.db")


def synced(settings, environment):
    command = [sys.executable, "-m", "appliance", "sync", "--config", str(settings)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    return done.stdout + done.stderr
