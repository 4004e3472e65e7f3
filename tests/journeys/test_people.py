"""People on one box: a nurse in another unit's emergency, a colleague without a code of her own."""

import re
import subprocess
import sys
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.demo.night import NURSE
from tests.journeys.later_web import move_clock
from tests.journeys.phone import Phone
from tests.journeys.staged_box import RunningBox, running_box
from tests.waiting import eventually

pytestmark = pytest.mark.slow
LEADER = "LØS"  # of the unit the nurse goes to, not of her own
REASON = "Brandalarm på Åbrinken, hjælper natsygeplejersken"


@dataclass(frozen=True)
class LaterBox:
    """A box of two units whose web runs on a clock that can be moved."""

    box: RunningBox
    later: Path

    def pass_minutes(self, minutes: int) -> None:
        move_clock(self.later, timedelta(minutes=minutes))

    def phone(self) -> Phone:
        phone = Phone(self.box.address)
        eventually(lambda: phone.open("/"))
        return phone

    def logged_in(self, initials: str, code: str = "") -> Phone:
        phone = self.phone()
        code = code or self.box.stage.town.login_codes[initials]
        phone.submit("/log-ind", initialer=initials, personlig_kode=code)
        return phone

    def unlocked(self) -> Phone:
        phone = self.phone()
        phone.submit("/laas-op", kode=self.box.stage.card_code, initialer="AB")
        return phone


@contextmanager
def later_web(box: RunningBox, later: Path) -> Iterator[None]:
    later.write_text("0")
    command = [
        sys.executable,
        "-m",
        "tests.journeys.later_web",
        str(box.stage.config_path),
        str(later),
    ]
    web = subprocess.Popen(command)
    try:
        yield
    finally:
        web.terminate()
        web.wait(90)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LaterBox]:
    folder = tmp_path_factory.mktemp("people")
    with running_box(folder / "demo", "keeper", units=2) as box, later_web(box, folder / "later"):
        box.sync()
        box.keeper.unlock(box.stage.card_code)
        yield LaterBox(box, folder / "later")


def citizens_of(phone: Phone) -> list[str]:
    return phone.links("/borgere/[^/]+/medicin")


def refusal_of(ask: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask()
    with refused.value as answer:
        return answer.code, answer.read().decode()


def test_nurse_helps_next_door_for_an_hour_and_leader_and_hub_know_why(town: LaterBox) -> None:
    nurse = town.logged_in(NURSE)
    assert "Andre afsnit" in nurse.page
    (glass,) = nurse.links("/afsnit/[^/]+/brudt-glas")
    nurse.open(glass)
    nurse.submit(glass, tekst=REASON)
    assert "Nødadgang til Plejecenter Åbrinken til kl." in nurse.page
    citizen = citizens_of(nurse)[0]
    nurse.open(citizen)
    nurse.submit(r"/udskriv/medicinliste/.*")
    eventually(lambda: list(town.box.stage.config.printer.folder.glob("*.pdf")))
    for _ in range(5):
        town.pass_minutes(12)
        nurse.open("/afsnit")

    assert refusal_of(lambda: nurse.open(citizen))[0] == 404
    assert "Nødadgang til Plejecenter" not in nurse.open("/afsnit")
    leader = town.logged_in(LEADER)
    assert "Nødadgang: brugt 1 gang" in leader.page
    assert f"»{REASON}«" in leader.open("/brudt-glas")
    town.box.keeper.sign_head()
    told = town.box.log("break-glass", *town.box.audit_key)
    assert f"{NURSE} · " in told
    assert re.search(rf"Nødadgang .*{REASON} +4 ", told)


def test_colleague_comes_in_with_the_shift_code_until_the_box_is_locked(town: LaterBox) -> None:
    holder = town.unlocked()
    (code,) = re.findall(r"Vagtkode til kolleger: <strong>(\d{3} \d{3})</strong>", holder.page)

    colleague = town.logged_in("VIKAR", code)

    units = colleague.links("/afsnit/[^/]+/borgere")
    assert len(units) == 2
    colleague.open(units[1])
    assert citizens_of(colleague)
    holder.open("/laas")
    holder.submit("/laas")
    assert "Nødboksen er låst" in colleague.open(units[1])
    town.unlocked()
    refused = refusal_of(lambda: town.logged_in("VIKAR", code))[1]
    assert "Initialer og kode passer ikke sammen." in refused
