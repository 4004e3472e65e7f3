"""Remember print jobs through a killed web process: a small SQLite file in the RAM folder.

It goes when the power goes, as the records do, and holds opaque ids and codes only. Refuses to
decide anything: `print_jobs.py` does. Called by the print desk.
"""

import json
import sqlite3
import threading
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.errors import StorageError
from appliance.files import explaining_disk_errors
from appliance.printing.jobs import Answer, Job, Order, Part, SheetName
from appliance.records.terms import CitizenId, UnitId
from printers.models import JobHandle, JobStage

_OWNER_ONLY = 0o700
_OWNER_READS = 0o600
_TABLE = "CREATE TABLE IF NOT EXISTS jobs (number INTEGER PRIMARY KEY, id TEXT UNIQUE, job TEXT)"
_UPSERT = (
    "INSERT INTO jobs (id, job) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET job = excluded.job"
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
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # In RAM: a killed process loses nothing that was written, and a power cut takes it all.
        try:
            self._run("PRAGMA synchronous = OFF")
            self._run(_TABLE)
        except StorageError:
            self._connection.close()
            raise

    def save(self, job: Job) -> None:
        """Write how the job stands.

        Raises:
            StorageError: the RAM folder is full.

        """
        self._run(_UPSERT, (job.id, json.dumps(_plain(job))))

    def jobs(self) -> list[Job]:
        """Return every job, the newest first."""
        rows = self._run("SELECT job FROM jobs ORDER BY number DESC")
        return [_job(json.loads(row[0])) for row in rows]

    def job(self, job_id: str) -> Job | None:
        """Return one job, or None."""
        rows = self._run("SELECT job FROM jobs WHERE id = ?", (job_id,))
        return _job(json.loads(rows[0][0])) if rows else None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _run(self, sql: str, values: tuple[str, ...] = ()) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(f"print jobs: {error}") from error


def _plain(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "order": asdict(job.order),
        "ordered_at": format_time(job.ordered_at),
        "parts": [{**asdict(part), "stage": part.stage.value} for part in job.parts],
        "is_started": job.is_started,
        "is_made": job.is_made,
        "is_stopped": job.is_stopped,
        "problem": job.problem,
        "answer": job.answer,
    }


def _job(raw: dict[str, Any]) -> Job:
    ordered_at: datetime = parse_time(raw["ordered_at"])
    values = raw | {
        "order": _order(raw["order"]),
        "ordered_at": ordered_at,
        "parts": tuple(_part(part) for part in raw["parts"]),
        "answer": Answer(raw["answer"]),
    }
    return Job(**values)


def _order(raw: dict[str, Any]) -> Order:
    citizen = raw["citizen_id"]
    return Order(
        SheetName(raw["kind"]),
        UnitId(raw["unit_id"]),
        CitizenId(citizen) if citizen else None,
        raw["ordered_by"],
        raw["replaces"],
    )


def _part(raw: dict[str, Any]) -> Part:
    handle = JobHandle(**raw["handle"]) if raw["handle"] else None
    return Part(**(raw | {"stage": JobStage(raw["stage"]), "handle": handle}))
