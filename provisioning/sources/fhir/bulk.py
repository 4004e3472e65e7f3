"""Read FHIR feeds: folders or zips of lines and of Bundles, with manifests or without.

Two passes: `survey` notes who exists, `deliver` turns every resource into records and gives it a
verdict. One bad line never stops the reading, so that the report names them all; it blocks the
units of its part instead. Called by `provisioning.intake`. Several feeds are one source: they may
point at each other.
"""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from appliance.records.schema import TABLE_OF_MODEL
from appliance.records.terms import CitizenId, Section
from provisioning.attachments.titles import why_incomplete
from provisioning.errors import (
    BrokenLineError,
    BrokenManifestError,
    DanglingReferenceError,
    FeedError,
    ForeignDocumentError,
    ManifestMissingError,
    Problem,
    Severity,
    UnreadableFileError,
)
from provisioning.sources.base import Delivery, Feed, Intake, Verdict
from provisioning.sources.feed_store import FeedStore, Line, lines, open_store, sha256_of
from provisioning.sources.fhir.attachments import BINARY, DOCUMENT_TYPES, Beside
from provisioning.sources.fhir.code_words import CodeWords
from provisioning.sources.fhir.delivery import Origin, ResourceDelivery
from provisioning.sources.fhir.index import SURVEYED, UNITLESS, FeedIndex
from provisioning.sources.fhir.items import BUNDLE, Item, ReadLine, read_line
from provisioning.sources.fhir.messages import MessageVersions
from provisioning.sources.fhir.part_state import PartState
from provisioning.sources.fhir.parts import (
    AGE_UNKNOWN,
    FeedFile,
    FeedPart,
    find_parts,
    unread_files,
)
from provisioning.sources.fhir.type_rules import KNOWN, RULES, SECTIONS, harmed_sections
from provisioning.sources.fhir.values import mappings
from provisioning.sources.shown_names import web_address

