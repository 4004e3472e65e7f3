"""Take a night's feeds into one staging database for the whole municipality.

The one place that runs a source from start to end: survey, deliver, doubts about identity, states
of the sections, and the proof that every resource was accounted for. Called by the commands.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.files import explaining_disk_errors
from appliance.records.terms import CitizenId, Section, UnitId
from provisioning.identity import mark_doubts
from provisioning.section_states import citizen_states, unit_states
from provisioning.sources.base import FeedReport, Intake
from provisioning.sources.fhir.bulk import FhirBulkSource
from provisioning.sources.lists.folder import CsvFolderSource, holds_lists
from provisioning.sources.opaque_ids import OpaqueIds
from provisioning.staging import Staging


@dataclass(frozen=True, slots=True)
class Night:
    """What was taken in: the staged records, the books, and the units by id."""

    staging: Path
    report: FeedReport
    units: dict[UnitId, str]


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """Give a temporary folder only we can read, and remove it whatever happens."""
    with explaining_disk_errors("making a temporary folder"):
        folder = Path(tempfile.mkdtemp(prefix="nodboks-"))
    try:
        yield folder
    finally:
        # A failing removal must not hide the error that brought us here.
        shutil.rmtree(folder, ignore_errors=True)


def take_in(feeds: list[Path], staging_file: Path, salt: bytes, as_of: datetime | None) -> Night:
    """Read the feeds into the staging file.

    Raises:
        FeedError: a feed cannot be read at all, or the books do not balance.
        StorageError: there is no room for the staging file.

    """
    with Staging(staging_file) as staging:
        intake = Intake(staging, OpaqueIds(salt))
        source = _source(feeds, intake, as_of)
        source.survey()
        source.deliver()
        intake.report.check_sums()
        mark_doubts(staging)
        units = {UnitId(row["id"]): row["name"] for row in staging.rows("SELECT * FROM units")}
        for unit in units:
            _write_states(staging, intake.report, unit, source)
        staging.finish()
    return Night(staging_file, intake.report, units)


def _source(
    feeds: list[Path], intake: Intake, as_of: datetime | None
) -> FhirBulkSource | CsvFolderSource:
    """Return the source for what was delivered: lists, or else FHIR, which says what it misses."""
    if all(holds_lists(feed) for feed in feeds):
        return CsvFolderSource(feeds, intake, as_of)
    return FhirBulkSource(feeds, intake, as_of)


def _write_states(
    staging: Staging,
    report: FeedReport,
    unit: UnitId,
    source: FhirBulkSource | CsvFolderSource,
) -> None:
    rows = staging.rows("SELECT id FROM citizens WHERE unit_id = ? ORDER BY id", (unit,))
    citizens = [CitizenId(row["id"]) for row in rows]
    for state in unit_states(report, unit, source.name):
        staging.replace(state)
        if state.section is Section.MEDICATION and state.is_delivered:
            for own in citizen_states(state, source.read_at, citizens):
                staging.replace(own)
