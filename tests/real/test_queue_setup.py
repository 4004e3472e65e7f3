"""The queue goes to the printer that is there, and stays where it is right."""

from collections.abc import Iterator

import pytest

from printers.cups_printer import CupsPrinter, connect
from printers.cups_queues import queues, usb_devices
from printers.discovery import look
from printers.errors import NoPrinterError, PrinterUnreachableError, UnsupportedPrinterError
from printers.known_models import load_models
from printers.models import JobStage
from printers.queue_setup import address_of, set_up, wait_for_printer
from tests.real.job_steps import NEEDS_CUPS, QUEUE, job, wait_until_over
from tests.simulators.cups_lab import CupsLab
from tests.simulators.usb_machine import CLASSIC_INTERFACES, UsbMachine

pytestmark = NEEDS_CUPS
MODELS = load_models()


@pytest.fixture
def machine() -> Iterator[UsbMachine]:
    with UsbMachine() as made:
        made.ipp_usb.start()
        yield made


def test_a_printer_that_was_plugged_in_gets_the_queue_and_prints(
    lab: CupsLab, machine: UsbMachine
) -> None:
    eve = lab.add_printer("eve")
    machine.plug_in("Example Printer")
    machine.ipp_usb.serve("Example Printer", eve.port)

    found = wait_for_printer(lambda: look(machine.places), MODELS, "", wait_s=5)
    made = set_up(connect(lab.socket), QUEUE, found)
    printer = CupsPrinter(QUEUE, lab.socket)

    assert (made.uri, made.was_right) == (f"ipp://localhost:{eve.port}/ipp/print", False)
    assert wait_until_over(printer, printer.submit(job(2))).stage is JobStage.DONE


def test_a_queue_that_is_right_is_only_started_again(lab: CupsLab, machine: UsbMachine) -> None:
    eve = lab.add_printer("eve")
    machine.ipp_usb.serve("Example Printer", eve.port)
    connection = connect(lab.socket)
    (found,) = look(machine.places).printers
    set_up(connection, QUEUE, found)
    connection.disablePrinter(QUEUE)

    again = set_up(connection, QUEUE, found)

    (queue,) = queues(connection)
    assert again.was_right
    assert (queue.is_stopped, queue.is_driverless) == (False, True)
    assert queue.uri == found.uri


def test_a_new_printer_in_its_place_takes_the_queue_over(lab: CupsLab, machine: UsbMachine) -> None:
    old, new = lab.add_printer("old"), lab.add_printer("new")
    connection = connect(lab.socket)
    lab.queue(QUEUE, old)
    old.unplug()
    machine.ipp_usb.serve("Example Printer", new.port)

    before = address_of(connection, QUEUE)
    found = wait_for_printer(lambda: look(machine.places), MODELS, before, wait_s=0)
    set_up(connection, QUEUE, found)

    assert str(old.port) in before
    assert str(new.port) in address_of(connection, QUEUE)
    printer = CupsPrinter(QUEUE, lab.socket)
    assert wait_until_over(printer, printer.submit(job(1))).stage is JobStage.DONE
    assert new.words() == ["Side 1 af 1"]


def test_a_printer_that_wakes_up_slowly_is_waited_for(lab: CupsLab, machine: UsbMachine) -> None:
    eve = lab.add_printer("eve")
    looks = []

    def looking() -> object:
        looks.append(1)
        if len(looks) == 2:
            machine.ipp_usb.serve("Example Printer", eve.port)
        return look(machine.places)

    found = wait_for_printer(looking, MODELS, "", wait_s=20)

    assert found.answers
    assert len(looks) == 2


def test_no_printer_is_told_after_the_wait_and_a_useless_one_at_once(machine: UsbMachine) -> None:
    with pytest.raises(NoPrinterError):
        wait_for_printer(lambda: look(machine.places), MODELS, "", wait_s=0.1)

    machine.plug_in("Canon LBP2900", interfaces=CLASSIC_INTERFACES)

    with pytest.raises(UnsupportedPrinterError):
        wait_for_printer(lambda: look(machine.places), MODELS, "", wait_s=600)


def test_a_printer_that_leaves_before_its_queue_is_made_leaves_no_queue(
    lab: CupsLab, machine: UsbMachine
) -> None:
    eve = lab.add_printer("eve")
    machine.ipp_usb.serve("Example Printer", eve.port)
    (found,) = look(machine.places).printers
    eve.unplug()

    with pytest.raises(PrinterUnreachableError):
        set_up(connect(lab.socket), QUEUE, found)

    assert queues(connect(lab.socket)) == ()
    assert address_of(connect(lab.socket), QUEUE) == ""


def test_a_print_service_that_cannot_look_at_usb_has_no_devices(lab: CupsLab) -> None:
    found = usb_devices(connect(lab.socket))

    assert found == ()  # nothing is plugged in, or only cups-daemon is installed
