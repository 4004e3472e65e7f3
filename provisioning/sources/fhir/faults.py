"""Write down what is wrong with a FHIR feed: which file, line and field, and what it may cost.

What may cost a citizen data blocks the units of its part; everything else is said and holds
nobody. Never holds a value from the record. Called by `bulk`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

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
from provisioning.sources.base import FeedReport, Verdict
from provisioning.sources.fhir.attachments import DOCUMENT_TYPES
from provisioning.sources.fhir.extraction import Remark
from provisioning.sources.fhir.items import BUNDLE, Item
from provisioning.sources.fhir.parts import AGE_UNKNOWN
from provisioning.sources.fhir.positions import Part, Place, Where
from provisioning.sources.fhir.type_rules import RULES, harmed_sections
from provisioning.sources.fhir.values import mappings
from provisioning.sources.shown_names import web_address


@dataclass(frozen=True, slots=True)
class FeedFaults:
    """Writes one source's problems into the report."""

    report: FeedReport

    # --- of a feed, a part or a file ----------------------------------------------------------

    def unread_files(self, names: Iterable[str]) -> None:
        """Say which files nobody reads."""
        for name in names:
            reason = "is no file of resources and was not read"
            self.report.add(Problem(Severity.WARNING, name, None, "(file)", "", reason))

    def bare_codes(self, found: Iterable[tuple[str, int]]) -> None:
        """Say which code systems came without words."""
        for system, number in found:
            codes = "1 code" if number == 1 else f"{number} codes"
            reason = f"{codes} of {web_address(system)} without words"
            expected = "a display in the feed, or --code-table"
            self.report.add(
                Problem(Severity.NOTE, "(feed)", None, "CodeSystem", "", reason, expected)
            )

    def of_part(self, one: Part) -> None:
        """Say what is wrong with a part's manifest."""
        error = BrokenManifestError if one.part.has_manifest else ManifestMissingError
        for reason in one.part.troubles:
            self._manifest(one, reason, error.code)
        for reason in one.part.remarks:
            self.report.add(Problem(Severity.WARNING, one.manifest, None, "manifest", "", reason))

    def unknown_age(self, one: Part) -> None:
        """Say that nobody knows how old a part is."""
        self._manifest(one, AGE_UNKNOWN, ManifestMissingError.code)

    def _manifest(self, one: Part, reason: str, code: str) -> None:
        self.report.add(
            Problem(Severity.BLOCKING, one.manifest, None, "manifest", "", reason,
                    code=code, part=one.key)
        )  # fmt: skip

    def missing_page(self, file: str, key: str) -> None:
        """Say that a search has a next page that was not delivered."""
        reason = "the next page of the search is not in the feed"
        self.report.add(
            Problem(Severity.BLOCKING, file, None, BUNDLE, "link", reason,
                    code=UnreadableFileError.code, part=key)
        )  # fmt: skip

    # --- of a line or a resource --------------------------------------------------------------

    def block(self, place: Place, where: Where, field: str, reason: str, **more: str) -> None:
        """Block the units of a part; `kind` and `code` say of what type and which error."""
        kind = more.get("kind", place.likely_type)
        self.report.add(
            Problem(Severity.BLOCKING, place.shown, where.line, kind, where.field(field), reason,
                    code=more.get("code", UnreadableFileError.code), part=place.key,
                    sections=harmed_sections(kind))
        )  # fmt: skip

    def outcome(self, place: Place, where: Where, item: Item) -> None:
        """Block where the source itself says that its export failed."""
        severities = {str(one.get("severity")) for one in mappings(item.resource.get("issue"))}
        if {"error", "fatal"} & severities:
            self.block(place, where, "", "the source reports a failed export")

    def cleaned(self, place: Place, line: int, kind: str) -> None:
        """Say that characters nobody may see were taken out of a line."""
        reason = "control or text-direction characters were removed"
        self.report.add(Problem(Severity.NOTE, place.shown, line, kind, "", reason))

    def unreadable(self, place: Place, where: Where, error: BrokenLineError) -> bool:
        """Reject a line nobody can read; True when it was a document, which holds nobody."""
        kind = place.likely_type
        self.report.count_read(kind)
        self.report.count(kind, Verdict.REJECTED)
        is_document = kind in DOCUMENT_TYPES
        # A scanned letter that is too long must not hold back anybody's medicine.
        if is_document or isinstance(error, ForeignDocumentError):
            self.report.add(
                Problem(Severity.ERROR, place.shown, where.line, kind, "", str(error),
                        code=error.code, part=place.key)
            )  # fmt: skip
        else:
            self.block(place, where, "", str(error), code=error.code)
        return is_document

    def rejected(self, place: Place, where: Where, kind: str, error: FeedError) -> None:
        """Report a resource that is not taken; one that may cost a citizen data blocks the part."""
        is_dangling = isinstance(error, DanglingReferenceError)
        is_grave = kind in RULES and RULES[kind].of_citizen and kind not in DOCUMENT_TYPES
        if not is_dangling and is_grave:
            self.block(place, where, "id", str(error), kind=kind, code=error.code)
            return
        field, expected = ("subject", "a Patient of this feed") if is_dangling else ("id", "")
        self.report.add(
            Problem(Severity.ERROR, place.shown, where.line, kind, where.field(field), str(error),
                    expected, error.code, place.key)
        )  # fmt: skip

    def remarks(self, place: Place, where: Where, kind: str, said: Iterable[Remark]) -> None:
        """Report what was noticed about the fields of a resource."""
        for remark in said:
            self.report.add(
                Problem(remark.severity, place.shown, where.line, kind, where.field(remark.field),
                        remark.reason, remark.expected, part=place.key)
            )  # fmt: skip
