"""Read FHIR Bulk Data feeds: folders or zips with manifests and lines of resources.

Two passes: `survey` notes who exists, `deliver` turns every line into records and gives every
resource a verdict. One bad line never stops the reading, so that the report names them all; it
blocks the units of its part instead. Called by `provisioning.intake`. Several feeds are one
source: they may point at each other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import orjson

from appliance.records.terms import CitizenId, Section
from provisioning.errors import (
    BrokenLineError,
    BrokenManifestError,
    DanglingReferenceError,
    FeedError,
    ManifestMissingError,
    Problem,
    Severity,
    UnreadableFileError,
)
from provisioning.sources.base import Delivery, Intake, Verdict
from provisioning.sources.feed_store import (
    LONGEST_LINE,
    FeedStore,
    Line,
    lines,
    open_store,
    sha256_of,
)
from provisioning.sources.fhir.delivery import ResourceDelivery
from provisioning.sources.fhir.index import SURVEYED, UNITLESS, FeedIndex
from provisioning.sources.fhir.parts import FeedFile, FeedPart, find_parts
from provisioning.sources.fhir.type_rules import KNOWN, RULES, SECTIONS, harmed_sections
from provisioning.sources.fhir.values import Json, mappings, text
from provisioning.sources.text_cleaning import cleaned, is_suspicious

UNREADABLE = "(unreadable)"
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
# Most lines are not asked about in the first pass: these look at bytes before anything is parsed.
_BEGINS = re.compile(rb'\{"resourceType": ?"(?!(?:' + "|".join(SURVEYED).encode() + rb')")')
_SURVEYED = re.compile(rb'"resourceType"\s*:\s*"(?:' + "|".join(SURVEYED).encode() + rb')"')


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line or fault is; `key` names the part across all feeds."""

    store: FeedStore
    prefix: str
    key: str
    part: FeedPart
    file: FeedFile

    @property
    def shown(self) -> str:
        return self.prefix + self.file.name

    @property
    def likely_type(self) -> str:
        """Return the type a broken line of this file probably had."""
        named = self.file.type or self.file.name.rsplit("/", 1)[-1].split(".", 1)[0]
        return named if named in KNOWN else UNREADABLE


@dataclass(slots=True)
class _Seen:
    """What one part turned out to hold."""

    types: set[str] = field(default_factory=set)
    sections: set[Section] = field(default_factory=set)


