"""What ipp-usb says is read as it is written, and a silent or broken one is no printer."""

import os
import socket
import threading
from pathlib import Path

import pytest

from printers import ipp_usb
from printers.ipp_usb import IppUsbPrinter, ask_status, parse_state, parse_status, read_states
from tests.simulators.usb_machine import UsbMachine

# As ipp-usb's devstate.go writes it.
STATE = """; HP LaserJet Pro M404dn serial=PHB1234567
[device]
http-port       = 60002
dns-sd-name     = "HP LaserJet Pro M404dn"
dns-sd-override = ""
"""
NAME = "03f0-df2a-PHB1234567-HP-LaserJet-Pro-M404dn.state"
M404 = IppUsbPrinter(60002, "03f0:df2a", "HP LaserJet Pro M404dn")


def test_status_tells_port_model_and_what_is_wrong(machine: UsbMachine) -> None:
    machine.ipp_usb.serve("HP LaserJet Pro M404dn", 60002)
    machine.ipp_usb.serve("Xerox B210", 0, "0924:42ea", 'Get "http://x": timeout')

    good, bad = parse_status(machine.ipp_usb.text())

    assert good == IppUsbPrinter(60002, "03f0:df2a", "HP LaserJet Pro M404dn", "OK")
    assert (good.uri, good.is_served) == ("ipp://localhost:60002/ipp/print", True)
    assert bad == IppUsbPrinter(0, "0924:42ea", "Xerox B210", 'Get "http://x": timeout')
    assert not bad.is_served


@pytest.mark.parametrize(
    "text",
    ["", "ipp-usb daemon: running\nipp-usb devices: not found\n", "      status: OK\n", "\0" * 99],
)
def test_status_without_printers_is_empty(text: str) -> None:
    assert parse_status(text) == ()


def test_state_file_keeps_the_port_of_a_printer() -> None:
    assert parse_state(NAME, STATE) == M404


@pytest.mark.parametrize("port", ["0", "65536", "sixty", "", "999999"])
def test_state_file_without_a_possible_port_is_no_printer(port: str) -> None:
    assert parse_state(NAME, STATE.replace("60002", port)) is None


def test_state_file_with_another_name_and_no_comment_still_has_its_port() -> None:
    found = parse_state("odd.state", "[device]\nhttp-port = 60005\n")

    assert found == IppUsbPrinter(60005, "", "")


def test_states_are_read_by_port_and_unreadable_ones_left_out(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(STATE)
    (tmp_path / "04f9-0001-X.state").write_text("[device]\nhttp-port = 60001\n")
    (tmp_path / "cut.state").write_bytes(b"\xff\xfe[dev")
    (tmp_path / "folder.state").mkdir()

    found = read_states(tmp_path)

    assert [each.port for each in found] == [60001, 60002]


def test_a_machine_that_never_had_ipp_usb_has_no_states(tmp_path: Path) -> None:
    assert read_states(tmp_path / "none") == ()


def test_a_running_ipp_usb_answers_with_its_status(machine: UsbMachine) -> None:
    machine.ipp_usb.serve("HP LaserJet Pro M404dn", 60002)
    machine.ipp_usb.start()

    assert ask_status(machine.ipp_usb.path) == machine.ipp_usb.text()


def test_an_ipp_usb_that_is_not_there_stopped_or_refuses_says_nothing(machine: UsbMachine) -> None:
    never = ask_status(machine.ipp_usb.path)
    machine.ipp_usb.start()
    machine.ipp_usb.http_status = 500
    refusing = ask_status(machine.ipp_usb.path)
    machine.ipp_usb.stop()
    stopped = ask_status(machine.ipp_usb.path)

    assert (never, refusing, stopped) == (None, None, None)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut", b"?"])
def test_an_answer_cut_short_is_none(
    machine: UsbMachine, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ipp_usb, "_ANSWER_WITHIN_S", 0.2)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(machine.ipp_usb.path))
        listener.listen()

        def hang_up() -> None:
            line, _ = listener.accept()
            line.recv(4096)
            line.sendall(answer)
            line.close()

        server = threading.Thread(target=hang_up)
        server.start()

        assert ask_status(machine.ipp_usb.path) is None
        server.join()
