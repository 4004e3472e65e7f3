"""The nurse at 03:00: card code on a phone without JavaScript, paper out of a real print queue."""

import re

import pytest

from appliance.clock import SystemClock
from appliance.demo.night import staged, wait_for_keeper
from appliance.demo.processes import programs_running, run_program
from tests.journeys.phone import Phone, plain
from tests.journeys.staged_box import free_port
from tests.simulators.cups_lab import CupsLab
from tests.waiting import eventually

pytestmark = pytest.mark.slow
QUEUE = "nodboks"


@pytest.fixture
def lab():
    with CupsLab() as running:
        running.queue(QUEUE, running.add_printer("eve", "-2"))
        yield running


@pytest.fixture
def phone(lab, tmp_path):
    """A phone beside a whole box whose printer is a CUPS queue."""
    with staged(tmp_path / "demo", free_port(), SystemClock()) as stage:
        settings = stage.config_path.read_text()
        cups = f'[printer]\nkind = "cups"\nqueue = "{QUEUE}"\ncups_socket = "{lab.socket}"\n'
        settings = re.sub(r"\[printer\]\n(?:\w.*\n)+", cups, settings)
        stage.config_path.write_text(settings)
        run_program("appliance", "sync", "--config", str(stage.config_path))
        with programs_running(stage.config_path, stage.logs, "keeper", "web"):
            wait_for_keeper(stage.config)
            phone = Phone(f"http://127.0.0.1:{stage.config.web.port}")
            eventually(lambda: phone.open("/"))
            phone.submit("/laas-op", kode=stage.card_code, initialer="AHO")
            yield phone


def test_the_list_the_nurse_asks_for_comes_out_of_the_printer(phone, lab):
    phone.open(re.findall(r'href="(/afsnit/[^"]+/borgere)"', phone.open("/afsnit"))[0])
    phone.open(phone.links(r"/borgere/[^\"]+/medicin")[0])
    name = re.search(r'<p class="name"><strong>(.*?)</strong>', phone.page)[1]
    brands = phone.section("fast").words("span", "brand-name")
    phone.submit(r"/udskriv/medicinliste/.+")

    printer = lab.printers["eve"]
    eventually(lambda: printer.sheets() and len(printer.sheets()) == printer.sheets()[0]["of"])

    printed = words_in(" ".join(printer.words()))
    assert words_in(" ".join([plain(name), *brands])) - printed == set()
    assert len(brands) >= 2
    assert {"NØDUDSKRIFT", "CPR"} <= printed
    eventually(lambda: "Har du" in phone.open("/udskrifter"))


def words_in(text: str) -> set[str]:
    """Return single words: a long name is broken where its column ends, also after a slash."""
    return set(re.split(r"[\s,/]+", text))
