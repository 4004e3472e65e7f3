"""Read a drop of ready-made documents: the last resort that works on day one, for any vendor.

A folder or zip of PDFs and photos; where a file lies, what it is called, or an `index.csv` says
whether it is about a unit or a citizen (`README.md`). Runs after every other source, because units
and citizens are known from those. Refuses what names nobody, names two, or cannot be opened; the
rest goes out. Called by `provisioning.feeds`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from appliance.records.models import Attachment
from appliance.records.terms import CitizenId, Section, UnitId
from provisioning.attachments.content import PDF
from provisioning.attachments.shelf import LARGEST_FILE, Shelved, refuse_too_large
from provisioning.attachments.titles import title_of, untitled, why_incomplete
from provisioning.errors import (
    FeedError,
    Problem,
    Severity,
    UnfitAttachmentError,
    UnreadableFileError,
)
from provisioning.sources.base import Delivery, Feed, Intake, Person, Verdict
from provisioning.sources.feed_store import FeedStore, open_store, read_whole
from provisioning.sources.lists.tables import is_litter, made_at
from provisioning.sources.pdf_drop.index import INDEX, IndexFault, IndexRow, is_index, read_index
from provisioning.sources.pdf_drop.people import Home, Homes, UnknownHomeError
from provisioning.sources.pdf_drop.whose import read_path, shown_name

DOCUMENT = "document"
_ENDINGS = (".pdf", ".jpg", ".jpeg", ".png")
_FHIR_ENDINGS = (".ndjson", ".ndjson.gz", ".json")
_LIST_ENDINGS = (".csv", ".tsv", ".xlsx", ".xlsm", ".toml")
_NO_DATE_BEFORE = 1981  # what a zip or a copy says of a file whose time nobody kept


@dataclass(slots=True)
class _Drop:
    """One delivery, with what its index says of the files in it."""

    feed: Feed
    store: FeedStore
    names: tuple[str, ...] = ()
    rows: dict[str, IndexRow] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Part:
    """What one unit's folder, or all that lies outside of one, came to."""

    unit_id: UnitId
    newest: datetime | None = None
    rejected: int = 0


def holds_documents(feed: Path) -> bool:
    """Tell whether a feed is a drop of documents; ask before anybody takes its index for a list.

    Raises:
        UnreadableFeedError: it is neither a folder nor a zip that can be read.

    """
    names = [name.lower() for name in open_store(feed).names() if not is_litter(name)]
    others = [name for name in names if not is_index(name)]
    is_other = any(name.endswith((*_FHIR_ENDINGS, *_LIST_ENDINGS)) for name in others)
    return not is_other and any(name.endswith(_ENDINGS) for name in others)


