import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.errors import DiskFullError, NodboksError, StorageError
from appliance.printing.jobs import Answer, new_job, with_part
from appliance.printing.ledger import PrintLedger
from appliance.printing.orders import OnPaper, Order
from printers.models import JobStage
from tests.appliance.printing.test_jobs import NOW, ORDER, PACK, made, part


def test_job_comes_back_exactly_as_it_was_after_a_kill(tmp_path: Path) -> None:
    again = replace(ORDER, earlier=(OnPaper("x", None, "417-1"),), only=("417-1",), copies=3)
    again = replace(again, day="2026-11-24", part="WA7YO")
    blocked = part(JobStage.BLOCKED, 1, 1, "N-801")
    job = made(blocked, answer=Answer.MISSING, missing=(2,), problem="N-806")
    job = replace(job, order=again)
    ledger = PrintLedger(tmp_path)
    ledger.add(job)
    ledger.close()

    again = PrintLedger(tmp_path)

    assert again.job("j") == job
    again.close()


def test_job_is_changed_in_place_and_the_newest_comes_first(tmp_path: Path) -> None:
    ledger = PrintLedger(tmp_path)
    first, second = new_job(ORDER, NOW), new_job(PACK, NOW)
    ledger.add(first)
    ledger.add(second)
    ledger.change(first.id, lambda now: replace(now, is_started=True))

    jobs = ledger.jobs()

    assert [job.id for job in jobs] == [second.id, first.id]
    assert jobs[1].is_started
    assert ledger.job("ukendt") is None
    ledger.close()


def test_only_the_owner_may_read_the_folder(tmp_path: Path) -> None:
    PrintLedger(tmp_path / "web").close()

    assert (tmp_path / "web").stat().st_mode & 0o777 == 0o700


def test_damaged_ledger_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "print-jobs.db").write_bytes(b"not a database, but long enough to look" * 10)

    with pytest.raises(StorageError):
        PrintLedger(tmp_path)


def test_full_folder_is_a_named_error(tmp_path: Path) -> None:
    ledger = PrintLedger(tmp_path)
    small = new_job(ORDER, NOW)
    ledger.add(small)
    ledger._connection.execute("PRAGMA max_page_count = 1")
    big = Order("pack", ORDER.unit_id, ordered_by="x" * 100_000)

    with pytest.raises(DiskFullError) as caught:
        ledger.add(new_job(big, NOW))

    assert isinstance(caught.value.__cause__, sqlite3.Error)
    assert ledger.jobs() == [small]
    ledger.close()


def test_change_that_does_not_fit_leaves_the_job_as_it_stood(tmp_path: Path) -> None:
    ledger = PrintLedger(tmp_path)
    job = new_job(ORDER, NOW)
    ledger.add(job)
    ledger._connection.execute("PRAGMA max_page_count = 1")

    with pytest.raises(DiskFullError):
        ledger.change(job.id, lambda now: replace(now, problem="x" * 100_000))

    assert ledger.job(job.id) == job
    ledger.close()


def test_every_page_has_a_row_of_its_own_that_follows_the_job(tmp_path: Path) -> None:
    ledger = PrintLedger(tmp_path)
    job = made(part(JobStage.PRINTING, 1, 1), part(JobStage.WAITING, 2))
    ledger.add(job)
    ledger.change(job.id, lambda now: with_part(now, part(JobStage.UNKNOWN, 1, 1)))

    rows = ledger._run("SELECT number, serial, page, citizen, state FROM pages ORDER BY number")

    assert rows == [
        (1, "417-00001", 1, "c-1", "printed"),
        (2, "417-00001", 2, "c-1", "unknown"),
        (3, "417-00002", 1, "c-2", "handed_over"),
        (4, "417-00002", 2, "c-2", "handed_over"),
    ]
    ledger.close()


def test_two_processes_change_the_same_job_one_after_the_other(tmp_path: Path) -> None:
    mine, theirs = PrintLedger(tmp_path), PrintLedger(tmp_path)
    job = new_job(ORDER, NOW)
    mine.add(job)

    mine.change(job.id, lambda now: replace(now, is_started=True))
    theirs.change(job.id, lambda now: replace(now, is_stopped=True))

    found = mine.job(job.id)
    assert found is not None
    assert (found.is_started, found.is_stopped) == (True, True)
    mine.close()
    theirs.close()


def test_job_nobody_knows_is_a_named_error(tmp_path: Path) -> None:
    ledger = PrintLedger(tmp_path)

    with pytest.raises(NodboksError):
        ledger.change("ukendt", lambda now: now)

    ledger.close()


def test_only_jobs_with_something_left_to_do_are_open(tmp_path: Path) -> None:
    ledger = PrintLedger(tmp_path)
    waiting, over = new_job(ORDER, NOW), made(part(JobStage.DONE, 1, 2))
    ledger.add(waiting)
    ledger.add(over)

    assert ledger.open_jobs() == [waiting]
    ledger.close()


def test_file_of_jobs_is_the_owner_s_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        PrintLedger(tmp_path / "web").close()
    finally:
        os.umask(before)

    assert (tmp_path / "web" / "print-jobs.db").stat().st_mode & 0o777 == 0o600
