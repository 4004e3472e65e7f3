"""Say what a source is, and keep the books of one feed.

A source is one way of delivering care records (`RECIPE.md` tells how to add one). It works in two
steps because a line may point at somebody who comes later: `survey` says who exists, `deliver`
hands over every record. Both write into the same `Intake`. Nothing here reads a format.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from appliance.records.terms import CitizenId, Section, UnitId
from provisioning.attachments.shelf import AttachmentShelf, shelf_folder
from provisioning.errors import MiscountedError, Problem, Severity
from provisioning.reading import AS_DELIVERED, Reading
from provisioning.sources.opaque_ids import OpaqueIds
from provisioning.sources.shown_names import without_person_numbers
from provisioning.sources.unread import UnreadFields
from provisioning.staging import Staging

# A report is read by a person; a systematic fault repeats itself, so the first ones say it all.
MOST_PROBLEMS = 500


class Verdict(StrEnum):
    """What became of one resource; everything that is read gets exactly one."""

    USED = "used"
    KEPT = "kept"
    UNKNOWN = "unknown"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class TypeCount:
    """The books of one resource type: `read` is counted at the file, the rest at the verdict.

    The fields after `read` stand in the order of `Verdict`.
    """

    read: int = 0
    used: int = 0
    kept: int = 0
    unknown: int = 0
    rejected: int = 0

    @property
    def accepted(self) -> int:
        """Return how many were taken in, in whatever form."""
        return self.used + self.kept + self.unknown


@dataclass(frozen=True, slots=True)
class Feed:
    """One folder or zip that was named; `prefix` tells its files from those of other feeds."""

    path: Path
    number: int = 1
    prefix: str = ""


def numbered(paths: Sequence[Path]) -> list[Feed]:
    """Return the feeds in the order they were named, which decides whose word counts."""
    is_alone = len(paths) == 1
    return [
        Feed(path, number, "" if is_alone else f"{number}-{path.name}/")
        for number, path in enumerate(paths, start=1)
    ]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One part of a feed said: this section was delivered, and this is how old it is."""

    part: str
    section: Section
    as_of: datetime | None
    incomplete: str | None = None
    source: str = ""  # what delivered it, in words a nurse can read: "FMK", "CSV/Excel"


@dataclass(frozen=True, slots=True)
class Person:
    """Where a staged citizen was described; `feed` counts the feeds in the order they were named.

    A *pointer* is there only because something is about this person: a message, a medicine card, a
    care report. It has a CPR number and no unit of its own, and is joined to the citizen that
    another feed, or another part of this one, knows by that number.
    """

    citizen_id: CitizenId
    feed: int
    part: str
    source: str
    is_pointer: bool = False