class PdfDropSource:
    """One or more drops of documents of one municipality.

    Raises:
        UnreadableFeedError: a feed is neither a folder nor a zip that can be read.

    """

    name = "PDF"

    def __init__(
        self, feeds: Sequence[Feed], intake: Intake, as_of: datetime | None = None
    ) -> None:
        self._intake = intake
        self._report = intake.report
        self._as_of = as_of
        self._drops = [
            _Drop(feed, open_store(feed.path, intake.reading.progress)) for feed in feeds
        ]
        self._homes = Homes(intake)
        self._parts: dict[str, _Part] = {}

    @property
    def read_at(self) -> Mapping[CitizenId, datetime]:
        """Return nothing: a document says nothing of when a medicine list was read."""
        return {}

    def survey(self) -> None:
        """List what was delivered, and read the indexes."""
        for drop in self._drops:
            names = [name for name in drop.store.names() if not is_litter(name)]
            drop.names = tuple(name for name in names if not is_index(name))
            drop.shown = _shown_names(drop.names)
            for name in filter(is_index, names):
                self._read_index(drop, name)

    def deliver(self) -> None:
        """Hand over every document, with a verdict for every file."""
        self._homes.learn()
        for drop in self._drops:
            for name in drop.names:
                self._report.count_read(DOCUMENT)
                self._report.count(DOCUMENT, self._deliver_file(drop, name))
        for key, part in self._parts.items():
            self._close_part(key, part)

    def _read_index(self, drop: _Drop, name: str) -> None:
        shown = drop.feed.prefix + shown_name(name, 0).replace("#0", INDEX)
        for item in read_index(drop.store, name):
            if isinstance(item, IndexFault):
                self._report.add(_problem(shown, item))
            elif item.file not in drop.shown:
                self._report.add(
                    _problem(shown, IndexFault(item.line, "file", "is not in the delivery"))
                )
            elif item.file in drop.rows:
                self._report.add(
                    _problem(shown, IndexFault(item.line, "file", "is named on another line too"))
                )
            else:
                drop.rows[item.file] = item

    def _deliver_file(self, drop: _Drop, name: str) -> Verdict:
        shown = drop.feed.prefix + drop.shown[name]
        home: Home | None = None
        try:
            home = self._homes.of(read_path(name), drop.rows.get(name))
            shelved = self._shelve(drop, name)
        except FeedError as error:
            self._reject(drop, shown, home, error)
            return Verdict.REJECTED
        if home.is_new_unit:
            reason = "is a unit no other feed knows; its documents wait for a box that serves it"
            self._report.add(Problem(Severity.WARNING, shown, None, DOCUMENT, "folder", reason))
        self._stage(drop, name, home, shelved)
        return Verdict.USED

    def _shelve(self, drop: _Drop, name: str) -> Shelved:
        try:
            content = read_whole(drop.store, name, LARGEST_FILE + 2)
        except UnreadableFileError as error:
            # Its words hold the file's name; what was wrong is in the cause, if it was damage.
            if error.__cause__ is None:
                refuse_too_large(LARGEST_FILE + 1)
            raise UnreadableFileError("is damaged or cannot be read") from error
        if not content:
            raise UnfitAttachmentError("is empty")
        return self._intake.shelf.put(content)

    def _reject(self, drop: _Drop, shown: str, home: Home | None, error: FeedError) -> None:
        key = self._key(drop, home) if home else ""
        if home:
            self._part(key, home).rejected += 1
        expected = error.expected if isinstance(error, UnknownHomeError) else ""
        self._report.add(
            Problem(
                Severity.ERROR, shown, None, DOCUMENT, "", str(error), expected, error.code, key
            )
        )

    def _stage(self, drop: _Drop, name: str, home: Home, shelved: Shelved) -> None:
        row, key = drop.rows.get(name), self._key(drop, home)
        created_at = (row.created_at if row else None) or _file_time(drop, name)
        part = self._part(key, home)
        part.newest = max(filter(None, (part.newest, created_at)), default=None)
        self._stage_home(drop, home, key)
        said = title_of(row.title) if row and row.title else read_path(name).title
        attachment = Attachment(
            id=self._intake.ids.record(f"PDF/{drop.feed.path.name}/{name}"),
            title=said or untitled(is_document=shelved.media_type == PDF),
            media_type=shelved.media_type,
            size_bytes=shelved.size,
            object_sha256=shelved.key,
            citizen_id=home.citizen_id,
            created_at=created_at,
            unit_id=None if home.citizen_id else home.unit_id,
        )
        self._intake.staging.replace(attachment, drop.feed.prefix + drop.shown[name])

    def _stage_home(self, drop: _Drop, home: Home, key: str) -> None:
        """Stage the unit or the citizen nobody else has told of."""
        if home.unit:
            self._intake.staging.add(home.unit, "", None)
        if home.citizen:
            self._intake.staging.add(home.citizen, "", None)
            person = Person(home.citizen.id, drop.feed.number, key, self.name, home.is_pointer)
            self._intake.note_person(person)

    def _key(self, drop: _Drop, home: Home) -> str:
        return f"{drop.feed.prefix}{home.unit_id}"

    def _part(self, key: str, home: Home) -> _Part:
        return self._parts.setdefault(key, _Part(home.unit_id))

    def _close_part(self, key: str, part: _Part) -> None:
        """Say how old and how whole the documents of a unit are."""
        self._report.part_units[key] = {part.unit_id}
        as_of = self._as_of or part.newest
        self._report.deliveries.append(
            Delivery(key, Section.ATTACHMENTS, as_of, why_incomplete(part.rejected), self.name)
        )


def _shown_names(names: Sequence[str]) -> dict[str, str]:
    """Give each file its number in its folder, in the order of the names."""
    counted: Counter[str] = Counter()
    shown = {}
    for name in names:
        folder = shown_name(name, 0).rpartition("/")[0]
        counted[folder] += 1
        shown[name] = shown_name(name, counted[folder])
    return shown


def _file_time(drop: _Drop, name: str) -> datetime | None:
    """Return when a file was written, as far as anybody kept that."""
    found = made_at(drop.feed.path, name)
    return found if found and found.year >= _NO_DATE_BEFORE else None


def _problem(shown: str, fault: IndexFault) -> Problem:
    return Problem(
        Severity.ERROR, shown, fault.line, "index", fault.field, fault.reason, fault.expected
    )
