"""The journal of a box on a held clock."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.outage.journal import (
    OutageJournal,
)
from tests.appliance.outage.care_systems import CareSystem
from tests.appliance.outage.nights import opened
from tests.simulators.loopback import LoopbackServer


@pytest.fixture
def journal(tmp_path: Path, clock: HeldClock) -> OutageJournal:
    return opened(tmp_path, clock)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    made = LoopbackServer(CareSystem)
    made._server.closing = made.closing  # type: ignore[attr-defined]
    with made.serving():
        yield made


@pytest.fixture
def closed() -> str:
    """An address of this machine where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{one.getsockname()[1]}"