UNREADABLE = "(unreadable)"
# Most lines are not asked about in the first pass: these look at bytes before anything is parsed.
_ASKED = "|".join((*SURVEYED, BINARY, BUNDLE)).encode()
_BEGINS = re.compile(rb'\{"resourceType": ?"(?!(?:' + _ASKED + rb')")')
_SURVEYED = re.compile(rb'"resourceType"\s*:\s*"(?:' + _ASKED + rb')"')


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of one feed; `key` names it across all feeds."""

    store: FeedStore
    feed: Feed
    key: str
    part: FeedPart
    names: Callable[[], frozenset[str]]

    @property
    def manifest(self) -> str:
        return self.feed.prefix + self.part.manifest


@dataclass(frozen=True)
class _Place:
    """Where a line or fault is."""

    of: _Part
    file: FeedFile

    @property
    def store(self) -> FeedStore:
        return self.of.store

    @property
    def key(self) -> str:
        return self.of.key

    @property
    def shown(self) -> str:
        return self.of.feed.prefix + self.file.name

    @functools.cached_property  # asked for at every line of the file
    def origin(self) -> Origin:
        beside = Beside(self.store, self.file.name, self.of.names)
        return Origin(self.shown, self.key, self.of.feed.number, beside)

    @property
    def likely_type(self) -> str:
        """Return the type a broken line of this file probably had."""
        named = self.file.type or self.file.name.rsplit("/", 1)[-1].split(".", 1)[0]
        return named if named in KNOWN else UNREADABLE


class _Where(NamedTuple):
    """Which line of a file, and which entry of a Bundle in it."""

    line: int | None
    path: str = ""

    def field(self, name: str) -> str:
        """Return a field's name as it stands in a report."""
        return ".".join(filter(None, (self.path, name)))


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
        self._index = FeedIndex(intake.staging, intake.ids)
        self._versions = MessageVersions(intake.staging)
        self._delivery = ResourceDelivery(intake, self._index, self._versions, self.name)
        self._staging = intake.staging
        self._words = CodeWords(intake.reading.code_words)
        self._parts: list[_Part] = []
        self._unread: list[str] = []
        for feed in feeds:
            store = open_store(feed.path, intake.reading.progress)
            names = functools.cache(functools.partial(_names, store))
            self._unread += [feed.prefix + name for name in unread_files(store.names())]
            for part in find_parts(store, feed.path.name, as_of):
                self._parts.append(_Part(store, feed, feed.prefix + part.name, part, names))

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
        for name in self._unread:
            reason = "is no file of resources and was not read"
            self._report.add(Problem(Severity.WARNING, name, None, "(file)", "", reason))
        for one in self._parts:
            self._report_part(one)
            for file in one.part.error_files:
                self._read_faults(_Place(one, file))
        for place in self._places():
            self._deliver_file(place, states[place.key])
        self._delivery.settle()
        self._report_bare_codes()
        if self._delivery.has_unitless:
            self._staging.replace(UNITLESS)
        for one in self._parts:
            self._close_part(one, states[one.key])

    def _report_bare_codes(self) -> None:
        for system, number in self._words.bare():
            codes = "1 code" if number == 1 else f"{number} codes"
            reason = f"{codes} of {web_address(system)} without words"
            expected = "a display in the feed, or --code-table"
            self._report.add(
                Problem(Severity.NOTE, "(feed)", None, "CodeSystem", "", reason, expected)
            )

    @property
    def read_at(self) -> dict[CitizenId, datetime]:
        """Return, for some citizens, when the source itself had read the medicine list."""
        return self._delivery.read_at

    def _places(self) -> Iterator[_Place]:
        for one in self._parts:
            for file in one.part.files:
                yield _Place(one, file)

    def _survey_file(self, place: _Place) -> None:
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

    def _report_part(self, one: _Part) -> None:
        part = one.part
        error = BrokenManifestError if part.has_manifest else ManifestMissingError
        for reason in part.troubles:
            self._report.add(
                Problem(Severity.BLOCKING, one.manifest, None, "manifest", "", reason,
                        code=error.code, part=one.key)
            )  # fmt: skip
        for reason in part.remarks:
            self._report.add(Problem(Severity.WARNING, one.manifest, None, "manifest", "", reason))

    def _read_faults(self, place: _Place) -> None:
        """Read what the source itself says went wrong during its export."""
        try:
            for line in lines(place.store, place.file.name):
                for item in read_line(line, place.key).items:
                    self._judge_outcome(place, _Where(line.number), item)
        except (UnreadableFileError, BrokenLineError) as error:
            self._block(place, _Where(None), "", str(error))

    def _judge_outcome(self, place: _Place, where: _Where, item: Item) -> None:
        severities = {str(one.get("severity")) for one in mappings(item.resource.get("issue"))}
        if {"error", "fatal"} & severities:
            self._block(place, where, "", "the source reports a failed export")

    def _deliver_file(self, place: _Place, state: PartState) -> None:
        number = 0
        try:
            self._check_bytes(place)
            for line in lines(place.store, place.file.name):
                number += 1
                self._deliver_line(place, line, state)
        except UnreadableFileError as error:
            if place.file.count == 0 and place.file.name not in place.store.names():
                return  # an empty type needs no file
            self._block(place, _Where(None), "", str(error), code=error.code)
            return
        if place.file.count is not None and place.file.count != number:
            reason = f"{number} resources, the manifest says {place.file.count}"
            self._block(place, _Where(None), "count", reason)

    def _check_bytes(self, place: _Place) -> None:
        if place.file.sha256 and sha256_of(place.store, place.file.name) != place.file.sha256:
            reason = "the file is not the one the manifest describes"
            self._block(place, _Where(None), "sha256", reason)

    def _deliver_line(self, place: _Place, line: Line, state: PartState) -> None:
        try:
            read = read_line(line, place.key)
        except BrokenLineError as error:
            self._reject_unread(place, _Where(line.number), error)
            return
        if read.was_cleaned:
            reason = "control or text-direction characters were removed"
            self._report.add(
                Problem(Severity.NOTE, place.shown, line.number, read.kind, "", reason)
            )
        self._note_bundle(place, line.number, read, state)
        for item in read.items:
            self._deliver_item(place, _Where(line.number, item.path), item, state)

    def _reject_unread(self, place: _Place, where: _Where, error: BrokenLineError) -> None:
        self._report.count_read(place.likely_type)
        self._report.count(place.likely_type, Verdict.REJECTED)
        is_document = place.likely_type in DOCUMENT_TYPES
        self._delivery.attachments.lost[place.key] += is_document
        # A scanned letter that is too long must not hold back anybody's medicine.
        if is_document or isinstance(error, ForeignDocumentError):
            self._report.add(
                Problem(Severity.ERROR, place.shown, where.line, place.likely_type, "",
                        str(error), code=error.code, part=place.key)
            )  # fmt: skip
            return
        self._block(place, where, "", str(error), code=error.code)

    def _note_bundle(self, place: _Place, number: int, read: ReadLine, state: PartState) -> None:
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
            self._reject_unread(place, _Where(number, path), error)

    def _deliver_item(self, place: _Place, where: _Where, item: Item, state: PartState) -> None:
        kind = item.kind
        self._report.count_read(kind)
        if kind == "OperationOutcome" and item.path:
            self._judge_outcome(place, where, item)
        try:
            self._words.complete(item.resource)
            outcome = self._delivery.deliver(item, place.origin)
        except FeedError as error:
            self._report.count(kind, Verdict.REJECTED)
            self._reject(place, where, kind, error)
            return
        self._report.count(kind, outcome.verdict)
        if item.is_message:
            tables = [TABLE_OF_MODEL[type(one)] for one in outcome.records]
            state.told.update(one.section for one in tables if one.section)
        else:
            state.types.add(kind)
            state.sections.update(outcome.sections)
        for remark in outcome.remarks:
            self._report.add(
                Problem(remark.severity, place.shown, where.line, kind, where.field(remark.field),
                        remark.reason, remark.expected, part=place.key)
            )  # fmt: skip

    def _reject(self, place: _Place, where: _Where, kind: str, error: FeedError) -> None:
        """Report a resource that is not taken; one that may cost a citizen data blocks the part."""
        is_dangling = isinstance(error, DanglingReferenceError)
        is_grave = kind in RULES and RULES[kind].of_citizen and kind not in DOCUMENT_TYPES
        if not is_dangling and is_grave:
            self._block(place, where, "id", str(error), kind=kind, code=error.code)
            return
        field, expected = ("subject", "a Patient of this feed") if is_dangling else ("id", "")
        self._report.add(
            Problem(Severity.ERROR, place.shown, where.line, kind, where.field(field), str(error),
                    expected, error.code, place.key)
        )  # fmt: skip

    def _block(self, place: _Place, where: _Where, field: str, reason: str, **more: str) -> None:
        kind = more.get("kind", place.likely_type)
        self._report.add(
            Problem(Severity.BLOCKING, place.shown, where.line, kind, where.field(field), reason,
                    code=more.get("code", UnreadableFileError.code), part=place.key,
                    sections=harmed_sections(kind))
        )  # fmt: skip

    # --- afterwards -------------------------------------------------------------------------

    def _close_part(self, one: _Part, state: PartState) -> None:
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
            self._report.add(
                Problem(Severity.BLOCKING, one.manifest, None, "manifest", "",
                        AGE_UNKNOWN, code=ManifestMissingError.code, part=key)
            )  # fmt: skip
        for file in state.missing_pages():
            reason = "the next page of the search is not in the feed"
            self._report.add(
                Problem(Severity.BLOCKING, file, None, BUNDLE, "link", reason,
                        code=UnreadableFileError.code, part=key)
            )  # fmt: skip

    def _sections(self, kind: str, key: str) -> tuple[Section, ...]:
        if kind == "Basic":
            # Listed without content, it speaks of key boxes where there are doors to open.
            is_shared = self._index.units_of_part(key) is None
            return (Section.PLAN,) if is_shared else (Section.KEY_BOXES,)
        return SECTIONS.get(kind, ())


def _names(store: FeedStore) -> frozenset[str]:
    return frozenset(store.names())
