"""Any row of nights: what the box opens is what the hub had, and so is the one before."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance import crypto
from appliance.clock import HeldClock, SystemClock
from appliance.records.models import Citizen, Note, Unit
from appliance.records.terms import CitizenId, UnitId, UnitKind
from appliance.records.writer import RecordWriter
from appliance.snapshot.installed import Installed, InstalledSnapshot
from appliance.snapshot.manifest import Manifest
from appliance.snapshot.trust import Vouching
from appliance.snapshot.unsealing import unseal
from provisioning.deltas.box_packer import BoxPacker
from provisioning.deltas.kept_bases import KeptBases
from provisioning.deltas.rules import Tonight
from provisioning.kept.hub_key import HubKey
from provisioning.repository import BoxRepository, Draft
from tests.appliance.snapshot.ram import ram_folder
from tests.appliance.snapshot.town import BOX, Town

pytestmark = pytest.mark.slow  # seconds, not milliseconds

# A change of one night: which citizen, which note, and its text; no text takes the note away.
Change = tuple[int, int, str | None]
changes = st.tuples(
    st.integers(0, 30), st.integers(0, 5), st.none() | st.text("æøå bcd", min_size=1, max_size=400)
)


@dataclass(frozen=True)
class Step:
    """One publishing: what was written since, how long after the one before, who missed it."""

    changes: list[Change]
    hours: int
    is_fetched: bool
    memory_is_lost: bool


steps = st.builds(
    Step,
    changes=st.lists(changes, max_size=40),
    hours=st.integers(0, 100),
    is_fetched=st.booleans(),
    memory_is_lost=st.integers(0, 9).map(lambda number: number == 0),
)


@dataclass
class Municipality:
    """A hub that publishes by the real rules and a box that installs what it fetched."""

    folder: Path
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    published: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.town = Town(self.folder / "town")
        self.town.config("http://hub", self.folder / "box")
        self.clock = HeldClock(SystemClock().now() - timedelta(days=60))
        self.kept = KeptBases(self.folder / "kept", HubKey(self.folder / "kept.key"))
        (self.folder / "run").mkdir()

    @property
    def installed(self) -> Installed:
        return Installed(self.folder / "box")

    def publish(self, step: Step) -> Manifest:
        for citizen, number, text in step.changes:
            self.notes.pop((citizen, number), None)
            if text is not None:
                self.notes[citizen, number] = text
        self.clock.move(timedelta(hours=step.hours))
        if step.memory_is_lost:
            self.kept.keep_only(())
        plain = write_records(self.folder / "run" / "records.db", self.notes, self.clock.now())
        repository = BoxRepository(self.town.box_folder(), self.town.trust, self.clock)
        packer = BoxPacker(BOX, self.kept, repository, self.folder / "run")
        recipient = crypto.recipient_of(self.town.identity())
        tonight = Tonight(recipient, 1, self.clock.now(), plain.stat().st_size)
        night = packer.pack(plain, tonight)
        draft = Draft(1, {}, night.base, delta=night.delta)
        manifest = repository.publish(draft, night.base_file, night.delta_file)
        packer.remember(night, plain, tonight)
        night.clear()
        self.published[manifest.version] = plain.read_bytes()
        return manifest

    def fetch(self, manifest: Manifest) -> None:
        """Install as the sync does: only what is not here already."""
        folder = self.town.box_folder()
        files = {}
        for item in manifest.objects:
            if not self.installed.holds(item):
                files[item.sha256] = self.folder / item.sha256
                published = folder / "targets" / f"{item.sha256}.{item.name}"
                files[item.sha256].write_bytes(published.read_bytes())
        targets = (folder / "metadata" / f"{manifest.version}.targets.json").read_bytes()
        self.installed.install(manifest, files, Vouching(self.town.trust.roots, targets))
        self.installed.collect_garbage()

    def opened(self, snapshot: InstalledSnapshot | None) -> tuple[int, bytes] | None:
        if snapshot is None:
            return None
        assert not snapshot.problem
        target = self.folder / "ram.db"
        unseal(snapshot.manifest, snapshot.paths, self.town.identity(), target)
        return snapshot.manifest.version, target.read_bytes()


def write_records(path: Path, notes: dict[tuple[int, int], str], built_at: datetime) -> Path:
    """Write the records as the hub does: in the order of the keys, then VACUUM."""
    path.unlink(missing_ok=True)
    unit = UnitId("u-1")
    with RecordWriter(path) as writer:
        writer.add(Unit(unit, "Stuen", UnitKind.RESIDENTIAL_UNIT))
        for number in range(31):
            citizen = CitizenId(f"c-{number:02}")
            writer.add(Citizen(id=citizen, cpr="0101300000", given_name="Agnes",
                               family_name=f"Prøve {number}", unit_id=unit))  # fmt: skip
        for (number, which), text in sorted(notes.items()):
            writer.add(Note(f"n-{which}", CitizenId(f"c-{number:02}"), text))
        writer.set_meta("built_at", built_at.isoformat())
    return path


@settings(max_examples=25)
@given(st.lists(steps, min_size=1, max_size=8))
def test_any_row_of_nights_ends_with_the_hubs_own_databases_on_the_box(nights: list[Step]):
    with ram_folder() as folder:
        municipality = Municipality(folder)
        fetched: list[int] = []
        for step in nights:
            manifest = municipality.publish(step)
            if step.is_fetched:
                municipality.fetch(manifest)
                fetched.append(manifest.version)

        known = [(version, municipality.published[version]) for version in reversed(fetched[-2:])]
        box = municipality.installed
        assert municipality.opened(box.current()) == (known[0] if known else None)
        assert municipality.opened(box.previous()) == (known[1] if len(known) > 1 else None)


def test_a_month_makes_five_bases_and_the_box_keeps_two_versions():
    """Every fifth hour, to be done in time; the rules look at the clock only."""
    with ram_folder() as folder:
        rng = Random(1)
        notes = {(one, which): rng.randbytes(150).hex() for one in range(31) for which in range(6)}
        municipality = Municipality(folder, notes)
        bases = set()
        for number in range(30 * 5):
            change = (number % 31, number % 6, f"Borgeren sov godt i nat, nummer {number}.")
            manifest = municipality.publish(
                Step([change], 5, is_fetched=True, memory_is_lost=False)
            )
            municipality.fetch(manifest)
            bases.add(manifest.base.sha256)

        objects = list((folder / "box" / "objects").iterdir())

        assert len(bases) == 5
        # A root, two targets, a base (two after a new one), two deltas.
        assert len(objects) in {6, 7}
        assert municipality.opened(municipality.installed.current()) == (
            150, municipality.published[150]
        )  # fmt: skip
