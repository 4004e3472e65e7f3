"""Which printer the queue gets, and in which words none of them will do."""

from dataclasses import replace

import pytest

from printers.discovery import Attached, FoundPrinter, Places, choose, gathered, look
from printers.errors import NoPrinterError, UnsupportedPrinterError, UsbStuckError
from printers.ipp_usb import IppUsbPrinter
from printers.known_models import load_models
from tests.simulators.usb_machine import CLASSIC_INTERFACES, UsbMachine

MODELS = load_models()
M404 = "HP LaserJet Pro M404dn"
GOOD = FoundPrinter(M404, "03f0:df2a", "ipp://localhost:60000/ipp/print", answers=True)
SECOND = replace(GOOD, uri="ipp://localhost:60001/ipp/print")


def all_answer(_: str) -> bool:
    return True


def none_answer(_: str) -> bool:
    return False


def test_a_printer_served_by_ipp_usb_and_answering_is_found_once(machine: UsbMachine) -> None:
    machine.plug_in(M404)
    machine.ipp_usb.serve(M404, 60000)
    machine.ipp_usb.start()

    assert look(machine.places, all_answer) == Attached((GOOD,), is_ipp_usb_running=True)


def test_a_port_that_is_quiet_though_ipp_usb_calls_it_up_is_stuck(machine: UsbMachine) -> None:
    machine.plug_in(M404)
    machine.ipp_usb.serve(M404, 60000)
    machine.ipp_usb.start()

    (found,) = look(machine.places, none_answer).printers

    assert found == replace(GOOD, answers=False, problem="the port is quiet")


def test_a_printer_plugged_in_while_ipp_usb_is_down_is_seen(machine: UsbMachine) -> None:
    machine.plug_in(M404)

    seen = look(machine.places, none_answer)

    assert seen == Attached((FoundPrinter(M404, "03f0:df2a"),), is_ipp_usb_running=False)


def test_an_ipp_usb_that_cannot_be_asked_is_believed_by_its_ports(machine: UsbMachine) -> None:
    machine.plug_in(M404)
    state = f"; {M404} serial=X\n[device]\nhttp-port = 60000\n"
    (machine.states / "03f0-df2a-X.state").write_text(state)

    here, gone = look(machine.places, all_answer), look(machine.places, none_answer)

    assert here == Attached((GOOD,), is_ipp_usb_running=True)
    assert gone == Attached((FoundPrinter(M404, "03f0:df2a"),), is_ipp_usb_running=False)


def test_a_printer_remembered_from_another_day_is_no_printer() -> None:
    remembered = IppUsbPrinter(60007, "04f9:0001", "Brother HL-L5100DN series")

    assert gathered((), (remembered,), none_answer) == ()


def test_the_queue_keeps_its_printer_and_else_gets_the_first() -> None:
    both = (GOOD, SECOND)

    assert choose(both, MODELS) is GOOD
    assert choose(both, MODELS, SECOND.uri) is SECOND
    assert choose(both, MODELS, "ipp://localhost:60009/ipp/print") is GOOD


def test_a_printer_nobody_knows_is_used_when_it_answers() -> None:
    stranger = replace(GOOD, make_and_model="Ukendt Fabrikat 1", usb_id="ffff:0001")

    assert choose((stranger,), MODELS) is stranger


def test_a_label_printer_is_never_chosen_before_one_with_a4() -> None:
    labels = replace(GOOD, make_and_model="Brother QL-810W")

    assert choose((labels, SECOND), MODELS) is SECOND
    with pytest.raises(UnsupportedPrinterError, match="Det er en labelprinter"):
        choose((labels,), MODELS)


def test_nothing_plugged_in_is_said_to_be_so() -> None:
    with pytest.raises(NoPrinterError) as caught:
        choose((), MODELS)

    assert caught.value.next_step == "Sæt USB-kablet i, og tænd printeren."


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("Canon LBP2900", "Canon har intet program"),
        ("Brother HL-2030 series", "printer-driver-brlaser"),
        ("Ukendt Fabrikat 1", "no driver is known"),
        ("HP LaserJet Pro M404dn", "no driver is known"),
    ],
)
def test_a_printer_without_ipp_is_refused_with_what_to_do(
    machine: UsbMachine, model: str, told: str
) -> None:
    machine.plug_in(model, "0001:0001", CLASSIC_INTERFACES)

    with pytest.raises(UnsupportedPrinterError, match=told):
        choose(look(machine.places).printers, MODELS)


def test_a_printer_that_hangs_is_told_before_one_that_never_works() -> None:
    never = FoundPrinter("Canon LBP2900", "04a9:2676", speaks_ipp=False)
    hangs = FoundPrinter(M404, "03f0:df2a", problem="init timeout")

    with pytest.raises(UsbStuckError, match="init timeout"):
        choose((never, hangs), MODELS)


def test_a_printer_waiting_for_ipp_usb_is_said_to_be_unserved() -> None:
    with pytest.raises(UsbStuckError, match="ipp-usb does not serve it"):
        choose((FoundPrinter("", "03f0:df2a"),), MODELS)


def test_by_itself_it_looks_at_the_machine_s_own_places() -> None:
    own = Places()

    assert str(own.sysfs) == "/sys/bus/usb/devices"
    assert str(own.control) == "/var/ipp-usb/ctrl"
    assert str(own.states) == "/var/ipp-usb/dev"
