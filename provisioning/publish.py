"""Run one night on the hub: feeds in, one sealed and signed snapshot per box out.

A fault stops as little as it can. A unit with a blocking problem, and one that would lose a fifth
of its citizens or medicines, goes out as it last was; the other units of its boxes go out as they
are tonight. A box none of whose units is of tonight, or that has nothing to fall back on, is held
and keeps the copy it has. Called by the `publish` command.
"""

import contextlib
import fcntl
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import NodboksError
from appliance.files import explaining_disk_errors
from appliance.records.schema import SCHEMA_VERSION
from appliance.records.terms import UnitId
from appliance.snapshot.manifest import CERTIFICATE_NAME, NEIGHBOURS_NAME
from appliance.snapshot.trust import find_loss
from provisioning.attachments.sealer import AttachmentSealer
from provisioning.attachments.shelf import shelf_folder
from provisioning.box_snapshot import BoxContent, BoxOrder, build_box
from provisioning.certificates.shelf import Shelf
from provisioning.deltas.box_packer import BoxPacker
from provisioning.deltas.kept_bases import KeptBases
from provisioning.deltas.rules import Tonight
from provisioning.errors import BoxHeldError, BusyError, FleetError
from provisioning.feeds import AS_DELIVERED, Reading
from provisioning.fleet import Fleet, FleetBox
from provisioning.hub_slots import HubSlots
from provisioning.intake import Night, private_folder, take_in
from provisioning.kept.choice import Choice, HeldUnit, listed
from provisioning.kept.exchange import UnitExchange, reasons
from provisioning.kept.hub_key import HubKey
from provisioning.kept.store import KeptUnits
from provisioning.mirroring.copying import BOXES
from provisioning.mirroring.mirror import mirror, open_store
from provisioning.neighbours import neighbours_of
from provisioning.night_report import BoxOutcome, BoxVerdict, NightReport, write_report
from provisioning.plan_review import PlanReview, review_of
from provisioning.proving import Prover
from provisioning.releases import forget_releases, released
from provisioning.repository import BoxRepository, Draft
from provisioning.revocations import Revocations, shut_out, without
from provisioning.root_ceremony.expiry import expiry_warning
from provisioning.section_states import blocked_units
from provisioning.signing import Trust, attachment_keys, kept_key, load_trust
from provisioning.sources.fhir.code_words import load_code_tables


@dataclass(frozen=True, slots=True)
class PublishOrder:
    """What the command asks for; `released` are boxes let through the loss guard."""

    feeds: list[Path]
    fleet: Fleet
    out: Path
    as_of: datetime | None = None
    released: frozenset[str] = frozenset()
    publishes_incomplete: bool = False
    reading: Reading = AS_DELIVERED

    def whole_reading(self) -> Reading:
        """Return how to read the feeds: as asked for, with what the fleet says of them.

        Raises:
            CodeTableError: a table of codes cannot be read.

        """
        owner = self.fleet.municipality
        return replace(
            self.reading,
            as_of=self.as_of or self.reading.as_of,
            code_words={**load_code_tables(owner.code_tables), **self.reading.code_words},
            history_days=owner.history_days,
        )


