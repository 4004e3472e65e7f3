"""Say what stands on the front page: a tile for each thing the visitor may do, and nothing else.

Decides purely; the words stand in the template. A new screen of the front page is one line here and
one in `templates/home_tiles.html`. Called by `screens/units.py`.
"""

from dataclasses import dataclass
from enum import StrEnum

from appliance.web.visitor import Visitor


class Tile(StrEnum):
    """What a tile leads to, in their order: what is asked for most at night comes first."""

    MEDICATION = "medication"
    CITIZENS = "citizens"
    ROUTES = "routes"
    PLAN = "plan"
    FORMS = "forms"
    JOURNAL = "journal"
    BOARDS = "boards"
    PRINTS = "prints"
    STATUS = "status"


# Shown on paper only where the municipality wants https and the phone has come without.
_RECORDS = frozenset({Tile.MEDICATION, Tile.CITIZENS, Tile.JOURNAL, Tile.BOARDS})
_ROUTES = frozenset({Tile.ROUTES, Tile.PRINTS})


@dataclass(frozen=True, slots=True)
class Steps:
    """How far the checklist of the plan has come; shown while an outage or a drill is on."""

    done: int
    total: int


def tiles(visitor: Visitor, *, is_print_only: bool) -> list[Tile]:
    """Return the tiles of a visitor."""
    sees_records = visitor.sees_citizens and not is_print_only
    hidden = frozenset() if sees_records else _RECORDS
    return [
        tile for tile in Tile if tile not in hidden and (visitor.sees_routes or tile not in _ROUTES)
    ]
