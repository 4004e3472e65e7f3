"""A care centre's database, and how it is a quarter of an hour and a night later."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from appliance.demo.town import make_town
from tests.provisioning.deltas.later_nights import centre_database, with_notes

_QUARTER = timedelta(minutes=15)
_NIGHT = timedelta(days=1)
_WRITTEN_IN_A_QUARTER = 0.05  # of the citizens get a note


@dataclass(frozen=True)
class Nights:
    """Three databases, written by the hub; at night every citizen has a new note."""

    citizens: int
    base: Path
    quarter: Path
    night: Path


def make_nights(folder: Path, citizens: int) -> Nights:
    """Write them for one care centre of so many citizens."""
    folder.mkdir(parents=True)
    town = make_town(citizens_per_centre=citizens)
    centre = replace(town, units=town.units[:1])
    return Nights(
        citizens,
        centre_database(folder, timedelta(0), centre),
        centre_database(folder, _QUARTER, with_notes(centre, 1, share=_WRITTEN_IN_A_QUARTER)),
        centre_database(folder, _NIGHT, with_notes(centre, 1)),
    )
