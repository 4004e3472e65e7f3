"""Eight hours of an outage and the morning after: from the start to the last note in the record.

Real keeper, real web with a clock the journey moves, real hub program; one phone without scripts.
"""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from fhir.resources.R4B.bundle import Bundle

from appliance.demo.box import BOX_ID
from appliance.demo.hub import Hub
from appliance.demo.processes import run_program
from appliance.records.models import Note, Observation, OtherItem
from appliance.sealed_log.outbox import log_folder
from tests.journeys.later_web import move_clock
from tests.journeys.outage_steps import (
    LEADERS,
    PLAN,
    decide,
    read,
    ring_all,
    sign,
    tick_first_points,
)
from tests.journeys.phone import Phone, plain
from tests.journeys.staged_box import RunningBox, running_box
from tests.provisioning.feeds import Taken, take_all
from tests.provisioning.reconciliation.vital_signs import faults_in
from tests.waiting import eventually

pytestmark = pytest.mark.slow
TO_ENTER, PAPER = "/noedjournal/tastes-ind", "/papir"
SLEPT = "Sover roligt, vendt kl. {}."
HELPED = "Smerterne er væk"
MEASURED = (("Puls", "72", "/min"), ("Blodtryk", "148/92", "mmHg"), ("Temperatur", "38,4", "°C"))


@dataclass
class Night:
    """A box in the night, a phone at it, and the clock the journey moves."""

    box: RunningBox
    later: Path
    phone: Phone = field(init=False)
    web: "subprocess.Popen[bytes] | None" = None

    def start_web(self) -> None:
        command = [sys.executable, "-m", "tests.journeys.later_web"]
        places = (str(self.box.stage.config_path), str(self.later))
        self.web = subprocess.Popen([*command, *places], start_new_session=True)
        self.phone = Phone(self.box.address)
        eventually(lambda: self.phone.open("/"))

    def stop_web(self) -> None:
        assert self.web is not None
        os.killpg(self.web.pid, signal.SIGKILL)  # its workers too
        self.web.wait(90)

    def power_cut(self) -> None:
        """Both programs die at once, and with them all that was in memory."""
        self.stop_web()
        self.box.kill("keeper")
        eventually(lambda: self.box.keeper.status().locked)
        self.start_web()

    def unlock(self) -> None:
        self.phone.open("/")
        self.phone.submit("/laas-op", kode=self.box.stage.card_code, initialer="AB")

    def pass_minutes(self, minutes: int) -> None:
        move_clock(self.later, timedelta(minutes=minutes))

    def read(self, path: str) -> str:
        return plain(self.phone.open(path))

    def write(self, path: str, **typed: str) -> None:
        """Fill in a form of the journal as it comes, with its own time."""
        self.phone.open(path)
        self.phone.submit(re.escape(path), **self._own_time(), **typed)
        assert "gemt" in self.phone.page.lower() or "Nødjournal" in self.phone.page

    def see_effect(self, event: str) -> None:
        """Write how a dose worked, at the time the form comes with."""
        self.phone.open("/noedjournal/effekt")
        self.phone.submit(f"/noedjournal/{event}/effekt", effekt=HELPED, **self._own_time())

    def _own_time(self) -> dict[str, str]:
        time = re.search(r'name="kl"[^>]*value="([^"]*)"', self.phone.page)
        day = re.search(r'name="dag" value="([^"]+)" checked', self.phone.page)
        assert time is not None
        assert day is not None
        return {"kl": time[1], "dag": day[1]}

    def print_and_wait(self, page: str, action: str) -> None:
        """Order a sheet, and wait until the box says that it is out."""
        before = len(list(self.paper.glob("*.pdf")))
        self.phone.open(page)
        self.phone.submit(action, bekraeft="1")
        eventually(lambda: len(list(self.paper.glob("*.pdf"))) > before)

    @property
    def paper(self) -> Path:
        return self.box.stage.config.printer.folder

    def citizens(self, unit: str) -> list[str]:
        self.phone.open(f"/afsnit/{unit}/borgere")
        return [link.split("/")[2] for link in self.phone.links("/borgere/[^/]+/medicin")]


