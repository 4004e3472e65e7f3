"""The care system falls silent: the worker sees it, the web begins the outage, a person ends it.

Real programs, a real server on loopback that is stopped in the middle.
"""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from appliance.outage.probe_status import Probed, read_probes
from appliance.outage_settings import OutageSection
from tests.journeys.later_web import LaterWeb, later_web
from tests.journeys.phone import Phone, plain
from tests.simulators.loopback import LoopbackServer
from tests.waiting import eventually

pytestmark = pytest.mark.slow


class CareSystem(BaseHTTPRequestHandler):
    """Answers everybody that they should log in."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def watched_by(night: LaterWeb) -> Iterator[None]:
    """Run the real worker of the box until the block ends."""
    command = [sys.executable, "-m", "appliance", "worker", "--config", str(night.web.config_path)]
    with (night.path.parent / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield
    finally:
        worker.terminate()
        assert worker.wait(90) == 0


def is_seen(night: LaterWeb, *, is_up: bool) -> Callable[[], bool]:
    def look() -> bool:
        status = read_probes(night.web.config.box.state_dir)
        seen = status.of(Probed.CARE_SYSTEM) if status else None
        return seen is not None and seen.is_up is is_up

    return look


@pytest.mark.parametrize("start", ["auto", "suggest"])
def test_a_care_system_that_falls_silent_is_seen(tmp_path: Path, start: str) -> None:
    server = LoopbackServer(CareSystem)
    with contextlib.ExitStack() as opened:
        serving = opened.enter_context(contextlib.ExitStack())
        serving.enter_context(server.serving())
        outage = OutageSection(start, f"{server.origin}/", probe_every_s=10, down_after_min=1)
        night = opened.enter_context(
            later_web(tmp_path, lambda config: replace(config, outage=outage))
        )
        opened.enter_context(watched_by(night))
        phone = Phone(night.web.address)
        eventually(is_seen(night, is_up=True))
        assert "Normal drift. Omsorgssystemet svarer." in plain(phone.open("/indsatsplan"))

        serving.close()
        eventually(is_seen(night, is_up=False))
        assert "Nøddrift siden" not in plain(phone.open("/status"))
        night.move(minutes=2)

        if start == "suggest":
            page = plain(phone.open("/indsatsplan"))
            assert "Omsorgssystemet har ikke svaret siden" in page
            assert "Nøddrift siden" not in page
            return
        eventually(lambda: "Nøddrift siden" in plain(phone.open("/status")))
        assert "Omsorgssystemet" in plain(phone.open("/indsatsplan/log"))
        phone.open("/indsatsplan/slut")
        phone.submit("/indsatsplan/slut", initialer="ab")
        night.web.kill()
        night.web.start()
        night.move(minutes=5)
        for _ in range(5):  # the box looks once a second
            time.sleep(0.5)
            assert "Nøddrift siden" not in plain(phone.open("/status"))
