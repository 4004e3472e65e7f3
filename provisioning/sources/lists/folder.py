"""Read folders and zips of CSV and Excel lists, by the column map of the vendor.

Two passes, as for every source: `survey` reads the lists of units and citizens, `deliver` turns
every row into a record and gives it a verdict. One bad row never stops the reading; it blocks the
unit it is about, or every unit of its folder when nobody can tell. Called by
`provisioning.intake`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from appliance.records.models import Unit
from appliance.records.terms import CitizenId
from provisioning.errors import ColumnMapError, UnreadableFeedError, UnreadableFileError
from provisioning.sources.base import Feed, Intake, Verdict
from provisioning.sources.feed_store import open_store
from provisioning.sources.lists.ages import ReadList, list_deliveries
from provisioning.sources.lists.columns import ColumnMap, shipped_maps
from provisioning.sources.lists.delivery import Outcome, RowDelivery, RowPlace
from provisioning.sources.lists.layout import (
    OWN_MAP,
    FoundList,
    FoundLists,
    best_fit,
    find_lists,
    own_map,
)
from provisioning.sources.lists.people import KnownUnit, People, part_of
from provisioning.sources.lists.reports import ListReports
from provisioning.sources.lists.rows import Layout, RowReader, RowRejectedError
from provisioning.sources.lists.tables import (
    Header,
    Unreadable,
    body,
    find_tables,
    is_litter,
    other_files,
)
from provisioning.sources.progress import Progress

_LIST_ENDINGS = (".csv", ".tsv", ".xlsx", ".xlsm")
_FHIR_ENDINGS = (".ndjson", ".ndjson.gz", ".json")


@dataclass(frozen=True, slots=True)
class _Feed:
    """One delivery, with the map it is read by."""

    feed: Feed
    found: FoundLists
    unreadable: tuple[Unreadable, ...]
    others: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        """Return what tells this feed's files from those of others."""
        return self.feed.prefix

    def key(self, item: FoundList) -> str:
        """Return the part a list belongs to: its folder, told apart across feeds."""
        return self.prefix + item.folder


def holds_lists(feed: Path) -> bool:
    """Tell whether a feed is made of lists, so that it is one for this source.

    Raises:
        UnreadableFeedError: it is neither a folder nor a zip that can be read.

    """
    names = [name.lower() for name in open_store(feed).names() if not is_litter(name)]
    has_lists = any(name.endswith((*_LIST_ENDINGS, OWN_MAP)) for name in names)
    return has_lists and not any(name.endswith(_FHIR_ENDINGS) for name in names)


