"""The invented town some nights later, and a care centre's database made of it as the hub does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from appliance.demo.feed_fhir import write_fhir_feed
from appliance.demo.town import make_town
from appliance.demo.town_models import Town
from appliance.records.models import Note
from appliance.records.terms import CitizenId
from provisioning.box_snapshot import BoxOrder, build_box
from provisioning.intake import take_in

NIGHT = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
TOWN = make_town()
CENTRE = TOWN.units[0].unit.id


def with_notes(town: Town, nights: int, share: float = 1.0) -> Town:
    """Let each night bring a new note to every citizen whose unit writes notes, or to a share."""
    rng = Random(1)
    units = []
    for unit in town.units:
        written = unit.care.notes
        new = tuple(
            _note(rng.choice(written), citizen.id, night, rng)
            for citizen in unit.care.citizens
            for night in range(nights)
            if written and rng.random() < share
        )
        care = replace(unit.care, notes=(*written, *new))
        units.append(replace(unit, as_of=unit.as_of + timedelta(days=nights), care=care))
    return replace(town, units=tuple(units))


def centre_database(folder: Path, later: timedelta, town: Town) -> Path:
    """Write the database of the box in the first care centre."""
    name = f"{later.total_seconds():.0f}"
    write_fhir_feed(town, folder / name, lambda code: f"$argon2id${code}")
    night = take_in([folder / name], folder / f"{name}.sqlite", b"s" * 32)
    target = folder / f"{name}.db"
    order = BoxOrder("boks", "Boks", "Kommunen", "87", (CENTRE,), NIGHT + later)
    build_box(night.staging, order, target)
    return target


def _note(like: Note, citizen_id: CitizenId, night: int, rng: Random) -> Note:
    at = NIGHT - timedelta(days=night, minutes=rng.randrange(720))
    return replace(like, id=f"{citizen_id}-n{night}", citizen_id=citizen_id, written_at=at)
