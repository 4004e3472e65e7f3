"""Try every citizen's medication list before its snapshot is sent, and say which are odd.

What is found holds nobody back: such a list comes out all the same and says so on paper; but here
it is found by day, by those who can ask the source. Bounded in every way: each unit once a night,
each list for half a minute, all of them for a quarter of an hour, in a process that is ended when
it hangs. Tells unit, opaque citizen id, field and characters as numbers. Called by `publish` and
`check`.
"""

import contextlib
import json
import os
import selectors
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.clock import Clock, format_time
from appliance.records.terms import UnitId

_STRICT = "strict"
_STUCK = "stuck"
_LARGEST_LINE = 2**20
_MOST_CHILDREN = 4


@dataclass(frozen=True, slots=True)
class ProofLimits:
    """How long the night may wait: for one list (20 ms, as a rule), and for all of them."""

    list_s: float = 30.0
    night_s: float = 900.0


@dataclass(frozen=True, slots=True)
class OddList:
    """A medication list that is not strict: whose, and which fields hold which characters.

    `typeset` is how it came out all the same, "failed" or "stuck" where it did not.
    """

    unit: str
    citizen: str
    typeset: str
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    error: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        fields = [{"field": name, "characters": list(found)} for name, found in self.fields]
        return {
            "unit": self.unit,
            "citizen": self.citizen,
            "typeset": self.typeset,
            "fields": fields,
            "error": self.error,
        }

    @property
    def why(self) -> str:
        """Say what is odd about it."""
        told = "; ".join(f"{name} ({', '.join(found)})" for name, found in self.fields)
        return told or self.error or self.typeset


@dataclass(slots=True)
class NightProof:
    """What the night's trials came to; `not_tried` were left when the time was up or it broke."""

    tried: int = 0
    not_tried: int = 0
    seconds: float = 0.0
    odd: list[OddList] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "tried": self.tried,
            "not_tried": self.not_tried,
            "seconds": round(self.seconds, 1),
            "odd": [one.to_dict() for one in self.odd],
        }

    def warnings(self) -> Iterator[str]:
        """Say it in one line for each unit, without any citizen."""
        for unit in dict.fromkeys(one.unit for one in self.odd):
            number = sum(one.unit == unit for one in self.odd)
            yield f"unit {unit}: medication lists not to be shown as the record has them: {number}"
        if self.not_tried:
            yield f"medication lists that were not tried: {self.not_tried}"


class Prover:
    """Tries lists in a child process, which is started when it is first needed."""

    def __init__(self, clock: Clock, limits: ProofLimits | None = None) -> None:
        self.found = NightProof()
        self._clock = clock
        self._limits = limits or ProofLimits()
        self._seen: set[UnitId] = set()
        self._child: _Child | None = None
        self._until_s = 0.0
        self._known: set[str] = set()

    def prove(self, records: Path, units: Iterable[UnitId]) -> None:
        """Try the lists of those units of a snapshot that were not tried tonight.

        Whatever becomes of the child, the run goes on.
        """
        new = [unit for unit in units if unit not in self._seen]
        self._seen.update(new)
        started_s = self._clock.monotonic()
        self._until_s = started_s + self._limits.night_s - self.found.seconds
        self._known = set()
        # A child that hangs or breaks is ended, and another goes on after the list it was at.
        for _ in range(_MOST_CHILDREN):
            if new and self._try(records, new):
                break
        self.found.not_tried += count_citizens(records, new) - len(self._known)
        self.found.seconds += self._clock.monotonic() - started_s

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def _try(self, records: Path, units: list[UnitId]) -> bool:
        """Let one child try what is left of one snapshot; tell whether that is over."""
        if self._left_s() <= 0:
            return True
        with contextlib.suppress(OSError):  # it could not be started, or is gone
            self._child = self._child or _Child()
            asked = {
                "records": str(records),
                "units": units,
                "printed_at": format_time(self._clock.now()),
                "known": [*self._known],
            }
            if self._follow(self._child, asked):
                return True
        self.close()
        return False

    def _follow(self, child: "_Child", asked: dict[str, Any]) -> bool:
        """Take the answers about one snapshot; tell whether they came to their end."""
        child.ask(asked)
        at: list[str] = []
        while answer := child.answer(min(self._limits.list_s, self._left_s())):
            if "end" in answer:
                return True
            if "trial" in answer:
                self._take(answer["trial"])
            at = answer.get("at", [])
        if at and self._left_s() > 0:
            self._note(OddList(at[0], at[1], _STUCK))
        return False

    def _take(self, trial: dict[str, Any]) -> None:
        fields = tuple((name, tuple(found)) for name, found in trial.pop("fields"))
        self._note(OddList(**trial, fields=fields))

    def _note(self, found: OddList) -> None:
        self._known.add(found.citizen)
        self.found.tried += 1
        if found.typeset != _STRICT:
            self.found.odd.append(found)

    def _left_s(self) -> float:
        return self._until_s - self._clock.monotonic()


def count_citizens(records: Path, units: list[UnitId]) -> int:
    """Return how many citizens of some units a snapshot holds."""
    marks = ", ".join("?" * len(units))
    sql = f"SELECT count(*) FROM citizens WHERE unit_id IN ({marks})"  # noqa: S608  (marks only)
    with contextlib.closing(sqlite3.connect(f"{records.as_uri()}?mode=ro", uri=True)) as database:
        return int(database.execute(sql, units).fetchone()[0])


class _Child:
    """The process, and the lines that go to and fro."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "provisioning.proving_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._buffer = b""

    def ask(self, asked: dict[str, Any]) -> None:
        """Send one line.

        Raises:
            BrokenPipeError: the process is gone.

        """
        sink = self._process.stdin
        if sink is not None:
            sink.write(json.dumps(asked).encode() + b"\n")
            sink.flush()

    def answer(self, patience_s: float) -> dict[str, Any] | None:
        """Return the next line's values, or None if none comes in time."""
        source = self._process.stdout
        while source is not None and b"\n" not in self._buffer:
            with selectors.DefaultSelector() as selector:
                selector.register(source, selectors.EVENT_READ)
                is_there = patience_s > 0 and selector.select(patience_s)
            chunk = os.read(source.fileno(), _LARGEST_LINE) if is_there else b""
            if not chunk or len(self._buffer) > _LARGEST_LINE:
                return None
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return dict(json.loads(line))

    def end(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()
