"""Turn one medicine card into records in the staging file, and give it and its orders a verdict.

Refuses a card that names nobody or contradicts another one, and an order that is none or that says
two things. What is lost of a list is said on that list, so that nobody takes it for whole. Called
by `source` for each card.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

import orjson

from appliance.clock import DANISH_TIME
from appliance.records.models import OtherItem
from appliance.records.terms import CitizenId, Section, UnitId
from provisioning.errors import BrokenLineError, Problem, Severity, UnreadableFileError
from provisioning.sources.base import Feed, Intake, Person, Verdict
from provisioning.sources.feed_store import FeedStore
from provisioning.sources.fhir.index import UNITLESS
from provisioning.sources.fhir.values import moment
from provisioning.sources.fmk_cards import names
from provisioning.sources.fmk_cards.cards import Card, CardFault
from provisioning.sources.fmk_cards.chosen import LatestCards, Standing
from provisioning.sources.fmk_cards.nodes import Node
from provisioning.sources.fmk_cards.orders import (
    HIDDEN,
    Reading,
    hidden_order,
    read_order,
    unread_names,
)
from provisioning.sources.fmk_cards.people import citizen_of, cpr_of
from provisioning.sources.shown_names import OTHER
from provisioning.staging import Added

_NO_CPR = "the card names nobody: no CPR number that can be read"
_CONTRADICTED = "two cards of one citizen, fetched at the same time, say different things"
_NOT_SAID = "two orders of one number say different things; which one is right?"
_INVALID = "FMK says that this card is not valid"
_NO_TIME = "when the card was fetched cannot be read"
_OLDER_TITLE = "Ældre medicinkort fra FMK"
# FMK's own names are made of several words; anything else may be somebody's name.
_ELEMENT = re.compile(r"(?:[A-Z]+[a-z]+){2,8}")
_SQL = "SELECT DISTINCT unit_id FROM citizens WHERE cpr = ? AND unit_id <> ?"


@dataclass(frozen=True, slots=True)
class CardFile:
    """One file of a feed; `shown` names it without naming anybody."""

    feed: Feed
    store: FeedStore
    name: str
    shown: str
    part: str


@dataclass(slots=True)
class CardPart:
    """What the files of one folder came to."""

    has_people: bool = False
    is_undated: bool = False
    oldest: datetime | None = None

    def note(self, fetched_at: datetime | None) -> None:
        """Note that a citizen's card counts, and how old it is."""
        self.has_people = True
        self.is_undated |= fetched_at is None
        self.oldest = min(filter(None, (self.oldest, fetched_at)), default=None)

    @property
    def as_of(self) -> datetime | None:
        """Return how old the part is: as old as its oldest card, unknown if one's age is."""
        return None if self.is_undated else self.oldest


@dataclass(frozen=True, slots=True)
class KnownCard:
    """A card whose citizen is known."""

    card: Card
    file: CardFile
    cpr: str
    fetched_at: datetime | None

    @property
    def day(self) -> date:
        """Return the day the card is read for; without one, nothing dated has begun yet."""
        return self.fetched_at.astimezone(DANISH_TIME).date() if self.fetched_at else date.min

    @property
    def origin(self) -> str:
        """Return where the card was delivered, as it is kept beside its records."""
        return f"{self.file.feed.prefix}{self.file.name} {self.card.where}"