@contextmanager
def a_night(folder: Path) -> Iterator[Night]:
    later = folder / "later"
    later.write_text("0")
    with running_box(folder / "demo", "keeper") as box:
        box.sync()
        night = Night(box, later)
        night.start_web()
        try:
            yield night
        finally:
            night.stop_web()


def note_fourteen(night: Night, aase: str, bent: str) -> None:
    """Seven notes, three measurements, two regular doses and two as needed."""
    for number in range(7):
        citizen = (aase, bent)[number % 2]
        night.write(f"/borgere/{citizen}/journal/notat", tekst=SLEPT.format(number))
    for title, value, unit in MEASURED:
        path = f"/borgere/{aase}/journal/observation"
        night.write(path, hvad="andet", titel=title, vaerdi=value, enhed=unit)
    for citizen, needed in ((aase, {}), (bent, {}), (aase, {"pn": "1"}), (bent, {"pn": "1"})):
        reason = {"grund_pn": "smerter i hoften"} if needed else {}
        night.write(
            f"/borgere/{citizen}/journal/medicin/andet", laegemiddel="PANODIL 500 mg",
            dosis="2 tabletter", udfald="given", **needed, **reason,
        )  # fmt: skip


def enter_everything(night: Night) -> int:
    """Type in what must be, the first on the list each time; return how many there were."""
    for number in range(50):
        night.phone.open(TO_ENTER)
        waiting = night.phone.page.partition("<details>")[0]
        found = re.search(rf'href="({TO_ENTER}/[0-9a-f]{{16}})"', waiting)
        if found is None:
            return number
        night.phone.open(found[1])
        night.phone.submit(found[1])
    raise AssertionError("it never ends")


def account_for_paper(night: Night) -> int:
    """Say of every numbered sheet that it is in the record; return how many there were."""
    for number in range(50):
        serials = re.findall(r'name="ark" value="([^"]+)"', night.phone.open(f"{PAPER}?vis=ude"))
        if not serials:
            return number
        night.phone.open(f"{PAPER}/{serials[0]}")
        night.phone.submit(f"{PAPER}/{serials[0]}", hvad="entered")
    raise AssertionError("it never ends")


def begin(night: Night) -> str:
    """The evening: begun, ticked, paper in the hand, fourteen notes; return the unit."""
    night.unlock()
    (unit,) = {
        link.split("/")[2]
        for link in re.findall(r"/afsnit/[^/]+/borgere", night.phone.open("/afsnit"))
    }
    aase, bent = night.citizens(unit)[:2]
    sign(night.phone, "/start", initialer="ab", siden="0", nede="Internettet")
    assert tick_first_points(night.phone).count("Fortryd") == 3
    night.print_and_wait(f"/borgere/{aase}/medicin", f"/udskriv/medicinliste/{aase}")
    note_fourteen(night, aase, bent)
    return unit


def ring_the_round(night: Night) -> None:
    """The first hour: seven are rung, and how far it reaches is known."""
    page = ring_all(night.phone)
    assert re.search(r"Ramt: 4 Ikke ramt: 1 Intet svar: 2", page)


def lead(night: Night) -> None:
    """The eighth hour: it was told at the sixth, and leaders answer; hospital and doctors know."""
    assert "skal der tages stilling: Sundhedskrisestab" in read(night.phone)
    night.pass_minutes(120)
    night.unlock()
    assert "Der skal tages stilling nu" in plain(night.phone.open("/status"))
    assert f"Taget stilling af {LEADERS} kl." in decide(night.phone)
    night.print_and_wait(f"{PLAN}/breve/sygehus", r"/skemaer/.*breve.*")
    sign(night.phone, "/breve/sygehus", hvem="Akutmodtagelsen")


def see_effects(night: Night) -> None:
    """Say of each dose that is asked about how it worked."""
    asked = night.phone.open("/noedjournal/effekt")
    for event in re.findall(r"/noedjournal/([0-9a-f]{16})/effekt", asked):
        night.see_effect(event)


