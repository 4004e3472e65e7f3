"""The USB bus is read as the kernel lays it out."""

from pathlib import Path

import pytest

from printers.usb_bus import UsbPrinter, is_printer, speaks_ipp, usb_printers
from tests.simulators.usb_machine import CLASSIC_INTERFACES, HP_INTERFACES, UsbMachine


def test_a_printer_is_found_by_its_class_with_name_and_device_file(machine: UsbMachine) -> None:
    machine.plug_in("HP LaserJet Pro M404dn", name="1-1.2")

    (found,) = usb_printers(machine.sysfs)

    assert found == UsbPrinter(
        "1-1.2", "03f0:df2a", "HP LaserJet Pro M404dn", True, Path("/dev/bus/usb/001/004")
    )


def test_a_keyboard_a_hub_and_an_empty_socket_are_no_printers(machine: UsbMachine) -> None:
    machine.plug_in("Logi Keyboard", "046d:c31c", ("03:01:01",), "1-1")
    machine.plug_in("Linux Hub", "1d6b:0002", ("09:00:00",), "1-2")
    (machine.sysfs / "usb1").mkdir()
    (machine.sysfs / "1-3").mkdir()

    assert usb_printers(machine.sysfs) == ()


def test_an_old_printer_prints_but_speaks_no_ipp(machine: UsbMachine) -> None:
    machine.plug_in("Brother HL-2030 series", "04f9:0027", CLASSIC_INTERFACES)

    (found,) = usb_printers(machine.sysfs)

    assert (found.make_and_model, found.speaks_ipp) == ("Brother HL-2030 series", False)


def test_hp_s_own_class_is_ipp_from_hp_only(machine: UsbMachine) -> None:
    machine.plug_in("HP LaserJet MFP M426fdn", "03f0:5a2a", HP_INTERFACES)

    (found,) = usb_printers(machine.sysfs)

    assert found.speaks_ipp
    assert not is_printer("04f9", [("ff", "09", "01")])
    assert speaks_ipp("04f9", [("07", "01", "04")])


def test_a_product_that_begins_with_its_make_says_it_once(machine: UsbMachine) -> None:
    device = machine.plug_in("HP LaserJet")
    (device / "product").write_text("HP LaserJet\n")
    other = machine.plug_in("X Y", name="1-2")
    (other / "manufacturer").unlink()

    assert [each.make_and_model for each in usb_printers(machine.sysfs)] == ["HP LaserJet", "Y"]


@pytest.mark.parametrize("missing", ["manufacturer", "product", "idVendor"])
def test_a_printer_that_is_pulled_out_while_it_is_read_breaks_nothing(
    machine: UsbMachine, missing: str
) -> None:
    device = machine.plug_in("HP LaserJet")
    (device / missing).unlink()

    (found,) = usb_printers(machine.sysfs)

    assert found.node == Path("/dev/bus/usb/001/004")


def test_a_machine_without_usb_has_no_printers(tmp_path: Path) -> None:
    assert usb_printers(tmp_path / "none") == ()
