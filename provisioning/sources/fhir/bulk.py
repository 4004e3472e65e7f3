"""Read FHIR feeds: folders or zips of lines and of Bundles, with manifests or without.

Two passes: `survey` notes who exists, `deliver` turns every resource into records and gives it a
verdict. One bad line never stops the reading, so that the report names them all; it blocks the
units of its part instead. Called by `provisioning.intake`. Several feeds are one source: they may
point at each other.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from appliance.records.schema import TABLE_OF_MODEL
from appliance.records.terms import CitizenId, Section
from provisioning.attachments.titles import why_incomplete
from provisioning.errors import BrokenLineError, FeedError, UnreadableFileError
from provisioning.sources.base import Delivery, Feed, Intake, Verdict
from provisioning.sources.feed_store import FeedStore, Line, lines, open_store, sha256_of
from provisioning.sources.fhir.attachments import BINARY
from provisioning.sources.fhir.code_words import CodeWords, may_hold_codes
from provisioning.sources.fhir.delivery import ResourceDelivery
from provisioning.sources.fhir.faults import FeedFaults
from provisioning.sources.fhir.index import SURVEYED, UNITLESS, FeedIndex
from provisioning.sources.fhir.items import BUNDLE, Item, ReadLine, read_line
from provisioning.sources.fhir.messages import MessageVersions
from provisioning.sources.fhir.part_state import PartState
from provisioning.sources.fhir.parts import find_parts, unread_files
from provisioning.sources.fhir.positions import Part, Place, Where
from provisioning.sources.fhir.type_rules import SECTIONS

# Most lines are not asked about in the first pass: these look at bytes before anything is parsed.
_ASKED = "|".join((*SURVEYED, BINARY, BUNDLE)).encode()
_BEGINS = re.compile(rb'\{"resourceType": ?"(?!(?:' + _ASKED + rb')")')
_SURVEYED = re.compile(rb'"resourceType"\s*:\s*"(?:' + _ASKED + rb')"')


class FhirBulkSource:
    """One or more FHIR feeds of one municipality.

    Raises:
        UnreadableFeedError: a feed is neither a folder nor a zip that can be read.
        ManifestMissingError: nobody says how old a feed is.
        BrokenManifestError: a feed's only manifest cannot be understood.

    """

    name = "FHIR"

    def __init__(
        self, feeds: Sequence[Feed], intake: Intake, as_of: datetime | None = None
    ) -> None:
        self._report = intake.report
        self._faults = FeedFaults(intake.report)
        self._index = FeedIndex(intake.staging, intake.ids)
        self._versions = MessageVersions(intake.staging)
        self._delivery = ResourceDelivery(intake, self._index, self._versions, self.name)
        self._staging = intake.staging
        self._words = CodeWords(intake.reading.code_words)
        self._parts: list[Part] = []
        self._unread: list[str] = []
        for feed in feeds:
            store = open_store(feed.path, intake.reading.progress)
            names = functools.cache(functools.partial(_names, store))
            self._unread += [feed.prefix + name for name in unread_files(store.names())]
            for part in find_parts(store, feed.path.name, as_of):
                self._parts.append(Part(store, feed, feed.prefix + part.name, part, names))

    def survey(self) -> None:
        """Note everybody and everything other resources point at."""
        for place in self._places():
            try:
                self._survey_file(place)
            except UnreadableFileError:
                # The second pass meets the same fault and reports it, with what came before.
                continue

    def deliver(self) -> None:
        """Hand over every record, with a verdict for every resource."""
        states = {one.key: PartState() for one in self._parts}
        self._faults.unread_files(self._unread)
        for one in self._parts:
            self._faults.of_part(one)
            for file in one.part.error_files:
                self._read_faults(Place(one, file))
        for place in self._places():
            self._deliver_file(place, states[place.key])
        self._delivery.settle()
        self._faults.bare_codes(self._words.bare())
        if self._delivery.has_unitless:
            self._staging.replace(UNITLESS)
        for one in self._parts:
            self._close_part(one, states[one.key])

    @property
    def read_at(self) -> dict[CitizenId, datetime]:
        """Return, for some citizens, when the source itself had read the medicine list."""
        return self._delivery.read_at

    def _places(self) -> Iterator[Place]:
        for one in self._parts:
            for file in one.part.files:
                yield Place(one, file)

    def _survey_file(self, place: Place) -> None:
        for line in lines(place.store, place.file.name):
            if line.content is None or _BEGINS.match(line.content):
                continue
            if not _SURVEYED.search(line.content):
                continue
            try:
                read = read_line(line, place.key)
            except BrokenLineError:
                continue  # reported by the second pass
            for item in read.items:
                self._words.complete(item.resource)
                self._index.survey(item.resource, place.key, is_pointer=item.is_pointer)
                if item.kind == BINARY:
                    self._delivery.attachments.note_binary(item.resource)
                if item.is_message:
                    self._versions.note(item)

    # --- second pass ------------------------------------------------------------------------

    def _read_faults(self, place: Place) -> None:
        """Read what the source itself says went wrong during its export."""
        try:
            for line in lines(place.store, place.file.name):
                for item in read_line(line, place.key).items:
                    self._faults.outcome(place, Where(line.number), item)
        except (UnreadableFileError, BrokenLineError) as error:
            self._faults.block(place, Where(None), "", str(error))

    def _deliver_file(self, place: Place, state: PartState) -> None:
        number = 0
        try:
            self._check_bytes(place)
            for line in lines(place.store, place.file.name):
                number += 1
                self._deliver_line(place, line, state)
        except UnreadableFileError as error:
            if place.file.count == 0 and place.file.name not in place.store.names():
                return  # an empty type needs no file
            self._faults.block(place, Where(None), "", str(error), code=error.code)
            return
        if place.file.count is not None and place.file.count != number:
            reason = f"{number} resources, the manifest says {place.file.count}"
            self._faults.block(place, Where(None), "count", reason)

    def _check_bytes(self, place: Place) -> None:
        if place.file.sha256 and sha256_of(place.store, place.file.name) != place.file.sha256:
            reason = "the file is not the one the manifest describes"
            self._faults.block(place, Where(None), "sha256", reason)

    def _deliver_line(self, place: Place, line: Line, state: PartState) -> None:
        try:
            read = read_line(line, place.key)
        except BrokenLineError as error:
            self._note_unreadable(place, Where(line.number), error)
            return
        if read.was_cleaned:
            self._faults.cleaned(place, line.number, read.kind)
        self._note_bundle(place, line.number, read, state)
        for item in read.items:
            self._deliver_item(place, line.number, item, state)

    def _note_bundle(self, place: Place, number: int, read: ReadLine, state: PartState) -> None:
        """Count a Bundle, which is used by being opened, and what in it is no resource."""
        if read.bundle is None:
            state.has_undated = True
            return
        state.note_bundle(read.bundle, place.shown)
        self._report.count_read(BUNDLE)
        self._report.count(BUNDLE, Verdict.USED)
        if read.bundle.empty:
            self._report.left_out["entry of a Bundle without a resource"] += read.bundle.empty
        error = BrokenLineError("not a resource: no resourceType")
        for path in read.untyped:
            self._note_unreadable(place, Where(number, path), error)

    def _deliver_item(self, place: Place, number: int, item: Item, state: PartState) -> None:
        kind = item.kind
        self._report.count_read(kind)
        if kind == "OperationOutcome" and item.path:
            self._faults.outcome(place, Where(number, item.path), item)
        try:
            if may_hold_codes(item.original):
                self._words.complete(item.resource)
            outcome = self._delivery.deliver(item, place.origin)
        except FeedError as error:
            self._report.count(kind, Verdict.REJECTED)
            self._faults.rejected(place, Where(number, item.path), kind, error)
            return
        self._report.count(kind, outcome.verdict)
        if item.is_message:
            tables = [TABLE_OF_MODEL[type(one)] for one in outcome.records]
            state.told.update(one.section for one in tables if one.section)
        else:
            state.types.add(kind)
            state.sections.update(outcome.sections)
        if outcome.remarks:
            self._faults.remarks(place, Where(number, item.path), kind, outcome.remarks)

    def _note_unreadable(self, place: Place, where: Where, error: BrokenLineError) -> None:
        is_document = self._faults.unreadable(place, where, error)
        self._delivery.attachments.lost[place.key] += is_document

    # --- afterwards -------------------------------------------------------------------------

    def _close_part(self, one: Part, state: PartState) -> None:
        """Say which units a part feeds, and how old and whole each section of it is."""
        key, part = one.key, one.part
        self._report.part_units[key] = self._index.units_of_part(key)
        self._report.deliveries += state.deliveries(
            part, (key, self.name), lambda kind: self._sections(kind, key)
        )
        if reason := why_incomplete(self._delivery.attachments.lost[key]):
            as_of = state.as_of(part)
            self._report.deliveries.append(
                Delivery(key, Section.ATTACHMENTS, as_of, reason, self.name)
            )
        if part.files and state.as_of(part) is None and not part.troubles:
            self._faults.unknown_age(one)
        for file in state.missing_pages():
            self._faults.missing_page(file, key)

    def _sections(self, kind: str, key: str) -> tuple[Section, ...]:
        if kind == "Basic":
            # Listed without content, it speaks of key boxes where there are doors to open.
            is_shared = self._index.units_of_part(key) is None
            return (Section.PLAN,) if is_shared else (Section.KEY_BOXES,)
        return SECTIONS.get(kind, ())


def _names(store: FeedStore) -> frozenset[str]:
    return frozenset(store.names())