@dataclass(slots=True)
class FeedReport:
    """What was read and what became of it; counts, files and lines, no personal data."""

    _read: Counter[str] = field(default_factory=Counter)
    _verdicts: Counter[tuple[str, Verdict]] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    totals: Counter[Severity] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    deliveries: list[Delivery] = field(default_factory=list)
    unread: UnreadFields = field(default_factory=UnreadFields)
    # Which units a part feeds; a part that is not listed, or is None, feeds every unit.
    part_units: dict[str, set[UnitId] | None] = field(default_factory=dict)
    # Units whose citizens a part tells of without describing them: its faults hold them as well.
    part_holds: dict[str, set[UnitId]] = field(default_factory=dict)
    # How many citizens of one source were joined to those of another: "FMK → CSV/Excel".
    joined: Counter[str] = field(default_factory=Counter)
    # Blocking problems are few and decide what goes out: they are never cut from the list.
    blocking: list[Problem] = field(default_factory=list)

    def count_read(self, kind: str) -> None:
        """Count a resource at the moment it leaves the file."""
        self._read[kind] += 1

    def count(self, kind: str, verdict: Verdict) -> None:
        """Count what became of a resource."""
        self._verdicts[kind, verdict] += 1

    def recount(self, kind: str, before: Verdict, after: Verdict) -> None:
        """Move one resource to another verdict, when later lines changed what it means."""
        self._verdicts[kind, before] -= 1
        self._verdicts[kind, after] += 1

    def add(self, problem: Problem) -> None:
        """Note a problem; the total goes on counting after the list is full.

        A file's name and what a library says of a file may hold a CPR number; a report may not.
        """
        file, reason = map(without_person_numbers, (problem.file, problem.reason))
        if (file, reason) != (problem.file, problem.reason):
            problem = replace(problem, file=file, reason=reason)
        self.totals[problem.severity] += 1
        if problem.severity is Severity.BLOCKING:
            self.blocking.append(problem)
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    @property
    def counts(self) -> dict[str, TypeCount]:
        """Return the books of each type, by name."""
        kinds = sorted({*self._read, *(kind for kind, _ in self._verdicts)})
        return {
            kind: TypeCount(self._read[kind], *(self._verdicts[kind, one] for one in Verdict))
            for kind in kinds
        }

    @property
    def total(self) -> TypeCount:
        """Return the sum over all types."""
        by_verdict: Counter[Verdict] = Counter()
        for (_, verdict), number in self._verdicts.items():
            by_verdict[verdict] += number
        return TypeCount(self._read.total(), *(by_verdict[verdict] for verdict in Verdict))

    @property
    def listed(self) -> list[Problem]:
        """Return the problems to show: the first of each kind, those that hold a box before all."""
        first = [*self.blocking[:MOST_PROBLEMS], *self.problems]
        return list(dict.fromkeys(first))[:MOST_PROBLEMS]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was rejected and nothing is wrong."""
        wrong = self.totals[Severity.ERROR] + self.totals[Severity.BLOCKING]
        return wrong == 0 and self.total.rejected == 0

    def check_sums(self) -> None:
        """Prove that every resource read was accounted for.

        Raises:
            MiscountedError: accepted + rejected differs from read; nothing may be published.

        """
        for kind, item in self.counts.items():
            if item.accepted + item.rejected != item.read:
                raise MiscountedError(
                    f"{kind}: accepted {item.accepted} + rejected {item.rejected}"
                    f" is not read {item.read}"
                )

    def to_dict(self) -> dict[str, Any]:
        """Return the books as plain values for the report file."""
        return {
            "types": {
                kind: {"read": item.read, **{v.value: getattr(item, v.value) for v in Verdict}}
                for kind, item in self.counts.items()
            },
            "total": {name: getattr(self.total, name) for name in ("read", *map(str, Verdict))},
            "left_out": dict(sorted(self.left_out.items())),
            "joined": dict(sorted(self.joined.items())),
            "unread": [one._asdict() for one in self.unread],
            "problem_totals": {key.value: number for key, number in sorted(self.totals.items())},
            "problems": [problem.to_dict() for problem in self.listed],
        }


@dataclass(frozen=True, slots=True)
class Intake:
    """Where a source puts what it reads: the records, the photos and documents, and the books."""

    staging: Staging
    ids: OpaqueIds
    report: FeedReport = field(default_factory=FeedReport)
    reading: Reading = AS_DELIVERED
    shelf: AttachmentShelf = field(init=False)

    def __post_init__(self) -> None:
        shelf = AttachmentShelf(shelf_folder(self.staging.path), self.ids.salt)
        object.__setattr__(self, "shelf", shelf)

    def note_person(self, person: Person) -> None:
        """Remember where a citizen was described; the first description of a pointer stays."""
        self.staging.note_person(
            (person.citizen_id, person.feed, person.part, person.source, person.is_pointer)
        )


class Source(Protocol):
    """One way of delivering care records, such as a FHIR Bulk Data feed."""

    @property
    def name(self) -> str:
        """Return the name that stands in reports and beside every section."""
        ...

    @property
    def read_at(self) -> Mapping[CitizenId, datetime]:
        """Return, for some citizens, when the source itself had read the medicine list."""
        ...

    def survey(self) -> None:
        """Read who and what exists: units, citizens, staff, medicines pointed at."""
        ...

    def deliver(self) -> None:
        """Hand over every record, with a verdict for every resource."""
        ...
