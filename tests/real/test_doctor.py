"""The doctor on a real cupsd and a simulated printer: each fault is named, and only that."""

from collections.abc import Iterator

import pytest

from printers.cups_printer import CupsPrinter, connect
from printers.doctor import diagnose, wrong
from printers.examination import Site, examine
from printers.findings import Verdict
from printers.reasons import PrinterReason
from tests.real.job_steps import NEEDS_CUPS, QUEUE, job, wait_for_reason
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.usb_machine import CLASSIC_INTERFACES, UsbMachine

pytestmark = NEEDS_CUPS
# What CUPS needs to hear before it makes a queue, on American paper.
ONLY_LETTER = """\
ATTR text printer-make-and-model "Example Printer"
ATTR keyword media-supported na_letter_8.5x11in
ATTR keyword media-default na_letter_8.5x11in
ATTR keyword media-ready na_letter_8.5x11in
ATTR collection media-col-database {
    MEMBER collection media-size {
        MEMBER integer x-dimension 21590
        MEMBER integer y-dimension 27940
    }
    MEMBER integer media-top-margin 423
    MEMBER integer media-bottom-margin 423
    MEMBER integer media-left-margin 423
    MEMBER integer media-right-margin 423
}
ATTR resolution printer-resolution-supported 600dpi
ATTR resolution printer-resolution-default 600dpi
ATTR keyword pwg-raster-document-type-supported black_1,sgray_8
ATTR resolution pwg-raster-document-resolution-supported 600dpi
ATTR keyword pwg-raster-document-sheet-back normal
ATTR keyword urf-supported CP1,W8,RS600,V1.4
ATTR keyword print-color-mode-supported monochrome
"""


@pytest.fixture
def machine(lab: CupsLab) -> Iterator[UsbMachine]:
    assert lab.cupsd is not None
    with UsbMachine() as made:
        yield made


@pytest.fixture
def plugged(machine: UsbMachine, eve: LabPrinter) -> UsbMachine:
    """Have the lab's printer on the bus, served by ipp-usb on its port."""
    machine.plug_in("Example Printer", "0001:0001")
    machine.ipp_usb.serve("Example Printer", eve.port, "0001:0001")
    machine.ipp_usb.start()
    return machine


def found_wrong(lab: CupsLab, machine: UsbMachine) -> dict[str, PrinterReason]:
    findings = diagnose(examine(Site(QUEUE, lab.socket, machine.around)))
    return {each.check: each.reason for each in wrong(findings) if each.reason is not None}


def test_a_healthy_printer_has_nothing_wrong_and_everything_is_checked(
    lab: CupsLab, plugged: UsbMachine
) -> None:
    findings = diagnose(examine(Site(QUEUE, lab.socket, plugged.around)))

    assert {each.verdict for each in findings} == {Verdict.OK}
    told = {each.check: each.detail for each in findings}
    assert told["a4"] == "taken"
    assert told["duplex"] == "yes"
    assert told["driver"] == "none needed: IPP Everywhere"
    assert told["model"].startswith("Example Printer: tested simulator")
    assert told["ipp-usb"] == "runs"


def test_an_unplugged_printer_is_unreachable(
    lab: CupsLab, plugged: UsbMachine, eve: LabPrinter
) -> None:
    eve.unplug()
    plugged.unplug()

    assert found_wrong(lab, plugged) == {"printer": PrinterReason.UNREACHABLE}


def test_a_printer_ipp_usb_lost_is_stuck(
    lab: CupsLab, plugged: UsbMachine, eve: LabPrinter
) -> None:
    eve.unplug()

    found = found_wrong(lab, plugged)

    assert found == {
        "printer": PrinterReason.UNREACHABLE,
        "ipp-usb": PrinterReason.USB_STUCK,
    }


