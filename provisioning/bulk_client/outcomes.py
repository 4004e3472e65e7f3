"""Read what a FHIR server says went wrong: OperationOutcome resources, in answers and in files.

Takes only severities and codes, which come from short fixed lists. The free texts stay unread: a
server may write a citizen's name into them. Pure, but for reading a file line by line.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from provisioning.sources.fhir.values import mapping, mappings, text

_WORD = re.compile(r"[a-z][a-z-]{0,30}")
# "Ask again later", from the value set issue-type.
_TRANSIENT = {"transient", "lock-error", "no-store", "timeout", "throttled"}
_FAULTS = ("fatal", "error")
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The issues of one OperationOutcome as (severity, code)."""

    issues: tuple[tuple[str, str], ...]

    @property
    def is_transient(self) -> bool:
        """Tell whether the server asks to be asked again."""
        faults = [code for severity, code in self.issues if severity in _FAULTS]
        return bool(faults) and all(code in _TRANSIENT for code in faults)

    def __str__(self) -> str:
        """Write the issues in one line, such as "error/processing"."""
        return ", ".join(dict.fromkeys("/".join(issue) for issue in self.issues))


def read_outcome(document: Any) -> Outcome | None:
    """Return the OperationOutcome in a JSON document, or None if it is something else."""
    found = mapping(document)
    if found.get("resourceType") != "OperationOutcome":
        return None
    issues = mappings(found.get("issue"))
    return Outcome(tuple((_word(i.get("severity")), _word(i.get("code"))) for i in issues))


def count_severities(lines: Iterable[bytes]) -> Counter[str]:
    """Count the issues of a file of OperationOutcomes by severity."""
    counts: Counter[str] = Counter()
    for line in lines:
        if line.strip():
            counts.update(_severities(line))
    return counts


def _severities(line: bytes) -> list[str]:
    try:
        outcome = read_outcome(orjson.loads(line))
    except orjson.JSONDecodeError:
        outcome = None
    return [severity for severity, _ in outcome.issues] if outcome else [UNREADABLE]


def _word(value: Any) -> str:
    given = text(value) or ""
    return given if _WORD.fullmatch(given) else "unknown"
