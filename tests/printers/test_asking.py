"""A printer that says nothing has a reason for it, and takes no longer than it is given."""

import socket

import pytest

from printers.asking import ask
from printers.ipp.transport import Patience
from tests.simulators.ipp_stranger import IppStranger, ok, reply
from tests.simulators.ipp_words import HEALTHY
from tests.simulators.lab_tools import free_port

SHORT = Patience(connect_s=0.2, answer_s=0.2)


def test_what_a_printer_says_of_itself_is_told_in_our_words() -> None:
    with IppStranger([reply(HEALTHY)]) as stranger:
        said = ask(stranger.uri, stranger.patience)

    assert said.has_answered
    assert (said.media, said.sides) == (("iso_a4_210x297mm",), ("one-sided",))
    assert (said.formats, said.reasons) == (("application/pdf",), ())


def test_an_answer_that_is_no_ipp_is_silence() -> None:
    with IppStranger([ok(b"<html>")]) as stranger:
        assert not ask(stranger.uri, stranger.patience).has_answered


def test_nobody_at_the_address_is_silence_with_its_reason() -> None:
    said = ask(f"ipp://127.0.0.1:{free_port()}/ipp/print", SHORT)

    assert (said.has_answered, said.is_askable) == (False, True)
    assert "127.0.0.1" in said.silence


def test_somebody_who_never_answers_is_silent_within_the_given_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        said = ask(f"ipp://127.0.0.1:{listener.getsockname()[1]}/ipp/print", SHORT)

    assert not said.has_answered
    assert "in time" in said.silence


@pytest.mark.parametrize("uri", ["usb://Brother/HL-2030", "ipps://printer.example/ipp/print"])
def test_an_address_that_takes_cups_to_speak_to_is_not_asked(uri: str) -> None:
    said = ask(uri)

    assert (said.has_answered, said.is_askable) == (False, False)
    assert said.silence == f"{uri} cannot be asked directly"