def publish(order: PublishOrder, clock: Clock) -> NightReport:
    """Publish to every box and write the night's report beside the out folder.

    Raises:
        BusyError: another run is publishing to the same folder.
        ConfigError: the keys cannot be used.
        FleetError, MirrorError: publish_to or its keys are wrong.
        FeedError: a feed cannot be read at all; the report says so, nothing went out.
        StorageError: there is no room to work in.

    """
    trust = load_trust(order.fleet.municipality.trust)
    store = open_store(order.fleet.municipality)
    revoked = Revocations(order.fleet.municipality.trust).among(box.id for box in order.fleet.boxes)
    order = replace(order, fleet=without(order.fleet, revoked))
    report = NightReport(clock.now(), tuple(feed.name for feed in order.feeds))
    report.plan = review_of(order.fleet.municipality.plan, clock.now())
    report.warnings = tuple(_warnings(report.plan, expiry_warning(trust.root, clock.now())))
    try:
        with only_run(order.out), private_folder() as folder, closing(Prover(clock)) as prover:
            report.proof = prover.found
            reading = order.whole_reading()
            night = take_in(order.feeds, folder / "municipality.sqlite", trust.id_salt, reading)
            report.note(night)
            order = replace(order, released=order.released | released(order.out))
            memory = _memory(order)
            exchange = UnitExchange(memory.units, night.staging, folder, clock.now())
            choice = _choose(order, night, exchange)
            report.kept_units = tuple(choice.brought_back.values())
            run = _Run(order, clock, trust, night, folder, choice, memory.bases, prover)
            reading.progress.begin("publish", len(order.fleet.boxes))
            report.boxes = tuple(run.publish_box(box) for box in order.fleet.boxes)
            if store is not None:
                report.boxes = mirror(order.out, store, report.boxes)
            report.warnings += tuple(shut_out(revoked, store))
            forget_releases(order.out, report.boxes)
            memory.bases.keep_only({box.id for box in order.fleet.boxes})
            HubSlots(order.fleet.municipality.trust).keep_only(
                (box.id for box in order.fleet.boxes), order.out / BOXES
            )
            _keep(exchange, night, choice)
    except NodboksError as error:
        report.error = f"{error.code}: {error}"
        raise
    finally:
        report.finished_at = clock.now()
        report.path = write_report(report, order.out.absolute().parent / "reports")
    return report


@dataclass(frozen=True, slots=True)
class _Memory:
    """What the hub keeps from night to night, sealed, beside the out folder."""

    units: KeptUnits
    bases: KeptBases


def _memory(order: PublishOrder) -> _Memory:
    folder = order.out.absolute().parent / "kept"
    key = HubKey(kept_key(order.fleet.municipality.trust))
    return _Memory(KeptUnits(folder, key), KeptBases(folder / "bases", key))


def _warnings(plan: PlanReview | None, root: str) -> Iterator[str]:
    """Yield what needs a person soon, before any feed is read."""
    if root:
        yield root
    if plan is not None:
        yield from plan.warnings()


def _choose(order: PublishOrder, night: Night, exchange: UnitExchange) -> Choice:
    """Put what units last were in the place of what cannot be used, and say so in the night."""
    problems = blocked_units(night.report, night.units)
    if order.publishes_incomplete:
        held = {unit: HeldUnit(unit, listed(found)) for unit, found in problems.items()}
        return Choice(waiting=held)
    known = {one.id: one.name for one in exchange.store.all().values()} | night.units
    served = _units_of(order.fleet.boxes, known)
    let_through = _units_of((box for box in order.fleet.boxes if box.id in order.released), known)
    choice = exchange.bring_back(problems, served, frozenset(let_through))
    night.units.update({one: known[one] for one in choice.brought_back})
    return choice


def _units_of(boxes: Iterable[FleetBox], known: dict[UnitId, str]) -> set[UnitId]:
    found: set[UnitId] = set()
    for box in boxes:
        with contextlib.suppress(FleetError):  # said when the box itself is published
            found.update(box.unit_ids(known))
    return found


