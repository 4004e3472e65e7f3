"""Add up what the trials of sheets found, and keep it as a small file for whoever shows it.

Opaque ids, names of fields and characters as numbers; no text of a record. The file lies in RAM and
goes with the power: the copy is proven anew when it is opened again. Written by the box's proof,
read by the status.
"""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.files import write_atomically
from appliance.paper.document import Flaw, Typeset

NAME = "proof.json"
# More findings than this are one fault of the source, and the file must stay small.
_MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class Trial:
    """How one sheet came to be; `typeset` is None where none could be made, and `error` says why.

    `citizen_id` is empty for a sheet about a unit, `unit_id` too for one about nobody.
    """

    sheet: str
    unit_id: str = ""
    citizen_id: str = ""
    typeset: Typeset | None = None
    flaws: tuple[Flaw, ...] = ()
    overfull: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0

    @property
    def is_strict(self) -> bool:
        """Tell whether every character is proven to be on the paper."""
        return self.typeset is Typeset.STRICT

    @property
    def grade(self) -> str:
        """Return how it came to be, in one word."""
        return self.typeset.value if self.typeset else "failed"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of all sheets of one copy; `findings` are those that are not strict."""

    version: int
    software: str
    proven_at: datetime
    citizens: int
    grades: dict[str, int]
    overfull: int = 0
    slowest: Trial | None = None
    seconds: float = 0.0
    findings: tuple[Trial, ...] = ()

    @property
    def sheets(self) -> int:
        """Return how many sheets were tried."""
        return sum(self.grades.values())

    @property
    def not_strict(self) -> int:
        """Return how many sheets are worth a look."""
        return self.sheets - self.grades.get(Typeset.STRICT.value, 0)


@dataclass(slots=True)
class Tally:
    """The sums while the trials go on."""

    grades: Counter[str] = field(default_factory=Counter)
    citizens: set[str] = field(default_factory=set)
    overfull: int = 0
    slowest: Trial | None = None
    findings: list[Trial] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        """Count one sheet."""
        self.grades[trial.grade] += 1
        self.overfull += bool(trial.overfull)
        if trial.citizen_id:
            self.citizens.add(trial.citizen_id)
        if self.slowest is None or trial.seconds > self.slowest.seconds:
            self.slowest = trial
        if not trial.is_strict and len(self.findings) < _MOST_KEPT:
            self.findings.append(trial)

    def proof(self, copy: tuple[int, str], proven_at: datetime, seconds: float) -> Proof:
        """Return the sums as what is known of a copy (its version, the software that tried it)."""
        return Proof(
            version=copy[0],
            software=copy[1],
            proven_at=proven_at,
            citizens=len(self.citizens),
            grades=dict(self.grades),
            overfull=self.overfull,
            slowest=self.slowest,
            seconds=seconds,
            findings=tuple(self.findings),
        )


def proof_line(proof: Proof) -> str:
    """Say the whole proof in one line."""
    grades = ", ".join(f"{number} {grade}" for grade, number in sorted(proof.grades.items()))
    slowest = f", slowest {proof.slowest.seconds:.2f} s" if proof.slowest else ""
    return (
        f"proof of snapshot {proof.version}: {proof.sheets} sheets of {proof.citizens} citizens"
        f" ({grades or 'none'}), {proof.overfull} with overfull fields,"
        f" {proof.seconds:.1f} s{slowest}"
    )


def write_proof(folder: Path, proof: Proof) -> None:
    """Write the proof, for the box's own programs only.

    Raises:
        StorageError: the RAM folder refused.

    """
    content = asdict(proof) | {"proven_at": format_time(proof.proven_at)}
    write_atomically(folder / NAME, json.dumps(content, ensure_ascii=False).encode())


def read_proof(folder: Path) -> Proof | None:
    """Return the proof, or None where there is none that can be read."""
    try:
        raw: dict[str, Any] = json.loads((folder / NAME).read_bytes())
        read = {
            "proven_at": parse_time(raw["proven_at"]),
            "slowest": _trial(raw["slowest"]) if raw["slowest"] else None,
            "findings": tuple(map(_trial, raw["findings"])),
        }
        return Proof(**(raw | read))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # the next opening makes a new one


def _trial(raw: dict[str, Any]) -> Trial:
    read = {
        "typeset": Typeset(raw["typeset"]) if raw["typeset"] else None,
        "flaws": tuple(Flaw(each["field"], tuple(each["characters"])) for each in raw["flaws"]),
        "overfull": tuple(raw["overfull"]),
    }
    return Trial(**(raw | read))
