"""A hub in a folder beside a simulated server; time passes only when the client waits."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from appliance.clock import HeldClock
from provisioning.bulk_client.asking import Asker
from provisioning.bulk_client.bulk_server import BulkServer
from provisioning.bulk_client.export import ExportResult
from provisioning.bulk_client.fetch import FetchReport, fetch_feed
from provisioning.bulk_client.settings import (
    ExportSection,
    FeedServer,
    LimitsSection,
    LoginSection,
    ServerSection,
)
from provisioning.bulk_client.transport import Transport
from provisioning.bulk_client.waiting import Surroundings, Waiter
from tests.provisioning.feeds import lines_of, organization, patient, statement
from tests.simulators.bulk_server import CLIENT_ID, KEY_ID, SimulatedBulkServer

PATIENTS = lines_of([patient(str(number)) for number in range(40)])
MEDICINE = lines_of([statement(f"m{number}", str(number)) for number in range(40)])
UNITS = lines_of([organization()])


def pem_of(key: Any) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(scope="session")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


def write_key(path: Path, key: Any) -> Path:
    path.write_bytes(pem_of(key))
    path.chmod(0o600)
    return path


@dataclass
class Lab:
    """A simulated server, a hub's folder, and the settings that join them."""

    server: SimulatedBulkServer
    folder: Path
    clock: HeldClock
    login: LoginSection | None = None
    limits: LimitsSection = field(default_factory=LimitsSection)
    export: ExportSection = field(default_factory=ExportSection)
    trusted: tuple[str, ...] = ()
    waits: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def out(self) -> Path:
        return self.folder / "export"

    @property
    def working(self) -> Path:
        return self.folder / ".export.fetching"

    @property
    def settings(self) -> FeedServer:
        server = ServerSection(url=self.server.url, timeout_s=60, trusted_origins=self.trusted)
        return FeedServer(server, self.login, self.export, self.limits)

    @property
    def around(self) -> Surroundings:
        return Surroundings(self.clock, self.sleep, lambda: 1.0, self.told.append)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.move(timedelta(seconds=seconds))

    def log_in(self, key: Any, signs_with: Any = None) -> None:
        path = write_key(self.folder / "key.pem", signs_with or key)
        self.login = LoginSection(CLIENT_ID, path, KEY_ID)
        self.server.public_key = key.public_key()

    def run(self, **more: Any) -> FetchReport:
        return fetch_feed(self.settings, self.out, self.around, **more)

    def fetch(self, **more: Any) -> ExportResult:
        """Fetch the one export, or raise what went wrong with it."""
        (result,) = self.run(**more).results
        if result.error is not None:
            raise result.error
        return result

    def manifest(self, folder: Path | None = None) -> dict[str, Any]:
        return orjson.loads(((folder or self.out) / "manifest.json").read_bytes())

    def limit(self, **more: int) -> None:
        self.limits = replace(self.limits, **more)

    def spoken(self) -> str:
        return "\n".join(self.told)


@pytest.fixture
def server(clock: HeldClock) -> Iterator[SimulatedBulkServer]:
    bulk = SimulatedBulkServer(clock)
    bulk.files = {
        "output/Patient/0": PATIENTS,
        "output/Organization/0": UNITS,
        "output/MedicationStatement/0": MEDICINE,
    }
    with bulk.serving():
        yield bulk


@pytest.fixture
def lab(server: SimulatedBulkServer, tmp_path: Path, clock: HeldClock) -> Lab:
    return Lab(server, tmp_path, clock)


@pytest.fixture
def bulk(lab: Lab) -> Iterator[BulkServer]:
    """Give the server as the client sees it, without a login."""
    transport = Transport(lab.settings.server)
    yield BulkServer(Asker(transport, Waiter(lab.around, 3600)), None)
    transport.close()
