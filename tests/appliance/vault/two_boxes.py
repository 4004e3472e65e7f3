"""Two real boxes with keys of their own and one stick; the list of boxes is signed, as at night."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.clock import HeldClock
from appliance.records.models import Citizen, Unit
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, UnitId, UnitKind
from appliance.records.writer import RecordWriter
from appliance.sealed_log.entry import Action, Entry, When, Who
from appliance.snapshot.neighbours import Neighbour, encode_neighbours
from appliance.snapshot.runner_file import read_head, signed_head
from appliance.vault.device_secret import device_secret_of
from appliance.vault.enrolment import log_keys_of
from appliance.vault.keeper_service import KeeperService
from appliance.vault.opened import Opened
from appliance.vault.protocol import KeeperStatus, Op, Request, RunnerStatus
from tests.appliance.vault.boxes import Box, make_box, ram_folder

WHO = Who("anh", role="leader")


@dataclass
class Place:
    """A box with its keeper, told of the other boxes."""

    box: Box
    keeper: KeeperService
    clock: HeldClock

    def ask(self, op: Op, name: str = "", to_box: str = "") -> tuple[RunnerStatus, ...]:
        return self.ask_status(op, name, to_box).runners

    def ask_status(self, op: Op, name: str = "", to_box: str = "") -> KeeperStatus:
        action, text = ACTIONS.get(op, (Action.RUNNER_MADE, ""))
        entry = Entry(action, When.by(self.clock), WHO, text=text)
        return self.keeper.runner(Request(op, name=name, entries=(entry,), to_box=to_box))

    def ask_take(self, file: str) -> None:
        self.ask(Op.RUNNER_TAKE, file)

    def make(self, unit_id: str = "u-1", to_box: str = "box-18") -> Path:
        (made,) = self.ask(Op.RUNNER_MAKE, unit_id, to_box)
        return self.stick / made.file

    @property
    def stick(self) -> Path:
        stick = self.box.config.hub.usb_dir
        assert stick is not None
        return stick

    def units(self) -> list[str]:
        opened = Opened.read(self.box.config.records_dir)
        assert opened is not None
        with closing(RecordStore(opened.records)) as store:
            return [unit.id for unit in store.units()]

    def kept(self) -> list[str]:
        return [each.unit for each in self.ask(Op.RUNNERS) if each.is_kept]


ACTIONS = {
    Op.RUNNER_TAKE: (Action.RUNNER_TAKEN, "Solgården har ingen strøm"),
    Op.RUNNER_DROP: (Action.RUNNER_DROPPED, ""),
}


def neighbour(box: Box) -> Neighbour:
    own = box.config.box
    keys = box.enrolment
    return Neighbour(own.id, own.name, keys.recipient, keys.log_key, units=("Nord", "Syd"))


def records(path: Path, unit_id: str, name: str) -> Path:
    with RecordWriter(path) as writer:
        writer.add(Unit(UnitId(unit_id), name, UnitKind.RESIDENTIAL_UNIT))
        writer.add(Citizen(CitizenId(f"c-{unit_id}"), UnitId(unit_id), "Prøve", f"Åse {name}"))
    return path


@contextmanager
def placed(folder: Path, stick: Path, box_id: str, clock: HeldClock) -> Iterator[Place]:
    folder.mkdir()
    with ram_folder() as ram:
        box = make_box(folder, ram, box_id)
        hub = replace(box.config.hub, usb_dir=stick)
        box = replace(box, config=replace(box.config, hub=hub))
        with closing(KeeperService(box.config, clock)) as keeper:
            keeper.start()
            yield Place(box, keeper, clock)


@dataclass
class Two:
    """Solgården hands on, Engvej takes in."""

    ours: Place
    theirs: Place
    folder: Path

    def install(self, version: int = 1, *, knows_ours: bool = True) -> None:
        """Give both a copy with the list of the other; Engvej may have lost sight of Solgården."""
        ours, theirs = neighbour(self.ours.box), neighbour(self.theirs.box)
        told = [ours] if knows_ours else []
        syd = records(self.folder / f"syd-{version}.db", "u-1", "Syd")
        nord = records(self.folder / f"nord-{version}.db", "u-2", "Nord")
        self.ours.box.install(version, syd, encode_neighbours([theirs]))
        self.theirs.box.install(version, nord, encode_neighbours(told))

    def open(self) -> None:
        for place in (self.ours, self.theirs):
            place.keeper.unlock(place.box.code)
            place.keeper.wait_for_search()


def re_signed(place: Place, pack: Path, sealed: bytes = b"", **changes: object) -> None:
    """Write the pack as its sender would have, had it said something else."""
    with pack.open("rb") as source:
        said = read_head(source, "box-18", [neighbour(place.box)])
        sealed = sealed or source.read()
    state_dir = place.box.state_dir
    keys = log_keys_of(state_dir, device_secret_of(state_dir))
    pack.write_bytes(signed_head(replace(said, **changes), keys.signing_key) + sealed)


def files_in(two: Two) -> list[str]:
    """Return what kinds of files are on the shelf of the box that takes packs."""
    return sorted(path.suffix for path in (two.theirs.box.state_dir / "runners").iterdir())
