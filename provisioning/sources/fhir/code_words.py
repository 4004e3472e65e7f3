"""Put words to codes that a feed sends bare, from tables the municipality provides.

FSIII, FFB and other Danish code systems often travel as a code alone. A concept that says neither
text nor display gets the display of the table; nothing the source did say is touched, and a code
no table knows stays a code and is counted. Reads tables in CSV (`system;code;display`) and FHIR
CodeSystems. Called by the commands (to load) and by `bulk` (for each resource).
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from provisioning.errors import CodeTableError
from provisioning.sources.fhir.read_fields import READ_FIELDS
from provisioning.sources.fhir.values import OWN, Json, mapping, mappings, text

_COLUMNS = ("system", "code", "display")
# Their codes are words a program reads (status, kind); our extractors know them by heart.
_TECHNICAL = ("http://terminology.hl7.org/", "http://hl7.org/fhir/", OWN)
# Codes of one system without words that are told apart; a report says "many" beyond.
_MOST_CODES = 10_000
# Where a resource holds concepts that are shown in words; a type nobody reads is named by some.
_HOLDERS = frozenset({
    "activity", "category", "code", "codeCodeableConcept", "component", "dosage",
    "dosageInstruction", "excludeFoodModifier", "form", "ingredient", "itemCodeableConcept",
    "medicationCodeableConcept", "occurrenceTiming", "oralDiet", "qualification", "reaction",
    "reasonCode", "relationship", "statusReason", "topic", "type", "valueCodeableConcept",
})  # fmt: skip
_OF_GOAL = {"Goal": {"description"}}  # elsewhere a description is plain text
_HOLDERS_OF = {
    kind: fields & _HOLDERS | _OF_GOAL.get(kind, set()) | {"contained"}
    for kind, fields in READ_FIELDS.items()
}
_TITLES = frozenset({
    "code", "type", "category", "vaccineCode", "medicationCodeableConcept", "serviceType",
})  # fmt: skip
Words = Mapping[tuple[str, str], str]


def may_hold_codes(original: bytes) -> bool:
    """Tell quickly whether a resource may hold a coding; an escape may hide the word."""
    return b'"coding"' in original or b"\\u" in original


@dataclass(slots=True)
class CodeWords:
    """The words for codes, and which codes of the feed are still without."""

    words: Words = field(default_factory=dict)
    _bare: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def complete(self, resource: Json) -> None:
        """Give every concept of a resource that says nothing in words the words of the table."""
        holders = _HOLDERS_OF.get(resource["resourceType"], _TITLES)
        waiting: list[Any] = [resource[key] for key in holders.intersection(resource)]
        while waiting:
            item = waiting.pop()
            if isinstance(item, dict):
                if "coding" in item:
                    self._complete(item)
                else:
                    waiting += item.values()
            elif isinstance(item, list):
                waiting += item

    def bare(self) -> Iterator[tuple[str, int]]:
        """Give each code system with codes that stay without words, and how many there are."""
        yield from ((system, len(codes)) for system, codes in sorted(self._bare.items()))

    def _complete(self, concept: Json) -> None:
        given = mappings(concept["coding"])
        if text(concept.get("text")) or any(text(one.get("display")) for one in given):
            return
        named = [one for one in given if text(one.get("code"))]
        for one in named:
            said = self.words.get((text(one.get("system")) or "", text(one.get("code")) or ""))
            if said:
                one["display"] = said
        if named and not any(one.get("display") for one in named):
            self._note(named[0])

    def _note(self, coding: Json) -> None:
        """Count a concept that will be shown as a bare code: the first one is shown."""
        system = text(coding.get("system")) or ""
        if system.startswith(_TECHNICAL):
            return
        codes = self._bare[system]
        if len(codes) < _MOST_CODES:
            codes.add(text(coding.get("code")) or "")


def load_code_tables(paths: Iterable[Path]) -> dict[tuple[str, str], str]:
    """Read tables of codes; a code that stands in two has the words of the first.

    Raises:
        CodeTableError: a file is missing, or is not a table of codes.

    """
    words: dict[tuple[str, str], str] = {}
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CodeTableError(f"{path.name}: {error.strerror or error}") from error
        found = _of_code_system if path.suffix.lower() == ".json" else _of_csv
        for key, display in found(content, path.name):
            words.setdefault(key, display)
    return words


def _of_csv(content: bytes, name: str) -> Iterator[tuple[tuple[str, str], str]]:
    try:
        said = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = content.decode("cp1252", errors="replace")
    delimiter = max(";,\t", key=said.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(said, newline=""), delimiter=delimiter)
    try:
        header = [cell.strip().casefold() for cell in next(rows, [])]
        places = [header.index(column) if column in header else -1 for column in _COLUMNS]
        if -1 in places:
            raise CodeTableError(f"{name}:1: needs the columns {', '.join(_COLUMNS)}")
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            cells = [row[at].strip() if at < len(row) else "" for at in places]
            if not all(cells):
                raise CodeTableError(f"{name}:{rows.line_num}: a column is empty")
            yield (cells[0], cells[1]), cells[2]
    except csv.Error as error:
        raise CodeTableError(f"{name}:{rows.line_num}: {error}") from error


def _of_code_system(content: bytes, name: str) -> Iterator[tuple[tuple[str, str], str]]:
    try:
        resource = mapping(orjson.loads(content.removeprefix(b"\xef\xbb\xbf")))
    except orjson.JSONDecodeError as error:
        raise CodeTableError(f"{name}:{error.lineno}: not JSON") from error
    if resource.get("resourceType") != "CodeSystem":
        raise CodeTableError(f"{name}: not a FHIR CodeSystem")
    systems = [text(resource.get("url"))]
    systems += [text(one.get("value")) for one in mappings(resource.get("identifier"))]
    known = [system for system in systems if system]
    if not known:
        raise CodeTableError(f"{name}: the CodeSystem has no url")
    for code, display in _concepts(resource):
        yield from (((system, code), display) for system in known)


def _concepts(resource: Json) -> Iterator[tuple[str, str]]:
    """Give code and display of every concept, those inside others included."""
    waiting = list(mappings(resource.get("concept")))
    while waiting:
        concept = waiting.pop()
        code, display = text(concept.get("code")), text(concept.get("display"))
        if code and display:
            yield code, display
        waiting += mappings(concept.get("concept"))
