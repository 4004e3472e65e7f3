"""Read the manifest a server answers with when an export is done.

Lenient about what the editions of the standard disagree on (`error` or `outcome`, extensions as an
object or a list, relative links); strict about what a feed cannot do without. Refuses a manifest
that goes on elsewhere: half an export must never look whole. Pure. Called by `export_job`.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from provisioning.bulk_client.addresses import link
from provisioning.bulk_client.errors import UnexpectedAnswerError
from provisioning.bulk_client.transport import Answer
from provisioning.bulk_client.waiting import http_date
from provisioning.sources.fhir.values import Json, mapping, mappings, moment, text, whole

_TYPE = re.compile(r"[A-Za-z]{1,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Part(StrEnum):
    """Which list of the manifest a file is in."""

    OUTPUT = "output"
    DELETED = "deleted"
    ERROR = "error"


# Newer editions have new names for old lists.
_LISTS = {
    Part.OUTPUT: ("output",),
    Part.DELETED: ("deleted",),
    Part.ERROR: ("error", "outcome"),
}


@dataclass(frozen=True, slots=True)
class ServerFile:
    """One file to download; `name` is ours, made from its type and its place in the list."""

    part: Part
    name: str
    type: str
    url: str = field(repr=False)  # it may be all it takes to read the file
    count: int | None = None
    extension: Json = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Return the hash the server promises, or nothing."""
        given = (text(self.extension.get("sha256")) or "").lower()
        return given if _SHA256.fullmatch(given) else ""


@dataclass(frozen=True, slots=True)
class ServerManifest:
    """A finished export: what is true when, and where its files are until when."""

    transaction_time: str
    needs_token: bool
    files: tuple[ServerFile, ...]
    expires: datetime | None = None

    @property
    def identity(self) -> str:
        """Return what tells this export from another; links may differ, the files may not."""
        what = [self.transaction_time, *((file.name, file.count) for file in self.files)]
        return hashlib.sha256(orjson.dumps(what)).hexdigest()


def read_manifest(answer: Answer) -> ServerManifest:
    """Read the manifest of an answer.

    Raises:
        UnexpectedAnswerError: it is none, or lacks what a feed cannot do without.

    """
    found = answer.document
    if found is None or not isinstance(found.get("output"), list):
        raise UnexpectedAnswerError(f"the manifest: {answer.shown}, not JSON with a list output")
    if moment(found.get("transactionTime")) is None:
        raise UnexpectedAnswerError("the manifest: transactionTime is missing or not a time")
    if any(text(item.get("relation")) == "next" for item in mappings(found.get("link"))):
        raise UnexpectedAnswerError("the manifest goes on on another page, which nobody asked for")
    names: Counter[str] = Counter()
    return ServerManifest(
        transaction_time=text(found["transactionTime"]) or "",
        needs_token=found.get("requiresAccessToken") not in (False, "false"),
        files=tuple(_file(part, entry, answer.url, names) for part, entry in _entries(found)),
        expires=http_date(answer.headers.get("Expires", "")),
    )


def _entries(found: Json) -> Iterator[tuple[Part, Any]]:
    for part, names in _LISTS.items():
        for name in names:
            listed = found.get(name) or []
            if not isinstance(listed, list):
                raise UnexpectedAnswerError(f"the manifest: {name} is not a list")
            yield from ((part, entry) for entry in listed)


def _file(part: Part, entry: Any, base: str, names: Counter[str]) -> ServerFile:
    found = mapping(entry)
    url = text(found.get("url"))
    if url is None:
        raise UnexpectedAnswerError(f"the manifest: an entry of {part} has no url")
    given = text(found.get("type")) or ""
    kind = given if _TYPE.fullmatch(given) else "Resource"
    stem = kind if part is Part.OUTPUT else f"{part}/{kind}"
    names[stem] += 1
    return ServerFile(
        part,
        f"{stem}.{names[stem]:03d}.ndjson",
        kind,
        link(base, url, "a file of the manifest"),
        whole(found.get("count")),
        mapping(found.get("extension")),
    )
