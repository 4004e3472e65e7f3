"""Keep and show what a run did: one table for the person at the terminal, one file for the record.

Counts, file names, line numbers and box ids only; never a name, a CPR number or a value from the
record, because reports are mailed around. Called by the commands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from appliance.clock import format_time
from appliance.files import write_atomically
from appliance.version import version
from provisioning.found_units import FoundUnit
from provisioning.intake import Night
from provisioning.kept.choice import HeldUnit
from provisioning.plan_review import PlanReview
from provisioning.proving import NightProof
from provisioning.report_page import report_page
from provisioning.sources.base import FeedReport, Verdict
from provisioning.sources.shown_names import without_person_numbers

# A new key leaves the version; a key that changes its meaning or goes raises it (REPORT.md).
FORMAT, FORMAT_VERSION = "nodboks-feed-report", 1
_SHOWN_PROBLEMS = 20
_SHOWN_UNREAD = 20
_COLUMNS = ("read", *(verdict.value for verdict in Verdict))


class BoxVerdict(StrEnum):
    """What became of one box tonight."""

    PUBLISHED = "published"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BoxOutcome:
    """What became of one box, and why."""

    box_id: str
    verdict: BoxVerdict
    code: str = ""
    detail: str = ""
    version: int | None = None
    size_bytes: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    data_as_of: datetime | None = None
    warning: str = ""  # worth a look; the box got everything

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain values."""
        return {
            "box_id": self.box_id,
            "verdict": self.verdict.value,
            "code": self.code,
            "detail": without_person_numbers(self.detail),
            "version": self.version,
            "size_bytes": self.size_bytes,
            "counts": dict(self.counts),
            "data_as_of": _time(self.data_as_of),
            "warning": self.warning,
        }


@dataclass(slots=True)
class NightReport:
    """A whole run; `error` is set when it stopped before the boxes."""

    started_at: datetime
    feeds: tuple[str, ...]
    books: FeedReport = field(default_factory=FeedReport)
    boxes: tuple[BoxOutcome, ...] = ()
    units: tuple[FoundUnit, ...] = ()
    # Units that went out as they last were, with the reason.
    kept_units: tuple[HeldUnit, ...] = ()
    # What needs a person soon and holds nobody tonight.
    warnings: tuple[str, ...] = ()
    # The medication lists that were tried; None where no snapshot was built.
    proof: NightProof | None = None
    # Who answers for the response plan; None where the fleet names no plan.
    plan: PlanReview | None = None
    error: str = ""
    finished_at: datetime | None = None
    path: Path | None = None

    def note(self, night: Night) -> None:
        """Take over the books of what was taken in."""
        self.books, self.units = night.report, night.found

    @property
    def is_clean(self) -> bool:
        """Tell whether every box got everything."""
        all_out = all(box.verdict is BoxVerdict.PUBLISHED for box in self.boxes)
        return not self.error and all_out and not self.kept_units and self.books.is_clean

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "program": f"nodboks-provision {version()}",
            "started_at": _time(self.started_at),
            "finished_at": _time(self.finished_at),
            "feeds": [without_person_numbers(feed) for feed in self.feeds],
            "error": without_person_numbers(self.error),
            "warnings": [*self.warnings, *(self.proof.warnings() if self.proof else ())],
            "is_clean": self.is_clean,
            **self.books.to_dict(),
            "units": [unit.to_dict() for unit in self.units],
            "kept_units": [
                {"unit": one.id, "reason": without_person_numbers(one.reason)}
                for one in self.kept_units
            ],
            "boxes": [box.to_dict() for box in self.boxes],
            "proof": self.proof.to_dict() if self.proof else None,
            "plan": self.plan.to_dict() if self.plan else None,
        }


def write_report(report: NightReport, folder: Path) -> Path:
    """Write the report as `<time>.json` and `.html`, never over others; return the first's path.

    Raises:
        StorageError: the disk refused.

    """
    stem = report.started_at.strftime("%Y%m%dT%H%M%SZ")
    path, number = folder / f"{stem}.json", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.json"
    write_atomically(path, report_json(report))
    write_atomically(path.with_suffix(".html"), report_page(report.to_dict()))
    return path


def report_json(report: NightReport) -> bytes:
    """Return the report as JSON; `REPORT.md` explains every key."""
    return orjson.dumps(report.to_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def books_lines(books: FeedReport) -> Iterator[str]:
    """Give the table of types, what was left out, and the first problems."""
    rows = [(kind, item) for kind, item in sorted(books.counts.items())]
    rows.append(("total", books.total))
    width = max(len(kind) for kind, _ in rows)
    yield f"{'type':<{width}}" + "".join(f"{name:>10}" for name in _COLUMNS)
    for kind, item in rows:
        yield f"{kind:<{width}}" + "".join(f"{getattr(item, name):>10}" for name in _COLUMNS)
    total = books.total
    yield f"accepted {total.accepted} + rejected {total.rejected} = read {total.read}"
    for reason, number in sorted(books.left_out.items()):
        yield f"left out: {number} × {reason}"
    for sources, number in sorted(books.joined.items()):
        yield f"joined by CPR number: {number} × {sources}"
    yield from _unread_lines(books)
    problems = books.listed
    for problem in sorted(problems, key=lambda problem: -_weight(problem.severity))[
        :_SHOWN_PROBLEMS
    ]:
        yield problem.message
    more = sum(books.totals.values()) - min(len(problems), _SHOWN_PROBLEMS)
    if more > 0:
        yield f"… and {more} more problems"


def _unread_lines(books: FeedReport) -> Iterator[str]:
    unread = list(books.unread)
    yield from (one.shown for one in unread[:_SHOWN_UNREAD])
    if len(unread) > _SHOWN_UNREAD:
        yield f"… and {len(unread) - _SHOWN_UNREAD} more unread fields"


def box_lines(report: NightReport) -> Iterator[str]:
    """Give one line per box."""
    for box in report.boxes:
        more = f" version {box.version}, {box.size_bytes} bytes" if box.version else ""
        code = f" [{box.code}]" if box.code else ""
        why = f": {box.detail}" if box.detail else ""
        yield f"box {box.box_id}: {box.verdict}{more}{why}{code}"
        if box.warning:
            yield f"box {box.box_id}: warning: {box.warning}"


def proof_lines(proof: NightProof | None) -> Iterator[str]:
    """Give the sums of the proof, and one line for each of the first odd lists."""
    if proof is None:
        return
    yield f"medication lists tried: {proof.tried}, odd: {len(proof.odd)}, {proof.seconds:.1f} s"
    for one in proof.odd[:_SHOWN_PROBLEMS]:
        whose = f"unit {one.unit}" + (f", citizen {one.citizen}" if one.citizen else "")
        yield f"odd list: {whose}: {one.typeset}: {one.why}"
    if len(proof.odd) > _SHOWN_PROBLEMS:
        yield f"… and {len(proof.odd) - _SHOWN_PROBLEMS} more odd lists"


def _weight(severity: str) -> int:
    return ("note", "warning", "error", "blocking").index(severity)


def _time(moment: datetime | None) -> str | None:
    return format_time(moment) if moment else None
