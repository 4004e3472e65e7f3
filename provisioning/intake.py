"""Take a night's feeds into one staging database for the whole municipality.

The one place that runs the sources from start to end: survey, deliver, the proof that every
resource was accounted for, the joining of feeds, states of the sections, doubts about identity.
Called by the commands.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.files import explaining_disk_errors
from appliance.records.models import SectionState
from appliance.records.terms import CitizenId, Section, UnitId
from provisioning.feeds import AS_DELIVERED, Reading, open_sources
from provisioning.found_units import FoundUnit, found_units
from provisioning.horizon import cut
from provisioning.identity import mark_doubts
from provisioning.merging.join import Joiner
from provisioning.section_states import citizen_states, unit_states
from provisioning.sources.base import FeedReport, Intake, Source
from provisioning.sources.feed_store import size_of
from provisioning.sources.fhir.part_state import FROM_MESSAGES
from provisioning.sources.opaque_ids import OpaqueIds
from provisioning.staging import Staging


@dataclass(frozen=True, slots=True)
class Night:
    """What was taken in: the staged records, the books, and the units by id."""

    staging: Path
    report: FeedReport
    units: dict[UnitId, str]
    found: tuple[FoundUnit, ...] = ()


@contextlib.contextmanager
def private_folder(within: Path | None = None) -> Iterator[Path]:
    """Give a temporary folder only we can read, and remove it whatever happens."""
    with explaining_disk_errors("making a temporary folder"):
        folder = Path(tempfile.mkdtemp(prefix="nodboks-", dir=within))
    try:
        yield folder
    finally:
        # A failing removal must not hide the error that brought us here.
        shutil.rmtree(folder, ignore_errors=True)


def take_in(
    feeds: list[Path], staging_file: Path, salt: bytes, reading: Reading = AS_DELIVERED
) -> Night:
    """Read the feeds into the staging file.

    Raises:
        FeedError: a feed cannot be read at all, or the books do not balance.
        StorageError: there is no room for the staging file.

    """
    with Staging(staging_file) as staging:
        intake = Intake(staging, OpaqueIds(salt), reading=reading)
        sources = open_sources(feeds, intake, reading)
        size, progress = size_of(feeds), reading.progress
        progress.begin("survey", size)
        for source in sources:
            source.survey()
        progress.begin("read", size)
        for source in sources:
            source.deliver()
        intake.report.check_sums()
        _settle(staging, intake.report, sources)
        intake.report.left_out += cut(staging, reading.history_days)
        units = _units(staging)
        found = found_units(staging)
        staging.finish()
    return Night(staging_file, intake.report, units, found)


def _units(staging: Staging) -> dict[UnitId, str]:
    return {UnitId(row["id"]): row["name"] for row in staging.rows("SELECT * FROM units")}


def _settle(staging: Staging, report: FeedReport, sources: list[Source]) -> None:
    """Join what several feeds tell of one citizen, and say how old and whole everything is."""
    read_at = {citizen: when for source in sources for citizen, when in source.read_at.items()}
    names = " + ".join(dict.fromkeys(source.name for source in sources))
    states = {
        unit: {state.section: state for state in unit_states(report, unit, names)}
        for unit in _units(staging)
    }
    for unit, own in states.items():
        _write_states(staging, own, unit, read_at)
    Joiner(staging, report, states, read_at, FROM_MESSAGES).run()
    mark_doubts(staging)


def _write_states(
    staging: Staging,
    states: Mapping[Section, SectionState],
    unit: UnitId,
    read_at: Mapping[CitizenId, datetime],
) -> None:
    rows = staging.rows("SELECT id FROM citizens WHERE unit_id = ? ORDER BY id", (unit,))
    citizens = [CitizenId(row["id"]) for row in rows]
    for state in states.values():
        staging.replace(state)
        if state.section is Section.MEDICATION and state.is_delivered:
            for own in citizen_states(state, read_at, citizens):
                staging.replace(own)
