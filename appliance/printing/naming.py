"""Find the unit or citizen that somebody means by a word. Pure.

Units by id or name, citizens by id or dwelling: never by name or CPR number, which would stay in
the history of a shell. Called by the command line.
"""

from appliance.records.models import Citizen, Unit
from appliance.records.store import RecordStore


def units_called(store: RecordStore, word: str) -> list[Unit]:
    """Return the unit of that id, else the units of that name, however it is cased."""
    exact = store.unit(word)
    if exact is not None:
        return [exact]
    return [unit for unit in store.units() if _is_same(unit.name, word)]


def citizens_called(store: RecordStore, word: str, unit: Unit | None = None) -> list[Citizen]:
    """Return the citizen of that id, else those of that dwelling (in one unit, where given)."""
    exact = store.citizen(word)
    if exact is not None:
        return [exact]
    living = store.citizens(unit.id if unit else None)
    return [citizen for citizen in living if _is_same(citizen.dwelling or "", word)]


def _is_same(name: str, word: str) -> bool:
    # No word names nothing, least of all everybody without a dwelling.
    return bool(word.strip()) and name.strip().casefold() == word.strip().casefold()
