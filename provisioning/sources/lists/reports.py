"""Say in the night's report what is wrong with a delivery of lists: file, line, column, reason.

Decides how much each fault weighs and which units it holds: one that may cost a citizen data holds
the unit, or every unit of the folder when nobody can tell which. Quotes headers, never a cell.
Called by `folder`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.settings_file import did_you_mean
from provisioning.errors import (
    BrokenLineError,
    ManifestMissingError,
    Problem,
    Severity,
    UnreadableFileError,
)
from provisioning.sources.base import Delivery, FeedReport
from provisioning.sources.lists.delivery import Outcome, RowPlace
from provisioning.sources.lists.layout import FoundList, FoundLists, stray_hint
from provisioning.sources.lists.people import People, part_of
from provisioning.sources.lists.rows import Layout, RowReader, RowRejectedError
from provisioning.sources.lists.tables import Unreadable

_WARNING, _BLOCKING = Severity.WARNING, Severity.BLOCKING
_GRAVE = ("citizens", "units")


@dataclass(frozen=True, slots=True)
class ListReports:
    """Writes one source's problems into the report."""

    report: FeedReport
    people: People

    def missing_lists(self, found: FoundLists, prefix: str) -> None:
        """Say which lists of the map are not in a delivery."""
        here = {item.listed.name for item in found.lists}
        for listed in found.vendor.lists:
            if listed.name not in here:
                severity = _BLOCKING if listed.is_required else _WARNING
                self.report.add(
                    Problem(severity, listed.files[0], None, listed.name, "",
                            "the list is not in the delivery", part=prefix,
                            sections=listed.kind.harmed)
                )  # fmt: skip

    def unread_files(
        self, found: FoundLists, unreadable: Iterable[Unreadable], prefix: str
    ) -> None:
        """Say which files are no list of the map, and which nobody can read."""
        for table in found.strays:
            reason = f"is no list of the column map and was not read{stray_hint(table, found)}"
            self.report.add(Problem(_WARNING, prefix + table.shown, None, "file", "", reason))
        for file in unreadable:
            self.report.add(
                Problem(_BLOCKING, prefix + file.file, None, "file", "", file.reason,
                        code=UnreadableFileError.code, part=prefix)
            )  # fmt: skip

    def other_files(self, names: Iterable[str], prefix: str) -> None:
        """Say which files are no lists at all; documents are a feed of their own."""
        for name in names:
            reason = "is no list and was not read; documents are a feed of their own"
            self.report.add(Problem(_WARNING, prefix + name, None, "file", "", reason))

    def columns(self, layout: Layout, place: RowPlace) -> None:
        """Say which columns are missing and which nobody asked for."""
        listed, line = layout.listed, layout.header.line
        for name, column in listed.columns.items():
            if name not in layout.places:
                hint = did_you_mean(column.shown, layout.header.names)
                reason = f"the column is not in the file{hint}"
                self.report.add(
                    Problem(_WARNING, place.shown, line, listed.name, column.shown, reason)
                )
        for header in layout.header.unmapped(listed):
            hint = layout.header.meant(listed, header)
            reason = f"the column {header!r} is not in the column map{hint}"
            self.report.add(Problem(_WARNING, place.shown, line, listed.name, "", reason))

    def unread(self, layout: Layout, rows: int) -> None:
        """Count the columns nobody asked for in the books, as a FHIR feed's fields are."""
        for header in layout.header.unmapped(layout.listed):
            self.report.unread.count(layout.listed.name, header, rows)

    def block_list(self, item: FoundList, place: RowPlace, reason: str) -> None:
        """Say that a list is not whole; it holds every unit of its folder."""
        self.report.add(
            Problem(_BLOCKING, place.shown, None, item.listed.name, "", reason, item.expected,
                    UnreadableFileError.code, place.folder, item.listed.kind.harmed)
        )  # fmt: skip

    def remarks(self, row: RowReader, place: RowPlace, outcome: Outcome) -> None:
        """Say what was odd about a row that was taken."""
        part = part_of(place.folder, outcome.citizen.unit_id if outcome.citizen else None)
        name, line = row.layout.listed.name, row.row.line
        if outcome.rejected:
            row.remark(outcome.rejected.field, outcome.rejected.reason)
        for note in row.row.notes:
            self.report.add(Problem(_WARNING, place.shown, line, name, "", note, part=part))
        for remark in row.remarks:
            self.report.add(
                Problem(remark.severity, place.shown, line, name, remark.column, remark.reason,
                        remark.expected, part=part)
            )  # fmt: skip

    def rejected(self, row: RowReader, place: RowPlace, outcome: Outcome) -> None:
        """Say why a row is not taken; one that may cost a citizen data blocks the unit."""
        kind = row.layout.listed.kind
        why = outcome.rejected or RowRejectedError("", row.row.broken)
        is_grave = kind.is_about_citizens or kind.name in _GRAVE
        # A row about somebody else's citizen costs ours nothing.
        is_grave = is_grave and outcome.code == BrokenLineError.code
        self.report.add(
            Problem(_BLOCKING if is_grave else Severity.ERROR, place.shown, row.row.line,
                    row.layout.listed.name, why.field, why.reason, why.expected, outcome.code,
                    self._part(row, place, outcome), kind.harmed)
        )  # fmt: skip

    def _part(self, row: RowReader, place: RowPlace, outcome: Outcome) -> str:
        """Return the smallest part a bad row can be pinned on."""
        if outcome.citizen:
            return part_of(place.folder, outcome.citizen.unit_id)
        units = self.people.units_named(row.row.cells, place.folder)
        return part_of(place.folder, units.pop() if len(units) == 1 else None)

    def unknown_age(self, part: str, found: Iterable[Delivery]) -> None:
        """Hold a unit whose lists are of unknown age: nobody could tell old medicine from new."""
        unknown = tuple(item.section.value for item in found if item.as_of is None)
        if unknown:
            self.report.add(
                Problem(_BLOCKING, part, None, "list", "", "nobody says how old it is",
                        "as_of in the column map, or --as-of", ManifestMissingError.code, part,
                        unknown)
            )  # fmt: skip
