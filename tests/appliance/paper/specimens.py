"""One specimen of every sheet, always the same: for the golden hashes and for the eye.

Every sheet of the registry, for the invented town's hardest unit, plain, as a drill and with a
clock nobody trusts (of those the first document); and Åse's list, which holds every kind of row
there is; the sheets that a record of many short lines is hardest on; and the sheets of the plan as
they are in the middle of a night that was noted on a locked box. `make sheets` shows them,
`test_specimens.py` holds them to what was last looked at.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from appliance.care_journal.numbered_paper import NumberedPaper, NumberedSheet, PaperOut
from appliance.demo.town import Town, make_town
from appliance.paper.changes import KIND as CHANGES
from appliance.paper.citizen_sheets.medication_list import list_digest, render_medication_list
from appliance.paper.document import Document, Paper
from appliance.paper.sheet_kind import Material, SheetKind, Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.records.models import MedicationOrder
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, UnitId
from appliance.records.writer import RecordWriter
from tests.appliance.outage.reports import held_drill
from tests.appliance.paper.citizen_sheets.lives import odd_life
from tests.appliance.paper.people import AASE, SOLGAARDEN, context, opened, penicillin, rich_orders
from tests.appliance.paper.plan_sheets.noted_night import (
    NOTED_SHEETS,
    PRINTED_AT,
    noted_material,
)
from tests.appliance.paper.written_journal import written

UNIT = "solgaarden"
# Lists that a care centre has no data for are about a unit that has.
UNIT_OF_KIND = {
    "visit_routes": "hjemmepleje-nord",
    "not_seen": "hjemmepleje-nord",
    "key_list": "hjemmepleje-nord",
    "meal_route": "madservice",
    "kitchen": "madservice",
    "device_route": "hjaelpemidler",
    "device_load": "hjaelpemidler",
}
# The same bytes on every machine and architecture. A change of template, font or typst version
# changes them: look at the paper, then `make sheets ACCEPT=1`.
ACCEPTED = Path(__file__).parent / "specimens.sha256"
_OF_ODD_LIFE = ("medication_list", "administration_grid", "folder")
_VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "drill": {"is_drill": True},
    "clock-unsure": {"is_clock_trusted": False},
}


@dataclass(frozen=True, slots=True)
class Specimen:
    """A printed sheet under a name of its own, such as `pack-drill-01`."""

    name: str
    document: Document

    @property
    def digest(self) -> str:
        """Return the SHA-256 of its PDF."""
        return hashlib.sha256(self.document.pdf).hexdigest()


def specimens(folder: Path) -> Iterator[Specimen]:
    """Print every specimen; `folder` takes the records."""
    town = make_town(citizens_per_centre=8)
    store = _written(town, folder / "town.sqlite")
    ids = {Subject.CITIZEN: _most_medicated(store), Subject.NOBODY: ""}
    journal = written(ids[Subject.CITIZEN], UNIT, town.night)
    material = Material(
        store,
        SOLGAARDEN,
        outage_report=held_drill,
        journal=journal,
        numbered=_numbered(ids, town),
    )
    for kind in SHEETS.values():
        for subject in kind.subjects:
            about = f"-{subject}" if len(kind.subjects) > 1 else ""
            unit = UNIT_OF_KIND.get(kind.name, UNIT)
            wanted = Wanted(subject, unit if subject is Subject.UNIT else ids[subject])
            for variant, changes in _variants(kind).items():
                how = context(printed_at=town.night, papers=_papers(store, town), **changes)
                printed = kind.make(material, wanted, how)
                # The lists that follow a cover are the same in every pack: they are shown once.
                is_whole = variant == "plain" and kind is not CHANGES
                shown = printed if is_whole else islice(printed, 1)
                for number, document in enumerate(shown, 1):
                    yield Specimen(f"{kind.name}{about}-{variant}-{number:02}", document)
    aase = opened(folder / "aase.sqlite", AASE, penicillin(), *rich_orders())
    yield Specimen("every-kind-of-row", render_medication_list(aase, AASE.id, context()))
    odd = opened(folder / "odd.sqlite", AASE, penicillin(), *odd_life())
    for name in _OF_ODD_LIFE:
        for printed in SHEETS[name].make(
            Material(odd), Wanted(Subject.CITIZEN, AASE.id), context()
        ):
            yield Specimen(f"odd-{name}", printed)
    yield from _of_noted_night()


def _of_noted_night() -> Iterator[Specimen]:
    """Print what is filled in from the log, where the clock is sure and where it is not."""
    for variant, changes in _VARIANTS.items():
        material = noted_material(is_clock_sure=variant != "clock-unsure")
        for name in NOTED_SHEETS:
            how = context(printed_at=PRINTED_AT, **changes)
            made = SHEETS[name].make(material, Wanted(Subject.NOBODY), how)
            for number, document in enumerate(made, 1):
                yield Specimen(f"noted-{name}-{variant}-{number:02}", document)


def _numbered(ids: dict[Subject, str], town: Town) -> NumberedPaper:
    """Return numbers of all sorts: open, superseded, unsure, of nobody, of no known paper."""
    of_citizen = PaperOut(
        "899-00001", "medication_list", "Medicinliste", town.night, "AB", UNIT, ids[Subject.CITIZEN]
    )
    unsure = replace(of_citizen, serial="899-00002", is_sure=False)
    form = PaperOut("899-00003", "fluid", "Væskeskema", town.night)
    sheets = (
        NumberedSheet(of_citizen.serial, of_citizen, superseded_by=unsure.serial),
        NumberedSheet(unsure.serial, unsure),
        NumberedSheet(form.serial, form),
        NumberedSheet("311-00004", None),
    )
    return NumberedPaper(sheets)


def _papers(store: RecordStore, town: Town) -> dict[CitizenId, Paper]:
    """Return papers of all sorts: good ones, old ones, and some nobody is sure of; one has none."""
    found = {}
    for number, citizen in enumerate(store.citizens(UnitId(UNIT))[1:]):
        same = list_digest(store, citizen.id, context(printed_at=town.night))
        digest = same if number % 3 else "other"
        serials = (f"899-{number:05}",)
        found[citizen.id] = Paper(serials, digest, town.night, is_sure=number % 3 != 1)
    return found


def _variants(kind: SheetKind) -> dict[str, dict[str, Any]]:
    return {**_VARIANTS, **({"english": {"is_bilingual": True}} if kind.is_bilingual else {})}


def read_accepted() -> dict[str, str]:
    """Return the digests of the specimens that somebody has looked at: name → SHA-256."""
    lines = ACCEPTED.read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def write_accepted(digests: dict[str, str], path: Path = ACCEPTED) -> None:
    """Write digests as `sha256sum` does, so that a diff names the sheets that changed."""
    path.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())))


def _written(town: Town, path: Path) -> RecordStore:
    with RecordWriter(path) as writer:
        for record in town:
            writer.add(record)
        for state in town.unit(UNIT).states:
            writer.add(state)
    return RecordStore(path)


def _most_medicated(store: RecordStore) -> str:
    citizens = store.citizens(UNIT)
    return max(citizens, key=lambda each: len(store.of_citizen(MedicationOrder, each.id))).id
