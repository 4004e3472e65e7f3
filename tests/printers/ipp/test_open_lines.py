import socket
from pathlib import Path

import pytest

from printers.ipp.open_lines import has_line_to
from tests.simulators.lab_tools import free_port


@pytest.mark.parametrize(
    ("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_line_is_seen_while_it_stands(family: socket.AddressFamily, host: str) -> None:
    try:
        listener = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    port = listener.getsockname()[1]

    with listener, socket.create_connection((host, port)):
        during = has_line_to(host, port)

    assert during
    assert not has_line_to(host, port)


def test_listener_without_a_caller_is_no_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert not has_line_to("localhost", listener.getsockname()[1])


def test_name_that_leads_nowhere_has_no_line() -> None:
    assert not has_line_to("no-such-printer.invalid", 631)
    assert not has_line_to("a" * 70 + ".invalid", 631)


def test_machine_without_the_kernels_table_has_no_line(tmp_path: Path) -> None:
    assert not has_line_to("localhost", free_port(), (tmp_path / "missing",))
