"""Remember print jobs and every page of them: a small SQLite file in the RAM folder.

Several processes may hold it open: the web, the button's panel, a command. It goes when the power
goes, as the records do, and holds opaque ids and codes only. Refuses to decide anything: `jobs.py`
and `pages.py` do. Called by the print queue and the desk.
"""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.errors import DiskFullError, NodboksError, StorageError
from appliance.files import explaining_disk_errors
from appliance.printing.jobs import Answer, Job, Part, Sheet
from appliance.printing.orders import OnPaper, Order
from appliance.printing.pages import pages_of
from printers.models import JobHandle, JobStage

_OWNER_ONLY = 0o700
_OWNER_READS = 0o600
_WAIT_S = 10.0  # for another process that is writing; a write takes milliseconds
_JOBS = (
    "CREATE TABLE IF NOT EXISTS jobs"
    " (number INTEGER PRIMARY KEY, id TEXT UNIQUE, needs_work INTEGER, job TEXT)"
)
_PAGES = (
    "CREATE TABLE IF NOT EXISTS pages (job TEXT, number INTEGER, serial TEXT, page INTEGER,"
    " sheet TEXT, citizen TEXT, state TEXT, PRIMARY KEY (job, number))"
)
_UPSERT = (
    "INSERT INTO jobs (id, needs_work, job) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET needs_work = excluded.needs_work, job = excluded.job"
)


class PrintLedger:
    """All print jobs since the power came on.

    Raises:
        StorageError: the RAM folder refused.

    """

    def __init__(self, folder: Path) -> None:
        with explaining_disk_errors("making the folder of print jobs"):
            folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
            folder.chmod(_OWNER_ONLY)
            path = folder / "print-jobs.db"
            path.touch(mode=_OWNER_READS)  # SQLite would go by the umask
        self.folder = folder
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=_WAIT_S
        )
        # In RAM: a killed process loses nothing that was written, and a power cut takes it all.
        try:
            self._run("PRAGMA synchronous = OFF")
            self._run(_JOBS)
            self._run(_PAGES)
        except StorageError:
            self._connection.close()
            raise

    def add(self, job: Job) -> None:
        """Write a new job down.

        Raises:
            StorageError: the RAM folder is full.

        """
        with self._alone():
            self._write(job)

    def change(self, job_id: str, how: Callable[[Job], Job]) -> Job:
        """Change a job as it stands now: another thread or process may have changed it meanwhile.

        Raises:
            StorageError: the RAM folder is full; the job stands as it stood.

        """
        with self._alone():
            before = self.job(job_id)
            if before is None:
                raise NodboksError(f"no print job {job_id}")
            changed = how(before)
            if changed != before:
                self._write(changed, before)
        return changed

    def jobs(self) -> list[Job]:
        """Return every job, the newest first."""
        return _read(self._run("SELECT job FROM jobs ORDER BY number DESC"))

    def open_jobs(self) -> list[Job]:
        """Return the jobs that something is left to do about, the oldest first."""
        return _read(self._run("SELECT job FROM jobs WHERE needs_work ORDER BY number"))

    def job(self, job_id: str) -> Job | None:
        """Return one job, or None."""
        return next(iter(_read(self._run("SELECT job FROM jobs WHERE id = ?", (job_id,)))), None)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _write(self, job: Job, before: Job | None = None) -> None:
        self._run(_UPSERT, (job.id, job.needs_work, json.dumps(_plain(job))))
        rows = pages_of(job)
        if before is not None and pages_of(before) == rows:
            return
        self._run("DELETE FROM pages WHERE job = ?", (job.id,))
        for page in rows:
            sheet = page.sheet
            where = (job.id, page.number, sheet.serial, page.page, sheet.kind, sheet.citizen_id)
            self._run("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?)", (*where, page.state.value))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads and processes from writing; a kill in here undoes all of it."""
        with self._lock:
            self._run("BEGIN IMMEDIATE")
            try:
                yield
                self._run("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has ended it already
                    self._connection.execute("ROLLBACK")
                raise

    def _run(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            is_full = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
            kind = DiskFullError if is_full else StorageError
            raise kind(f"print jobs: {error}") from error


def _read(rows: list[Any]) -> list[Job]:
    return [_job(json.loads(row[0])) for row in rows]


def _plain(job: Job) -> dict[str, Any]:
    parts = [{**asdict(part), "stage": part.stage.value} for part in job.parts]
    return {
        **{name: getattr(job, name) for name in _AS_THEY_ARE},
        "order": asdict(job.order),
        "ordered_at": format_time(job.ordered_at),
        "parts": parts,
    }


_AS_THEY_ARE = (
    "id", "is_clock_sure", "is_started", "is_made", "is_stopped", "problem", "answer", "missing",
)  # fmt: skip


def _job(raw: dict[str, Any]) -> Job:
    values = raw | {
        "order": _order(raw["order"]),
        "ordered_at": parse_time(raw["ordered_at"]),
        "parts": tuple(map(_part, raw["parts"])),
        "answer": Answer(raw["answer"]),
        "missing": tuple(raw["missing"]),
    }
    return Job(**values)


def _order(raw: dict[str, Any]) -> Order:
    earlier = tuple(OnPaper(**each) for each in raw["earlier"])
    return Order(**(raw | {"earlier": earlier, "only": tuple(raw["only"])}))


def _part(raw: dict[str, Any]) -> Part:
    values = raw | {
        "sheets": tuple(Sheet(**sheet) for sheet in raw["sheets"]),
        "stage": JobStage(raw["stage"]),
        "handle": JobHandle(**raw["handle"]) if raw["handle"] else None,
    }
    return Part(**values)
