"""A hub in a folder: keys, a fleet of two boxes, and what their boxes would see."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import tomli_w

from appliance import crypto
from appliance.clock import Clock
from appliance.records.store import RecordStore
from appliance.snapshot.manifest import Manifest
from appliance.snapshot.unsealing import unseal
from provisioning.fleet import load_fleet
from provisioning.night_report import NightReport
from provisioning.publish import PublishOrder, publish
from provisioning.repository import BoxRepository
from provisioning.signing import create_trust, load_trust
from tests.provisioning.feeds import organization, patient, statement, write_feed


@dataclass
class Hub:
    """A municipality's hub with the boxes `boks-a` (unit a) and `boks-b` (unit b)."""

    folder: Path
    clock: Clock
    identities: dict[str, str] = field(default_factory=dict)

    @property
    def feed(self) -> Path:
        return self.folder / "feed"

    @property
    def public(self) -> Path:
        return self.folder / "public"

    @property
    def fleet(self) -> Path:
        return self.folder / "fleet.toml"

    def write_fleet(self, **units: list[str]) -> None:
        boxes = []
        for box_id, served in units.items():
            identity = self.identities.setdefault(box_id, crypto.new_identity())
            recipient = crypto.recipient_of(identity)
            boxes.append({"id": box_id, "name": box_id, "recipient": recipient, "units": served})
        head = {"name": "Prøve", "trust": "trust", "help_phone": "87"}
        self.fleet.write_text(tomli_w.dumps({"municipality": head, "box": boxes}))

    def publish(self, **more) -> NightReport:
        order = PublishOrder([self.feed], load_fleet(self.fleet), self.public, **more)
        return publish(order, self.clock)

    def manifest(self, box_id: str) -> Manifest | None:
        trust = load_trust(self.folder / "trust")
        return BoxRepository(self.public / "boxes" / box_id, trust, self.clock).current_manifest()

    def open_box(self, box_id: str) -> RecordStore:
        """Open what the box is offered, with the box's own key."""
        manifest = self.manifest(box_id)
        folder = self.public / "boxes" / box_id / "targets"
        paths = {one.name: folder / f"{one.sha256}.{one.name}" for one in manifest.objects}
        target = self.folder / f"{box_id}-{manifest.plain_sha256[:8]}.sqlite"
        unseal(manifest, paths, self.identities[box_id], target)
        return RecordStore(target)


@pytest.fixture
def hub(tmp_path, clock) -> Hub:
    made = Hub(tmp_path / "hub", clock)
    made.folder.mkdir()
    create_trust(made.folder / "trust", clock)
    made.write_fleet(**{"boks-a": ["a"], "boks-b": ["Solgården b"]})
    for unit in ("a", "b"):
        people = [patient(f"{unit}{number}", unit) for number in range(10)]
        medicine = [statement(f"m{one['id']}", one["id"]) for one in people]
        given = [organization(unit, f"Solgården {unit}"), *people, *medicine]
        write_feed(made.feed / unit, given)
    return made


@pytest.fixture
def tables():
    """Read a table of a SQLite file as plain rows."""

    def read(path: Path, table: str) -> list[tuple]:
        with closing(sqlite3.connect(path)) as database:
            return database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608

    return read
