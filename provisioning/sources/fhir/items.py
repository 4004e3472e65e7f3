"""Turn one line, or one whole document, into the resources it holds.

A line is a resource or a Bundle of them; either way what comes out is read the same. Refuses what
is not UTF-8, not JSON or not a resource. Called by `bulk`, once in each of its two passes.
"""

import functools
import re
from datetime import datetime
from typing import NamedTuple

import orjson

from provisioning.errors import BrokenLineError, ForeignDocumentError
from provisioning.sources.feed_store import LONGEST_DOCUMENT, LONGEST_LINE, Line
from provisioning.sources.fhir.bundles import OpenedBundle, is_pointing, open_bundle
from provisioning.sources.fhir.values import Json, text
from provisioning.sources.text_cleaning import cleaned, is_suspicious

BUNDLE = "Bundle"
_CACHED = 300
_LONGEST_TYPE = 64
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")


class Item(NamedTuple):
    """One resource on its way in; `path` is its place in a Bundle, "" for a line of its own.

    `sent_at` is when the message was sent that it lies in, None where it lies in no message or
    the message does not say. `is_pointer` marks a Patient that only says whom something is about.
    """

    resource: Json
    original: bytes
    path: str = ""
    is_pointer: bool = False
    is_message: bool = False
    sent_at: datetime | None = None

    @property
    def kind(self) -> str:
        """Return the resource's type."""
        return str(self.resource["resourceType"])


class ReadLine(NamedTuple):
    """A line that could be read: one resource, or a Bundle with the resources in it."""

    kind: str
    items: tuple[Item, ...]
    was_cleaned: bool = False
    bundle: OpenedBundle | None = None
    # Where in a Bundle something lies that is no resource.
    untyped: tuple[str, ...] = ()


def read_line(line: Line, scope: str) -> ReadLine:
    """Read one line of the part of a feed that `scope` names.

    Raises:
        BrokenLineError: it is too long, not UTF-8, not JSON, not a resource, or a Bundle that
            cannot be taken apart.

    """
    resource, original, was_cleaned = _parse(line)
    kind: str = resource["resourceType"]
    if kind != BUNDLE:
        is_pointer = kind == "Patient" and is_pointing(resource, is_message=False)
        return ReadLine(kind, (Item(resource, original, "", is_pointer),), was_cleaned)
    bundle = open_bundle(resource, scope)
    typed = [entry for entry in bundle.entries if is_typed(entry.resource)]
    sent_at = bundle.stated_at if bundle.is_message else None
    items = tuple(
        Item(one.resource, one.original, one.path, one.is_pointer, bundle.is_message, sent_at)
        for one in typed
    )
    untyped = tuple(one.path for one in bundle.entries if not is_typed(one.resource))
    return ReadLine(BUNDLE, items, was_cleaned, bundle, untyped)


def is_typed(resource: Json) -> bool:
    """Tell whether a resource names its type as FHIR does."""
    name = text(resource.get("resourceType")) or ""
    return len(name) <= _LONGEST_TYPE and _is_type(name)


@functools.lru_cache(_CACHED)
def _is_type(name: str) -> bool:
    return _TYPE.fullmatch(name) is not None


def _parse(line: Line) -> tuple[Json, bytes, bool]:
    """Return a line as a resource, as the text kept beside it, and whether that was cleaned."""
    if line.content is None:
        raise BrokenLineError(f"longer than {LONGEST_LINE} bytes (a document: {LONGEST_DOCUMENT})")
    original = delivered = line.content.rstrip(b"\r\n")
    if is_suspicious(delivered):
        original = cleaned(_decoded(delivered)).encode()
    try:
        # The parser proves that the bytes are UTF-8 on its way.
        resource = orjson.loads(original)
    except orjson.JSONDecodeError as error:
        _decoded(original)
        raise BrokenLineError(f"not JSON at column {error.colno}") from error
    if not isinstance(resource, dict) or not is_typed(resource):
        kind = ForeignDocumentError if line.is_document else BrokenLineError
        raise kind("not a resource: no resourceType")
    return resource, original, original != delivered


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise BrokenLineError(f"not UTF-8 at byte {error.start}") from error