@dataclass(frozen=True)
class GoneBack:
    """What the hub made of the night: list and bundles, and what our own feed reads of them."""

    rows: list[dict[str, str]]
    bundles: list[Bundle]
    taken: Taken


def go_back(night: Night, folder: Path) -> GoneBack:
    """Gather the log, and put it through the hub's program and back through the feed."""
    night.box.keeper.sign_head()
    copytree(log_folder(night.box.stage.config.box.state_dir), folder / "inbox" / BOX_ID)
    hub, out = Hub(folder / "demo" / "hub"), folder / "journal"
    run_program(
        "provisioning", "journal", str(folder / "inbox"), "--fleet", str(hub.fleet),
        "--identity", str(hub.trust / "offline" / "audit.key"), "--out", str(out),
        "--unsure-clock", "--all",
    )  # fmt: skip
    with (out / "liste.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    found = [json.loads(path.read_bytes()) for path in sorted((out / "bundles").iterdir())]
    assert faults_in(found) == []
    (folder / "next").mkdir()
    taken = take_all(folder / "next", folder / "demo" / "feed", out / "bundles")
    return GoneBack(rows, [Bundle.model_validate(one) for one in found], taken)


def test_from_the_first_note_to_the_last_one_in_the_record(tmp_path: Path) -> None:
    with a_night(tmp_path) as night:
        unit = begin(night)
        assert "14 notater mangler" in night.read(TO_ENTER)

        # One hour on the round; two hours on the effect is asked for on every page.
        night.pass_minutes(60)
        night.unlock()
        ring_the_round(night)
        night.pass_minutes(61)
        night.unlock()
        assert "2 PN-effekter skal ses nu" in night.read("/afsnit")
        see_effects(night)
        assert "venter" not in night.read("/afsnit").partition("Hvad skal du bruge?")[0]

        # The power goes, and comes; the shift changes.
        night.power_cut()
        assert SLEPT.format(3) not in night.phone.open("/")
        night.unlock()
        assert "14 notater mangler" in night.read(TO_ENTER)
        night.print_and_wait(f"/udskriv/afsnit/{unit}", "/udskriv/vagtskifte/afsnit/.*")

        # The sixth and the eighth hour; the morning: typed in, paper accounted for, signed off.
        night.pass_minutes(4 * 60)
        night.unlock()
        lead(night)
        night.pass_minutes(60)
        night.unlock()
        ended = sign(night.phone, "/slut", initialer="ab")
        left = r"Nøddriften er slut 14 notater skal tastes ind [1-9]\d* ark er ikke gjort op"
        assert re.search(left, ended)
        assert "Punkter gjort 3 af" in ended
        assert enter_everything(night) == 14
        assert account_for_paper(night) >= 2
        night.phone.open(PAPER)
        night.phone.submit(f"{PAPER}/afslut")
        assert "Alt er gjort op. Afsluttet af AB" in night.read(PAPER)
        back = go_back(night, tmp_path)

    # The hub: a list for people, bundles an R4 library accepts, and our own feed reads back.
    assert (len(back.rows), len(back.bundles)) == (14, 2)
    assert sum(len(one.entry) for one in back.bundles) == 16  # the effects are entries of their own
    texts = [one.text for one in back.taken.all_of(Note)]
    assert all(SLEPT.format(number) in texts for number in range(7))
    measured = {(one.title, one.value, one.unit) for one in back.taken.all_of(Observation)}
    assert measured >= set(MEASURED)
    sent = [each.resource for one in back.bundles for each in one.entry]
    doses = [one for one in sent if one.get_resource_type() == "MedicationAdministration"]
    known = {one["identifier"][0]["value"]: one for one in back.taken.originals(OtherItem)}
    assert len(doses) == 4
    for dose in doses:
        read_back = known[dose.identifier[0].value]
        assert read_back["dosage"]["text"] == "2 tabletter"
        assert datetime.fromisoformat(read_back["effectiveDateTime"]) == dose.effectiveDateTime
