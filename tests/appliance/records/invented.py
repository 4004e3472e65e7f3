"""Make records for the tests of this folder: a few by hand, and any at all for hypothesis."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from appliance.records import models, terms
from appliance.records.models import Citizen, Unit
from appliance.records.terms import CitizenId, UnitId, UnitKind

LINDEHUSET = Unit(UnitId("u-linde"), "Lindehuset", UnitKind.CARE_CENTRE, phone="87 00 00 01")
SOLSIDEN = Unit(UnitId("u-sol"), "Solsiden", UnitKind.HOME_CARE_GROUP)
AASE = Citizen(
    CitizenId("c-aase"), LINDEHUSET.id, "Ærøskov", "Åse", cpr="0101301234", dwelling="10"
)
BENT = Citizen(CitizenId("c-bent"), LINDEHUSET.id, "Bæk", "Bent", dwelling="9")
CARL = Citizen(CitizenId("c-carl"), SOLSIDEN.id, "Carlsen", "Carl", address="Åvej 1")

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
    date: st.dates(),
    # Files hold times in UTC to the second.
    datetime: st.datetimes(timezones=st.just(UTC)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
}


def any_record(kind: type) -> st.SearchStrategy[Any]:
    """Return a strategy for every record of a kind, with every field set or left out."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{item.name: _any_value(hints[item.name]) for item in fields(kind)})


def _any_value(hint: Any) -> st.SearchStrategy[Any]:
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) in (Union, UnionType):
        parts = [part for part in get_args(hint) if part is not NoneType]
        return st.none() | st.one_of(*map(_any_value, parts))
    if get_origin(hint) is tuple:
        return st.lists(_any_value(get_args(hint)[0]), max_size=3).map(tuple)
    if is_dataclass(hint) and isinstance(hint, type):
        return any_record(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    return _PLAIN[hint]


def not_delivered(unit: Unit, section: terms.Section) -> models.SectionState:
    """Return what a source says that does not carry a section."""
    return models.SectionState(unit.id, section, is_delivered=False, is_complete=False)