class CsvFolderSource:
    """One or more deliveries of CSV or Excel lists of one municipality.

    Raises:
        UnreadableFeedError: a feed is neither a folder nor a zip that can be read.
        ColumnMapError: the column map is wrong, or none fits.

    """

    name = "CSV/Excel"

    def __init__(
        self,
        feeds: Sequence[Feed],
        intake: Intake,
        as_of: datetime | None = None,
        vendor: ColumnMap | None = None,
    ) -> None:
        self._intake = intake
        self._report = intake.report
        self._as_of = as_of
        self._people = People(intake.ids)
        self._delivery = RowDelivery(intake, self._people, self.name)
        self._reports = ListReports(intake.report, self._people)
        self._read: dict[str, list[ReadList]] = {}
        self._feeds = [_open(feed, vendor, intake.reading.progress) for feed in feeds]

    @property
    def read_at(self) -> dict[CitizenId, datetime]:
        """Return, for some citizens, when the source itself had read the medicine list."""
        return self._delivery.read_at

    def survey(self) -> None:
        """Note every unit and citizen the other lists point at."""
        for kind in ("units", "citizens"):
            for feed, item, header in self._whole_lists():
                if item.listed.kind.name == kind:
                    self._people.has_unit_list |= kind == "units"
                    self._survey_list(feed, item, header)

    def deliver(self) -> None:
        """Hand over every record, with a verdict for every row."""
        for feed in self._feeds:
            self._reports.missing_lists(feed.found, feed.prefix)
            self._reports.unread_files(feed.found, feed.unreadable, feed.prefix)
            self._reports.other_files(feed.others, feed.prefix)
            for item in feed.found.lists:
                self._deliver_list(feed, item)
        for unit in self._people.units.values():
            # Units that no list describes: named by a citizen, by the map, or missing.
            self._intake.staging.add(unit.unit, "", None)
        for feed in self._feeds:
            for key in dict.fromkeys(feed.key(item) for item in feed.found.lists):
                self._close_part(feed, key)

    def _whole_lists(self) -> Iterator[tuple[_Feed, FoundList, Header]]:
        for feed in self._feeds:
            for item in feed.found.lists:
                if item.header and not item.fault:
                    yield feed, item, item.header

    # --- first pass ---------------------------------------------------------------------------

    def _survey_list(self, feed: _Feed, item: FoundList, header: Header) -> None:
        layout = Layout.of(item.listed, header, feed.found.vendor)
        place = self._place(feed, item)
        try:
            for row in body(item.table, header):
                if not row.broken:
                    self._survey_row(RowReader(layout, row), place)
        except UnreadableFileError:
            return  # the second pass meets the same fault and reports it, with what came before

    def _survey_row(self, row: RowReader, place: RowPlace) -> None:
        try:
            self._delivery.survey(row, place)
        except RowRejectedError:
            return  # reported by the second pass

    def _place(self, feed: _Feed, item: FoundList) -> RowPlace:
        """Return where a list stands, with the unit of citizens who name none."""
        key, fixed, number = feed.key(item), feed.found.vendor.unit, feed.feed.number
        shown = feed.prefix + item.table.shown
        if feed.found.vendor.has_folder_per_unit and item.folder:
            return RowPlace(key, shown, PurePosixPath(item.folder).name, number)
        if fixed is None:
            return RowPlace(key, shown, feed=number)
        if item.listed.kind.name == "citizens":
            unit = Unit(self._people.unit_id(fixed.id), fixed.name, fixed.kind)
            self._people.add_unit(fixed.id, KnownUnit(unit), key)
        return RowPlace(key, shown, fixed.id, number)

    # --- second pass --------------------------------------------------------------------------

    def _deliver_list(self, feed: _Feed, item: FoundList) -> None:
        place, read = self._place(feed, item), ReadList(item, feed.feed.path)
        self._read.setdefault(place.folder, []).append(read)
        if item.fault or item.header is None:
            self._reject_list(item, place)
            return
        layout = Layout.of(item.listed, item.header, feed.found.vendor)
        self._reports.columns(layout, place)
        number = 0
        try:
            for row in body(item.table, item.header):
                number += 1
                self._report.count_read(item.listed.name)
                self._deliver_row(RowReader(layout, row), place, read)
        except UnreadableFileError as error:
            self._reports.block_list(item, place, str(error))
        self._reports.unread(layout, number)

    def _reject_list(self, item: FoundList, place: RowPlace) -> None:
        """Reject every row of a list that has not the columns it needs."""
        delimiter = item.header.delimiter if item.header else item.table.delimiters()[0]
        last = item.header.line if item.header else 0
        reason = item.fault
        number = 0
        try:
            for row in item.table.rows(delimiter):
                if row.line > last:
                    number += 1
                    self._report.count_read(item.listed.name)
                    self._report.count(item.listed.name, Verdict.REJECTED)
        except UnreadableFileError as error:
            reason = str(error)
        is_empty = item.header is None and number == 0 and reason == item.fault
        self._reports.block_list(
            item, place, "is empty, without even headers" if is_empty else reason
        )

    def _deliver_row(self, row: RowReader, place: RowPlace, read: ReadList) -> None:
        name = row.layout.listed.name
        is_broken = bool(row.row.broken)
        outcome = Outcome(Verdict.REJECTED) if is_broken else self._delivery.deliver(row, place)
        self._report.count(name, outcome.verdict)
        if row.layout.listed.kind.name != "units" and not is_broken:
            read.note_age(row.moment("as_of"), outcome.citizen)
        if outcome.verdict is Verdict.REJECTED:
            self._reports.rejected(row, place, outcome)
        else:
            self._reports.remarks(row, place, outcome)

    # --- afterwards ---------------------------------------------------------------------------

    def _close_part(self, feed: _Feed, key: str) -> None:
        """Say which units a folder feeds, and how old and whole each section of it is."""
        units = self._people.folders.get(key)
        self._report.part_units[key] = units or None
        for unit_id in sorted(units) if units else [None]:
            part = part_of(key, unit_id)
            if unit_id:
                self._report.part_units[part] = {unit_id}
            known = self._people.units.get(unit_id) if unit_id else None
            found = [
                replace(one, source=self.name)
                for one in list_deliveries(
                    part, self._read[key], known, feed.found.vendor, self._as_of
                )
            ]
            self._reports.unknown_age(part, found)
            self._report.deliveries += found


def _open(named: Feed, vendor: ColumnMap | None, progress: Progress) -> _Feed:
    feed = named.path
    store = open_store(feed, progress)
    tables, unreadable = find_tables(store)
    if unreadable and not tables:
        raise UnreadableFeedError(f"{feed.name}: {unreadable[0].file}: {unreadable[0].reason}")
    chosen = vendor or own_map(store)
    found = find_lists(tables, chosen) if chosen else best_fit(tables, shipped_maps())
    if not found.lists:
        raise ColumnMapError(f"{feed.name}: none of the lists of {found.vendor.name!r} is there")
    return _Feed(named, found, tuple(unreadable), tuple(other_files(store)))