@pytest.mark.parametrize(
    ("control", "reason"),
    [
        ("jam_at", PrinterReason.JAM),
        ("empty_at", PrinterReason.PAPER),
        ("door_at", PrinterReason.DOOR),
        ("toner_at", PrinterReason.TONER),
    ],
)
def test_what_stops_the_paper_is_named_by_the_printer_itself(
    lab: CupsLab, plugged: UsbMachine, eve: LabPrinter, control: str, reason: PrinterReason
) -> None:
    eve.set(control, 1)
    printer = CupsPrinter(QUEUE, lab.socket)
    handle = printer.submit(job(1))
    wait_for_reason(printer, handle, reason)

    found = found_wrong(lab, plugged)
    printer.cancel(handle)
    eve.cure(control)

    assert found == {"paper and toner": reason}


def test_a_paused_queue_is_stopped(lab: CupsLab, plugged: UsbMachine) -> None:
    connect(lab.socket).disablePrinter(QUEUE)

    assert found_wrong(lab, plugged) == {"queue": PrinterReason.STOPPED}


def test_a_missing_queue_is_named_and_the_printer_judged_all_the_same(
    lab: CupsLab, plugged: UsbMachine
) -> None:
    connect(lab.socket).deletePrinter(QUEUE)

    findings = diagnose(examine(Site(QUEUE, lab.socket, plugged.around)))

    assert [each.reason for each in wrong(findings)] == [PrinterReason.QUEUE_MISSING]
    assert {each.check for each in findings if each.verdict is Verdict.NOT_CHECKED} == {"driver"}


def test_a_dead_print_service_hides_nothing_of_the_printer(
    lab: CupsLab, plugged: UsbMachine
) -> None:
    lab.stop_cupsd()

    findings = diagnose(examine(Site(QUEUE, lab.socket, plugged.around)))

    assert [each.reason for each in wrong(findings)] == [PrinterReason.SERVICE_DOWN]
    told = {each.check: each.verdict for each in findings}
    assert (told["printer"], told["a4"]) == (Verdict.OK, Verdict.OK)
    assert (told["queue"], told["driver"]) == (Verdict.NOT_CHECKED, Verdict.NOT_CHECKED)


def test_a_printer_without_a4_is_named(lab: CupsLab, machine: UsbMachine) -> None:
    american = lab.add_printer("american", description=ONLY_LETTER)
    lab.queue(QUEUE, american)

    assert found_wrong(lab, machine) == {"a4": PrinterReason.MEDIA}


def test_a_raw_queue_is_set_up_wrongly(lab: CupsLab, eve: LabPrinter, machine: UsbMachine) -> None:
    connection = connect(lab.socket)
    connection.deletePrinter(QUEUE)
    connection.addPrinter(QUEUE, device=eve.uri)
    connection.enablePrinter(QUEUE)
    connection.acceptJobs(QUEUE)

    assert found_wrong(lab, machine) == {"driver": PrinterReason.WRONG_SETUP}


def test_an_old_printer_on_the_bus_is_unsupported(lab: CupsLab, machine: UsbMachine) -> None:
    machine.plug_in("Canon LBP2900", "04a9:2676", CLASSIC_INTERFACES)

    found = found_wrong(lab, machine)

    assert found == {
        "queue": PrinterReason.QUEUE_MISSING,
        "printer": PrinterReason.UNSUPPORTED,
        "model": PrinterReason.UNSUPPORTED,
    }


def test_documents_left_in_the_spool_are_told_and_those_of_a_job_are_not(
    lab: CupsLab, plugged: UsbMachine, eve: LabPrinter
) -> None:
    (plugged.spool / "d00001-001").touch()
    left = found_wrong(lab, plugged)
    eve.set("jam_at", 1)
    printer = CupsPrinter(QUEUE, lab.socket)
    handle = printer.submit(job(1))
    wait_for_reason(printer, handle, PrinterReason.JAM)

    during = found_wrong(lab, plugged)
    printer.cancel(handle)
    eve.cure("jam_at")

    assert left == {"spool": PrinterReason.WRONG_SETUP}
    assert during == {"paper and toner": PrinterReason.JAM}
