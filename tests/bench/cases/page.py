"""One citizen's medication list as a page, through the whole application."""

import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import copyfile

from tests.bench.harness import Case, Goal, Work
from tests.bench.stage import busiest_citizen

_TOKEN = re.compile(r'name="formular" value="([0-9a-f]+)"')


@dataclass(frozen=True)
class StagedTown:
    """The staged snapshot, as the simulated keeper asks for it."""

    records: Path
    as_of: datetime

    def write(self, path: Path) -> None:
        """Put the snapshot where the keeper would have opened it."""
        copyfile(self.records, path)


def with_the_application(folder: Path) -> Work:
    """Guards, session, four reads of the record, template, headers."""
    from appliance.clock import HeldClock
    from appliance.demo.town import DEFAULT_NIGHT
    from appliance.web.app import create_app
    from appliance.web.server import build_services
    from tests.simulators.box_state import CARD_CODE, SimulatedKeeper, config_in

    room = tempfile.TemporaryDirectory(dir="/dev/shm")
    clock = HeldClock(DEFAULT_NIGHT)
    config = config_in(folder, Path(room.name))
    town = StagedTown(folder / "records.db", clock.now())
    keeper = SimulatedKeeper(config.records_dir, town, clock)  # type: ignore[arg-type]
    app = create_app(config, build_services(config, clock, keeper))
    client = app.test_client()
    token = _TOKEN.search(client.get("/status").text)
    assert token is not None
    form = {"formular": token[1], "kode": CARD_CODE, "initialer": "AHO"}
    client.post("/laas-op", data=form)
    address = f"/borgere/{busiest_citizen(folder).id}/medicin"

    def get() -> object:
        page = client.get(address)
        assert page.status_code == 200, page.status
        return page, room

    return get


def with_plain_flask(folder: Path) -> Work:
    """Say hello."""
    from flask import Flask

    app = Flask(str(folder.name))
    app.add_url_rule("/", view_func=lambda: "hello")
    client = app.test_client()
    return lambda: client.get("/")


CASES = (
    Case(
        "page",
        "Flask hello",
        "the framework's own cost of a request; the rest is the page with the longest list",
        with_the_application,
        with_plain_flask,
        time_goal=Goal(25, is_ratio=False),
        memory_goal=Goal(3),
        calls=20,
    ),
)
