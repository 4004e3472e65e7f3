"""Keep the reports of drills and outages for years, as evidence that the plan was practised.

The log of a drill is let go of when there are many; its report stays. It is written down once the
drill is over, against the plan of that day, and never changes unless the log does (an end that was
taken back). Whoever begins and ends drills all night pushes no real report out. Needs no unlock,
and reads without writing for whoever only looks. Called by the watch, the screens, the making of
sheets and `nodboks outage`.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.config import BoxConfig
from appliance.errors import StorageError
from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from appliance.outage.episodes import OUTAGES, Episodes
from appliance.outage.events import Kind
from appliance.outage.report import Deed, Report, report_of
from appliance.outage.state import lapse_of
from appliance.outage.timeline import Elapsed
from appliance.plan.models import ResponsePlan
from appliance.policy import REPORTS_KEPT

FOLDER = "reports"
# A key that is added leaves it; one that goes or changes its meaning raises it (FORMAT.md).
FORMAT_VERSION = 1
_NAME = re.compile(r"([0-9]{4})\.json")
_DEEDS = ("points", "called", "staff", "decisions", "told")
_TIMES = ("lasted", "first_paper")
_COUNTS = ("number", "undone", "restarts", "damaged", "events")
_READABLE_BY_GROUP, _ENTERED_BY_GROUP = 0o640, 0o750
_log = logging.getLogger("nodboks.outage")


class ReportShelf:
    """The reports of one box, beside the logs in the folder `outage`."""

    def __init__(self, outages: Path, plan: ResponsePlan) -> None:
        self._episodes = Episodes(outages)
        self._watched = Episodes(outages)  # remembers what it has read, for one thread alone
        self._folder = outages / FOLDER
        self._plan = plan
        self._seen: object = None

    def reports(self) -> Iterator[Report]:
        """Yield all that is over and can be told of, the newest first; none is read before it.

        Raises:
            StorageError: the disk refused.

        """
        logs = self._episodes.numbers()
        for number in sorted({*self._kept(), *logs}, reverse=True):
            found = self._told_of(number, logs)
            if found is not None:
                yield found

    def report(self, number: int) -> Report | None:
        """Return the report of what is over: as it was kept, else reckoned from its log.

        Raises:
            StorageError: the disk refused.

        """
        return self._told_of(number, self._episodes.numbers())

    def _told_of(self, number: int, logs: Sequence[int]) -> Report | None:
        kept = self._read(number)
        # Only the newest log can still grow; the others are long, and read for nothing.
        if kept is not None and number != max(logs, default=0):
            return kept
        outage = self._episodes.outage(number)
        if outage.start is None:  # the log was let go of, or is damaged
            return kept
        if outage.end is None:
            return None
        if kept is not None and kept.events == len(outage.events):
            return kept
        return report_of(self._plan, lapse_of(outage, outage.end.read), number)

    def latest(self) -> Report | None:
        """Return the report of what ended last, or None.

        What cannot be read is no report: the sheet then says that there is none.
        """
        try:
            return next(self.reports(), None)
        except StorageError as error:
            _log.warning("outage: %s %s", error.code, error.detail)
            return None

    def keep_ended(self) -> None:
        """Write down the report of whatever is over and has none yet. Cheap; of one thread alone.

        Raises:
            DiskFullError, StorageError: the disk refused; it is tried again at the next look.

        """
        numbers = self._watched.numbers()
        stamp = numbers, self._watched.present(numbers[-1]).stamp() if numbers else None
        if stamp == self._seen:
            return
        missing = [number for number in numbers[:-1] if self._read(number) is None]
        if numbers and self._is_newest_over(numbers[-1]):
            missing.append(numbers[-1])
        written = [self._keep(number) for number in missing]
        if any(written):
            self._prune()
        self._seen = stamp

    def _is_newest_over(self, number: int) -> bool:
        """Tell so without reading the whole log again at each line of a long night."""
        events = self._watched.present(number).read().events
        return bool(events) and events[-1].kind is Kind.END

    def _keep(self, number: int) -> bool:
        report = self.report(number)
        if report is None or self._read(number) == report:
            return False
        with explaining_disk_errors("making the folder of the reports"):
            self._folder.mkdir(parents=True, exist_ok=True)
            # The web's mask would shut out the programs that only read.
            self._folder.chmod(_ENTERED_BY_GROUP)
        content = json.dumps(encoded(report), ensure_ascii=False, indent=1).encode()
        write_atomically(self._path(number), content, _READABLE_BY_GROUP)
        return True

    def _prune(self) -> None:
        """Let go of what holds nothing, then of drills, then of outages, the oldest first."""
        found = {number: self._read(number) for number in self._kept()}
        weights = sorted((_weight(report), number) for number, report in found.items())
        for _, number in weights[: max(len(weights) - REPORTS_KEPT, 0)]:
            with explaining_disk_errors("deleting an old report"):
                self._path(number).unlink(missing_ok=True)
                sync_folder(self._folder)

    def _kept(self) -> list[int]:
        if not self._folder.is_dir():
            return []
        with explaining_disk_errors("reading the reports"):
            found = (_NAME.fullmatch(path.name) for path in self._folder.iterdir())
            return [int(each[1]) for each in found if each]

    def _read(self, number: int) -> Report | None:
        """Return what was kept; a file that is damaged or of another version is none."""
        try:
            return decoded(json.loads(self._path(number).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
            return None

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:04}.json"


def box_shelf(config: BoxConfig, plan: ResponsePlan) -> ReportShelf:
    """Return the reports of this box; what is over is measured against this plan."""
    return ReportShelf(config.box.state_dir / OUTAGES, plan)


def encoded(report: Report) -> dict[str, Any]:
    """Return the report as what JSON can carry."""
    raw = asdict(report)
    began = format_time(report.began_at) if report.began_at else None
    times = {name: _told(getattr(report, name)) for name in _TIMES}
    deeds = {
        name: [{**asdict(deed), "after": _told(deed.after)} for deed in getattr(report, name)]
        for name in _DEEDS
    }
    return {"format_version": FORMAT_VERSION, **raw, "began_at": began, **times, **deeds}


def decoded(raw: Mapping[str, Any]) -> Report:
    """Return the report that was kept.

    Raises:
        ValueError, KeyError, TypeError: it is none of this version.

    """
    if raw["format_version"] != FORMAT_VERSION:
        raise ValueError("a report of another version")
    read = {each.name: raw[each.name] for each in fields(Report)}
    read["began_at"] = parse_time(raw["began_at"]) if raw["began_at"] else None
    read["stages"] = tuple(map(str, raw["stages"]))
    read |= {name: int(raw[name]) for name in _COUNTS}
    read |= {name: _elapsed(raw[name]) for name in _TIMES}
    read |= {name: tuple(map(_deed, raw[name])) for name in _DEEDS}
    return Report(**read)


def _told(elapsed: Elapsed | None) -> dict[str, Any] | None:
    if elapsed is None:
        return None
    return {"seconds": round(elapsed.time.total_seconds(), 3), "is_sure": elapsed.is_sure}


def _elapsed(raw: Any) -> Elapsed | None:
    return None if raw is None else Elapsed(timedelta(seconds=raw["seconds"]), raw["is_sure"])


def _deed(raw: Mapping[str, Any]) -> Deed:
    texts = {name: str(raw[name]) for name in ("what", "answer", "who", "by")}
    return Deed(**texts, after=_elapsed(raw["after"]))


def _weight(report: Report | None) -> tuple[bool, bool]:
    if report is None:
        return False, False
    return report.deeds > 0, not report.is_drill
