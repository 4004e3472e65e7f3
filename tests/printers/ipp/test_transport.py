import socket
import time

import pytest

from printers.ipp.errors import (
    IppBusyError,
    IppFormatError,
    IppHttpError,
    IppHungUpError,
    IppUnreachableError,
)
from printers.ipp.transport import MOST_BYTES, Address, Patience, _is_this_machine, post
from tests.simulators.ipp_stranger import HANG_UP, SILENCE, Drip, IppStranger, ok
from tests.simulators.lab_tools import free_port

HURRY = Patience(connect_s=0.3, answer_s=0.3, upload_s=0.3)


def send(stranger: IppStranger, document: bytes = b"") -> bytes:
    address = Address.of(stranger.uri)
    assert address is not None
    return post(address, b"question", document, stranger.patience)


@pytest.mark.parametrize(
    ("uri", "printer_uri"),
    [
        ("ipp://localhost:60000/ipp/print", "ipp://localhost:60000/ipp/print"),
        ("http://localhost:60000/ipp/print", "ipp://localhost:60000/ipp/print"),
        ("ipp://printer.local/ipp/print?waitjob=false", "ipp://printer.local:631/ipp/print"),
        ("http://10.0.0.7", "ipp://10.0.0.7:80/"),
        ("ipp://bent:secret@[::1]:631/ipp/print", "ipp://[::1]:631/ipp/print"),
    ],
)
def test_address_becomes_the_name_the_printer_goes_by(uri: str, printer_uri: str) -> None:
    address = Address.of(uri)

    assert address is not None
    assert address.printer_uri == printer_uri


@pytest.mark.parametrize(
    "uri",
    [
        "ipps://printer.local/ipp/print",
        "usb://Brother/HL-L2375DW",
        "file:///dev/null",
        "ipp:///no-host",
        "ipp://printer:port/ipp/print",
        "ipp://[broken/ipp/print",
        "ipp://printer/køkken",
        "ipp://printer/a b\n",
    ],
)
def test_address_that_cannot_be_spoken_to_is_none(uri: str) -> None:
    assert Address.of(uri) is None


def test_question_and_document_arrive_as_one_body() -> None:
    document = b"%PDF-" + bytes(200_000)

    with IppStranger([ok(b"answer")]) as stranger:
        answer = send(stranger, document)

    assert answer == b"answer"
    assert stranger.requests == [b"question" + document]


def test_nobody_there_is_unreachable() -> None:
    nobody = Address("localhost", free_port(), "/")

    with pytest.raises(IppUnreachableError, match="refused"):
        post(nobody, b"", b"", HURRY)


@pytest.mark.parametrize("host", ["no-such-printer.invalid", "a" * 70 + ".invalid"])
def test_name_that_leads_nowhere_is_unreachable(host: str) -> None:
    with pytest.raises(IppUnreachableError):
        post(Address(host, 631, "/"), b"", b"", HURRY)


def test_full_doorstep_on_this_machine_is_busy_and_not_gone() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        waiting = []
        for _ in range(3):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(address)

        with pytest.raises(IppBusyError, match="does not take"):
            post(Address("127.0.0.1", address[1], "/"), b"", b"", HURRY)

        for each in waiting:
            each.close()


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("10.0.0.7", False), ("eve", False)],
)
def test_only_loopback_is_this_machine(host: str, *, expected: bool) -> None:
    assert _is_this_machine(host) is expected


def test_silence_is_busy_and_not_gone() -> None:
    with IppStranger([SILENCE]) as stranger, pytest.raises(IppBusyError, match="in time"):
        send(stranger)


def test_dripping_answer_ends_with_the_patience() -> None:
    started_s = time.monotonic()

    with (
        IppStranger([Drip(ok(b"x" * 1000), 0.05)]) as stranger,
        pytest.raises(IppBusyError),
    ):
        send(stranger)

    assert time.monotonic() - started_s < 30  # all of it takes 50 s


def test_reading_begun_after_the_deadline_is_busy() -> None:
    with IppStranger([ok(b"late")]) as stranger:
        address = Address.of(stranger.uri)
        assert address is not None

        with pytest.raises(IppBusyError):
            post(address, b"question", b"", Patience(answer_s=-1))


@pytest.mark.parametrize("status", ["503 Service Unavailable", "429 Too Many Requests"])
def test_not_now_is_busy(status: str) -> None:
    with IppStranger([ok(b"", status)]) as stranger, pytest.raises(IppBusyError, match=status[:3]):
        send(stranger)


def test_hanging_up_is_unreachable() -> None:
    with IppStranger([HANG_UP]) as stranger, pytest.raises(IppHungUpError, match="hung up"):
        send(stranger)


def test_refusal_before_the_document_was_heard_out_is_read() -> None:
    document = bytes(20_000_000)

    with (
        IppStranger([ok(b"", "403 Forbidden")], is_deaf=True) as stranger,
        pytest.raises((IppHttpError, IppUnreachableError)),
    ):
        send(stranger, document)


def test_web_page_is_no_printer() -> None:
    with (
        IppStranger([ok(b"<html>", "404 Not Found")]) as stranger,
        pytest.raises(IppHttpError) as caught,
    ):
        send(stranger)

    assert caught.value.http_status == 404


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 two hundred\r\n\r\n"])
def test_what_speaks_no_http_is_named(answer: bytes) -> None:
    with (
        IppStranger([answer]) as stranger,
        pytest.raises((IppFormatError, IppUnreachableError)),
    ):
        send(stranger)


def test_endless_answer_is_cut_off() -> None:
    with (
        IppStranger([ok(bytes(MOST_BYTES + 10))]) as stranger,
        pytest.raises(IppFormatError, match="more than"),
    ):
        send(stranger)