class FhirBulkSource:
    """One or more FHIR Bulk Data feeds of one municipality.

    Raises:
        UnreadableFeedError: a feed is neither a folder nor a zip that can be read.
        ManifestMissingError: nobody says how old a feed is.
        BrokenManifestError: a feed's only manifest cannot be understood.

    """

    name = "FHIR Bulk Data"

    def __init__(self, feeds: list[Path], intake: Intake, as_of: datetime | None = None) -> None:
        self._report = intake.report
        self._index = FeedIndex(intake.staging, intake.ids)
        self._delivery = ResourceDelivery(intake, self._index)
        self._staging = intake.staging
        self._parts: list[tuple[FeedStore, str, str, FeedPart]] = []
        for number, feed in enumerate(feeds, start=1):
            store = open_store(feed)
            prefix = f"{number}-{feed.name}/" if len(feeds) > 1 else ""
            for part in find_parts(store, feed.name, as_of):
                self._parts.append((store, prefix, prefix + part.name, part))

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
        seen = {key: _Seen() for _, _, key, _ in self._parts}
        for store, prefix, key, part in self._parts:
            self._report_part(prefix, key, part)
            for file in part.error_files:
                self._read_faults(_Place(store, prefix, key, part, file))
        for place in self._places():
            self._deliver_file(place, seen[place.key])
        self._delivery.settle()
        if self._delivery.has_unitless:
            self._staging.replace(UNITLESS)
        for _, _, key, part in self._parts:
            self._report.part_units[key] = self._index.units_of_part(key)
            self._report.deliveries += self._deliveries(key, part, seen[key])

    @property
    def read_at(self) -> dict[CitizenId, datetime]:
        """Return, for some citizens, when the source itself had read the medicine list."""
        return self._delivery.read_at

    def _places(self) -> Iterator[_Place]:
        for store, prefix, key, part in self._parts:
            for file in part.files:
                yield _Place(store, prefix, key, part, file)

    def _survey_file(self, place: _Place) -> None:
        for line in lines(place.store, place.file.name):
            if line.content is None or _BEGINS.match(line.content):
                continue
            if not _SURVEYED.search(line.content):
                continue
            try:
                resource, _, _ = _parse(line)
            except BrokenLineError:
                continue  # reported by the second pass
            self._index.survey(resource, place.key)

    def _report_part(self, prefix: str, key: str, part: FeedPart) -> None:
        error = BrokenManifestError if part.has_manifest else ManifestMissingError
        for reason in part.troubles:
            self._report.add(
                Problem(Severity.BLOCKING, prefix + part.manifest, None, "manifest", "", reason,
                        code=error.code, part=key)
            )  # fmt: skip
        for reason in part.remarks:
            self._report.add(
                Problem(Severity.WARNING, prefix + part.manifest, None, "manifest", "", reason)
            )

    def _read_faults(self, place: _Place) -> None:
        """Read what the source itself says went wrong during its export."""
        try:
            for line in lines(place.store, place.file.name):
                outcome, _, _ = _parse(line)
                severities = [str(item.get("severity")) for item in mappings(outcome.get("issue"))]
                if {"error", "fatal"} & set(severities):
                    self._block(place, line.number, "", "the source reports a failed export")
        except (UnreadableFileError, BrokenLineError) as error:
            self._block(place, None, "", str(error))

    def _deliver_file(self, place: _Place, seen: _Seen) -> None:
        number = 0
        try:
            self._check_bytes(place)
            for line in lines(place.store, place.file.name):
                number += 1
                self._deliver_line(place, line, seen)
        except UnreadableFileError as error:
            if place.file.count == 0 and place.file.name not in place.store.names():
                return  # an empty type needs no file
            self._block(place, None, "", str(error), code=error.code)
            return
        if place.file.count is not None and place.file.count != number:
            self._block(
                place, None, "count", f"{number} resources, the manifest says {place.file.count}"
            )

    def _check_bytes(self, place: _Place) -> None:
        if place.file.sha256 and sha256_of(place.store, place.file.name) != place.file.sha256:
            self._block(place, None, "sha256", "the file is not the one the manifest describes")

    def _deliver_line(self, place: _Place, line: Line, seen: _Seen) -> None:
        try:
            resource, original, was_cleaned = _parse(line)
        except BrokenLineError as error:
            self._report.count_read(place.likely_type)
            self._report.count(place.likely_type, Verdict.REJECTED)
            self._block(place, line.number, "", str(error), code=error.code)
            return
        kind = resource["resourceType"]
        seen.types.add(kind)
        self._report.count_read(kind)
        if was_cleaned:
            reason = "control or text-direction characters were removed"
            self._report.add(Problem(Severity.NOTE, place.shown, line.number, kind, "", reason))
        try:
            outcome = self._delivery.deliver(resource, original, place.shown)
        except FeedError as error:
            self._report.count(kind, Verdict.REJECTED)
            self._reject(place, line.number, kind, error)
            return
        self._report.count(kind, outcome.verdict)
        seen.sections.update(outcome.sections)
        for remark in outcome.remarks:
            self._report.add(
                Problem(remark.severity, place.shown, line.number, kind, remark.field,
                        remark.reason, remark.expected, part=place.key)
            )  # fmt: skip

    def _reject(self, place: _Place, number: int, kind: str, error: FeedError) -> None:
        """Report a resource that is not taken; one that may cost a citizen data blocks the part."""
        is_dangling = isinstance(error, DanglingReferenceError)
        if not is_dangling and kind in RULES and RULES[kind].of_citizen:
            self._block(place, number, "id", str(error), kind=kind, code=error.code)
            return
        field, expected = ("subject", "a Patient of this feed") if is_dangling else ("id", "")
        self._report.add(
            Problem(Severity.ERROR, place.shown, number, kind, field, str(error), expected,
                    error.code, place.key)
        )  # fmt: skip

    def _block(
        self, place: _Place, number: int | None, field: str, reason: str, **more: str
    ) -> None:
        kind = more.get("kind", place.likely_type)
        self._report.add(
            Problem(Severity.BLOCKING, place.shown, number, kind, field, reason,
                    code=more.get("code", UnreadableFileError.code), part=place.key,
                    sections=harmed_sections(kind))
        )  # fmt: skip

    def _deliveries(self, key: str, part: FeedPart, seen: _Seen) -> Iterator[Delivery]:
        """Say which sections a part delivered: what it lists, and what it turned out to hold."""
        listed = {file.type for file in part.files if file.type}
        for file in part.files:
            for section in self._sections(file.type or "", key):
                yield Delivery(key, section, file.as_of, file.incomplete)
        for kind in sorted(seen.types - listed):
            for section in self._sections(kind, key):
                yield Delivery(key, section, part.as_of)
        for section in sorted(seen.sections):
            yield Delivery(key, section, part.as_of)
        yield Delivery(key, Section.OTHER, part.as_of)

    def _sections(self, kind: str, key: str) -> tuple[Section, ...]:
        if kind == "Basic":
            # Listed without content, it speaks of key boxes where there are doors to open.
            is_shared = self._index.units_of_part(key) is None
            return (Section.PLAN,) if is_shared else (Section.KEY_BOXES,)
        return SECTIONS.get(kind, ())


def _parse(line: Line) -> tuple[Json, str, bool]:
    """Return a line as a resource, as the text kept beside it, and whether that was cleaned.

    Raises:
        BrokenLineError: it is too long, not UTF-8, not JSON or not a resource.

    """
    if line.content is None:
        raise BrokenLineError(f"longer than {LONGEST_LINE} bytes")
    try:
        delivered = line.content.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BrokenLineError(f"not UTF-8 at byte {error.start}") from error
    original = cleaned(delivered) if is_suspicious(line.content) else delivered
    try:
        resource = orjson.loads(original)
    except orjson.JSONDecodeError as error:
        raise BrokenLineError(f"not JSON at column {error.colno}") from error
    if not isinstance(resource, dict) or not _TYPE.fullmatch(
        text(resource.get("resourceType")) or ""
    ):
        raise BrokenLineError("not a resource: no resourceType")
    return resource, original, original != delivered
