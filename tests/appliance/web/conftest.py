"""A web with everything real behind it but the keeper, which is simulated."""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from appliance.certificates.kept import Certificate
from appliance.clock import HeldClock
from appliance.config import BoxConfig
from appliance.web.app import create_app
from appliance.web.server import build_services
from appliance.web.services import Services
from tests.simulators.box_state import (
    CARD_CODE,
    LOGIN_CODE,
    SimulatedKeeper,
    config_in,
    new_ram_folder,
    remove_ram_folder,
    town_of,
)


class _InMemory(BytecodeCache):
    """Keep compiled templates from test to test; every test has an application of its own."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES = _InMemory()
_TOKEN = re.compile(r'name="formular" value="([0-9a-f]+)"')


@dataclass
class Phone:
    """One browser: keeps its cookie and sends the form's token along, as a page would."""

    client: FlaskClient

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, buffered=True, **more)  # type: ignore[arg-type]

    def token(self) -> str:
        found = _TOKEN.search(self.get("/status").text)
        assert found is not None
        return found[1]

    def post(self, path: str, **form: str) -> TestResponse:
        return self.client.post(path, data={"formular": self.token(), **form})

    def unlock(self, code: str = CARD_CODE, initials: str = "AB") -> TestResponse:
        return self.post("/laas-op", kode=code, initialer=initials)

    def log_in(self, initials: str, code: str = LOGIN_CODE) -> TestResponse:
        return self.post("/log-ind", initialer=initials, personlig_kode=code)

    def cookie(self, name: str = "nodboks") -> str | None:
        found = self.client.get_cookie(name)
        return found.value if found else None


@dataclass
class WebBox:
    """The application and what is behind it."""

    app: Flask
    services: Services
    keeper: SimulatedKeeper
    clock: HeldClock
    config: BoxConfig
    installed: list[datetime | None] = field(default_factory=list)
    certificate: list[Certificate] = field(default_factory=list)

    def hold(self, **changes: object) -> None:
        """Change what the keeper opens next."""
        self.keeper.town = replace(self.keeper.town, **changes)  # type: ignore[arg-type]

    def phone(self) -> Phone:
        return Phone(self.app.test_client())

    def unlocked_phone(self) -> Phone:
        phone = self.phone()
        phone.unlock()
        return phone

    def logged_in(self, initials: str) -> Phone:
        if self.services.records.current() is None:
            self.keeper.open()
        phone = self.phone()
        assert phone.log_in(initials).status_code == 303
        return phone

    def print_all(self) -> None:
        """Let the desk work until nothing is left to do."""
        self.services.desk.watch.look(self.services.desk.printer)
        while self.services.desk.step():
            pass
        self.services.desk.step()


@contextlib.contextmanager
def a_web_box(
    folder: Path, clock: HeldClock, settings: Callable[[BoxConfig], BoxConfig] = lambda one: one
) -> Iterator[WebBox]:
    """Put a web together; `settings` may change what box.toml says."""
    ram = new_ram_folder()
    with web_box(clock, settings(config_in(folder, ram))) as made:
        yield made
    remove_ram_folder(ram)


@contextlib.contextmanager
def web_box(clock: Any, config: BoxConfig) -> Iterator[WebBox]:
    """Put a web together that goes by a clock; its RAM folder is the caller's."""
    keeper = SimulatedKeeper(config.records_dir, town_of(clock.now()), clock)
    installed: list[datetime | None] = [clock.now() - timedelta(minutes=55)]
    certificate = [Certificate()]
    services = replace(
        build_services(config, clock, keeper),
        installed_at=lambda: installed[0],
        certificate=lambda: certificate[0],
        neighbours=keeper.neighbours,
    )
    app = create_app(config, services)
    app.jinja_env.bytecode_cache = _TEMPLATES
    yield WebBox(app, services, keeper, clock, config, installed, certificate)
    services.desk.stop()
    services.log.stop()


@pytest.fixture
def box(clock: HeldClock, tmp_path: Path) -> Iterator[WebBox]:
    with a_web_box(tmp_path, clock) as made:
        yield made


@pytest.fixture
def phone(box: WebBox) -> Phone:
    """A phone that has just joined the hotspot of a locked box."""
    return box.phone()


@pytest.fixture
def agnes(box: WebBox) -> Phone:
    """The nurse of Afsnit Syd, logged in with her own code."""
    return box.logged_in("AGN")
