"""A printer that says nothing is told apart: gone, or there and silent."""

import socket

from printers.asking import ask
from printers.ipp.transport import Patience
from tests.simulators.lab_tools import free_port

SHORT = Patience(connect_s=0.2, answer_s=0.2)


def test_nobody_at_the_address_is_gone() -> None:
    said = ask(f"ipp://127.0.0.1:{free_port()}/ipp/print", SHORT)

    assert (said.has_answered, said.is_gone) == (False, True)


def test_somebody_who_never_answers_is_silent_and_not_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        said = ask(f"ipp://127.0.0.1:{listener.getsockname()[1]}/ipp/print", SHORT)

    assert (said.has_answered, said.is_gone) == (False, False)
    assert said.silence


def test_an_address_that_is_no_ipp_is_gone() -> None:
    assert ask("usb://Brother/HL-2030").is_gone
