"""Move records between dataclasses and SQLite rows, losing nothing.

Columns follow from the type hints: text, numbers and 0/1 as they are, dates and times as ISO
text, tuples and nested dataclasses as JSON. Called by the writer (hub) and the store (box).
"""

import functools
import json
import operator
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from appliance.clock import format_time, parse_time

T = TypeVar("T")
_Convert = Callable[[Any], Any]


@functools.cache
def columns_of(kind: Any) -> tuple[tuple[str, str], ...]:
    """List (column, SQLite type) for a model, in field order."""
    return tuple((name, _sql_type(hint)) for name, hint in _hints(kind).items())


def to_row(record: Any) -> dict[str, Any]:
    """Turn a record into the values of its row, by column."""
    kind: Any = type(record)
    return dict(zip(_plan(kind)[0], to_values(record), strict=True))


def to_values(record: Any) -> list[Any]:
    """Turn a record into the values of its row, in the order of the columns."""
    kind: Any = type(record)
    _, values_of, encoders = _plan(kind)
    values = list(values_of(record))
    for at, encode in encoders:
        values[at] = encode(values[at])
    return values


def from_row(kind: type[T], row: Mapping[str, Any]) -> T:
    """Turn a row back into the record it was.

    A column that an older version of this software did not write is left at the model's default.
    """
    known: Any = kind
    there = set(row.keys())
    return kind(**{name: decode(row[name]) for name, decode in _decoders(known) if name in there})


def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {item.name: _plain(hints[item.name]) for item in fields(kind)}


def _plain(hint: Any) -> Any:
    """Strip `| None` and NewType, which SQLite does not know."""
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = [part for part in get_args(hint) if part is not types.NoneType]
    return getattr(hint, "__supertype__", hint)


def _sql_type(hint: Any) -> str:
    if hint in (int, bool):
        return "INTEGER"
    return "REAL" if hint is float else "TEXT"


@functools.cache
def _plan(kind: Any) -> tuple[tuple[str, ...], _Convert, tuple[tuple[int, _Convert], ...]]:
    """Return the columns, a reader of them all, and the few that SQLite needs in another form."""
    hints = _hints(kind)
    encoders = [(at, _encoder(hint)) for at, hint in enumerate(hints.values())]
    needed = tuple((at, encode) for at, encode in encoders if encode is not None)
    return tuple(hints), operator.attrgetter(*hints), needed


@functools.cache
def _decoders(kind: Any) -> tuple[tuple[str, _Convert], ...]:
    return tuple((name, _or_none(_decoder(hint))) for name, hint in _hints(kind).items())


def _encoder(hint: Any) -> _Convert | None:
    if hint is datetime:
        return lambda value: None if value is None else format_time(value)
    if hint is date:
        return lambda value: None if value is None else value.isoformat()
    if get_origin(hint) is tuple:
        return lambda value: orjson.dumps(value).decode() if value else "[]"
    if is_dataclass(hint):
        return lambda value: orjson.dumps(value).decode()
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {member: member.value for member in hint}.__getitem__
    return None


def _or_none(decode: _Convert) -> _Convert:
    return lambda value: None if value is None else decode(value)


def _decoder(hint: Any) -> _Convert:
    if hint is datetime:
        return parse_time
    if hint is date:
        return date.fromisoformat
    if get_origin(hint) is tuple or is_dataclass(hint):
        build = _builder(hint)
        return lambda value: build(json.loads(value))
    if hint is bool or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return hint
    return lambda value: value


def _builder(hint: Any) -> _Convert:
    """Build a nested value from parsed JSON."""
    hint = _plain(hint)
    if get_origin(hint) is tuple:
        item = _builder(get_args(hint)[0])
        return lambda value: tuple(item(part) for part in value)
    if is_dataclass(hint) and isinstance(hint, type):
        parts = {name: _or_none(_builder(part)) for name, part in _hints(hint).items()}
        return lambda value: hint(
            **{name: build(value[name]) for name, build in parts.items() if name in value}
        )
    return date.fromisoformat if hint is date else lambda value: value
