"""Run one night on the hub: feeds in, one sealed and signed snapshot per box out.

A fault stops as little as it can: a unit with a blocking problem holds the boxes that serve it, a
box that would lose a fifth of its citizens or medicines is held, and every other box goes out.
What is held keeps the copy it has. Called by the `publish` command.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import NodboksError
from appliance.files import explaining_disk_errors
from appliance.records.schema import SCHEMA_VERSION
from appliance.records.terms import UnitId
from appliance.snapshot.packing import pack
from appliance.snapshot.trust import find_loss
from provisioning.box_snapshot import BoxContent, BoxOrder, build_box
from provisioning.errors import BoxHeldError, BusyError, FleetError, Problem
from provisioning.fleet import Fleet, FleetBox
from provisioning.intake import Night, private_folder, take_in
from provisioning.night_report import BoxOutcome, BoxVerdict, NightReport, write_report
from provisioning.repository import BoxRepository, Draft
from provisioning.section_states import blocked_units
from provisioning.signing import Trust, load_trust

_SHOWN = 3  # reasons said beside a box; the report file has them all
BOXES = "boxes"


@dataclass(frozen=True, slots=True)
class PublishOrder:
    """What the command asks for; `released` are boxes let through the loss guard."""

    feeds: list[Path]
    fleet: Fleet
    out: Path
    as_of: datetime | None = None
    released: frozenset[str] = frozenset()
    publishes_incomplete: bool = False


def publish(order: PublishOrder, clock: Clock) -> NightReport:
    """Publish to every box and write the night's report beside the out folder.

    Raises:
        BusyError: another run is publishing to the same folder.
        ConfigError: the keys cannot be used.
        FeedError: a feed cannot be read at all; the report says so, nothing went out.
        StorageError: there is no room to work in.

    """
    trust = load_trust(order.fleet.municipality.trust)
    report = NightReport(clock.now(), tuple(feed.name for feed in order.feeds))
    try:
        with only_run(order.out), private_folder() as folder:
            night = take_in(order.feeds, folder / "municipality.sqlite", trust.id_salt, order.as_of)
            report.books = night.report
            run = _Run(order, clock, trust, night, folder)
            report.boxes = tuple(run.publish_box(box) for box in order.fleet.boxes)
    except NodboksError as error:
        report.error = f"{error.code}: {error}"
        raise
    finally:
        report.finished_at = clock.now()
        report.path = write_report(report, order.out.absolute().parent / "reports")
    return report


@contextlib.contextmanager
def only_run(out: Path) -> Iterator[None]:
    """Keep other runs from publishing to the folder; the lock goes when the process does.

    Raises:
        BusyError: another run holds it.

    """
    lock = out.absolute().with_name(f".{out.name}.lock")
    with explaining_disk_errors(f"locking {out.name}"):
        lock.parent.mkdir(parents=True, exist_ok=True)
        held = lock.open("wb")
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(f"another run is publishing to {out}") from error
        yield


@dataclass(frozen=True, slots=True)
class _Run:
    """One run, with everything a box needs."""

    order: PublishOrder
    clock: Clock
    trust: Trust
    night: Night
    folder: Path

    def publish_box(self, box: FleetBox) -> BoxOutcome:
        """Publish to one box; whatever goes wrong is its own affair."""
        try:
            return self._publish(box)
        except (BoxHeldError, FleetError) as error:
            return BoxOutcome(box.id, BoxVerdict.HELD, error.code, str(error))
        except NodboksError as error:
            return BoxOutcome(box.id, BoxVerdict.FAILED, error.code, str(error))

    def _publish(self, box: FleetBox) -> BoxOutcome:
        unit_ids = box.unit_ids(self.night.units)
        if not unit_ids:
            raise BoxHeldError("there is no unit in the feed")
        problems = self._problems(unit_ids)
        if problems and not self.order.publishes_incomplete:
            raise BoxHeldError(_listed(problems))
        plain = self.folder / f"{box.id}.sqlite"
        content = build_box(self.night.staging, self._box_order(box, unit_ids), plain)
        repository = BoxRepository(self.order.out / BOXES / box.id, self.trust, self.clock)
        self._guard(box, repository, content)
        sealed = self.folder / f"{box.id}.zst.age"
        draft = Draft(SCHEMA_VERSION, content.counts, pack(plain, sealed, box.recipient))
        manifest = repository.publish(draft, sealed)
        for done in (plain, sealed):
            done.unlink()
        return BoxOutcome(
            box.id,
            BoxVerdict.PUBLISHED,
            detail=f"incomplete: {_listed(problems)}" if problems else "",
            version=manifest.version,
            size_bytes=draft.packed.sealed_size,
            counts=content.counts,
            data_as_of=content.data_as_of,
        )

    def _problems(self, unit_ids: tuple[UnitId, ...]) -> list[Problem]:
        """Return what holds any of the units, each problem once."""
        held = blocked_units(self.night.report, unit_ids)
        return list(dict.fromkeys(problem for problems in held.values() for problem in problems))

    def _box_order(self, box: FleetBox, unit_ids: tuple[UnitId, ...]) -> BoxOrder:
        owner = self.order.fleet.municipality
        return BoxOrder(box.id, box.name, owner.name, owner.help_phone, unit_ids, self.clock.now())

    def _guard(self, box: FleetBox, repository: BoxRepository, content: BoxContent) -> None:
        """Hold a snapshot that lost more than one night can explain, unless IT released it."""
        current = repository.current_manifest()
        loss = find_loss(current.counts, content.counts) if current else None
        if loss and box.id not in self.order.released:
            raise BoxHeldError(f"{loss}; if that is right, add --release {box.id}")


def _listed(problems: list[Problem]) -> str:
    shown = "; ".join(problem.message for problem in problems[:_SHOWN])
    more = len(problems) - _SHOWN
    return f"{shown}; and {more} more" if more > 0 else shown