@dataclass(slots=True)
class CardDelivery:
    """Delivers cards one at a time; `as_of` is when those were fetched that do not say it."""

    intake: Intake
    source: str
    as_of: datetime | None
    latest: LatestCards = field(default_factory=LatestCards)
    read_at: dict[CitizenId, datetime] = field(default_factory=dict)
    parts: dict[str, CardPart] = field(default_factory=dict)

    def note(self, file: CardFile, card: Card) -> None:
        """Note a card in the first pass."""
        if known := self._known(file, card):
            self.latest.note(known.cpr, known.fetched_at, card.node.digest())

    def deliver(self, file: CardFile, item: Card | CardFault) -> Verdict:
        """Stage a card, keep it, or say what is wrong with it."""
        if isinstance(item, CardFault):
            self._block(file, item.line, item.where, item.reason)
            return Verdict.REJECTED
        known = self._known(file, item)
        if known is None:
            self._block(file, item.node.line, f"{item.where}.PersonIdentifier", _NO_CPR)
            return Verdict.REJECTED
        standing = self.latest.judge(known.cpr, known.fetched_at, item.node.digest())
        if standing is Standing.CONTRADICTED:
            self._hold(known)
            self._block(file, item.node.line, item.where, _CONTRADICTED)
            return Verdict.REJECTED
        if standing is Standing.COUNTS:
            self._stage(known)
            return Verdict.USED
        self._keep(known, standing)
        return Verdict.KEPT

    def _known(self, file: CardFile, card: Card) -> KnownCard | None:
        cpr = cpr_of(card.node)
        return KnownCard(card, file, cpr, moment(card.fetched) or self.as_of) if cpr else None

    def _part(self, file: CardFile) -> CardPart:
        return self.parts.setdefault(file.part, CardPart())

    def _hold(self, known: KnownCard) -> None:
        """Hold the units that know the citizen, whose card is left out."""
        rows = self.intake.staging.rows(_SQL, (known.cpr, UNITLESS.id))
        units = {UnitId(row["unit_id"]) for row in rows}
        self.intake.report.part_holds.setdefault(known.file.part, set()).update(units)
        self._part(known.file).has_people |= bool(units)

    def _keep(self, known: KnownCard, standing: Standing) -> None:
        """Carry an older card along; one that is delivered twice is there already."""
        left_out = self.intake.report.left_out
        if standing is Standing.TWICE:
            left_out[f"{names.CARD} delivered twice, identical"] += 1
            return
        left_out[f"{names.CARD} fetched anew later"] += 1
        node, ids = known.card.node, self.intake.ids
        item = OtherItem(
            ids.record(f"FMK/{known.cpr}/{node.digest().hex()}"),
            names.CARD,
            _OLDER_TITLE,
            citizen_of(node, known.cpr, ids).id,
        )
        self.intake.staging.replace(item, known.origin, _original(node))

    def _stage(self, known: KnownCard) -> None:
        card = known.card.node
        citizen = citizen_of(card, known.cpr, self.intake.ids)
        person = card.one("Patient")
        original = _original(person) if person else None
        self.intake.staging.add(citizen, known.origin, original)
        part, feed = known.file.part, known.file.feed
        self.intake.note_person(Person(citizen.id, feed.number, part, self.source, is_pointer=True))
        self._part(known.file).note(known.fetched_at)
        if known.fetched_at:
            self.read_at[citizen.id] = known.fetched_at
        if known.card.fetched and moment(known.card.fetched) is None:
            self._remark(known, card, (names.FETCHED[0], _NO_TIME), expected="2026-11-23T02:00Z")
        if any(one.flag is not False for one in card.all(names.INVALID_CARD)):
            self._remark(known, card, (names.INVALID_CARD, _INVALID), Severity.ERROR)
        orders = [one for one in card.children if one.name in HIDDEN]
        for number, node in enumerate(orders):
            self._deliver_order(known, citizen.id, number, node)

    # --- one order ----------------------------------------------------------------------------

    def _deliver_order(self, known: KnownCard, citizen: CitizenId, number: int, node: Node) -> None:
        self.intake.report.count_read(node.name)
        identifier = node.one(names.IDENTIFIER)
        key = (identifier.text if identifier else "") or node.digest().hex()
        record_id = self.intake.ids.record(f"FMK/{known.cpr}/{key}")
        at = Reading(node, record_id, citizen, known.day)
        where = f"{known.card.where}.{node.name}[{number}]"
        try:
            verdict = self._take_order(known, at)
        except BrokenLineError as error:
            verdict = Verdict.REJECTED
            self._block(known.file, node.line, where, str(error), names.ORDER)
            self._say_lost(known, citizen, number)
        self.intake.report.count(node.name, verdict)
        for remark in at.remarks:
            said = (f"{where}.{remark.field}", remark.reason)
            self._remark(known, node, said, expected=remark.expected)

    def _take_order(self, known: KnownCard, at: Reading) -> Verdict:
        """Stage one order.

        Raises:
            BrokenLineError: it is no order, or cannot be told from another one.

        """
        node, report = at.node, self.intake.report
        if node.name != names.ORDER:
            order = hidden_order(node.name, at.record_id, at.citizen_id)
            self._remark(known, node, (node.name, "is an order FMK tells of without showing it"))
        elif not node.children:
            raise BrokenLineError("is no order")
        else:
            order = read_order(at)
        added = self.intake.staging.add(order, known.origin, _original(node))
        if added is Added.CONFLICT:
            raise BrokenLineError(_NOT_SAID)
        if added is Added.SAME:
            report.left_out[f"{node.name} delivered twice, identical"] += 1
            return Verdict.KEPT
        for name in unread_names(node):
            report.unread.count(node.name, name if _ELEMENT.fullmatch(name) else OTHER)
        return Verdict.USED

    def _say_lost(self, known: KnownCard, citizen: CitizenId, number: int) -> None:
        """Put a line on the citizen's own list for an order of it that could not be read."""
        record_id = self.intake.ids.record(f"FMK/{known.cpr}/lost/{number}")
        order = hidden_order(names.ORDER, record_id, citizen)
        self.intake.staging.replace(order, known.origin)

    # --- what is said of it -------------------------------------------------------------------

    def _remark(
        self,
        known: KnownCard,
        node: Node,
        said: tuple[str, str],
        severity: Severity = Severity.WARNING,
        expected: str = "",
    ) -> None:
        file, (where, reason) = known.file, said
        self.intake.report.add(
            Problem(severity, file.shown, node.line, names.CARD, where, reason, expected,
                    part=file.part)
        )  # fmt: skip

    def _block(
        self, file: CardFile, line: int | None, where: str, reason: str, kind: str = names.CARD
    ) -> None:
        code = UnreadableFileError.code if line is None else BrokenLineError.code
        self.intake.report.add(
            Problem(Severity.BLOCKING, file.shown, line, kind, where, reason, code=code,
                    part=file.part, sections=(Section.MEDICATION.value,))
        )  # fmt: skip


def _original(node: Node) -> str:
    """Return what is kept beside a record: the card's own words, as JSON."""
    return orjson.dumps(node.plain()).decode()
