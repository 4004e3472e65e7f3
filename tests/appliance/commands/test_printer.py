"""`nodboks printer` as municipal IT meets it, on a real cupsd with a simulated printer."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli import nodboks
from appliance.commands import printer as printer_commands
from appliance.health.printer_test import NOTE, read_test
from printers.cups_printer import connect
from printers.errors import (
    JammedError,
    NoPrinterError,
    PrinterUnreachableError,
    PrintServiceDownError,
    UnsupportedPrinterError,
    UsbStuckError,
)
from printers.models import JobStage
from tests.real.job_steps import MISSING, QUEUE
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.usb_machine import CLASSIC_INTERFACES, UsbMachine

needs_cups = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"printing tests need: {MISSING}"),
]
pytestmark = needs_cups
SETTINGS = """
[box]
id = "boks-1"
name = "Plejecenter Lindehuset"
state_dir = "state"
ram_dir = "ram"
[hub]
url = "http://127.0.0.1:9"
[printer]
kind = "cups"
cups_socket = "{socket}"
"""


class Site:
    """A box with a print service, a USB bus, and a terminal to type in."""

    def __init__(self, lab: CupsLab, machine: UsbMachine, folder: Path) -> None:
        self.lab, self.machine = lab, machine
        self.state = folder / "state"
        self.settings = folder / "box.toml"
        self.settings.write_text(SETTINGS.format(socket=lab.socket))

    def run(self, *arguments: object) -> Result:
        words = ["printer", *map(str, arguments), "--config", str(self.settings)]
        return CliRunner().invoke(nodboks, words, obj=self.machine.around)

    def plug_in(self) -> LabPrinter:
        eve = self.lab.add_printer("eve", "-2")
        self.machine.plug_in("Example Printer")
        self.machine.ipp_usb.serve("Example Printer", eve.port)
        return eve


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with CupsLab() as lab, UsbMachine() as machine:
        machine.ipp_usb.start()
        yield Site(lab, machine, tmp_path)


def test_a_new_printer_is_added_tried_and_found_healthy(site: Site) -> None:
    eve = site.plug_in()

    added = site.run("add", "--found")
    tried = site.run("test")
    seen = site.run("test", "--seen", "whole")
    healthy = site.run("doctor")

    assert added.output == (f"nodboks: queue nodboks is ready: Example Printer at {eve.uri}\n")
    assert tried.exit_code == 0, tried.output
    assert "handed over, 1 page" in tried.output
    assert "done, 1 of 1 out" in tried.output
    assert "nodboks printer test --seen whole" in tried.output
    assert seen.output.endswith(": noted as whole\n")
    assert healthy.exit_code == 0, healthy.output
    assert "WRONG" not in healthy.output
    assert healthy.output.count("nodboks: ok") == 12
    assert len(eve.words()) == 1
    assert "Linje 12 af 12" in eve.words()[0]
    assert "Plejecenter Lindehuset" in eve.words()[0]


def test_adding_a_printer_that_has_the_queue_says_so_and_starts_it(site: Site) -> None:
    site.plug_in()
    site.run("add", "--found")
    connect(site.lab.socket).disablePrinter(QUEUE)

    again = site.run("add", "--found")
    doctor = site.run("doctor")

    assert "queue nodboks was right already" in again.output
    assert "ok          queue" in doctor.output


def test_a_printer_may_be_added_by_its_address(site: Site) -> None:
    eve = site.lab.add_printer("eve")

    added = site.run("add", eve.uri)
    eve.unplug()
    gone = site.run("add", eve.uri)

    assert added.exit_code == 0
    assert f"at {eve.uri}" in added.output
    assert isinstance(gone.exception, PrinterUnreachableError)


def test_an_address_of_a_printer_the_box_cannot_use_makes_no_queue(site: Site) -> None:
    capt = site.lab.add_printer("capt", "-M", "Canon", "-m", "LBP2900")

    refused = site.run("add", capt.uri)

    assert isinstance(refused.exception, UnsupportedPrinterError)
    assert connect(site.lab.socket).getPrinters() == {}


@pytest.mark.parametrize("arguments", [(), ("ipp://localhost/ipp/print", "--found")])
def test_add_wants_an_address_or_found_and_not_both(site: Site, arguments: tuple[str, ...]) -> None:
    result = site.run("add", *arguments)

    assert result.exit_code == 2
    assert "give the printer's address, or --found" in result.output


def test_no_printer_an_unusable_one_and_one_that_hangs_are_told_apart(site: Site) -> None:
    nothing = site.run("add", "--found", "--wait", "0")
    site.machine.plug_in("Canon LBP2900", "04a9:2676", CLASSIC_INTERFACES, "1-1")
    unusable = site.run("add", "--found", "--wait", "0")
    site.machine.plug_in("HP LaserJet M605", "03f0:0001", name="1-2")
    site.machine.ipp_usb.serve("HP LaserJet M605", 0, "03f0:0001", "init: timeout")
    hangs = site.run("add", "--found", "--wait", "0")

    assert isinstance(nothing.exception, NoPrinterError)
    assert isinstance(unusable.exception, UnsupportedPrinterError)
    assert isinstance(hangs.exception, UsbStuckError)


def test_a_queue_on_a_box_that_prints_into_a_folder_is_hinted_at(site: Site) -> None:
    site.plug_in()
    text = site.settings.read_text().replace('kind = "cups"', 'kind = "folder"')
    site.settings.write_text(text)

    added, doctor = site.run("add", "--found"), site.run("doctor")

    assert 'hint: printer.kind is "folder" in box.toml' in added.output
    assert "WRONG       settings: N-832" in doctor.output
    assert doctor.exit_code == 1


def test_the_list_shows_printers_queues_and_what_is_known_of_them(site: Site) -> None:
    empty = site.run("list")
    eve = site.plug_in()
    site.machine.plug_in("Canon LBP2900", "04a9:2676", CLASSIC_INTERFACES, "1-2")
    site.machine.ipp_usb.serve("Ukendt Fabrikat 1", eve.port, "ffff:0001")
    site.run("add", "--found")
    site.lab.queue("other", eve)
    connect(site.lab.socket).disablePrinter("other")

    shown = site.run("list").output

    assert empty.output == "nodboks: no printer on the USB bus\n"
    assert f"printer Example Printer (03f0:df2a) at {eve.uri}: answers; known as" in shown
    assert "tested simulator" in shown
    assert "Ukendt Fabrikat 1 (ffff:0001) at" in shown
    assert "answers; not on the list of known printers" in shown
    assert "printer Canon LBP2900 (04a9:2676): Boksen kan ikke bruge denne printer." in shown
    assert f"queue nodboks, this box's: {eve.uri}, takes jobs" in shown
    assert f"queue other: {eve.uri}, stopped" in shown


def test_a_page_that_does_not_come_is_taken_back_and_named(site: Site) -> None:
    eve = site.plug_in()
    site.run("add", "--found")
    eve.set("jam_at", 1)

    jammed = site.run("test", "--wait", "3")
    eve.cure("jam_at")
    doctor = site.run("doctor")

    assert isinstance(jammed.exception, JammedError)
    assert "blocked, 0 of 1 out N-802" in jammed.output
    last = read_test(site.state)
    assert last is not None
    assert (last.stage, last.problem) == (JobStage.CANCELLED, "N-802")
    assert "WRONG       test page: N-813" in doctor.output
    assert doctor.exit_code == 1


def test_a_printer_that_is_off_is_named_before_anything_is_printed(site: Site) -> None:
    eve = site.plug_in()
    site.run("add", "--found")
    eve.unplug()
    site.machine.unplug()

    result = site.run("test")
    doctor = site.run("doctor")

    assert isinstance(result.exception, PrinterUnreachableError)
    assert "WRONG       printer: N-806 Printeren svarer ikke." in doctor.output
    assert "hint: Tjek strøm og kabel." in doctor.output


def test_what_a_person_did_not_see_is_noted_and_ends_with_1(site: Site) -> None:
    site.plug_in()
    site.run("add", "--found")
    site.run("test")

    missing = site.run("test", "--seen", "missing")

    last = read_test(site.state)
    assert missing.exit_code == 1
    assert last is not None
    assert last.is_whole is False


def test_nothing_can_be_said_of_a_page_that_was_never_printed(site: Site) -> None:
    result = site.run("test", "--seen", "whole")

    assert result.exit_code == 2
    assert "no test page has been printed yet" in result.output


def test_a_dead_print_service_is_named_with_what_to_type(site: Site) -> None:
    site.plug_in()
    site.run("add", "--found")
    site.lab.stop_cupsd()

    listed, doctor = site.run("list"), site.run("doctor")

    assert isinstance(listed.exception, PrintServiceDownError)
    assert "printer Example Printer" in listed.output
    assert "WRONG       print service: N-807 Boksen kan ikke udskrive lige nu." in doctor.output
    assert "systemctl restart cups" in doctor.output
    assert "not checked queue" in doctor.output
    assert "ok          printer" in doctor.output


def test_a_missing_queue_is_named_with_what_to_type(site: Site) -> None:
    site.plug_in()

    doctor = site.run("doctor")

    assert "WRONG       queue: N-810 Printeren er ikke sat op i boksen." in doctor.output
    assert "hint: Tjek kablet, og prøv igen. · nodboks printer add --found" in doctor.output


def test_a_printer_that_answers_is_not_touched_and_gets_the_queue_it_missed(site: Site) -> None:
    eve = site.plug_in()

    first, second = site.run("recover"), site.run("recover")

    assert first.output.splitlines() == [
        "nodboks: the printer answers",
        f"nodboks: queue nodboks is ready: Example Printer at {eve.uri}",
    ]
    assert "was right already" in second.output


def test_the_recovery_climbs_and_leaves_the_rest_to_a_person(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printer_commands, "_SETTLE_S", 0)
    off = site.run("recover")
    site.machine.plug_in("HP LaserJet M605", "03f0:0001")
    site.machine.ipp_usb.serve("HP LaserJet M605", 0, "03f0:0001", "init: timeout")

    hangs = site.run("recover")

    assert isinstance(off.exception, NoPrinterError)
    assert isinstance(hangs.exception, UsbStuckError)
    steps = [line.removeprefix("nodboks: ") for line in hangs.output.splitlines()]
    assert [step for step in steps if ":" not in step] == [
        "ask again", "restart ipp-usb", "reset the USB port",
    ]  # fmt: skip


def test_the_result_file_holds_what_the_fleet_wants_to_know_and_no_citizen(site: Site) -> None:
    site.plug_in()
    site.run("add", "--found")
    site.run("test")

    noted = json.loads((site.state / NOTE).read_text())

    assert (noted["stage"], noted["pages"], noted["pages_out"]) == ("done", 1, 1)
    assert (noted["asked_by"], noted["is_whole"], noted["problem"]) == ("person", None, "")
    assert set(noted) == {
        "asked_at", "asked_by", "serial", "pages", "stage", "pages_out", "problem", "is_whole",
        "handle",
    }  # fmt: skip


def test_whoever_stands_at_the_box_is_asked_whether_the_page_is_whole(site: Site) -> None:
    site.plug_in()
    site.run("add", "--found")
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "appliance", "printer", "test"]
    process = subprocess.Popen(
        [*command, "--config", site.settings], stdin=terminal, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.write(master, b"y\n")

    out, asked = process.communicate(timeout=60)
    os.close(master)
    os.close(terminal)

    assert process.returncode == 0, asked
    assert "Are all 12 lines and the whole frame on the paper?" in asked
    assert ": noted as whole" in out
    last = read_test(site.state)
    assert last is not None
    assert last.is_whole


def test_the_program_ends_with_1_and_the_words_when_something_is_wrong(site: Site) -> None:
    command = [sys.executable, "-m", "appliance", "printer"]

    doctor = subprocess.run(
        [*command, "doctor", "--config", site.settings], capture_output=True, text=True, check=False
    )
    add = subprocess.run(
        [*command, "add", "--found", "--wait", "0", "--config", site.settings],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert doctor.returncode == 1
    assert add.returncode == 1
    assert add.stderr.startswith("nodboks: error N-830: Boksen kan ikke finde en printer.")
    assert "Traceback" not in doctor.stderr + add.stderr