def _keep(exchange: UnitExchange, night: Night, choice: Choice) -> None:
    """Keep every unit that went out as it is tonight."""
    for unit, name in sorted(night.units.items()):
        if unit not in choice.brought_back and unit not in choice.waiting:
            exchange.keep(unit, name)


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
    choice: Choice
    bases: KeptBases
    prover: Prover

    def publish_box(self, box: FleetBox) -> BoxOutcome:
        """Publish to one box; whatever goes wrong is its own affair."""
        self.order.reading.progress.advance(1)
        delivery = Shelf(self.order.fleet.certificates).delivery(box, self.clock.now())
        beside = {NEIGHBOURS_NAME: neighbours_of(box, self.order.fleet, self.night.units)}
        if delivery.pem:
            beside[CERTIFICATE_NAME] = delivery.pem
        return replace(self._outcome(box, beside), warning=delivery.warning)

    def _outcome(self, box: FleetBox, beside: dict[str, bytes]) -> BoxOutcome:
        try:
            return self._publish(box, beside)
        except (BoxHeldError, FleetError) as error:
            outcome = BoxOutcome(box.id, BoxVerdict.HELD, error.code, str(error))
        except NodboksError as error:
            outcome = BoxOutcome(box.id, BoxVerdict.FAILED, error.code, str(error))
        return self._with_roots(outcome)

    def _with_roots(self, outcome: BoxOutcome) -> BoxOutcome:
        """Give a box without a new copy the newest root all the same: a stolen key ends with it."""
        try:
            self._repository(outcome.box_id).publish_roots()
        except NodboksError as error:
            detail = f"{outcome.detail}; no root: {error}"
            return replace(outcome, verdict=BoxVerdict.FAILED, code=error.code, detail=detail)
        return outcome

    def _repository(self, box_id: str) -> BoxRepository:
        return BoxRepository(self.order.out / BOXES / box_id, self.trust, self.clock)

    def _publish(self, box: FleetBox, beside: dict[str, bytes]) -> BoxOutcome:
        unit_ids = box.unit_ids(self.night.units)
        if not unit_ids:
            raise BoxHeldError("there is no unit in the feed")
        held = self._held(box.id, unit_ids)
        plain = self.folder / f"{box.id}.sqlite"
        repository = self._repository(box.id)
        sealer = self._sealer(box, repository)
        content = build_box(self.night.staging, self._box_order(box, unit_ids), plain, sealer)
        self._guard(box, repository, content)
        self.prover.prove(plain, unit_ids)
        packer = BoxPacker(box.id, self.bases, repository, self.folder)
        tonight = Tonight(box.recipient, SCHEMA_VERSION, self.clock.now(), plain.stat().st_size)
        sealed = packer.pack(plain, tonight)
        draft = Draft(
            SCHEMA_VERSION,
            content.counts,
            sealed.base,
            sealer.attachments,
            sealed.delta,
            beside,
        )
        manifest = repository.publish(draft, sealed.base_file, sealed.delta_file)
        HubSlots(self.order.fleet.municipality.trust).serve(box.id, self.order.out / BOXES / box.id)
        sealer.remember()
        sealer.clear()
        packer.remember(sealed, plain, tonight)
        sealed.clear()
        plain.unlink()
        return BoxOutcome(
            box.id,
            BoxVerdict.PUBLISHED,
            detail=held,
            version=manifest.version,
            size_bytes=sealed.new_size,
            counts=content.counts,
            data_as_of=content.data_as_of,
        )

    def _sealer(self, box: FleetBox, repository: BoxRepository) -> AttachmentSealer:
        return AttachmentSealer(
            attachment_keys(self.order.fleet.municipality.trust, box.id),
            box.recipient,
            shelf_folder(self.night.staging),
            self.folder / f"{box.id}.attachments",
            repository.has_attachment,
        )

    def _held(self, box_id: str, unit_ids: tuple[UnitId, ...]) -> str:
        """Say which units of a box do not go out as they are tonight.

        Raises:
            BoxHeldError: one of them has nothing to fall back on, or none is of tonight.

        """
        waiting = [self.choice.waiting[one] for one in unit_ids if one in self.choice.waiting]
        back = [one for one in unit_ids if one in self.choice.brought_back]
        told = [self.choice.brought_back[one] for one in back]
        if self.order.publishes_incomplete:
            return f"incomplete: {reasons(waiting)}" if waiting else ""
        why = reasons((*waiting, *told))
        if any(one.may_be_released for one in told):
            why += f"; if that is right, run: nodboks-provision release {box_id}"
        if waiting or len(back) == len(unit_ids):
            raise BoxHeldError(why)
        return f"kept from before: {why}" if told else ""

    def _box_order(self, box: FleetBox, unit_ids: tuple[UnitId, ...]) -> BoxOrder:
        owner = self.order.fleet.municipality
        return BoxOrder(box.id, box.name, owner.name, owner.help_phone, unit_ids, self.clock.now())

    def _guard(self, box: FleetBox, repository: BoxRepository, content: BoxContent) -> None:
        """Hold a snapshot that lost more than one night can explain, unless IT released it."""
        current = repository.current_manifest()
        loss = find_loss(current.counts, content.counts) if current else None
        if loss and box.id not in self.order.released:
            raise BoxHeldError(f"{loss}; if that is right, run: nodboks-provision release {box.id}")
